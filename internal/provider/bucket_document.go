package provider

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/parafovea/terraform-provider-fovea/internal/awsdiag"
	"github.com/parafovea/terraform-provider-fovea/internal/s3bucket"
)

// bucketDocument is the resource of one kind of document that a bucket has. M is its
// model and T what the document says in S3.
//
// What is common to all kinds is here: create, read, update, delete, import, identity,
// moved blocks, timeouts, and the rule that what exists is imported and never
// overwritten. A kind adds its schema, expand and flatten of its model, and what it has
// to say about a configuration and a plan.
type bucketDocument[M any, P documentModel[M, T], T any] struct {
	resourceBase

	typeName    string // such as fovea_bucket_cors
	document    *s3bucket.Document[T]
	defaultName string // of a kind of which a bucket can have several, "" otherwise
	awsType     string // what a moved block can come from, such as aws_s3_bucket_policy

	// inPlaceOnly refuses to replace the document by one of the same bucket: access
	// would lapse in between.
	inPlaceOnly bool

	schema func(ctx context.Context) schema.Schema

	// validate checks what several attributes of a configuration say together, nil for
	// nothing.
	validate func(ctx context.Context, config tfsdk.Config, diags *diag.Diagnostics)

	// plan completes a plan that has a new state, which may not be known in full, and warns
	// of what its diff does not say, nil for nothing. p is nil while the provider is not
	// configured.
	plan func(ctx context.Context, p *providerData, change documentChange, diags *diag.Diagnostics)

	// planDestroy warns of what a plan takes away that removes the document, nil for
	// nothing. Also a plan that moves it to another bucket removes it from the first.
	planDestroy func(ctx context.Context, p *providerData, state tfsdk.State, diags *diag.Diagnostics)

	// check looks, right before a write, at what S3 accepts although it cannot work, nil
	// for nothing. A document that is taken over as it is gets no check.
	check func(ctx context.Context, p *providerData, m M, diags *diag.Diagnostics)
}

// documentChange is what the plan of a document has to go by.
type documentChange struct {
	config tfsdk.Config
	state  tfsdk.State // null when the document is new, or new to its bucket
	plan   *tfsdk.Plan // to be completed
}

// documentModel is a pointer to the model of a document. Models embed documentFields,
// which has the first method; one of several of a kind has a field Name beside it.
type documentModel[M, T any] interface {
	*M
	fields() *documentFields
	// expand gives what the model says in S3's form.
	expand(ctx context.Context, p *providerData, diags *diag.Diagnostics) T
	// flatten takes over what S3 says. What means the same as before stays as it is
	// written.
	flatten(ctx context.Context, p *providerData, got T, diags *diag.Diagnostics)
}

// documentFields are the attributes that every document has.
type documentFields struct {
	documentTimeouts
	ID     types.String `tfsdk:"id"`
	Bucket types.String `tfsdk:"bucket"`
}

func (f *documentFields) fields() *documentFields { return f }

var (
	_ resource.ResourceWithConfigure      = (*bucketDocument[bucketCORSModel, *bucketCORSModel, corsRules])(nil)
	_ resource.ResourceWithIdentity       = (*bucketDocument[bucketCORSModel, *bucketCORSModel, corsRules])(nil)
	_ resource.ResourceWithImportState    = (*bucketDocument[bucketCORSModel, *bucketCORSModel, corsRules])(nil)
	_ resource.ResourceWithModifyPlan     = (*bucketDocument[bucketCORSModel, *bucketCORSModel, corsRules])(nil)
	_ resource.ResourceWithMoveState      = (*bucketDocument[bucketCORSModel, *bucketCORSModel, corsRules])(nil)
	_ resource.ResourceWithValidateConfig = (*bucketDocument[bucketCORSModel, *bucketCORSModel, corsRules])(nil)
)

// Metadata implements [resource.Resource].
func (r *bucketDocument[M, P, T]) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = r.typeName
}

// IdentitySchema implements [resource.ResourceWithIdentity].
func (r *bucketDocument[M, P, T]) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	if r.defaultName == "" {
		resp.IdentitySchema = bucketIdentitySchema()
		return
	}
	resp.IdentitySchema = bucketNameIdentitySchema()
}

// Schema implements [resource.Resource].
func (r *bucketDocument[M, P, T]) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = r.schema(ctx)
	resp.Schema.Blocks = documentTimeoutsBlocks(ctx)
	if r.defaultName == "" {
		resp.Schema.Attributes["id"] = idAttribute("Name of the bucket.")
		return
	}
	resp.Schema.Attributes["id"] = idAttribute("Name of the bucket and of the configuration, with a slash between them.")
	resp.Schema.Attributes["name"] = configurationNameAttribute(r.defaultName)
}

// ValidateConfig implements [resource.ResourceWithValidateConfig].
func (r *bucketDocument[M, P, T]) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	if r.validate != nil {
		r.validate(ctx, req.Config, &resp.Diagnostics)
	}
}

