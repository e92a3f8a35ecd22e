package provider

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/parafovea/terraform-provider-fovea/internal/awsdiag"
	"github.com/parafovea/terraform-provider-fovea/internal/iamaccess"
)

// A user or a role that exists is imported, never taken over, and one of them has one
// address. The calls of Terraform that this relies on are described in
// bucket_document_plan.go.

// principalKind is a kind of resource that stands for a user or a role.
type principalKind struct {
	object   objectKind
	resource string // such as fovea_access_user
	changes  string // how it changes without being replaced
	missing  string // what happens while it does not exist
	taints   string // what else a tainted one loses, with a space at the end
}

// What happens while a user or role does not exist.
const (
	readersStop     = "its readers have no access: FOVEA treats the bucket as empty, and deletes annotations"
	keysEnd         = "All its access keys end with it, and none is created in this apply: a fovea_access_key needs another one. Without force_destroy, the apply fails if the user has a key. "
	replicationEnds = "S3 copies nothing with it, and does not copy later what was uploaded meanwhile"
)

const roleChanges = "everything but its name and path is changed in place"

var (
	accessUserKind      = principalKind{userObject, "fovea_access_user", "a user is renamed, and changed in every other way, in place", readersStop, keysEnd}
	accessRoleKind      = principalKind{roleObject, "fovea_access_role", roleChanges, readersStop, ""}
	replicationRoleKind = principalKind{roleObject, "fovea_replication_role", roleChanges, replicationEnds, ""}
)

// named is the user or role of that name.
func (k principalKind) named(name types.String) remoteObject {
	return remoteObject{k.object, name.ValueString()}
}

// planPrincipal judges a plan of a user or a role, and leaves the mark for the create
// plan that may follow. before and after are the names; after is null in a destroy plan
// and before in a create plan. replaces says that an argument has changed which IAM
// cannot change in place.
//
// A replacement that no argument asks for is refused by its create plan, whose warnings
// Terraform drops: access would end without a word.
func (p *providerData) planPrincipal(ctx context.Context, kind principalKind, before, after types.String, replaces bool, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	diags := &resp.Diagnostics
	switch object := kind.named(before); {
	case after.IsNull():
		found := claimDelete(p.walk, object)
		if found == createdFirst {
			found = createdAndDestroyed
		}
		refusePrincipal(found, object, "", diags)
	case !before.IsNull():
		moves := !after.Equal(before)
		leavePlanMark(ctx, resp.Private, planMark{Replaces: object.name, Required: replaces}, diags)
		refusePrincipal(claimUpdate(p.walk, object, moves), object, "", diags)
		if moves && !replaces && !after.IsUnknown() {
			p.planRename(ctx, kind, object, kind.named(after), diags)
		}
	default:
		p.planNewPrincipal(ctx, kind, after, req, resp)
	}
}

// planRename judges the new name of a user that is renamed in place.
func (p *providerData) planRename(ctx context.Context, kind principalKind, from, to remoteObject, diags *diag.Diagnostics) {
	p.walk.note(from, func(e *registerEntry) { e.newName = to.name }) // its keys stay
	if found := claimCreate(p.walk, to); found != noConflict {
		refusePrincipal(found, to, "", diags)
		return
	}
	if strings.EqualFold(from.name, to.name) || p.walk.applies() || !p.exists(ctx, to) {
		return
	}
	diags.AddAttributeWarning(path.Root("name"), principalExists.summary("The %s %s exists already", to.kind, to.name),
		fmt.Sprintf("The apply will refuse to rename the %[1]s %[2]s to %[3]s, unless that name is free by then. Choose another name. To manage the %[1]s %[3]s as well, %s",
			from.kind, from.name, to.name, kind.howToImport(to.name)))
}

