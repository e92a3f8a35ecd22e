package provider

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"time"

	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"golang.org/x/sync/errgroup"

	"github.com/parafovea/terraform-provider-fovea/internal/awsdiag"
	"github.com/parafovea/terraform-provider-fovea/internal/bucketconf"
)

// failedStep is a document of a bucket that could not be written.
type failedStep struct {
	attribute string
	err       error
}

// write puts the documents that differ from those before, nil for a new bucket,
// and stops at the first that fails. What keeps others out comes first.
//
// A document that the server lacks is passed over with a warning when it was not
// asked for: the default is a wish, the configuration an order.
func (r *videoBucket) write(ctx context.Context, m videoBucketModel, before *videoBucketModel, config videoBucketModel, diags *diag.Diagnostics) *failedStep {
	if before == nil {
		before = &videoBucketModel{}
	}
	bucket := m.Bucket.ValueString()
	for _, step := range []struct {
		attribute   string
		want, have  attr.Value
		optional    bool
		putDocument func() error
	}{
		{"public_access_block", m.PublicAccessBlock, before.PublicAccessBlock, config.PublicAccessBlock.IsNull(), func() error {
			return r.buckets.PutPublicAccessBlock(ctx, bucket, m.expandPublicAccessBlock(ctx, diags))
		}},
		{"object_ownership", m.ObjectOwnership, before.ObjectOwnership, config.ObjectOwnership.IsNull(), func() error {
			return r.buckets.PutOwnership(ctx, bucket, s3types.ObjectOwnership(m.ObjectOwnership.ValueString()))
		}},
		{"encryption", m.Encryption, before.Encryption, config.Encryption.IsNull(), func() error {
			return r.buckets.PutEncryption(ctx, bucket, m.expandEncryption(ctx, diags))
		}},
		{"versioning", m.Versioning, before.Versioning, config.Versioning.IsNull(), func() error {
			return r.buckets.PutVersioning(ctx, bucket, s3types.BucketVersioningStatus(m.Versioning.ValueString()))
		}},
		{"tags", m.TagsAll, emptyIfNull(before.TagsAll), false, func() error {
			return r.putTags(ctx, bucket, stringMapOf(ctx, m.TagsAll, diags), before.ID.IsNull())
		}},
	} {
		if step.want.Equal(step.have) {
			continue
		}
		err := step.putDocument()
		var unsupported *bucketconf.UnsupportedError
		if step.optional && errors.As(err, &unsupported) {
			diags.AddAttributeWarning(path.Root(step.attribute), "The server has no "+unsupported.Document,
				fmt.Sprintf("The default of %s could not be set for the bucket %s, and is passed over. %s\n\n%s", step.attribute, bucket, unsupported.Remedy(), unsupported.Error()))
			continue
		}
		if err != nil {
			return &failedStep{step.attribute, err}
		}
	}
	return nil
}

// putTags replaces the tags that are managed here. S3 only replaces all of them,
// so the ones that others manage are written along.
func (r *videoBucket) putTags(ctx context.Context, bucket string, tags map[string]string, isNew bool) error {
	if isNew {
		return r.buckets.PutTags(ctx, bucket, tags)
	}
	remote, err := r.buckets.Tags(ctx, bucket)
	if err != nil && !errors.Is(err, bucketconf.ErrAbsent) {
		return err
	}
	all := r.tags.foreignOf(remote)
	maps.Copy(all, tags)
	return r.buckets.PutTags(ctx, bucket, all)
}

