#!/usr/bin/env python3
"""Plan in the current folder, summarize the plan for a reviewer, and apply it if wanted.

usage: plan.py [--summary FILE] [--output FILE] [--apply] [--approved DIGEST] [-- ARGUMENTS OF terraform plan]

The summary is Markdown. It has the addresses and actions of resources, and of each
fovea_manifest the videos that the apply adds to, removes from and changes in the list.
No other value of the plan is in it. It is also written to $GITHUB_STEP_SUMMARY.

A plan needs a review if it destroys or replaces anything, takes videos from a list, or
changes a resource that can take videos or access away: see TAKING and TAKING_WHEN_NEW. It
is applied only if --approved is the digest of these changes, as an earlier plan has written
it to --output, which is $GITHUB_OUTPUT by default: lines with "changes" and "review", true
or false, and "digest". A digest knows of a list what the plan shows: the number of removed
videos, and the first keys.

The saved plan holds secrets. It is kept in a temporary folder and deleted at the end.
TERRAFORM names the program, which is terraform by default.
"""

import argparse
import contextlib
import hashlib
import html
import json
import os
import re
import secrets
import subprocess
import sys
import tempfile
import unicodedata

TERRAFORM = os.environ.get("TERRAFORM", "terraform")
MARKER = "<!-- terraform-plan %s -->" % os.environ.get("PLAN_NAME", "default")
ACTIONS = {
    ("create",): "create", ("update",): "update", ("delete",): "destroy", ("forget",): "forget",
    ("delete", "create"): "replace", ("create", "delete"): "replace", ("create", "forget"): "replace",
}  # fmt: skip
SIGNS = {"create": "+", "update": "~", "destroy": "-", "replace": "-/+", "forget": ".", "import": "<"}
# Whose update can take videos or access away, such as by an expiration, "Suspended" or a Deny.
TAKING = re.compile("fovea_(video_bucket|bucket_(lifecycle|policy|replication|intelligent_tiering|cors)|access_.*|replication_role)")
# Whose creation can, on a bucket that is there already.
TAKING_WHEN_NEW = re.compile("fovea_bucket_(lifecycle|policy|intelligent_tiering)")
BUCKETS = ("fovea_video_bucket", "aws_s3_bucket")
LONGEST = 50_000  # characters of a summary; GitHub takes 65,536


def plain(text):
    """Make any text harmless within <pre>: one line, no markup, no invisible characters."""
    shown = "".join(c if unicodedata.category(c)[0] not in "CZ" or c == " " else "\\u%04x" % ord(c) for c in text)
    return html.escape(shown if len(shown) <= 200 else shown[:200] + "...")


