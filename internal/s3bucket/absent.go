package s3bucket

import (
	"errors"
	"fmt"

	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
)

var (
	// ErrAbsent says that the document asked for, or its bucket, does not exist.
	// A denied caller never gets it. The server's error, if it sent one, is
	// wrapped beside it.
	ErrAbsent = errors.New("it does not exist")

	// ErrNoBucket is the ErrAbsent of the bucket itself: errors.Is finds both.
	ErrNoBucket = fmt.Errorf("there is no such bucket: %w", ErrAbsent)
)

// absent marks a server's error that says that something is not there. It
// returns every other error as it is.
func absent(err error) error {
	switch {
	case awserr.BucketGone(err):
		return fmt.Errorf("%w: %w", ErrNoBucket, err)
	case awserr.DocumentGone(err):
		return fmt.Errorf("%w: %w", ErrAbsent, err)
	}
	return err
}
