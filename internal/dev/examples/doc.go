// Package examples has the tests of the configurations in examples/, and of the
// modules in modules/ with their own examples and tests: each folder is copied as it
// is, and taken through init, apply, an empty plan and destroy by the real Terraform
// or OpenTofu with a fresh build of the provider.
//
// The shorter examples of the docs' pages, in folders of folders, are tested in
// internal/provider.
package examples