// Create writes the document, unless it is there already as it was planned. Anything
// else that is there is refused.
func (r *bucketDocument[M, P, T]) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	m, id, ok := r.decode(ctx, req.Plan, &resp.Diagnostics)
	if !ok {
		return
	}
	ctx, cancel := P(&m).fields().whileCreating(ctx, &resp.Diagnostics)
	defer cancel()
	object := r.object(id)
	release, err := r.walk.hold(ctx, object)
	if err != nil {
		r.failed("write", id, err, &resp.Diagnostics)
		return
	}
	defer release()
	want := P(&m).expand(ctx, r.providerData, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	there, ok := r.mayCreate(ctx, id, want, &resp.Diagnostics)
	if !ok {
		return
	}
	if !there {
		if !r.write(ctx, m, id, want, nil, &resp.Diagnostics) {
			return
		}
	}
	r.walk.noteWrite(object)
	clearPlanMark(ctx, resp.Private, &resp.Diagnostics)
	r.store(ctx, m, id, resp.Identity, &resp.State, &resp.Diagnostics)
}

// Read implements [resource.Resource].
func (r *bucketDocument[M, P, T]) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	m, id, ok := r.decode(ctx, req.State, &resp.Diagnostics)
	if !ok {
		return
	}
	r.walk.noteRead(r.object(id))
	clearPlanMark(ctx, resp.Private, &resp.Diagnostics)
	got, err := r.document.Read(ctx, r.buckets, id)
	switch {
	case errors.Is(err, s3bucket.ErrAbsent):
		r.walk.noteAbsent(r.object(id))
		r.identify(ctx, id, resp.Identity, &resp.Diagnostics)
		resp.State.RemoveResource(ctx)
	case err != nil:
		r.identify(ctx, id, resp.Identity, &resp.Diagnostics)
		r.failed("read", id, err, &resp.Diagnostics)
	default:
		P(&m).flatten(ctx, r.providerData, got, &resp.Diagnostics)
		r.store(ctx, m, id, resp.Identity, &resp.State, &resp.Diagnostics)
	}
}

// Update replaces the document in one request.
func (r *bucketDocument[M, P, T]) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	m, id, ok := r.decode(ctx, req.Plan, &resp.Diagnostics)
	before, _, known := r.decode(ctx, req.State, &resp.Diagnostics)
	if !ok || !known {
		return
	}
	ctx, cancel := P(&m).fields().whileUpdating(ctx, &resp.Diagnostics)
	defer cancel()
	want := P(&m).expand(ctx, r.providerData, &resp.Diagnostics)
	have := P(&before).expand(ctx, r.providerData, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	clearPlanMark(ctx, resp.Private, &resp.Diagnostics)
	if !r.write(ctx, m, id, want, &have, &resp.Diagnostics) {
		return
	}
	r.store(ctx, m, id, resp.Identity, &resp.State, &resp.Diagnostics)
}

// Delete removes the document, unless another resource of this run has it.
func (r *bucketDocument[M, P, T]) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	m, id, ok := r.decode(ctx, req.State, &resp.Diagnostics)
	if !ok {
		return
	}
	ctx, cancel := P(&m).fields().whileDeleting(ctx, &resp.Diagnostics)
	defer cancel()
	if planMarkOf(ctx, req.Private, &resp.Diagnostics).Keep {
		r.warnOfKept(id, "stays", &resp.Diagnostics)
		return
	}
	object := r.object(id)
	release, err := r.walk.hold(ctx, object)
	if err != nil {
		r.failed("remove", id, err, &resp.Diagnostics)
		return
	}
	defer release()
	if r.walk.entry(object).written {
		r.warnOfKept(id, "stays", &resp.Diagnostics)
		return
	}
	if err := r.document.Remove(ctx, r.buckets, id); err != nil && !errors.Is(err, s3bucket.ErrAbsent) {
		r.failed("remove", id, err, &resp.Diagnostics)
	}
}

// ImportState implements [resource.ResourceWithImportState].
func (r *bucketDocument[M, P, T]) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	if r.defaultName == "" {
		importBucket(ctx, req, resp)
		return
	}
	importBucketName(ctx, r.defaultName, req, resp)
}

// MoveState implements [resource.ResourceWithMoveState].
func (r *bucketDocument[M, P, T]) MoveState(context.Context) []resource.StateMover {
	attributes := map[string]string{"bucket": "bucket"}
	if r.defaultName != "" {
		attributes["name"] = "name"
	}
	return movers(movedFrom{r.awsType, attributes})
}

// decode reads a plan or a state, and which document it is of.
func (r *bucketDocument[M, P, T]) decode(ctx context.Context, from keyedSource, diags *diag.Diagnostics) (m M, id s3bucket.ID, ok bool) {
	m, ok = decode[M](ctx, from, diags)
	if !ok {
		return m, id, false
	}
	id, known := r.key(ctx, from, diags)
	return m, id, known
}

// keyedSource is a plan or a state.
type keyedSource interface {
	source
	GetAttribute(ctx context.Context, at path.Path, target any) diag.Diagnostics
}

