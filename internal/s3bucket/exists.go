package s3bucket

import "fmt"

// ExistsError says that a bucket cannot be made because the caller has it
// already.
type ExistsError struct {
	Bucket string
	Region string
	Err    error // the server's answer; nil when it only showed the bucket
}

// Error implements error.
func (e *ExistsError) Error() string {
	return fmt.Sprintf("the bucket %s exists already, in %s, and belongs to this account", e.Bucket, e.Region)
}

// Unwrap gives the server's answer.
func (e *ExistsError) Unwrap() error { return e.Err }

// Remedy implements awsdiag.Remedied.
func (e *ExistsError) Remedy() string {
	return fmt.Sprintf(`The bucket %[1]s exists already, and is left as it is. To manage it with Terraform, import it, with "terraform import fovea_video_bucket.NAME %[1]s" or the block

  import {
    to = fovea_video_bucket.NAME
    id = "%[1]s"
  }

Otherwise choose another name, or use bucket_prefix.`, e.Bucket)
}

// TakenError says that a bucket cannot be made because another account has it, or
// because the caller may not see it.
type TakenError struct {
	Bucket string
	Err    error
}

// Error implements error.
func (e *TakenError) Error() string {
	return fmt.Sprintf("the name %s is taken: %v", e.Bucket, e.Err)
}

// Unwrap gives the server's answer.
func (e *TakenError) Unwrap() error { return e.Err }

// Remedy implements awsdiag.Remedied.
func (e *TakenError) Remedy() string {
	return fmt.Sprintf("A bucket named %s exists, and these credentials may not see it. All AWS accounts share one set of names, so it is probably another account's: "+
		"choose another name, or use bucket_prefix. If the bucket is yours, allow s3:ListBucket on it and import it.", e.Bucket)
}

// LocationError says that a server refuses the location of a new bucket, and a bucket
// without a location too, unless the location was chosen.
type LocationError struct {
	Region string // that was sent as the location
	Chosen bool   // it is not the region of the provider
	Err    error
}

// Error implements error.
func (e *LocationError) Error() string {
	return fmt.Sprintf("the server refuses the location %s: %v", e.Region, e.Err)
}

// Unwrap gives the server's answers.
func (e *LocationError) Unwrap() error { return e.Err }

// Remedy implements awsdiag.Remedied.
func (e *LocationError) Remedy() string {
	if e.Chosen {
		return fmt.Sprintf("The server refuses the location %q for a new bucket, and may have one region only. Leave region out of the resource.", e.Region)
	}
	return fmt.Sprintf("The server refuses the location %q for a new bucket, and a new bucket without a location as well. "+
		"Set region in the provider block to the region that the server has. It is \"us-east-1\" on most S3-compatible servers.", e.Region)
}
