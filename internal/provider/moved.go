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
// is made anew.

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
