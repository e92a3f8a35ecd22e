#!/usr/bin/env python3
"""Upload the videos and sidecars of a Git checkout that a bucket does not have yet.

usage: upload_videos.py FOLDER BUCKET

FOLDER/a/b.mp4 becomes the key a/b.mp4, and FOLDER/a/b.info.json becomes b.info.json:
FOVEA reads sidecars at the root of the bucket. What to upload follows from the bucket
alone, so that a first push, a force push, a shallow clone and a run that failed halfway
all end with the same objects. Nothing is deleted, and the manifest is not written.

Needs Python 3.9, git and the aws CLI.
"""

import hashlib
import json
import os
import subprocess
import sys
import unicodedata

CONTENT_TYPES = {
    ".webm": "video/webm", ".mp4": "video/mp4", ".ogg": "video/ogg",
    ".mov": "video/quicktime", ".avi": "video/x-msvideo", ".mkv": "video/x-matroska",
}  # fmt: skip
SIDECAR = ".info.json"
PART = 8 * 1024 * 1024  # how the aws CLI splits uploads unless it is configured otherwise


def aws(*args):
    done = subprocess.run(["aws", *args], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ, "PYTHONUTF8": "1"})
    if done.returncode != 0:
        sys.exit("aws %s %s failed: %s\nWhat was uploaded stays. The next run uploads the rest."
                 % (args[0], args[1], done.stderr.decode(errors="replace").strip()))  # fmt: skip
    return done.stdout.decode()


def files(folder):
    """Yield the path and the name in the folder of every video and sidecar in Git's index."""
    listed = subprocess.run(["git", "ls-files", "--stage", "-z", "--", "."], cwd=folder, stdout=subprocess.PIPE, check=True).stdout
    for entry in filter(None, listed.split(b"\0")):
        about, name = entry.split(b"\t", 1)
        name = os.fsdecode(name)
        if name.endswith(SIDECAR) or os.path.splitext(name)[1].lower() in CONTENT_TYPES:
            yield os.path.join(os.path.abspath(folder), name), name, about.split()[0]


def fault(path, name, mode):
    """Say why a file must not be uploaded, or None."""
    if any(ord(c) < 32 or 127 <= ord(c) < 160 for c in name) or name != name.encode(errors="replace").decode():
        return "its name has control characters or is not UTF-8. Rename it"
    if len(name.encode()) > 1024:
        return "its name has more than 1,024 bytes, the limit of S3. Rename it"
    if mode == b"120000":
        return "it is a symbolic link. Commit the video itself"
    if not os.path.isfile(path):
        return "it is not in the checkout. Check out the whole folder"
    if os.path.getsize(path) == 0:
        return "it is empty"
    with open(path, "rb") as f:
        beginning = f.read(200)
    if beginning.startswith(b"version https://") and b"\noid sha256:" in beginning:
        return "it is a Git LFS pointer and not the file itself. Check out with lfs: true, or run git lfs pull"
    if name.endswith(SIDECAR):
        try:
            with open(path, encoding="utf-8-sig") as f:
                if not isinstance(json.load(f), dict):
                    return "it is not a JSON object"
        except ValueError as e:
            return "it is not JSON, and FOVEA would ignore it: %s" % e
    return None


def digests(path):
    """Return the SHA-256 of a file, and the ETag that the aws CLI's upload of it has."""
    whole, parts = hashlib.sha256(), []
    with open(path, "rb") as f:
        for part in iter(lambda: f.read(PART), b""):
            whole.update(part)
            parts.append(hashlib.md5(part, usedforsecurity=False))
    if os.path.getsize(path) < PART:
        return whole.hexdigest(), parts[0].hexdigest()
    return whole.hexdigest(), "%s-%d" % (hashlib.md5(b"".join(p.digest() for p in parts), usedforsecurity=False).hexdigest(), len(parts))


def alike(name):
    return unicodedata.normalize("NFC", name).casefold()


def lonely(sidecars, videos):
    """Yield a warning for each sidecar that belongs to no video: FOVEA reads it for the same name only."""
    names = {os.path.splitext(os.path.basename(v))[0] for v in videos if os.path.splitext(v)[1].lower() in CONTENT_TYPES}
    nearly = {alike(n): n for n in names}
    for sidecar in sidecars:
        name = sidecar[: -len(SIDECAR)]
        if name not in names:
            near = nearly.get(alike(name))
            yield "warning: %s belongs to no video.%s" % (json.dumps(sidecar), " Rename it to %s." % json.dumps(near + SIDECAR) if near else "")


def main(folder, bucket):
    if not os.path.isdir(folder):
        sys.exit("%s is not a folder of the checkout" % folder)
    found, faults, ids = [], [], {}
    for path, name, mode in files(folder):
        key = os.path.basename(name) if name.endswith(SIDECAR) else name
        problem = fault(path, name, mode)
        twin = ids.setdefault(os.path.basename(name), name)
        if not problem and twin != name:
            problem = "%s has the same file name, and FOVEA takes the two for one. Rename one of them" % json.dumps(twin, ensure_ascii=False)
        if problem:
            faults.append("%s: %s." % (json.dumps(name), problem))
        found.append((not name.endswith(SIDECAR), key, path))
    if faults:
        sys.exit("Nothing is uploaded:\n  " + "\n  ".join(faults))

    listed = aws("s3api", "list-objects-v2", "--bucket", bucket, "--output", "json", "--query", "Contents[].[Key,Size,ETag]")
    there = {key: (size, etag.strip('"')) for key, size, etag in json.loads(listed or "null") or []}
    elsewhere = {os.path.basename(key): key for key in there}
    for warning in lonely([key for video, key, _ in found if not video], [key for video, key, _ in found if video] + list(there)):
        print(warning)
    uploaded = 0
    for _, key, path in sorted(found):  # sidecars first: FOVEA reads one when it meets the video
        sha256, etag = digests(path)
        if key in there and there[key][0] == os.path.getsize(path):
            if there[key][1] == etag:
                continue
            # The ETag of an object that KMS encrypts, or that has other parts, says nothing.
            head = json.loads(aws("s3api", "head-object", "--bucket", bucket, "--key=" + key, "--output", "json"))
            if head.get("Metadata", {}).get("sha256") == sha256:
                continue
        other = elsewhere.get(os.path.basename(key), key)
        if other != key:
            print("warning: %s stays in the bucket, and FOVEA takes it and %s for one video" % (json.dumps(other), json.dumps(key)))
        kind = CONTENT_TYPES.get(os.path.splitext(key)[1].lower(), "application/json")
        aws("s3", "cp", path, "s3://%s/%s" % (bucket, key), "--only-show-errors", "--checksum-algorithm", "SHA256",
            "--content-type", kind, "--metadata", "sha256=" + sha256)  # fmt: skip
        print("uploaded %s" % json.dumps(key, ensure_ascii=False), flush=True)
        uploaded += 1
    print("%d uploaded, %d unchanged" % (uploaded, len(found) - uploaded))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2])
