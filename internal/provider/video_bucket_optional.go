package provider

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/parafovea/terraform-provider-fovea/internal/bucketconf"
)

// Servers that speak S3's protocol may lack a document of the bucket. A document
// that the configuration does not ask for is then passed over: its attribute is
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
			attribute: "public_access_block", byDefault: defaultPublicAccessBlock(), absent: flattenPublicAccessBlock(bucketconf.PublicAccessBlock{}),
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
// put, so there the value is unknown until one was seen. What is remembered of a
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
		case have[i].value.IsNull() || have[i].value.Equal(d.absent):
			planned = d.unknown
		}
		resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root(d.attribute), planned)...)
	}
}

// settleOptional gives defaults to what the plan left open, and returns the names
// of the attributes that may be passed over.
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
// that was passed over stays so until the bucket has it.
func (d optionalDocument) found(value attr.Value, err error, bucket string, passed passedOver, diags *diag.Diagnostics) error {
	var unsupported *bucketconf.UnsupportedError
	switch {
	case err == nil && !value.Equal(d.absent):
		delete(passed, d.attribute)
		d.assign(value)
	case errors.As(err, &unsupported):
		passed.add(d.attribute, bucket, unsupported, diags)
		d.assign(d.null)
	case errors.Is(err, bucketconf.ErrNoBucket) || err != nil && !errors.Is(err, bucketconf.ErrAbsent):
		return err
	case passed[d.attribute]:
		d.assign(d.null)
	default:
		d.assign(d.absent)
	}
	return nil
}

// passedOver has the names of attributes whose documents the server lacks.
type passedOver map[string]bool

const passedOverKey = "passed_over"

// add notes an attribute, and says so unless it was known.
func (p passedOver) add(attribute, bucket string, err *bucketconf.UnsupportedError, diags *diag.Diagnostics) {
	if p[attribute] {
		return
	}
	p[attribute] = true
	diags.AddAttributeWarning(path.Root(attribute), bucketPartUnsupported.summary("The server of the bucket %s has no %s", bucket, err.Document),
		fmt.Sprintf("The default of %s cannot be set for the bucket %s, so it is skipped: the attribute stays null. %s\n\n%s",
			attribute, bucket, err.Remedy(), err.Error()))
}

// save keeps the names in the private state.
func (p passedOver) save(ctx context.Context, in private, diags *diag.Diagnostics) {
	var text []byte // none removes it
	if len(p) > 0 {
		var err error
		if text, err = json.Marshal(slices.Sorted(maps.Keys(p))); err != nil {
			diags.AddError("Could not keep what the server lacks", err.Error())
			return
		}
	}
	diags.Append(in.SetKey(ctx, passedOverKey, text)...)
}

// passedOverIn reads what save kept.
func passedOverIn(ctx context.Context, in private, diags *diag.Diagnostics) passedOver {
	text, problems := in.GetKey(ctx, passedOverKey)
	diags.Append(problems...)
	var names []string
	if len(text) > 0 {
		if err := json.Unmarshal(text, &names); err != nil {
			diags.AddError("Could not understand what the last run found that the server lacks", err.Error())
		}
	}
	passed := passedOver{}
	for _, name := range names {
		passed[name] = true
	}
	return passed
}
