package provider

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
)

// This file says which resources of hashicorp/aws a moved block turns into which
// of ours. A move takes over what identifies a thing, and what only the state
// knows; the refresh behind it reads the rest, as after an import. Nothing is
// made anew.

var (
	_ resource.ResourceWithMoveState = (*videoBucket)(nil)
	_ resource.ResourceWithMoveState = (*bucketCORS)(nil)
	_ resource.ResourceWithMoveState = (*bucketPolicy)(nil)
	_ resource.ResourceWithMoveState = (*bucketReplication)(nil)
	_ resource.ResourceWithMoveState = (*accessUser)(nil)
	_ resource.ResourceWithMoveState = (*accessKey)(nil)
	_ resource.ResourceWithMoveState = (*accessRole)(nil)
	_ resource.ResourceWithMoveState = (*replicationRole)(nil)
)

func (r *videoBucket) MoveState(context.Context) []resource.StateMover {
	return movers(movedFrom{"aws_s3_bucket", map[string]string{"bucket": "bucket", "force_destroy": "force_destroy"}})
}

func (r *bucketCORS) MoveState(context.Context) []resource.StateMover {
	return movers(bucketDocument("aws_s3_bucket_cors_configuration"))
}

func (r *bucketPolicy) MoveState(context.Context) []resource.StateMover {
	return movers(bucketDocument("aws_s3_bucket_policy"))
}

func (r *bucketReplication) MoveState(context.Context) []resource.StateMover {
	return movers(bucketDocument("aws_s3_bucket_replication_configuration"))
}

func (r *accessUser) MoveState(context.Context) []resource.StateMover {
	return movers(movedFrom{"aws_iam_user", map[string]string{"name": "name", "force_destroy": "force_destroy"}})
}

func (r *accessKey) MoveState(context.Context) []resource.StateMover {
	return movers(movedFrom{"aws_iam_access_key", map[string]string{
		"access_key_id": "id", "user": "user", "pgp_key": "pgp_key",
		// IAM shows these once: whoever does not carry them over loses them.
		"secret_access_key": "secret", "encrypted_secret_access_key": "encrypted_secret", "key_fingerprint": "key_fingerprint",
	}})
}

func (r *accessRole) MoveState(context.Context) []resource.StateMover {
	return movers(movedFrom{"aws_iam_role", map[string]string{"name": "name"}})
}

func (r *replicationRole) MoveState(context.Context) []resource.StateMover {
	return movers(movedFrom{"aws_iam_role", map[string]string{"name": "name"}})
}

// movedFrom is a type of hashicorp/aws, and which of its attributes become which
// of ours, by our names.
type movedFrom struct {
	kind       string
	attributes map[string]string
}

func bucketDocument(kind string) movedFrom {
	return movedFrom{kind, map[string]string{"bucket": "bucket"}}
}

func movers(sources ...movedFrom) []resource.StateMover {
	var out []resource.StateMover
	for _, s := range sources {
		out = append(out, resource.StateMover{StateMover: s.move})
	}
	return out
}

func (s movedFrom) move(ctx context.Context, req resource.MoveStateRequest, resp *resource.MoveStateResponse) {
	// The host before it is that of either registry, or of a private one.
	if req.SourceTypeName != s.kind || !strings.HasSuffix(req.SourceProviderAddress, "/hashicorp/aws") {
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
