// Package fakeaws is a strict stand-in for S3, IAM and STS in one process: it
// verifies signatures, evaluates policies, and refuses what AWS refuses.
//
// One plain-HTTP listener serves all three; the credential scope of the
// signature tells the services apart. What it does not know it answers with
// 501 NotImplemented, never with a guess. See README.md for what it enforces.
package fakeaws
