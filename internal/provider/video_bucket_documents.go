package provider

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"time"

	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"golang.org/x/sync/errgroup"

	"github.com/parafovea/terraform-provider-fovea/internal/awsdiag"
	"github.com/parafovea/terraform-provider-fovea/internal/s3bucket"
)

// failedStep is a document of a bucket that could not be written.
type failedStep struct {
	attribute string
	err       error
}

// write puts the documents that differ from those before, nil for a new bucket,
// and stops at the first that fails. What keeps others out comes first.
//
// A document that the server lacks is skipped with a warning when the plan left it open:
// defaults are best effort, and what is configured is enforced.
func (r *videoBucket) write(ctx context.Context, m, before *videoBucketModel, passed passedOver, diags *diag.Diagnostics) *failedStep {
	if before == nil {
		before = &videoBucketModel{}
	}
	bucket, open := m.Bucket.ValueString(), m.settleOptional()
	puts := map[string]func() error{
		"public_access_block": func() error {
			return s3bucket.PublicAccessBlock.Write(ctx, r.buckets, s3bucket.Of(bucket), m.expandPublicAccessBlock(ctx, diags), nil)
		},
		"object_ownership": func() error {
			return s3bucket.Ownership.Write(ctx, r.buckets, s3bucket.Of(bucket), s3types.ObjectOwnership(m.ObjectOwnership.ValueString()), nil)
		},
		"encryption": func() error {
			return s3bucket.Encryption.Write(ctx, r.buckets, s3bucket.Of(bucket), m.expandEncryption(ctx, diags), nil)
		},
		"versioning": func() error {
			return s3bucket.Versioning.Write(ctx, r.buckets, s3bucket.Of(bucket), s3types.BucketVersioningStatus(m.Versioning.ValueString()), nil)
		},
	}
	have := before.optionalDocuments()
	for i, d := range m.optionalDocuments() {
		if d.value.IsNull() || d.value.Equal(have[i].value) {
			continue
		}
		if d.attribute == "versioning" && d.value.Equal(d.absent) { // a bucket that never had versioning is like that
			delete(passed, d.attribute)
			continue
		}
		err := puts[d.attribute]()
		var (
			unsupported *s3bucket.UnsupportedError
			rewritten   *s3bucket.RewrittenError
		)
		switch {
		case err == nil, errors.As(err, &rewritten): // the next plan shows what the server made of it
			passed.has(d.attribute)
		case open[d.attribute] && errors.As(err, &unsupported):
			d.assign(d.null)
			passed.add(d.attribute, bucket, unsupported, diags)
		case r.reads(ctx, bucket, d):
			// A new bucket of AWS's has most of its defaults already, so a denied write
			// may have had nothing to change.
		default:
			return &failedStep{d.attribute, err}
		}
	}
	if m.TagsAll.Equal(emptyIfNull(before.TagsAll)) {
		return nil
	}
	if err := r.putTags(ctx, bucket, stringMapOf(ctx, m.TagsAll, diags), before.ID.IsNull()); err != nil {
		return &failedStep{"tags", err}
	}
	return nil
}

// reads reports whether the document reads back as the wanted one.
func (r *videoBucket) reads(ctx context.Context, bucket string, wanted optionalDocument) bool {
	value, err := r.documentReads(ctx, bucket)[wanted.attribute]()
	return err == nil && value.Equal(wanted.value)
}

// putTags replaces the tags that are managed here. S3 only replaces all of them,
// so the ones that others manage are written along.
func (r *videoBucket) putTags(ctx context.Context, bucket string, tags map[string]string, isNew bool) error {
	if isNew {
		return s3bucket.Tags.Write(ctx, r.buckets, s3bucket.Of(bucket), tags, nil)
	}
	remote, err := s3bucket.Tags.Read(ctx, r.buckets, s3bucket.Of(bucket))
	if err != nil && !errors.Is(err, s3bucket.ErrAbsent) {
		return err
	}
	all := r.tags.foreignOf(remote)
	maps.Copy(all, tags)
	return s3bucket.Tags.Write(ctx, r.buckets, s3bucket.Of(bucket), all, nil)
}

// undo removes a bucket that was just created and could not be completed. A bucket
// that cannot be removed either is not in the state: Terraform would take it for
// tainted after an error, and replace it, and without an error the run would look
// successful.
func (r *videoBucket) undo(ctx context.Context, bucket string, step *failedStep, diags *diag.Diagnostics) {
	// Also when ctx was cancelled: that may be why the step failed.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
	defer cancel()
	summary := bucketIncomplete.summary("Could not set %s of the new bucket %s", step.attribute, bucket)
	undone := r.buckets.Delete(ctx, bucket)
	if undone == nil {
		diags.AddAttributeError(path.Root(step.attribute), summary,
			"The new, empty bucket was removed again, so nothing is left behind. Apply again once the cause is fixed.\n\n"+awsdiag.Detail(step.err))
		return
	}
	diags.AddAttributeError(path.Root(step.attribute), summary,
		"The bucket exists without this setting and the ones after it. It could not be removed again and is not in the state. Import it, with the block\n\n"+
			importBlock(bucket)+"\n\nThe apply after the import completes it.\n\n"+
			awsdiag.Detail(step.err)+"\n\nWhy it could not be removed: "+awsdiag.Detail(undone))
}

// refresh reads the bucket's documents, all at a time.
func (r *videoBucket) refresh(ctx context.Context, m *videoBucketModel, passed passedOver, diags *diag.Diagnostics) error {
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
	reads := r.documentReads(ctx, bucket)
	documents := m.optionalDocuments()
	found, failures := make([]attr.Value, len(documents)), make([]error, len(documents))
	var group errgroup.Group
	for i, d := range documents {
		group.Go(func() error {
			found[i], failures[i] = reads[d.attribute]()
			return nil
		})
	}
	group.Go(func() error {
		remote, err := s3bucket.Tags.Read(ctx, r.buckets, s3bucket.Of(bucket))
		var unsupported *s3bucket.UnsupportedError
		if errors.As(err, &unsupported) {
			remote, err = allTags, nil
		}
		if err == nil {
			m.Tags, m.TagsAll = r.tags.flatten(remote, m.Tags, ownTags)
		}
		return err
	})
	err = group.Wait()
	for i, d := range documents {
		if failure := d.found(found[i], failures[i], bucket, passed, diags); err == nil {
			err = failure
		}
	}
	return err
}

// documentReads has a function for each optional document that reads it from the
// bucket.
func (r *videoBucket) documentReads(ctx context.Context, bucket string) map[string]func() (attr.Value, error) {
	return map[string]func() (attr.Value, error){
		"public_access_block": func() (attr.Value, error) {
			b, err := s3bucket.PublicAccessBlock.Read(ctx, r.buckets, s3bucket.Of(bucket))
			return flattenPublicAccessBlock(b), err
		},
		"object_ownership": func() (attr.Value, error) {
			o, err := s3bucket.Ownership.Read(ctx, r.buckets, s3bucket.Of(bucket))
			return types.StringValue(string(o)), err
		},
		"encryption": func() (attr.Value, error) {
			e, err := s3bucket.Encryption.Read(ctx, r.buckets, s3bucket.Of(bucket))
			return flattenEncryption(e), err
		},
		"versioning": func() (attr.Value, error) {
			status, err := s3bucket.Versioning.Read(ctx, r.buckets, s3bucket.Of(bucket))
			return flattenVersioning(status), err
		},
	}
}

// emptyIfNull makes a missing map comparable with an empty one.
func emptyIfNull(m types.Map) types.Map {
	if m.IsNull() {
		return mapOf(nil)
	}
	return m
}
