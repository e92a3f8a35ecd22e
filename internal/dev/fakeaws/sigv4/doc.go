// Package sigv4 is the server's side of AWS Signature Version 4: it reads the
// signature of a request from its Authorization header or from its query
// (presigned URLs), verifies it, and decodes bodies while it verifies them,
// aws-chunked encoding with signed or unsigned chunks and trailers included.
//
// It follows S3 where the services differ: S3 signs the path as it was sent
// and wants the X-Amz-Content-Sha256 header; other services leave it out and
// sign the hash of the body itself.
package sigv4
