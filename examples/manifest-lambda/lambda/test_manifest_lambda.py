"""Run with: python3 -m unittest discover lambda"""

import io
import json
import os
import unittest
from datetime import datetime, timedelta, timezone
from unittest import mock

import manifest_lambda
from botocore.exceptions import ClientError
from manifest_lambda import Settings, handler, publish

TIME = datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone.utc)
PAGE = 2


def refusal(code):
    return ClientError({"Error": {"Code": code, "Message": code}}, "AnyOperation")


class FakeS3:
    """A bucket with small pages, that honours the conditions of a put."""

    def __init__(self, *keys):
        self.keys = list(keys)
        self.time = TIME
        self.manifest = None
        self.etag = 0
        self.puts = 0
        self.before_put = lambda: None
        self.fail_on_page = None

    def get_paginator(self, operation):
        assert operation == "list_objects_v2"
        return self

    def paginate(self, Bucket):
        if not self.keys:
            yield {"KeyCount": 0}
        for page, start in enumerate(range(0, len(self.keys), PAGE)):
            if page == self.fail_on_page:
                raise refusal("AccessDenied")
            listed = self.keys[start : start + PAGE]
            yield {"Contents": [{"Key": key, "Size": len(key), "LastModified": self.time} for key in listed]}

    def get_object(self, Bucket, Key):
        if self.manifest is None:
            raise refusal("NoSuchKey")
        return {"ETag": f'"{self.etag}"', "Body": io.BytesIO(self.manifest)}

    def put_object(self, Bucket, Key, Body, ContentType, IfMatch=None, IfNoneMatch=None):
        self.before_put()
        if IfNoneMatch == "*" and self.manifest is not None:
            raise refusal("PreconditionFailed")
        if IfMatch is not None and IfMatch != f'"{self.etag}"':
            raise refusal("PreconditionFailed")
        assert IfMatch or IfNoneMatch, "a put without a condition"
        self.write(Body)

    def write(self, body):
        self.manifest = body
        self.etag += 1
        self.puts += 1

    def published(self):
        return [video["key"] for video in json.loads(self.manifest)["videos"]]


