package provider

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
)

// A move takes over what identifies a thing, what only the state knows, and what
// other resources may refer to, since Terraform would tell of that as of a change
// made elsewhere. The refresh behind it reads the rest, as after an import. Nothing
// is re-created.

// movedFrom is a type of hashicorp/aws, and which of its attributes become which
// of ours, by our names. It reads none of the others: an aws_s3_bucket of old has
// whole documents in its state, which are no part of our bucket.
type movedFrom struct {
	kind       string
	attributes map[string]string
}

func movers(sources ...movedFrom) []resource.StateMover {
	var out []resource.StateMover
	for _, s := range sources {
		out = append(out, resource.StateMover{StateMover: s.move})
	}
	return out
}

func (s movedFrom) move(ctx context.Context, req resource.MoveStateRequest, resp *resource.MoveStateResponse) {
	if req.SourceTypeName != s.kind || !isHashicorpAWS(req.SourceProviderAddress) {
		return
	}
	var state map[string]any
	if err := json.Unmarshal(req.SourceRawState.JSON, &state); err != nil {
		resp.Diagnostics.AddError("Could not move the state of "+s.kind, "Its state cannot be read: "+err.Error()+". Use an import block instead.")
		return
	}
	for ours, theirs := range s.attributes {
		switch value := state[theirs].(type) {
		case string:
			if value != "" {
				resp.Diagnostics.Append(resp.TargetState.SetAttribute(ctx, path.Root(ours), value)...)
			}
		case bool:
			resp.Diagnostics.Append(resp.TargetState.SetAttribute(ctx, path.Root(ours), value)...)
		}
	}
}

// isHashicorpAWS knows hashicorp/aws from either registry, or from a private one.
// OpenTofu before 1.12 gives the type's first word alone in place of the address.
func isHashicorpAWS(address string) bool {
	return address == "aws" || strings.HasSuffix(address, "/hashicorp/aws")
}

// This file says which resources of hashicorp/aws a moved block turns into which
// of ours.

var (
	_ resource.ResourceWithMoveState = (*videoBucket)(nil)
	_ resource.ResourceWithMoveState = (*accessUser)(nil)
	_ resource.ResourceWithMoveState = (*accessKey)(nil)
	_ resource.ResourceWithMoveState = (*accessRole)(nil)
	_ resource.ResourceWithMoveState = (*replicationRole)(nil)
)

func (r *videoBucket) MoveState(context.Context) []resource.StateMover {
	return movers(movedFrom{"aws_s3_bucket", map[string]string{
		"bucket": "bucket", "bucket_prefix": "bucket_prefix", "force_destroy": "force_destroy",
		"arn": "arn", "bucket_domain_name": "bucket_domain_name", "bucket_regional_domain_name": "bucket_regional_domain_name", "hosted_zone_id": "hosted_zone_id",
	}})
}

// MoveState takes over a user. A move of its inline policy says which one that is,
// of a user that has several.
func (r *accessUser) MoveState(context.Context) []resource.StateMover {
	return movers(
		movedFrom{"aws_iam_user", map[string]string{"name": "name", "force_destroy": "force_destroy", "arn": "arn", "unique_id": "unique_id"}},
		movedFrom{"aws_iam_user_policy", map[string]string{"name": "user", "policy_name": "name"}},
	)
}

func (r *accessKey) MoveState(context.Context) []resource.StateMover {
	return movers(movedFrom{"aws_iam_access_key", map[string]string{
		"access_key_id": "id", "user": "user", "pgp_key": "pgp_key",
		// IAM shows these once, so the state is the only place that has them.
		"secret_access_key": "secret", "encrypted_secret_access_key": "encrypted_secret", "key_fingerprint": "key_fingerprint",
	}})
}

// MoveState takes over a role. A move of its inline policy or of its instance
// profile says which one that is, of a role that has several.
func (r *accessRole) MoveState(context.Context) []resource.StateMover {
	return movers(
		movedFrom{"aws_iam_role", map[string]string{"name": "name", "arn": "arn", "unique_id": "unique_id"}},
		movedFrom{"aws_iam_role_policy", map[string]string{"name": "role", "policy_name": "name"}},
		movedFrom{"aws_iam_instance_profile", map[string]string{"name": "role", "instance_profile_name": "name"}},
	)
}

func (r *replicationRole) MoveState(context.Context) []resource.StateMover {
	return movers(
		movedFrom{"aws_iam_role", map[string]string{"name": "name", "arn": "arn", "unique_id": "unique_id"}},
		movedFrom{"aws_iam_role_policy", map[string]string{"name": "role", "policy_name": "name"}},
	)
}
