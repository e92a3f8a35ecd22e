#!/usr/bin/env python3
"""Post a summary as a comment on a GitHub pull request, or update the one that is there.

usage: pr_comment.py FILE PULL_REQUEST

The first line of FILE is a marker by which the comment is found again. Needs GITHUB_TOKEN,
with pull-requests: write, and GITHUB_REPOSITORY; GITHUB_API_URL and COMMENT_AUTHOR if they
are not those of github.com.
"""

import json
import os
import sys
import urllib.request

API = os.environ.get("GITHUB_API_URL", "https://api.github.com")
AUTHOR = os.environ.get("COMMENT_AUTHOR", "github-actions[bot]")


def call(method, path, body=None):
    request = urllib.request.Request(
        "%s/repos/%s/%s" % (API, os.environ["GITHUB_REPOSITORY"], path),
        method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={
            "Accept": "application/vnd.github+json",
            "Authorization": "Bearer " + os.environ["GITHUB_TOKEN"],
            "Content-Type": "application/json",
        },
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


def comments(pull_request):
    page = 1
    while True:
        found = call("GET", "issues/%d/comments?per_page=100&page=%d" % (pull_request, page))
        yield from found
        if len(found) < 100:
            return
        page += 1


def main(file, pull_request):
    with open(file, encoding="utf-8") as f:
        body = f.read()
    marker = body.splitlines()[0]
    for comment in comments(pull_request):
        # Anybody can write a comment with the marker.
        if comment["user"]["login"] == AUTHOR and comment["body"].splitlines()[:1] == [marker]:
            call("PATCH", "issues/comments/%d" % comment["id"], {"body": body})
            return
    call("POST", "issues/%d/comments" % pull_request, {"body": body})


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(sys.argv[1], int(sys.argv[2]))
