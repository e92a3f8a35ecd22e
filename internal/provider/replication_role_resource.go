package provider

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"golang.org/x/sync/errgroup"

	"github.com/parafovea/terraform-provider-fovea/internal/awsdiag"
	"github.com/parafovea/terraform-provider-fovea/internal/iamaccess"
	"github.com/parafovea/terraform-provider-fovea/internal/iampolicy"
	"github.com/parafovea/terraform-provider-fovea/internal/tftype"
)

var (
	_ resource.ResourceWithConfigure   = (*replicationRole)(nil)
	_ resource.ResourceWithIdentity    = (*replicationRole)(nil)
	_ resource.ResourceWithImportState = (*replicationRole)(nil)
	_ resource.ResourceWithModifyPlan  = (*replicationRole)(nil)
)

type replicationRole struct{ resourceBase }

func newReplicationRole() resource.Resource { return &replicationRole{} }

func (r *replicationRole) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = "fovea_replication_role"
}

func (r *replicationRole) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = nameIdentitySchema("Name of the role.")
}

func (r *replicationRole) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	someKeys := []validator.List{listvalidator.SizeAtLeast(1)}
	refuseOthers := []planmodifier.List{tftype.RefuseNewElements(kmsKeyUnusable.validator(tftype.KMSKeyARN()))}
	attributes := map[string]schema.Attribute{
		"source_bucket_arn": schema.StringAttribute{
			Required:            true,
			MarkdownDescription: "ARN of the bucket whose objects are copied.",
			PlanModifiers:       []planmodifier.String{tftype.RefuseNew(tftype.BucketARN())},
		},
		"destination_bucket_arns": unorderedStrings(schema.ListAttribute{
			Required:            true,
			MarkdownDescription: "ARNs of the destination buckets.",
			Validators:          []validator.List{listvalidator.SizeAtLeast(1)},
			PlanModifiers:       []planmodifier.List{tftype.RefuseNewElements(tftype.BucketARN())},
		}),
		"source_kms_key_arns": unorderedStrings(schema.ListAttribute{
			Optional:            true,
			MarkdownDescription: "KMS keys that encrypt the objects of the source, which S3 may use to decrypt them.",
			Validators:          someKeys,
			PlanModifiers:       refuseOthers,
		}),
		"replica_kms_key_arns": unorderedStrings(schema.ListAttribute{
			Optional:            true,
			MarkdownDescription: "KMS keys, in the regions of the destinations, which S3 may use to encrypt the copies.",
			Validators:          someKeys,
			PlanModifiers:       refuseOthers,
		}),
	}
	addRoleAttributes(attributes)
	addInlinePolicyAttributes(attributes, defaultReplicationPolicyName)
	resp.Schema = schema.Schema{
		MarkdownDescription: "The IAM role that S3 assumes to copy objects for a `fovea_bucket_replication`, with an inline policy for these buckets and keys alone.",
		Attributes:          attributes,
	}
}

func (r *replicationRole) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	m, ok := decode[replicationRoleModel](ctx, req.Plan, &resp.Diagnostics)
	if !ok {
		return
	}
	m.planDocuments(ctx, &resp.Diagnostics)
	tags := r.tags.ofIAM().with(stringMapOf(ctx, m.Tags, &resp.Diagnostics))
	if resp.Diagnostics.HasError() {
		return
	}
	name := m.Name.ValueString()
	role, err := r.iam.CreateRole(ctx, iamaccess.RoleInput{
		Name: name, Path: m.Path.ValueString(), TrustPolicy: m.TrustPolicy.ValueString(), PermissionsBoundary: m.PermissionsBoundary.ValueString(), Tags: tags,
	})
	if err != nil {
		replicationRoleKind.notCreated(name, err, &resp.Diagnostics)
		return
	}
	err = m.put(ctx, r.iam.RolePolicies(name), nil)
	if err != nil && r.discardRole(ctx, name, m.PolicyName.ValueString(), "", err, &resp.Diagnostics) {
		return
	}
	r.walk.noteWrite(replicationRoleKind.named(m.Name))
	clearPlanMark(ctx, resp.Private, &resp.Diagnostics)
	m.flatten(role)
	m.TagsAll = mapOf(tags)
	identify(ctx, resp.Identity, nameIdentity{m.Name}, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
}

