package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
)

// object names the manifest in the register.
func (m manifestModel) object() remoteObject {
	return remoteObject{manifestObject, m.Bucket.ValueString() + "/" + m.Key.ValueString()}
}

// claim enters a plan that has a new state in the register, and refuses it when
// another address has a claim on the same manifest.
func (r *manifestResource) claim(ctx context.Context, m manifestModel, prior *manifestModel, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	named := !m.Bucket.IsUnknown() && !m.Key.IsUnknown()
	if prior != nil {
		leavePlanMark(ctx, resp.Private, planMark{Replaces: prior.object().name}, &resp.Diagnostics)
		prior.refuse(claimUpdate(r.walk, prior.object(), !named || m.object() != prior.object()), "", &resp.Diagnostics)
		if !named {
			resp.Diagnostics.AddWarning(manifestMoves.summary("%s may be removed", prior.title()),
				"The value of bucket or key is not known yet, so Terraform plans to delete the manifest and to publish another one, wherever that will be. "+
					"Readers find no list in between. To avoid that, make both values known when they are planned: refer to the bucket attribute of its resource, or use a literal, a variable or a local value.")
		}
		return
	}
	if named && planMarkOf(ctx, req.Private, &resp.Diagnostics).Replaces != m.object().name {
		m.refuse(claimCreate(r.walk, m.object()), "\n\n"+meetsDestroy, &resp.Diagnostics)
	}
}

// planDelete refuses to destroy a manifest that another resource of the walk has, or
// tells Delete to keep it.
func (r *manifestResource) planDelete(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	m, ok := decode[manifestModel](ctx, req.State, &resp.Diagnostics)
	if !ok || m.RetainOnDestroy.ValueBool() {
		return // Delete sends nothing anyway
	}
	found := claimDelete(r.walk, m.object())
	if found == createdFirst {
		leavePlanMark(ctx, resp.Private, planMark{Keep: true}, &resp.Diagnostics)
		warnOfKept(m, "will stay", &resp.Diagnostics)
		return
	}
	m.refuse(found, "", &resp.Diagnostics)
}

// refuse words a conflict.
func (m manifestModel) refuse(found conflict, more string, diags *diag.Diagnostics) {
	var summary, detail string
	switch found {
	case noConflict, createdFirst:
		return
	case managedTwice:
		summary = "%s is managed by two resources"
		detail = "Two resources with the same bucket and key would overwrite each other. Remove the block that was added last. If it is in the state (terraform state list), run terraform state rm with its address. To keep the new block and not the old one, remove the old one and add a moved block from its address to the new one."
	case createdAndDestroyed:
		summary = "%s is created and destroyed by one plan"
		detail = "The resource of another address has it in the state, and the plan destroys that. " +
			"If the block was renamed, add a moved block with the old address as from and the new one as to. " +
			"Otherwise remove the other resource in an apply of its own."
	case keptAndDestroyed:
		summary = "%s is in the state twice, and one of the two is destroyed"
		detail = "The destroy would delete the manifest that the other one has. An apply with create_before_destroy was probably interrupted. " +
			"Run \"terraform state rm\" with the address of the one that is destroyed. If that is also the address of the one that stays, run \"terraform import\" with it and the ID " + m.object().name + ". " +
			"Nothing in the bucket changes by that. To destroy both, run \"terraform destroy -refresh=false\"."
	}
	diags.AddAttributeError(path.Root("key"), manifestManagedTwice.summary(summary, m.title()), detail+more)
}

func warnOfKept(m manifestModel, verb string, diags *diag.Diagnostics) {
	diags.AddWarning(manifestKept.summary("%s %s", m.title(), verb),
		"A resource that had it is destroyed, but another resource of the same run has it too: its replacement, or a block with another name. So it is not deleted, only removed from the state.")
}