class PublishTest(unittest.TestCase):
    settings = Settings("videos")

    def test_lists_every_page_and_ignores_case(self):
        s3 = FakeS3("a.mp4", "a.info.json", "b.MP4", "c.mov", "d.Mp4", "e.mp4")
        self.assertEqual(publish(s3, self.settings), {"published": True, "videos": 4})
        self.assertEqual(s3.published(), ["a.mp4", "b.MP4", "d.Mp4", "e.mp4"])

    def test_document(self):
        s3 = FakeS3("é.mp4")
        publish(s3, self.settings)
        document = json.loads(s3.manifest)
        self.assertEqual(document["videos"], [{"key": "é.mp4", "size": 5, "lastModified": "2026-01-02T03:04:05Z"}])
        self.assertRegex(document["generatedAt"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
        self.assertNotIn(b" ", s3.manifest)

    def test_times_are_in_utc(self):
        s3 = FakeS3("a.mp4")
        s3.time = TIME.astimezone(timezone(timedelta(hours=5))) + timedelta(milliseconds=120)
        publish(s3, self.settings)
        self.assertEqual(json.loads(s3.manifest)["videos"][0]["lastModified"], "2026-01-02T03:04:05.12Z")

    def test_keys_are_in_the_order_of_their_bytes(self):
        # As UTF-16 or without case, the order would be another one.
        keys = ["\U0001f3ac.mp4", "\uff21.mp4", "a.mp4", "B.mp4", "é.mp4"]
        s3 = FakeS3(*keys)
        publish(s3, self.settings)
        self.assertEqual(s3.published(), ["B.mp4", "a.mp4", "é.mp4", "\uff21.mp4", "\U0001f3ac.mp4"])

    def test_a_deleted_video_goes(self):
        s3 = FakeS3("a.mp4", "b.mp4", "c.mp4")
        publish(s3, self.settings)
        s3.keys.remove("b.mp4")
        publish(s3, self.settings)
        self.assertEqual(s3.published(), ["a.mp4", "c.mp4"])

    def test_an_equal_list_is_not_written_again(self):
        s3 = FakeS3("a.mp4")
        publish(s3, self.settings)
        self.assertFalse(publish(s3, self.settings)["published"])
        self.assertEqual(s3.puts, 1)

    def test_a_list_without_videos_is_published_when_there_is_none(self):
        s3 = FakeS3()
        publish(s3, self.settings)
        self.assertEqual(s3.published(), [])

    def test_refuses_to_shrink(self):
        s3 = FakeS3("a.mp4", "b.mp4", "c.mp4", "d.mp4")
        publish(s3, self.settings)
        s3.keys = ["a.mp4", "x.mp4", "y.mp4"]
        with self.assertRaisesRegex(RuntimeError, "3 of 4 videos are gone, more than 50 %"):
            publish(s3, self.settings)
        self.assertEqual(s3.puts, 1)
        s3.keys = ["a.mp4", "b.mp4"]
        publish(s3, self.settings)
        self.assertEqual(s3.published(), ["a.mp4", "b.mp4"])

    def test_a_bucket_that_looks_empty_publishes_nothing(self):
        s3 = FakeS3("a.mp4")
        publish(s3, self.settings)
        s3.keys = []
        with self.assertRaises(RuntimeError):
            publish(s3, self.settings)
        self.assertEqual(s3.published(), ["a.mp4"])

    def test_a_page_that_fails_publishes_nothing(self):
        s3 = FakeS3("a.mp4", "b.mp4", "c.mp4")
        s3.fail_on_page = 1
        with self.assertRaises(ClientError):
            publish(s3, self.settings)
        self.assertIsNone(s3.manifest)

    def test_lists_again_when_another_writer_came_first(self):
        s3 = FakeS3("a.mp4")

        def other_writer():
            s3.before_put = lambda: None
            s3.keys.append("b.mp4")
            s3.write(b'{"videos":[],"generatedAt":"2026-01-01T00:00:00Z"}')

        s3.before_put = other_writer
        publish(s3, self.settings)
        self.assertEqual(s3.published(), ["a.mp4", "b.mp4"])

    def test_gives_up_when_others_write_for_ever(self):
        s3 = FakeS3("a.mp4")
        s3.before_put = lambda: s3.write(b'{"videos":[],"generatedAt":"2026-01-01T00:00:00Z"}')
        with self.assertRaisesRegex(RuntimeError, "written by others 10 times"):
            publish(s3, self.settings)

    def test_another_refusal_is_not_hidden(self):
        s3 = FakeS3("a.mp4")
        s3.before_put = mock.Mock(side_effect=refusal("AccessDenied"))
        with self.assertRaisesRegex(ClientError, "AccessDenied"):
            publish(s3, self.settings)

    def test_what_is_not_a_manifest_stays(self):
        for body in b"[]", b"not JSON", b'{"videos":[1]}', b'{"videos":[{"key":1}]}':
            s3 = FakeS3("a.mp4")
            s3.manifest = body
            with self.subTest(body), self.assertRaisesRegex(RuntimeError, "is not a manifest"):
                publish(s3, self.settings)
            self.assertEqual(s3.manifest, body)


@mock.patch.dict(os.environ, {"BUCKET": "videos", "MANIFEST_KEY": "list.mp4", "SUFFIXES": ".mp4,.MOV", "MAX_REMOVED_PERCENT": "50"})
class HandlerTest(unittest.TestCase):
    def call(self, *keys):
        s3 = FakeS3("a.mp4")
        event = {"Records": [{"s3": {"object": {"key": key}}} for key in keys]} if keys else {}
        with mock.patch.object(manifest_lambda.boto3, "client", return_value=s3):
            handler(event, None)
        return s3.puts

    def test_videos_call_it(self):
        self.assertEqual(self.call("a.info.json", "clips/my+video%281%29.mov"), 1)

    def test_by_hand(self):
        self.assertEqual(self.call(), 1)

    def test_nothing_else_does(self):
        self.assertEqual(self.call("a.info.json"), 0)

    def test_its_own_manifest_does_not(self):
        self.assertEqual(self.call("list.mp4"), 0)


if __name__ == "__main__":
    unittest.main()