def marked(value):
    """Tell whether anything in the sensitive or unknown part of a change is marked."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
    return value is True or any(marked(v) for v in inner)


def videos(resource):
    """Return what a plan says about the list of videos of a fovea_manifest, as (changes, note)."""
    change = resource["change"]
    action = ACTIONS.get(tuple(change["actions"]))
    if action in ("destroy", "forget"):
        return None, "the list is removed" if action == "destroy" else "the list is no longer updated"
    if marked(change.get("after_sensitive", {}).get("detected_changes")):
        return None, "the changes are sensitive"
    if marked(change.get("after_unknown", {}).get("detected_changes")):
        return None, "the changes are known after the apply"
    return change["after"].get("detected_changes") or {}, None


def differing(change):
    """Return what a change sets, for a digest: without values that are sensitive or unknown."""
    before, after = change.get("before") or {}, change.get("after") or {}
    hidden, unknown = change.get("after_sensitive"), change.get("after_unknown")
    hidden, unknown = hidden if isinstance(hidden, dict) else {}, unknown if isinstance(unknown, dict) else {}
    names = {n for n in after if after[n] != before.get(n)} | {n for n in unknown if marked(unknown[n])}
    return [[n, None if marked(hidden.get(n)) or marked(unknown.get(n)) else after.get(n)] for n in sorted(names)]


def told_of(count, noun, verb=""):
    one = count == 1
    return ("%d %s%s %s%s" % (count, noun, "" if one else "s", verb, "s" if verb and one else "")).strip()


class Plan:
    def __init__(self, document):
        self.resources, self.manifests, self.reviewed, self.taking = [], [], [], []
        changes = document.get("resource_changes") or []
        # The buckets that the plan creates. None is one whose name is not known yet.
        new = [r["change"]["after"].get("bucket") for r in changes if r.get("type") in BUCKETS and "create" in r["change"]["actions"]]
        for r in changes:
            if r.get("mode") != "managed":
                continue
            action = ACTIONS.get(tuple(r["change"]["actions"]))
            if action is None and r["change"].get("importing"):
                action = "import"
            if action is None:
                continue
            self.resources.append((r["address"], action))
            if action in ("destroy", "replace"):
                self.reviewed.append(r["address"])
            on_existing = action == "create" and TAKING_WHEN_NEW.fullmatch(r["type"]) and r["change"]["after"].get("bucket") not in new
            if on_existing or action == "update" and TAKING.fullmatch(r["type"]):
                self.taking.append(r["address"])
                self.reviewed.append([r["address"], action, differing(r["change"])])
            if r["type"] != "fovea_manifest" or action == "import":
                continue
            changes, note = videos(r)
            self.manifests.append((r["address"], changes, note))
            if changes and changes.get("removed_count"):
                self.reviewed.append([r["address"], changes["removed_count"], changes.get("removed")])
            elif note and action in ("update", "replace"):
                self.reviewed.append([r["address"], note])
        self.outputs = any(c["actions"] != ["no-op"] for c in (document.get("output_changes") or {}).values())

    def digest(self):
        return hashlib.sha256(json.dumps(self.reviewed).encode()).hexdigest() if self.reviewed else "none"

    def removed_videos(self):
        return sum(c.get("removed_count") or 0 for _, c, _ in self.manifests if c)

    def markdown(self):
        count = {action: [a for _, a in self.resources].count(action) for action in SIGNS}
        told = ", ".join("%d to %s" % (n, action) for action, n in count.items() if n)
        text = ["### Terraform plan: " + (told or ("only outputs change" if self.outputs else "no changes")), ""]
        if self.removed_videos():
            text += ["> [!CAUTION]", "> **%s from the list.** Programs that read the manifest no longer see them." % told_of(self.removed_videos(), "video", "disappear"), ""]
        if count["destroy"] or count["replace"]:
            text += ["> [!CAUTION]", "> **Destroyed or replaced: %s.**" % told_of(count["destroy"] + count["replace"], "resource"), ""]
        if self.taking:
            text += ["> [!CAUTION]", "> **%s videos or access away.** The log of the job shows what changes." % (told_of(len(self.taking), "change") + " can take"), ""]
        lines = []
        for address, changes, note in self.manifests:
            if not changes:
                lines.append("%s: %s" % (plain(address), note or "no video changes"))
                continue
            lines.append("%s: %s" % (plain(address), ", ".join("%d %s" % (changes.get(k + "_count") or 0, k) for k in ("added", "removed", "changed"))))
            for kind, sign in (("removed", "-"), ("added", "+"), ("changed", "~")):
                keys = changes.get(kind) or []
                lines += ["  %s %s" % (sign, plain(key)) for key in keys[:20]]
                more = (changes.get(kind + "_count") or 0) - len(keys[:20])
                if more > 0:
                    lines.append("  %s and %d more" % (sign, more))
        if lines:
            text += ["**Videos**", ""] + preformatted(lines, LONGEST // 2)
        if self.resources:
            text += ["<details><summary>Resources</summary>", ""]
            lines = ["%3s %s%s" % (SIGNS[action], plain(address), " (can take videos or access away)" if address in self.taking else "") for address, action in self.resources]
            text += preformatted(lines, LONGEST // 2) + ["</details>", ""]
        return "\n".join(text)


def preformatted(lines, longest):
    """Return a block in which GitHub and GitLab see no Markdown and no mentions."""
    kept = 0
    for n, line in enumerate(lines):
        kept += len(line) + 1
        if kept > longest:
            lines = lines[:n] + ["... %d more lines, which are in the log" % (len(lines) - n)]
            break
    return ["<pre>"] + lines + ["</pre>", ""]


def write(path, text, how="a"):
    if path:
        with open(path, how, encoding="utf-8") as f:
            f.write(text)


@contextlib.contextmanager
def without_commands():
    """Keep GitHub from taking a line of the log, such as a key with a newline, for a command."""
    token = secrets.token_hex(16) if os.environ.get("GITHUB_ACTIONS") == "true" else None
    if token:
        print("::stop-commands::" + token, flush=True)
    try:
        yield
    finally:
        if token:
            print("\n::%s::" % token, flush=True)


def plan(file, arguments):
    """Plan into a file. Return the exit code of terraform, and whether it has warned."""
    command = [TERRAFORM, "plan", "-no-color", "-input=false", "-detailed-exitcode", "-out=" + file, *arguments]
    warned = False
    with without_commands(), subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        for line in process.stdout:
            warned = warned or line.startswith(b"Warning: ")
            sys.stdout.buffer.write(line)
            sys.stdout.buffer.flush()
    return process.returncode, warned


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--summary")
    parser.add_argument("--output", default=os.environ.get("GITHUB_OUTPUT"))
    parser.add_argument("--apply", action="store_true")
    parser.add_argument("--approved", default="")
    parser.add_argument("arguments", nargs="*")
    options = parser.parse_args()

    def summarize(text):
        write(options.summary, "%s\n%s\n" % (MARKER, text), "w")
        write(os.environ.get("GITHUB_STEP_SUMMARY"), text + "\n")

    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, "plan")
        code, warned = plan(file, options.arguments)
        if code not in (0, 2):
            summarize("### Terraform plan: failed\n\nThe log of the job has the error.\n")
            return 1
        shown = subprocess.run([TERRAFORM, "show", "-json", file], stdout=subprocess.PIPE, check=True).stdout
        result = Plan(json.loads(shown))
        text = result.markdown()
        if warned:
            text += "\n**The plan has warnings.** Read them in the log of the job before you approve it.\n"
        summarize(text)
        write(options.output, "changes=%s\nreview=%s\ndigest=%s\n" % (str(code == 2).lower(), str(bool(result.reviewed)).lower(), result.digest()))
        if not options.apply or code == 0:
            return 0
        if result.reviewed and result.digest() != options.approved:
            print("\nNot applied: the plan needs a review, and was not approved, or something else was. "
                  "Review the summary of this run and start the workflow again.", file=sys.stderr)  # fmt: skip
            return 1
        with without_commands():
            return subprocess.run([TERRAFORM, "apply", "-no-color", "-input=false", file]).returncode


if __name__ == "__main__":
    sys.exit(main())
