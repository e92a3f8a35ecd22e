// Package authz parses AWS policy documents and decides by them, as IAM's
// documentation of policy evaluation says.
//
// What it does not know, such as a condition operator, it refuses when the
// document is parsed; a decision never rests on a guess. Condition keys are
// the exception: a key that the request does not carry is absent.
package authz
