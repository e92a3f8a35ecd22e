package provider_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/sampleinventory"
)

// inventoried is a library of which there are inventories, in another bucket.
type inventoried struct {
	library
	lists library
}

func newInventoried(t *testing.T, keys ...string) inventoried {
	t.Helper()
	l := newLibrary(t, keys...)
	lists := library{l.Env, t, l.bucket + "-lists"}
	makeBucket(t, l.Env, lists.bucket)
	t.Cleanup(func() { lists.clear() })
	return inventoried{l, lists}
}

// anHourAgo is when inventories are taken, unless it is said.
func anHourAgo() time.Time { return time.Now().Add(-time.Hour).UTC().Truncate(time.Minute) }

// make makes an inventory of what is in the bucket, which is still to be delivered.
func (l inventoried) make(o sampleinventory.Options) *sampleinventory.Inventory {
	l.t.Helper()
	if o.Source == "" {
		o.Source = l.bucket
	}
	o.Bucket, o.Prefix = l.lists.bucket, "lists"
	if o.Time.IsZero() {
		o.Time = anHourAgo()
	}
	rows, err := sampleinventory.Rows(context.WithoutCancel(l.t.Context()), l.S3, l.bucket)
	if err != nil {
		l.t.Fatal(err)
	}
	made, err := sampleinventory.New(o, rows)
	if err != nil {
		l.t.Fatal(err)
	}
	return made
}

// deliver makes and delivers an inventory.
func (l inventoried) deliver(o sampleinventory.Options) *sampleinventory.Inventory {
	l.t.Helper()
	made := l.make(o)
	if err := made.Deliver(context.WithoutCancel(l.t.Context()), l.S3); err != nil {
		l.t.Fatal(err)
	}
	return made
}

// from configures the manifest to be made of the inventory.
func (l inventoried) from(arguments string) string {
	return l.config(fmt.Sprintf("source = \"inventory\"\ninventory = {\n bucket = %q\n prefix = \"lists\"\n}\n%s", l.lists.bucket, arguments))
}

// manifestAt expects the value of an attribute of the manifest.
func manifestAt(attribute string, want knownvalue.Check) []statecheck.StateCheck {
	return at(map[string]knownvalue.Check{attribute: want})
}

// versioned lets the bucket keep versions.
func (l library) versioned() {
	l.t.Helper()
	_, err := l.S3.PutBucketVersioning(l.t.Context(), &s3.PutBucketVersioningInput{
		Bucket: &l.bucket, VersioningConfiguration: &s3types.VersioningConfiguration{Status: "Enabled"},
	})
	if err != nil {
		l.t.Fatal(err)
	}
}
