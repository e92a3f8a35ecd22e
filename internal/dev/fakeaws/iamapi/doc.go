// Package iamapi is IAM and STS of one account, held in memory: users, access
// keys, roles, instance profiles, managed policies, identity providers and
// sessions, with the limits and the wording of AWS.
//
// It speaks AWS's query protocol but knows nothing of HTTP or of signatures;
// package fakeaws does. A call that it lacks, or a parameter that a call of
// its lacks, it answers with 501 NotImplemented. Changes are visible at once.
//
// AssumeRoleWithWebIdentity does not verify the signature of a token, so that
// tests can make their own; issuer, audience, subject and expiry it checks.
package iamapi
