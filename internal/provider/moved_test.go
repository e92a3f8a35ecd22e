package provider

import (
	"context"
	"maps"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

const theirs = "registry.terraform.io/hashicorp/aws"

// move runs a resource's state movers as the framework does, until one takes the
// source.
func move(t *testing.T, target resource.ResourceWithMoveState, provider, kind, state string) tfsdk.State {
	t.Helper()
	var described resource.SchemaResponse
	target.Schema(t.Context(), resource.SchemaRequest{}, &described)
	empty := tftypes.NewValue(described.Schema.Type().TerraformType(t.Context()), nil)
	resp := resource.MoveStateResponse{TargetState: tfsdk.State{Schema: described.Schema, Raw: empty}}
	for _, mover := range target.MoveState(t.Context()) {
		mover.StateMover(t.Context(), resource.MoveStateRequest{
			SourceProviderAddress: provider, SourceTypeName: kind, SourceRawState: &tfprotov6.RawState{JSON: []byte(state)},
		}, &resp)
	}
	if resp.Diagnostics.HasError() {
		t.Fatal(resp.Diagnostics)
	}
	return resp.TargetState
}

// texts gives the attributes of a state that are texts and not null.
func texts(t *testing.T, state tfsdk.State) map[string]string {
	t.Helper()
	found := map[string]string{}
	for name, attribute := range state.Schema.GetAttributes() {
		if attribute.GetType() != types.StringType {
			continue
		}
		var value types.String
		if d := state.GetAttribute(context.Background(), path.Root(name), &value); d.HasError() {
			t.Fatal(d)
		}
		if !value.IsNull() {
			found[name] = value.ValueString()
		}
	}
	return found
}

func movable(t *testing.T, r resource.Resource) resource.ResourceWithMoveState {
	t.Helper()
	m, ok := r.(resource.ResourceWithMoveState)
	if !ok {
		t.Fatalf("%T has no MoveState", r)
	}
	return m
}

func TestMovesTakeOverWhatOnlyTheStateKnows(t *testing.T) {
	const document, named = `{"bucket":"videos","id":"videos,123456789012","expected_bucket_owner":"123456789012","rule":[{}]}`, `{"bucket":"videos","name":"one","id":"videos:one"}`
	bucket, both := map[string]string{"bucket": "videos"}, map[string]string{"bucket": "videos", "name": "one"}
	for _, tt := range []struct {
		target      resource.ResourceWithMoveState
		kind, state string
		want        map[string]string
	}{
		{movable(t, newBucketCORS()), "aws_s3_bucket_cors_configuration", document, bucket},
		{movable(t, newBucketLifecycle()), "aws_s3_bucket_lifecycle_configuration", document, bucket},
		{movable(t, newBucketLogging()), "aws_s3_bucket_logging", document, bucket},
		{movable(t, newBucketPolicy()), "aws_s3_bucket_policy", document, bucket},
		{movable(t, newBucketReplication()), "aws_s3_bucket_replication_configuration", document, bucket},
		{movable(t, newBucketMetrics()), "aws_s3_bucket_metric", named, both},
		{movable(t, newBucketIntelligentTiering()), "aws_s3_bucket_intelligent_tiering_configuration", named, both},
		{movable(t, newBucketInventory()), "aws_s3_bucket_inventory", named, both},
		{&videoBucket{}, "aws_s3_bucket", `{"bucket":"v-1","bucket_prefix":"v-","arn":"a","hosted_zone_id":"Z","region":"eu-west-1","tags":{"a":"b"}}`,
			map[string]string{"bucket": "v-1", "bucket_prefix": "v-", "arn": "a", "hosted_zone_id": "Z"}},
		{&accessUser{}, "aws_iam_user", `{"name":"app","path":"/","arn":"a","unique_id":"U"}`, map[string]string{"name": "app", "arn": "a", "unique_id": "U"}},
		{&accessUser{}, "aws_iam_user_policy", `{"name":"videos","user":"app","policy":"{}"}`, map[string]string{"name": "app", "policy_name": "videos"}},
		{&accessKey{}, "aws_iam_access_key", `{"id":"AKIAEXAMPLE","user":"app","secret":"hush","encrypted_secret":null,"pgp_key":""}`,
			map[string]string{"access_key_id": "AKIAEXAMPLE", "user": "app", "secret_access_key": "hush"}},
		{&accessKey{}, "aws_iam_access_key", `{"id":"AKIAEXAMPLE","user":"app","encrypted_secret":"c2VhbGVk","pgp_key":"P","key_fingerprint":"F"}`,
			map[string]string{"access_key_id": "AKIAEXAMPLE", "user": "app", "pgp_key": "P", "encrypted_secret_access_key": "c2VhbGVk", "key_fingerprint": "F"}},
		{&accessRole{}, "aws_iam_role", `{"name":"app","arn":"a","inline_policy":[],"max_session_duration":7200}`, map[string]string{"name": "app", "arn": "a"}},
		{&accessRole{}, "aws_iam_role_policy", `{"name":"videos","role":"app"}`, map[string]string{"name": "app", "policy_name": "videos"}},
		{&accessRole{}, "aws_iam_instance_profile", `{"name":"ec2","role":"app"}`, map[string]string{"name": "app", "instance_profile_name": "ec2"}},
		{&replicationRole{}, "aws_iam_role", `{"name":"s3"}`, map[string]string{"name": "s3"}},
		{&replicationRole{}, "aws_iam_role_policy", `{"name":"copy","role":"s3"}`, map[string]string{"name": "s3", "policy_name": "copy"}},
	} {
		// OpenTofu 1.10 and 1.11 name the provider by its type alone.
		for _, address := range []string{theirs, "registry.opentofu.org/hashicorp/aws", "example.com/hashicorp/aws", "aws"} {
			if got := texts(t, move(t, tt.target, address, tt.kind, tt.state)); !maps.Equal(got, tt.want) {
				t.Errorf("%s of %s becomes %v, want %v", tt.kind, address, got, tt.want)
			}
		}
	}
}

// TestMoveOfAnOldBucket moves a bucket with the blocks that hashicorp/aws had before
// version 4: they are documents of their own here, and no part of the bucket.
func TestMoveOfAnOldBucket(t *testing.T) {
	s := move(t, &videoBucket{}, theirs, "aws_s3_bucket", `{"bucket":"videos","acl":"private","force_destroy":true,"region":"us-east-1","policy":"{}","tags":{"a":"b"},
		"versioning":[{"enabled":true,"mfa_delete":false}],"cors_rule":[{"allowed_methods":["GET"],"max_age_seconds":3600}],"website":[],"logging":[{"target_bucket":"logs"}],
		"lifecycle_rule":[{"id":"a","enabled":true,"transition":[{"days":90,"storage_class":"GLACIER"}]}],"object_lock_configuration":[],
		"server_side_encryption_configuration":[{"rule":[{"apply_server_side_encryption_by_default":[{"sse_algorithm":"AES256"}]}]}]}`)
	var diags diag.Diagnostics
	m, ok := decode[videoBucketModel](t.Context(), s, &diags)
	if !ok || m.Bucket.ValueString() != "videos" || !m.ForceDestroy.ValueBool() {
		t.Errorf("the bucket became %+v", m)
	}
	if !m.Versioning.IsNull() || !m.Encryption.IsNull() || !m.Tags.IsNull() || !m.Region.IsNull() {
		t.Errorf("the move takes over what the refresh is to read: %+v", m)
	}
}

func TestMovesLeaveOtherSourcesAlone(t *testing.T) {
	for provider, kind := range map[string]string{
		theirs:                                 "aws_s3_bucket_policy",
		"registry.terraform.io/someone/awsome": "aws_s3_bucket",
		"registry.terraform.io/someone/aws":    "aws_s3_bucket",
	} {
		if s := move(t, &videoBucket{}, provider, kind, `{"bucket":"videos"}`); !s.Raw.IsNull() {
			t.Errorf("%s of %s was taken over", kind, provider)
		}
	}
}
