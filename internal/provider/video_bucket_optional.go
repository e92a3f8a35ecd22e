package provider

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/parafovea/terraform-provider-fovea/internal/awsdiag"
	"github.com/parafovea/terraform-provider-fovea/internal/s3bucket"
)

// Servers that speak S3's protocol may lack a document of the bucket. A document
// that the configuration does not ask for is then skipped: its attribute is
// null, so that the state promises nothing that the server does not keep, and the
// private state remembers it, so that it is said once and not planned again.

// optionalDocument is the attribute of a document that a bucket gets without being
// asked for it.
type optionalDocument struct {
	attribute string
	value     attr.Value
	byDefault attr.Value
	absent    attr.Value // when the bucket has no such document
	unknown   attr.Value
	null      attr.Value
	assign    func(attr.Value)
}

func optionalDocumentAt[T attr.Value](at *T, d optionalDocument) optionalDocument {
	d.value = *at
	d.assign = func(v attr.Value) {
		if v, ok := v.(T); ok {
			*at = v
		}
	}
	return d
}

// optionalDocuments gives the model's attributes of that kind. What keeps others
// out comes first.
func (m *videoBucketModel) optionalDocuments() []optionalDocument {
	return []optionalDocument{
		optionalDocumentAt(&m.PublicAccessBlock, optionalDocument{
			attribute: "public_access_block", byDefault: defaultPublicAccessBlock(), absent: flattenPublicAccessBlock(s3bucket.PublicAccess{}),
			unknown: types.ObjectUnknown(publicAccessBlockTypes), null: types.ObjectNull(publicAccessBlockTypes),
		}),
		optionalDocumentAt(&m.ObjectOwnership, optionalDocument{
			attribute: "object_ownership", byDefault: types.StringValue("BucketOwnerEnforced"), absent: types.StringNull(),
			unknown: types.StringUnknown(), null: types.StringNull(),
		}),
		optionalDocumentAt(&m.Encryption, optionalDocument{
			attribute: "encryption", byDefault: defaultEncryption(), absent: types.ObjectNull(encryptionTypes),
			unknown: types.ObjectUnknown(encryptionTypes), null: types.ObjectNull(encryptionTypes),
		}),
		optionalDocumentAt(&m.Versioning, optionalDocument{
			attribute: "versioning", byDefault: types.StringValue("Enabled"), absent: flattenVersioning(""),
			unknown: types.StringUnknown(), null: types.StringNull(),
		}),
	}
}

// planOptional plans the documents that the configuration does not ask for: their
// defaults. Whether a server other than AWS's has such a document shows when it is
// put, so there the value is unknown until one was seen: as long as the bucket has
// never had the document, not while somebody has removed it. What is remembered of a
// bucket that is gone does not count: Terraform forgets it before the apply.
func (r *videoBucket) planOptional(ctx context.Context, before *videoBucketModel, config videoBucketModel, passed passedOver, resp *resource.ModifyPlanResponse) {
	asked := config.optionalDocuments()
	var have []optionalDocument
	if before != nil {
		have = before.optionalDocuments()
	}
	for i, d := range asked {
		if !d.value.IsNull() {
			continue
		}
		planned := d.byDefault
		switch {
		case r.clients.AtAWS():
		case before == nil:
			planned = d.unknown
		case passed[d.attribute]:
			planned = d.null
		case !passed.supports(d.attribute) && have[i].lacking():
			planned = d.unknown
		}
		resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root(d.attribute), planned)...)
	}
}

// lacking reports whether the attribute has the value of a bucket without the
// document.
func (d optionalDocument) lacking() bool { return d.value.IsNull() || d.value.Equal(d.absent) }