// undo removes a bucket that was just made and could not be completed, and
// reports whether it did. A bucket that stays is kept in the state, with a
// warning and no error: Terraform would replace it after an error, and so delete
// what it holds. The next plan shows what it lacks.
func (r *videoBucket) undo(ctx context.Context, bucket string, step *failedStep, diags *diag.Diagnostics) bool {
	// Also when ctx was cancelled: that may be why the step failed.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
	defer cancel()
	summary := fmt.Sprintf("Could not set %s of the new bucket %s", step.attribute, bucket)
	undone := r.buckets.Delete(ctx, bucket)
	if undone == nil {
		diags.AddAttributeError(path.Root(step.attribute), summary,
			"The bucket was just made and empty, so it has been removed again: nothing is left behind, and the next apply begins anew.\n\n"+awsdiag.Detail(step.err))
		return true
	}
	diags.AddAttributeWarning(path.Root(step.attribute), summary,
		"The bucket was made, and could not be removed again. It is kept in the state as it is, unfinished: apply again to complete it.\n\n"+
			awsdiag.Detail(step.err)+"\n\nWhy it could not be removed: "+awsdiag.Detail(undone))
	return false
}

// refresh reads the bucket's documents, all at a time. A document that the server
// lacks keeps its value: nothing can have changed it.
func (r *videoBucket) refresh(ctx context.Context, m *videoBucketModel, diags *diag.Diagnostics) error {
	bucket := m.Bucket.ValueString()
	region, err := r.buckets.Region(ctx, bucket)
	if err != nil {
		return err
	}
	if region == "" { // a server that names none: a bucket does not move
		region = cmp.Or(m.Region.ValueString(), r.clients.Region)
	}
	m.place(r.clients.Partition, region)
	if m.ForceDestroy.IsNull() { // after an import
		m.ForceDestroy = types.BoolValue(false)
	}
	ownTags, allTags := stringMapOf(ctx, m.Tags, diags), stringMapOf(ctx, m.TagsAll, diags)
	var reads errgroup.Group
	reads.Go(func() error {
		status, err := r.buckets.Versioning(ctx, bucket)
		return given(err, &m.Versioning, flattenVersioning(status), flattenVersioning(""), types.StringValue("Enabled"))
	})
	reads.Go(func() error {
		e, err := r.buckets.Encryption(ctx, bucket)
		return given(err, &m.Encryption, flattenEncryption(e), types.ObjectNull(defaultEncryption().AttributeTypes(ctx)), defaultEncryption())
	})
	reads.Go(func() error {
		b, err := r.buckets.PublicAccessBlock(ctx, bucket)
		return given(err, &m.PublicAccessBlock, flattenPublicAccessBlock(b), flattenPublicAccessBlock(bucketconf.PublicAccessBlock{}), defaultPublicAccessBlock())
	})
	reads.Go(func() error {
		o, err := r.buckets.Ownership(ctx, bucket)
		return given(err, &m.ObjectOwnership, types.StringValue(string(o)), types.StringNull(), types.StringValue("BucketOwnerEnforced"))
	})
	reads.Go(func() error {
		remote, err := r.buckets.Tags(ctx, bucket)
		var unsupported *bucketconf.UnsupportedError
		if errors.As(err, &unsupported) {
			remote, err = allTags, nil
		}
		if err == nil {
			m.Tags, m.TagsAll = r.tags.flatten(remote, m.Tags, ownTags)
		}
		return err
	})
	return reads.Wait()
}

// given sets an attribute to what a read found: present, absent, or, when the
// server lacks the document and nothing is known, the default.
func given[T attr.Value](err error, attribute *T, present, absent, byDefault T) error {
	var unsupported *bucketconf.UnsupportedError
	switch {
	case err == nil:
		*attribute = present
	case errors.Is(err, bucketconf.ErrNoBucket):
		return err
	case errors.Is(err, bucketconf.ErrAbsent):
		*attribute = absent
	case errors.As(err, &unsupported):
		if (*attribute).IsNull() {
			*attribute = byDefault
		}
	default:
		return err
	}
	return nil
}

// emptyIfNull makes a missing map comparable with an empty one.
func emptyIfNull(m types.Map) types.Map {
	if m.IsNull() {
		return mapOf(nil)
	}
	return m
}
