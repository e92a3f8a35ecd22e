"""Publishes the list of a bucket's videos whenever a video comes or goes.

The same list as that of fovea_manifest:

    {"videos":[{"key":"a.mp4","size":1,"lastModified":"2026-01-02T03:04:05Z"}],
     "generatedAt":"2026-01-02T03:05:00Z"}

with the videos in the byte order of their keys, and times in UTC. A listing that
fails on any page publishes nothing, nor does one that lacks too many videos.
"""

import json
import os
from datetime import datetime, timezone
from urllib.parse import unquote_plus

import boto3
from botocore.exceptions import ClientError

# What S3 answers when another writer came first.
LOST_RACE = {"PreconditionFailed", "ConditionalRequestConflict", "NoSuchKey"}
ATTEMPTS = 10


def handler(event, context):
    """Answers events of S3. Called by hand, with any other event, it publishes."""
    settings = Settings.from_environment(os.environ)
    if "Records" in event and not any(settings.is_video(key) for key in keys_of(event)):
        return {"published": False, "reason": "no video came or went"}
    return publish(boto3.client("s3"), settings)


class Settings:
    def __init__(self, bucket, manifest_key="manifest.json", suffixes=(".mp4",), max_removed_percent=50):
        self.bucket = bucket
        self.manifest_key = manifest_key
        self.suffixes = tuple(suffix.lower() for suffix in suffixes)
        self.max_removed_percent = max_removed_percent

    @classmethod
    def from_environment(cls, environment):
        return cls(
            environment["BUCKET"],
            environment.get("MANIFEST_KEY", "manifest.json"),
            environment.get("SUFFIXES", ".mp4").split(","),
            float(environment.get("MAX_REMOVED_PERCENT", "50")),
        )

    def is_video(self, key):
        """The manifest is never one: the Lambda would call itself for ever."""
        return key != self.manifest_key and key.lower().endswith(self.suffixes)


def keys_of(event):
    """The keys of the objects that came or went. S3 sends them URL-encoded."""
    return [unquote_plus(record["s3"]["object"]["key"]) for record in event["Records"]]


def publish(s3, settings):
    """Publishes the list, unless it is published already.

    The manifest is read before the bucket is listed, and written on the condition
    that nobody wrote it since. Whoever loses that race begins again, so that the
    last to write has listed last.
    """
    for _ in range(ATTEMPTS):
        etag, published = read_manifest(s3, settings)
        videos = list_videos(s3, settings)
        if published is not None:
            if videos == published:
                return {"published": False, "reason": "the list is the same"}
            refuse_to_shrink(published, videos, settings)
        condition = {"IfMatch": etag} if etag else {"IfNoneMatch": "*"}
        try:
            s3.put_object(
                Bucket=settings.bucket,
                Key=settings.manifest_key,
                Body=encode(videos, datetime.now(timezone.utc)),
                ContentType="application/json",
                **condition,
            )
        except ClientError as error:
            if error.response["Error"]["Code"] not in LOST_RACE:
                raise
            continue
        return {"published": True, "videos": len(videos)}
    raise RuntimeError(f"{settings.manifest_key} was written by others {ATTEMPTS} times while it was to be published")


def read_manifest(s3, settings):
    """The manifest's ETag and videos; None for both when there is none."""
    try:
        answer = s3.get_object(Bucket=settings.bucket, Key=settings.manifest_key)
    except ClientError as error:
        if error.response["Error"]["Code"] == "NoSuchKey":
            return None, None
        raise
    try:
        videos = json.loads(answer["Body"].read())["videos"]
        if not all(isinstance(video["key"], str) for video in videos):
            raise TypeError("a key is no text")
    except (KeyError, TypeError, ValueError) as error:
        raise RuntimeError(f"{settings.manifest_key} is not a manifest, and stays as it is: {error!r}") from error
    return answer["ETag"], videos


def list_videos(s3, settings):
    """All videos of the bucket, page by page."""
    videos = []
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=settings.bucket):
        for listed in page.get("Contents", []):
            if settings.is_video(listed["Key"]):
                videos.append(
                    {
                        "key": listed["Key"],
                        "size": listed["Size"],
                        "lastModified": timestamp(listed["LastModified"]),
                    }
                )
    return sorted(videos, key=lambda video: video["key"].encode())


def refuse_to_shrink(published, videos, settings):
    left = {video["key"] for video in videos}
    gone = sum(video["key"] not in left for video in published)
    if gone * 100 > len(published) * settings.max_removed_percent:
        raise RuntimeError(
            f"{gone} of {len(published)} videos are gone, more than {settings.max_removed_percent:g} %: "
            f"the list stays as it is. If they are meant to be, publish it with terraform apply "
            f"and a higher max_removed_percent."
        )


def encode(videos, now):
    document = {"videos": videos, "generatedAt": timestamp(now.replace(microsecond=0))}
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def timestamp(time):
    """RFC 3339 in UTC, with a fraction only if there is one."""
    time = time.astimezone(timezone.utc)
    text = time.strftime("%Y-%m-%dT%H:%M:%S")
    if time.microsecond:
        text += f".{time.microsecond:06d}".rstrip("0")
    return text + "Z"