// refuseDisabledVersioning refuses to plan a bucket without versioning for one that
// has, or had, versioning. A bucket that takes its place may be without.
func refuseDisabledVersioning(before *videoBucketModel, after videoBucketModel, diags *diag.Diagnostics) {
	if before == nil || after.Versioning.ValueString() != versioningDisabled || !after.Bucket.Equal(before.Bucket) ||
		!after.Region.Equal(before.Region) || namesAnother(after.BucketPrefix, before.Bucket) {
		return
	}
	if status := before.Versioning.ValueString(); status == "Enabled" || status == "Suspended" {
		bucket := before.Bucket.ValueString()
		diags.AddAttributeError(path.Root("versioning"), versioningNotDisabled.summary("The versioning of the bucket %s cannot be disabled", bucket),
			"Versioning of a bucket cannot be turned off again. Use \"Suspended\", which keeps the versions that are there and makes no more.")
	}
}

// settleOptional gives defaults to what the plan left open, and returns the names
// of the attributes that may be skipped.
func (m *videoBucketModel) settleOptional() map[string]bool {
	open := map[string]bool{}
	for _, d := range m.optionalDocuments() {
		if d.value.IsUnknown() {
			open[d.attribute] = true
			d.assign(d.byDefault)
		}
	}
	return open
}

// found sets the attribute to what a read of the document answered. A document
// that was skipped stays skipped until the bucket has it.
func (d optionalDocument) found(value attr.Value, err error, bucket string, passed passedOver, diags *diag.Diagnostics) error {
	var unsupported *s3bucket.UnsupportedError
	switch {
	case err == nil && !value.Equal(d.absent):
		passed.has(d.attribute)
		d.assign(value)
	case errors.As(err, &unsupported) && d.attribute == "versioning" && d.value.Equal(d.absent):
		// A server without versioning has what the configuration asks for.
	case errors.As(err, &unsupported):
		passed.add(d.attribute, bucket, unsupported, diags)
		d.assign(d.null)
	case errors.Is(err, s3bucket.ErrNoBucket) || err != nil && !errors.Is(err, s3bucket.ErrAbsent):
		return err
	case passed[d.attribute]:
		d.assign(d.null)
	default:
		if !d.value.IsUnknown() && !d.lacking() {
			passed.has(d.attribute) // until somebody removed it
		}
		d.assign(d.absent)
	}
	return nil
}

// passedOver says of the documents of attributes whether the server lacks them. One
// that is not in it was neither read nor written so far.
type passedOver map[string]bool

// Keys of the private state, for the names of attributes.
const (
	passedOverKey = "passed_over" // the server lacks the document
	supportedKey  = "supported"   // the bucket had the document
)

// has notes that the server has the document of an attribute.
func (p passedOver) has(attribute string) { p[attribute] = false }

// supports reports whether the server is known to have the document of an attribute.
func (p passedOver) supports(attribute string) bool {
	lacks, known := p[attribute]
	return known && !lacks
}

// names gives the attributes whose documents the server lacks, or has.
func (p passedOver) names(lacks bool) []string {
	var names []string
	for name, is := range p {
		if is == lacks {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// add notes an attribute, and says so unless it was known.
func (p passedOver) add(attribute, bucket string, err *s3bucket.UnsupportedError, diags *diag.Diagnostics) {
	if p[attribute] {
		return
	}
	p[attribute] = true
	diags.AddAttributeWarning(path.Root(attribute), bucketPartUnsupported.summary("The server of the bucket %s has no %s", bucket, err.Document),
		fmt.Sprintf("The default of %s cannot be set for the bucket %s, so it is skipped: the attribute stays null. %s\n\n%s",
			attribute, bucket, awsdiag.Remedy(err), err.Error()))
}

// save keeps the names in the private state.
func (p passedOver) save(ctx context.Context, in private, diags *diag.Diagnostics) {
	for key, names := range map[string][]string{passedOverKey: p.names(true), supportedKey: p.names(false)} {
		var value any
		if len(names) > 0 {
			value = names
		}
		keepPrivate(ctx, in, key, value, diags)
	}
}

// passedOverIn reads what save kept.
func passedOverIn(ctx context.Context, in private, diags *diag.Diagnostics) passedOver {
	passed := passedOver{}
	for key, lacks := range map[string]bool{passedOverKey: true, supportedKey: false} {
		for _, name := range recallPrivate[[]string](ctx, in, key, diags) {
			passed[name] = lacks
		}
	}
	return passed
}