// planNewPrincipal judges a plan that creates a user or a role.
//
// One that exists is an error in a replacement, since its warnings are dropped and the
// apply destroys the old one first. Otherwise it is a warning, because an error would
// block terraform destroy.
func (p *providerData) planNewPrincipal(ctx context.Context, kind principalKind, name types.String, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	object := kind.named(name)
	mark := planMarkOf(ctx, req.Private, &resp.Diagnostics)
	at := path.Root("name")
	if mark.Replaces != "" && !mark.Required {
		resp.Diagnostics.AddAttributeError(at, principalInPlace.summary("The %s %s cannot be replaced", object.kind, mark.Replaces),
			fmt.Sprintf("Until the new one is in use, %s, and the plan cannot warn of it. Plan without -replace and replace_triggered_by: %s. "+
				"To start again, destroy it in an apply of its own, which says what is lost.\n\n"+
				"With replace_triggered_by, `terraform destroy` runs into this refusal as well: run `terraform destroy -refresh=false`, or remove replace_triggered_by first.", kind.missing, kind.changes))
		return
	}
	if name.IsUnknown() || mark.Replaces == object.name {
		return
	}
	if found := claimCreate(p.walk, object); found != noConflict {
		refusePrincipal(found, object, createPlanNote, &resp.Diagnostics)
		return
	}
	switch {
	case p.walk.tainted(ctx, object):
		resp.Diagnostics.AddAttributeWarning(at, principalTainted.summary("The %s %s is marked as tainted", object.kind, object.name),
			fmt.Sprintf("The apply destroys it and creates another of the same name. %sUntil the new one is in use, %s. "+
				"To keep it, run terraform untaint with the address of this resource. If a removed block takes it out of the state, import it at this address instead.", kind.taints, kind.missing))
	case p.walk.applies(), !p.exists(ctx, object):
	case !p.walk.tainted(ctx, object) && p.walk.entry(object).plannedElsewhere():
		// The plan of the other resource, which came after the claim above, reports it.
	case mark.Replaces != "":
		resp.Diagnostics.AddAttributeError(at, principalExists.summary("The %s %s exists already", object.kind, object.name),
			fmt.Sprintf("The apply would destroy the %[1]s %[2]s first, and then refuse to take over the %[1]s %[3]s. Choose another name. To manage the %[1]s %[3]s here, remove the %[1]s %[2]s in an apply of its own, and %s",
				object.kind, mark.Replaces, object.name, kind.howToImport(object.name))+createPlanNote)
	default:
		resp.Diagnostics.AddAttributeWarning(at, principalExists.summary("The %s %s exists already", object.kind, object.name),
			"It is not in the state at this address, and the apply will refuse to take it over, unless it is gone by then. Choose another name. To manage it here, "+kind.howToImport(object.name))
	}
}

// exists reports whether IAM shows a user or role. One that cannot be read is left to
// the apply.
func (p *providerData) exists(ctx context.Context, object remoteObject) bool {
	var err error
	if object.kind == userObject {
		_, err = p.iam.User(ctx, object.name)
	} else {
		_, err = p.iam.Role(ctx, object.name)
	}
	return err == nil
}

// howToImport ends a sentence.
func (k principalKind) howToImport(name string) string {
	return "import it with the block\n\n" + awsdiag.ImportBlock(k.resource, name)
}

// notCreated reports that a user or role could not be created.
func (k principalKind) notCreated(name string, err error, diags *diag.Diagnostics) {
	var exists *iamaccess.ExistsError
	if !errors.As(err, &exists) || exists.Kind == iamaccess.KindProfile {
		awsdiag.AddAttribute(diags, path.Root("name"), "create the "+string(k.object), name, err)
		return
	}
	note := ""
	if k.object == roleObject {
		note = "\n\nIf it is in the state at this address, this is a replacement with create_before_destroy, which IAM does not allow under the same name: remove create_before_destroy, or change the name as well."
	}
	diags.AddAttributeError(path.Root("name"), principalExists.summary("The %s %s exists already", k.object, name), awsdiag.Detail(err)+note)
}

// refusePrincipal words what two addresses for one user or role lead to.
func refusePrincipal(found conflict, object remoteObject, note string, diags *diag.Diagnostics) {
	var summary, detail string
	switch found {
	case noConflict, createdFirst:
		return
	case managedTwice:
		summary = "The %s %s is managed by two resources"
		detail = "They would overwrite each other. Remove the block that was added last. If it is in the state (terraform state list), run terraform state rm with its address. To keep the new block and not the old one, remove the old one and add a moved block from its address to the new one."
	case createdAndDestroyed:
		summary = "The %s %s is created and destroyed by one plan"
		detail = "The resource of another address has it in the state, and the plan destroys that. " +
			"If the block was renamed, add a moved block with the old address as from and the new one as to. " +
			"Otherwise run \"terraform state rm\" with the old address, and import it at the new one with the ID " + object.name + "."
	case keptAndDestroyed:
		summary = "The %s %s is in the state twice, and one of the two is destroyed"
		detail = "The destroy would delete what the other one has. An apply with create_before_destroy was probably interrupted. " +
			"Run \"terraform state rm\" with the address of the one that is destroyed. If that is also the address of the one that stays, run \"terraform import\" with it and the ID " + object.name + "."
	}
	diags.AddAttributeError(path.Root("name"), principalManagedTwice.summary(summary, object.kind, object.name), detail+note)
}

// keptByRun reports whether this run has created the user or role, or has given it its
// name, so that a delete of what had the name before leaves it alone.
func (p *providerData) keptByRun(object remoteObject, diags *diag.Diagnostics) bool {
	if !p.walk.entry(object).written {
		return false
	}
	diags.AddWarning(principalKept.summary("The %s %s stays", object.kind, object.name),
		"A resource that had it is destroyed, but another resource of the same run has created it. So it is not deleted, only removed from the state.")
	return true
}
