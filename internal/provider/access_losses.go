package provider

import (
	"context"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/parafovea/terraform-provider-fovea/internal/iampolicy"
)

// What a plan takes away besides the access to buckets, which access_plan.go compares:
// KMS keys, the trust in who assumes a role, an instance profile, replication. A user or
// role that is destroyed or replaced loses its access to buckets, which says it all.

// listWithoutRole is what happens to readers that can no longer be a role.
const listWithoutRole = "Then they can no longer list or read with the role. FOVEA treats a bucket that it may not list as empty, and deletes annotations: " +
	"if FOVEA uses the role like this, give it other credentials before this apply."

// warnOfLostKeys warns of KMS keys that the inline policy no longer lets be used.
// principal reads as in "user fovea". While the planned policy is not known, the keys that
// are configured are.
func warnOfLostKeys(principal string, before, after types.String, configured []string, diags *diag.Diagnostics) {
	lost := slices.DeleteFunc(iampolicy.LostKeys(before.ValueString(), after.ValueString()), func(key string) bool { return slices.Contains(configured, key) })
	if len(lost) == 0 || after.Equal(before) {
		return
	}
	diags.AddAttributeWarning(path.Root("kms_key_arns"), readingLost.summary("The %s %s %s", principal, noLonger("use", after), countOf(lost, "KMS key")),
		"Objects that are encrypted with a key can only be read by those who may use it: their videos no longer play with this access, while listing still works. "+
			"A bucket that encrypts with another key does not encrypt its old objects again, so keep a key in kms_key_arns as long as objects need it."+itemsOf(lost))
}

// warnOfLostTrust warns of services, users, roles and workflows that can no longer
// assume a role. known is the part of the planned trust policy that is known.
func warnOfLostTrust(role string, before, after types.String, known string, diags *diag.Diagnostics) {
	lost := iampolicy.LostTrust(before.ValueString(), known)
	if len(lost) == 0 || after.Equal(before) {
		return
	}
	who := lost[0]
	if len(lost) > 1 {
		who = fmt.Sprintf("%s and %d more", who, len(lost)-1)
	}
	diags.AddWarning(listingLost.summary("The role %s %s by %s", role, noLonger("be assumed", after), who),
		"Sessions that they have now work until they end, after max_session_duration at most. "+listWithoutRole+itemsOf(lost))
}

// warnOfLostProfile warns of an instance profile that is removed, or gets another name,
// which instances do not notice.
func (m *accessRoleModel) warnOfLostProfile(before accessRoleModel, diags *diag.Diagnostics) {
	if before.InstanceProfileName.IsNull() || m.InstanceProfileName.Equal(before.InstanceProfileName) {
		return
	}
	instead := ""
	if !m.InstanceProfileName.IsNull() {
		instead = " The new one is not handed to them: make it with a second fovea_access_role, associate the instances with that, and then remove this one."
	}
	diags.AddAttributeWarning(path.Root("instance_profile_name"), listingLost.summary("The instance profile %s of the role %s is deleted", before.InstanceProfileName.ValueString(), m.Name.ValueString()),
		"EC2 instances that use it get no new credentials. "+listWithoutRole+instead)
}

// noLonger is as certain as the planned value.
func noLonger(verb string, planned types.String) string {
	if planned.IsUnknown() {
		return "may no longer be able to " + verb
	}
	return "can no longer " + verb
}

// countOf names one thing, or counts several.
func countOf(names []string, kind string) string {
	if len(names) == 1 {
		return "the " + kind + " " + names[0]
	}
	return fmt.Sprintf("%d %ss", len(names), kind)
}

// itemsOf ends a message with a list.
func itemsOf(names []string) string {
	text := "\n\nWhat is lost:"
	for i, name := range names {
		if i == mostLosses && len(names) > mostLosses+1 {
			return text + fmt.Sprintf("\n  - and %d more", len(names)-i)
		}
		text += "\n  - " + name
	}
	return text
}

// warnOfReplicationLosses warns of what S3 can no longer copy with a replication role.
// after is nil when it is destroyed or replaced.
func (m *replicationRoleModel) warnOfReplicationLosses(ctx context.Context, after *replicationRoleModel, diags *diag.Diagnostics) {
	var lost []string
	verb := "can no longer"
	switch {
	case m.Policy.ValueString() == "": // it grants nothing now
		return
	case after == nil:
		lost = []string{"everything: the role is destroyed, or replaced by another"}
	case after.Policy.Equal(m.Policy) && after.TrustPolicy.Equal(m.TrustPolicy) && after.PermissionsBoundary.Equal(m.PermissionsBoundary):
		return
	default:
		if after.Policy.IsUnknown() || after.PermissionsBoundary.IsUnknown() {
			verb = "may no longer be able to"
		}
		if !after.SourceBucketARN.Equal(m.SourceBucketARN) && !m.SourceBucketARN.IsNull() {
			lost = append(lost, "objects of "+m.SourceBucketARN.ValueString())
		}
		for _, list := range []struct {
			what          string
			before, after []string
		}{
			{"objects to ", stringsOf(ctx, m.DestinationBucketARNs, diags), knownStrings(after.DestinationBucketARNs)},
			{"objects that are encrypted with ", stringsOf(ctx, m.SourceKMSKeyARNs, diags), knownStrings(after.SourceKMSKeyARNs)},
			{"copies that are encrypted with ", stringsOf(ctx, m.ReplicaKMSKeyARNs, diags), knownStrings(after.ReplicaKMSKeyARNs)},
		} {
			for _, arn := range list.before {
				if !slices.Contains(list.after, arn) {
					lost = append(lost, list.what+arn)
				}
			}
		}
		if !after.PermissionsBoundary.Equal(m.PermissionsBoundary) && !after.PermissionsBoundary.IsNull() {
			verb = "may no longer be able to"
			lost = append(lost, "whatever the new permissions boundary does not allow")
		}
	}
	if len(lost) == 0 {
		return
	}
	diags.AddWarning(replicationStops.summary("S3 %s copy all objects with the role %s", verb, m.Name.ValueString()),
		"Where a rule needs what is lost, the replication of an object fails, and S3 does not copy it later by itself; S3 Batch Replication can. "+
			"Videos that are there stay, and reading still works. To replace a role, make the new one first and name it in fovea_bucket_replication."+itemsOf(lost))
}
