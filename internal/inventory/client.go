package inventory

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/parafovea/terraform-provider-fovea/internal/s3wire"
)

// Client is what reading inventories needs of S3. *s3.Client has it.
type Client interface {
	s3wire.ObjectLister
	getter
}

type getter interface {
	GetObject(context.Context, *s3.GetObjectInput, ...func(*s3.Options)) (*s3.GetObjectOutput, error)
}

// ErrRequest says that S3 refused a request that reading an inventory takes. Its
// answer is wrapped beside it.
var ErrRequest = errors.New("reading the inventory")

func refused(err error) error { return fmt.Errorf("%w: %w", ErrRequest, err) }