func (r *replicationRole) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	m, ok := decode[replicationRoleModel](ctx, req.State, &resp.Diagnostics)
	if !ok {
		return
	}
	r.walk.noteRead(replicationRoleKind.named(m.Name))
	clearPlanMark(ctx, resp.Private, &resp.Diagnostics)
	identify(ctx, resp.Identity, nameIdentity{m.Name}, &resp.Diagnostics)
	err := r.refresh(ctx, &m, &resp.Diagnostics)
	switch {
	case errors.Is(err, iamaccess.ErrAbsent):
		resp.State.RemoveResource(ctx)
	case err != nil:
		awsdiag.Add(&resp.Diagnostics, "read the role", m.Name.ValueString(), err)
	default:
		resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
	}
}

func (r *replicationRole) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	m, ok := decode[replicationRoleModel](ctx, req.Plan, &resp.Diagnostics)
	before, beforeOK := decode[replicationRoleModel](ctx, req.State, &resp.Diagnostics)
	if !ok || !beforeOK {
		return
	}
	m.planDocuments(ctx, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	clearPlanMark(ctx, resp.Private, &resp.Diagnostics)
	name := m.Name.ValueString()
	if !m.refuseOverwrite(ctx, r.iam.RolePolicies(name), "role "+name, before.inlinePolicyModel, &resp.Diagnostics) {
		return
	}
	if err := r.change(ctx, &m, &before, &resp.Diagnostics); err != nil {
		awsdiag.Add(&resp.Diagnostics, "change the role", name, err)
		resp.Diagnostics.Append(resp.State.Set(ctx, &before)...)
		return
	}
	identify(ctx, resp.Identity, nameIdentity{m.Name}, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
}

func (r *replicationRole) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	m, ok := decode[replicationRoleModel](ctx, req.State, &resp.Diagnostics)
	if !ok {
		return
	}
	name := m.Name.ValueString()
	if r.keptByRun(replicationRoleKind.named(m.Name), &resp.Diagnostics) {
		return
	}
	if err := r.iam.DeleteRole(ctx, name, m.PolicyName.ValueString(), ""); err != nil {
		awsdiag.Add(&resp.Diagnostics, "delete the role", name, err)
	}
}

func (r *replicationRole) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	importIAMName(ctx, "role", req, resp)
}

// ModifyPlan plans the two policies and the tags. It says what S3 can no longer copy
// after a plan.
func (r *replicationRole) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if r.providerData == nil {
		return
	}
	before := replicationRoleModel{roleModel: roleModel{Name: types.StringNull()}}
	creates := req.State.Raw.IsNull()
	if !creates {
		var ok bool
		if before, ok = decode[replicationRoleModel](ctx, req.State, &resp.Diagnostics); !ok {
			return
		}
	}
	if req.Plan.Raw.IsNull() {
		r.planPrincipal(ctx, replicationRoleKind, before.Name, types.StringNull(), false, req, resp)
		before.warnOfReplicationLosses(ctx, nil, &resp.Diagnostics)
		return
	}
	m, ok := decode[replicationRoleModel](ctx, req.Plan, &resp.Diagnostics)
	if !ok {
		return
	}
	m.ID = m.Name
	if !creates {
		m.Policy, m.TrustPolicy = before.Policy, before.TrustPolicy
	}
	m.planDocuments(ctx, &resp.Diagnostics)
	replaces := !creates && (!m.Name.Equal(before.Name) || !m.Path.Equal(before.Path))
	r.planPrincipal(ctx, replicationRoleKind, before.Name, m.Name, replaces, req, resp)
	switch {
	case creates:
	case replaces:
		before.warnOfReplicationLosses(ctx, nil, &resp.Diagnostics)
	default:
		name := before.Name.ValueString()
		before.warnOfReplicationLosses(ctx, &m, &resp.Diagnostics)
		warnOfLostTrust(name, before.TrustPolicy, m.TrustPolicy, m.TrustPolicy.ValueString(), &resp.Diagnostics)
		m.planRename("role "+name, before.inlinePolicyModel, iamaccess.MaxRolePolicies, &resp.Diagnostics)
		m.warnOfOverwrite(ctx, r.iam.RolePolicies(name), "role "+name, before.inlinePolicyModel, &resp.Diagnostics)
	}
	r.tags.ofIAM().refuseTwins("role "+nameOf(m.Name), &resp.Diagnostics)
	m.TagsAll = r.tags.ofIAM().plan(m.Tags, stringMapOf(ctx, knownMap(m.Tags), &resp.Diagnostics))
	resp.Diagnostics.Append(resp.Plan.Set(ctx, &m)...)
}

