// Package acctest runs acceptance tests: real Terraform or OpenTofu, the
// provider in the test's own process, and a server of S3, IAM and STS.
//
// FOVEA_TEST_SERVER names the server: "fakeaws" (the default), one for each
// test; "moto", a moto_server from PATH; "versitygw", from PATH or .bin; or "aws",
// the account whose credentials the environment holds. What a server lacks is in
// one table, gaps.
package acctest
