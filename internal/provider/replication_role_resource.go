package provider

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"golang.org/x/sync/errgroup"

	"github.com/parafovea/terraform-provider-fovea/internal/awsdiag"
	"github.com/parafovea/terraform-provider-fovea/internal/iamaccess"
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
	refuseOthers := []planmodifier.List{tftype.RefuseNewElements(tftype.ARN("kms", ""))}
	attributes := map[string]schema.Attribute{
		"source_bucket_arn": schema.StringAttribute{
			Required:            true,
			MarkdownDescription: "ARN of the bucket whose objects are copied.",
			PlanModifiers:       []planmodifier.String{tftype.RefuseNew(tftype.BucketARN())},
		},
		"destination_bucket_arns": unorderedStrings(schema.ListAttribute{
			Required:            true,
			MarkdownDescription: "ARNs of the buckets that take the copies.",
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
	tags := r.tags.with(stringMapOf(ctx, m.Tags, &resp.Diagnostics))
	if resp.Diagnostics.HasError() {
		return
	}
	name := m.Name.ValueString()
	role, err := r.iam.CreateRole(ctx, iamaccess.RoleInput{
		Name: name, Path: m.Path.ValueString(), TrustPolicy: m.TrustPolicy.ValueString(), PermissionsBoundary: m.PermissionsBoundary.ValueString(), Tags: tags,
	})
	if err != nil {
		awsdiag.AddAttribute(&resp.Diagnostics, path.Root("name"), "create the role", name, err)
		return
	}
	err = m.put(ctx, r.iam.RolePolicies(name), nil)
	if err != nil && r.discardRole(ctx, name, m.PolicyName.ValueString(), "", err, &resp.Diagnostics) {
		return
	}
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
	if err := r.change(ctx, &m, before, &resp.Diagnostics); err != nil {
		awsdiag.Add(&resp.Diagnostics, "change the role", m.Name.ValueString(), err)
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
	if err := r.iam.DeleteRole(ctx, name, m.PolicyName.ValueString(), ""); err != nil {
		awsdiag.Add(&resp.Diagnostics, "delete the role", name, err)
	}
}

func (r *replicationRole) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	importIAMName(ctx, "role", req, resp)
}

// ModifyPlan plans the two policies and the tags.
func (r *replicationRole) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() || r.providerData == nil {
		return
	}
	m, ok := decode[replicationRoleModel](ctx, req.Plan, &resp.Diagnostics)
	if !ok {
		return
	}
	m.ID = m.Name
	var was inlinePolicyModel
	if !req.State.Raw.IsNull() {
		before, ok := decode[replicationRoleModel](ctx, req.State, &resp.Diagnostics)
		if !ok {
			return
		}
		m.Policy, m.TrustPolicy = before.Policy, before.TrustPolicy
		was = before.inlinePolicyModel
	}
	m.planDocuments(ctx, &resp.Diagnostics)
	m.planRename("role "+nameOf(m.Name), was, iamaccess.MaxRolePolicies, &resp.Diagnostics)
	m.TagsAll = r.tags.plan(m.Tags, stringMapOf(ctx, knownMap(m.Tags), &resp.Diagnostics))
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
	m.Tags, m.TagsAll = r.tags.flatten(role.Tags, m.Tags, stringMapOf(ctx, m.Tags, diags))
	return nil
}

// change brings a role from one state to another, in place.
func (r *replicationRole) change(ctx context.Context, m *replicationRoleModel, before replicationRoleModel, diags *diag.Diagnostics) error {
	if err := m.put(ctx, r.iam.RolePolicies(m.Name.ValueString()), &before.inlinePolicyModel); err != nil {
		return err
	}
	return r.changeRole(ctx, &m.roleModel, before.roleModel, diags)
}