// refresh reads role and policy at the same time.
func (r *replicationRole) refresh(ctx context.Context, m *replicationRoleModel, diags *diag.Diagnostics) error {
	name := m.Name.ValueString()
	imported := m.imported()
	moved := !m.ARN.IsNull() || !m.PolicyName.IsNull()
	var (
		reads  errgroup.Group
		role   iamaccess.Role
		others []string
	)
	reads.Go(func() (err error) {
		role, err = r.iam.Role(ctx, name)
		return err
	})
	reads.Go(func() (err error) {
		if imported {
			others, err = m.recognize(ctx, r.iam.RolePolicies(name))
			return err
		}
		return m.inlinePolicyModel.refresh(ctx, r.iam.RolePolicies(name))
	})
	if err := reads.Wait(); err != nil {
		return err
	}
	m.flatten(role)
	if imported && !moved {
		m.guessBuckets(diags)
	}
	warnOfOtherPolicies("role", name, others, diags)
	m.Tags, m.TagsAll = r.tags.ofIAM().flatten(role.Tags, m.Tags, stringMapOf(ctx, m.Tags, diags))
	return nil
}

// change brings a role from one state to another, in place. After a failure, before has
// what is done that the next read would not find.
func (r *replicationRole) change(ctx context.Context, m, before *replicationRoleModel, diags *diag.Diagnostics) error {
	if err := m.put(ctx, r.iam.RolePolicies(m.Name.ValueString()), &before.inlinePolicyModel); err != nil {
		return err
	}
	before.inlinePolicyModel = m.inlinePolicyModel
	return r.changeRole(ctx, &m.roleModel, before.roleModel, diags)
}

// defaultReplicationPolicyName names the inline policy of a replication role.
const defaultReplicationPolicyName = "FOVEAReplication"

type replicationRoleModel struct {
	roleModel
	inlinePolicyModel
	SourceBucketARN       types.String            `tfsdk:"source_bucket_arn"`
	DestinationBucketARNs tftype.UnorderedStrings `tfsdk:"destination_bucket_arns"`
	SourceKMSKeyARNs      tftype.UnorderedStrings `tfsdk:"source_kms_key_arns"`
	ReplicaKMSKeyARNs     tftype.UnorderedStrings `tfsdk:"replica_kms_key_arns"`
}

func (m *replicationRoleModel) known() bool {
	for _, list := range []tftype.UnorderedStrings{m.DestinationBucketARNs, m.SourceKMSKeyARNs, m.ReplicaKMSKeyARNs} {
		if list.IsUnknown() || len(knownStrings(list)) < len(list.Elements()) {
			return false
		}
	}
	return !m.SourceBucketARN.IsUnknown()
}