// key reads which document a plan or a state is of. ok is false when that is not known.
func (r *bucketDocument[M, P, T]) key(ctx context.Context, from keyedSource, diags *diag.Diagnostics) (id s3bucket.ID, ok bool) {
	var bucket, name types.String
	diags.Append(from.GetAttribute(ctx, path.Root("bucket"), &bucket)...)
	if r.defaultName != "" {
		diags.Append(from.GetAttribute(ctx, path.Root("name"), &name)...)
	}
	return s3bucket.ID{Bucket: bucket.ValueString(), Name: name.ValueString()}, !bucket.IsUnknown() && !name.IsUnknown()
}

// idOf is the id attribute of a document, which an import takes as well.
func idOf(id s3bucket.ID) string {
	if id.Name == "" {
		return id.Bucket
	}
	return id.Bucket + "/" + id.Name
}

// object names the document in the register.
func (r *bucketDocument[M, P, T]) object(id s3bucket.ID) remoteObject {
	return remoteObject{objectKind(r.typeName), idOf(id)}
}

// title names the document at the beginning of a message.
func (r *bucketDocument[M, P, T]) title(id s3bucket.ID) string {
	if id.Name == "" {
		return fmt.Sprintf("The %s of the bucket %s", r.document.Kind, id.Bucket)
	}
	return fmt.Sprintf("The %s %s of the bucket %s", r.document.Kind, id.Name, id.Bucket)
}

// failed reports that a request for the document failed.
func (r *bucketDocument[M, P, T]) failed(verb string, id s3bucket.ID, err error, diags *diag.Diagnostics) {
	operation := verb + " the " + r.document.Kind + " of"
	if id.Name != "" {
		operation = verb + " the " + r.document.Kind + " " + id.Name + " of"
	}
	at := documentFault(err, id.Bucket)
	if at.Equal(path.Empty()) {
		awsdiag.Add(diags, operation, id.Bucket, err)
		return
	}
	awsdiag.AddAttribute(diags, at, operation, id.Bucket, err)
}

// documentFault is the attribute that a refusal of S3 is about, empty when it is about
// none in particular.
func documentFault(err error, bucket string) path.Path {
	var (
		unversioned   *s3bucket.UnversionedError
		noDestination *s3bucket.NoDestinationError
	)
	switch {
	case errors.As(err, new(*s3bucket.LogTargetError)):
		return path.Root("target_bucket")
	case errors.As(err, new(*s3bucket.InventoryTargetError)):
		return path.Root("destination").AtName("bucket_arn")
	case errors.As(err, new(*s3bucket.ReplicationRoleError)):
		return path.Root("role_arn")
	case errors.As(err, &noDestination), errors.As(err, &unversioned) && unversioned.Buckets[0] != bucket:
		return path.Root("rules")
	case errors.As(err, &unversioned):
		return path.Root("bucket")
	}
	return path.Empty()
}

// write puts the document in place of before, nil for nothing, and reports whether S3
// has accepted it.
func (r *bucketDocument[M, P, T]) write(ctx context.Context, m M, id s3bucket.ID, want T, before *T, diags *diag.Diagnostics) bool {
	if r.check != nil {
		if r.check(ctx, r.providerData, m, diags); diags.HasError() {
			return false
		}
	}
	err := r.document.Write(ctx, r.buckets, id, want, before)
	switch {
	case err == nil:
	case errors.As(err, new(*s3bucket.UnsupportedError)): // to be read back
		r.failed("write", id, err, diags)
		return false
	case errors.As(err, new(*s3bucket.UnconfirmedError)):
		diags.AddWarning(documentUnconfirmed.summary("%s was written, but does not show yet", r.title(id)), awsdiag.Detail(err))
	case errors.As(err, new(*s3bucket.RewrittenError)):
		diags.AddWarning(documentRewritten.summary("%s was written, and the server shows another", r.title(id)), awsdiag.Detail(err)+r.difference(ctx, m, id))
	default:
		r.failed("write", id, err, diags)
		return false
	}
	return true
}

// store writes the identity and the state.
func (r *bucketDocument[M, P, T]) store(ctx context.Context, m M, id s3bucket.ID, identity *tfsdk.ResourceIdentity, state *tfsdk.State, diags *diag.Diagnostics) {
	P(&m).fields().ID = types.StringValue(idOf(id))
	r.identify(ctx, id, identity, diags)
	diags.Append(state.Set(ctx, &m)...)
}

func (r *bucketDocument[M, P, T]) identify(ctx context.Context, id s3bucket.ID, identity *tfsdk.ResourceIdentity, diags *diag.Diagnostics) {
	if r.defaultName == "" {
		identify(ctx, identity, bucketIdentity{types.StringValue(id.Bucket)}, diags)
		return
	}
	identify(ctx, identity, bucketNameIdentity{types.StringValue(id.Bucket), types.StringValue(id.Name)}, diags)
}