// planDocuments works out the two policies, and checks that the inline one fits.
func (m *replicationRoleModel) planDocuments(ctx context.Context, diags *diag.Diagnostics) {
	trust, err := iampolicy.ReplicationTrust().Policy()
	m.setTrust(documentJSON("role "+nameOf(m.Name), trust, err, path.Root("trust_policy"), diags))
	if !m.known() {
		m.Policy = types.StringUnknown()
		return
	}
	destinations := stringsOf(ctx, m.DestinationBucketARNs, diags)
	if i := slices.Index(destinations, m.SourceBucketARN.ValueString()); i >= 0 {
		diags.AddAttributeError(path.Root("destination_bucket_arns").AtListIndex(i), replicationInvalid.summary("The role %s: Replication of a bucket to itself", nameOf(m.Name)),
			fmt.Sprintf("%q is the source. Name another bucket, preferably in another region.", destinations[i]))
		return
	}
	document, err := iampolicy.Replication{
		SourceBucketARN:       m.SourceBucketARN.ValueString(),
		DestinationBucketARNs: destinations,
		SourceKMSKeyARNs:      stringsOf(ctx, m.SourceKMSKeyARNs, diags),
		ReplicaKMSKeyARNs:     stringsOf(ctx, m.ReplicaKMSKeyARNs, diags),
	}.Policy()
	text := documentJSON("role "+nameOf(m.Name), document, err, path.Root("policy"), diags)
	if size := visible(text); size > iamaccess.MaxRolePolicies {
		diags.AddAttributeError(path.Root("destination_bucket_arns"), policyTooLong.summary("The policy of the role %s is too long", nameOf(m.Name)),
			fmt.Sprintf("It would have %d characters, and IAM allows %d for all inline policies of a role. Use several roles with fewer destinations each.", size, iamaccess.MaxRolePolicies))
	}
	m.setPolicy(text)
}

// documentJSON encodes a policy, or says on the attribute why there is none.
func documentJSON(of string, document iampolicy.Document, err error, at path.Path, diags *diag.Diagnostics) string {
	if err == nil {
		var text string
		if text, err = document.JSON(); err == nil {
			return text
		}
	}
	diags.AddAttributeError(at, policyInvalid.summary("The policy of the %s cannot be written", of), err.Error())
	return ""
}

// recognize finds out, after an import or a move, which arguments have the inline
// policy that there is, and returns the names of the other inline policies. What
// it cannot find stays null, and so shows in the plan.
func (m *replicationRoleModel) recognize(ctx context.Context, policies *iamaccess.Policies) ([]string, error) {
	others, err := m.find(ctx, policies, defaultReplicationPolicyName, func(document string) bool {
		_, ok := iampolicy.RecognizeReplication(document)
		return ok
	})
	if err != nil {
		return nil, err
	}
	replication, ok := iampolicy.RecognizeReplication(m.Policy.ValueString())
	if !ok {
		return others, nil
	}
	m.SourceBucketARN = types.StringValue(replication.SourceBucketARN)
	m.DestinationBucketARNs = tftype.NewUnorderedStrings(replication.DestinationBucketARNs)
	if len(replication.SourceKMSKeyARNs) > 0 {
		m.SourceKMSKeyARNs = tftype.NewUnorderedStrings(replication.SourceKMSKeyARNs)
	}
	if len(replication.ReplicaKMSKeyARNs) > 0 {
		m.ReplicaKMSKeyARNs = tftype.NewUnorderedStrings(replication.ReplicaKMSKeyARNs)
	}
	return others, nil
}

// guessBuckets takes over the buckets of an imported policy that is not one of ours:
// those of the statements that are known, or else the first that the policy mentions
// as the source, and the others as destinations. A generated configuration without
// them would have no plan.
func (m *replicationRoleModel) guessBuckets(diags *diag.Diagnostics) {
	if !m.SourceBucketARN.IsNull() {
		return
	}
	partly, _ := iampolicy.RecognizeReplication(m.Policy.ValueString())
	isBucket := func(name string) bool { return strings.HasPrefix(name, "arn:") && !strings.ContainsAny(name, "*?/") }
	source := partly.SourceBucketARN
	var destinations []string
	for _, destination := range partly.DestinationBucketARNs {
		if isBucket(destination) && !slices.Contains(destinations, destination) {
			destinations = append(destinations, destination)
		}
	}
	mentioned := iampolicy.BucketARNs(m.Policy.ValueString())
	if !isBucket(source) && len(mentioned) > 0 {
		source = mentioned[0]
	}
	others := func(list []string) []string {
		return slices.DeleteFunc(list, func(name string) bool { return name == source })
	}
	if destinations = others(destinations); len(destinations) == 0 {
		destinations = others(mentioned)
	}
	if !isBucket(source) {
		warnOfMissingBucket("role", m.Name.ValueString(), "source_bucket_arn", diags)
		return
	}
	m.SourceBucketARN = types.StringValue(source)
	if len(destinations) > 0 {
		m.DestinationBucketARNs = tftype.NewUnorderedStrings(destinations)
	}
}
