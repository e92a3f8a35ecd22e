package iamapi

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
)

// TestRoleSettings goes through what roles share with users, on the other
// names that operations and elements have there.
func TestRoleSettings(t *testing.T) {
	h := newHarness(t)
	client, ctx := h.root(), t.Context()
	h.role("r", testAccount)
	role, name, managed := aws.String("r"), aws.String("p"), aws.String("arn:aws:iam::aws:policy/AmazonS3FullAccess")

	must(t)(client.TagRole(ctx, &iam.TagRoleInput{RoleName: role, Tags: []types.Tag{{Key: aws.String("a"), Value: aws.String("1")}, {Key: aws.String("b"), Value: aws.String("")}}}))
	must(t)(client.UntagRole(ctx, &iam.UntagRoleInput{RoleName: role, TagKeys: []string{"a"}}))
	tags, err := client.ListRoleTags(ctx, &iam.ListRoleTagsInput{RoleName: role})
	if err != nil || len(tags.Tags) != 1 || *tags.Tags[0].Key != "b" || *tags.Tags[0].Value != "" {
		t.Errorf("tags %+v, %v", tags, err)
	}

	must(t)(client.PutRolePolicy(ctx, &iam.PutRolePolicyInput{RoleName: role, PolicyName: name, PolicyDocument: aws.String(allow("s3:*"))}))
	inline, err := client.GetRolePolicy(ctx, &iam.GetRolePolicyInput{RoleName: role, PolicyName: name})
	if err != nil || *inline.RoleName != "r" || *inline.PolicyName != "p" {
		t.Errorf("inline policy %+v, %v", inline, err)
	}
	names, err := client.ListRolePolicies(ctx, &iam.ListRolePoliciesInput{RoleName: role})
	if err != nil || len(names.PolicyNames) != 1 {
		t.Errorf("inline policies %+v, %v", names, err)
	}
	must(t)(client.DeleteRolePolicy(ctx, &iam.DeleteRolePolicyInput{RoleName: role, PolicyName: name}))
	_, err = client.DeleteRolePolicy(ctx, &iam.DeleteRolePolicyInput{RoleName: role, PolicyName: name})
	refused(t, err, "NoSuchEntity", "The role policy with name p cannot be found.")

	must(t)(client.AttachRolePolicy(ctx, &iam.AttachRolePolicyInput{RoleName: role, PolicyArn: managed}))
	attached, err := client.ListAttachedRolePolicies(ctx, &iam.ListAttachedRolePoliciesInput{RoleName: role})
	if err != nil || len(attached.AttachedPolicies) != 1 {
		t.Errorf("attached %+v, %v", attached, err)
	}
	must(t)(client.DetachRolePolicy(ctx, &iam.DetachRolePolicyInput{RoleName: role, PolicyArn: managed}))
	_, err = client.DetachRolePolicy(ctx, &iam.DetachRolePolicyInput{RoleName: role, PolicyArn: managed})
	refused(t, err, "NoSuchEntity", "was not found")

	must(t)(client.PutRolePermissionsBoundary(ctx, &iam.PutRolePermissionsBoundaryInput{RoleName: role, PermissionsBoundary: managed}))
	must(t)(client.DeleteRolePermissionsBoundary(ctx, &iam.DeleteRolePermissionsBoundaryInput{RoleName: role}))
	must(t)(client.UpdateAssumeRolePolicy(ctx, &iam.UpdateAssumeRolePolicyInput{RoleName: role, PolicyDocument: aws.String(trustOf(testAccount))}))
	must(t)(client.DeleteRole(ctx, &iam.DeleteRoleInput{RoleName: role}))
}

// TestTagsElsewhere goes through the other things that carry tags.
func TestTagsElsewhere(t *testing.T) {
	h := newHarness(t)
	client, ctx := h.root(), t.Context()
	tag := []types.Tag{{Key: aws.String("k"), Value: aws.String("v")}}

	must(t)(client.CreateInstanceProfile(ctx, &iam.CreateInstanceProfileInput{InstanceProfileName: aws.String("i"), Tags: tag}))
	must(t)(client.TagInstanceProfile(ctx, &iam.TagInstanceProfileInput{InstanceProfileName: aws.String("i"), Tags: tag}))
	profile, err := client.ListInstanceProfileTags(ctx, &iam.ListInstanceProfileTagsInput{InstanceProfileName: aws.String("i")})
	if err != nil || len(profile.Tags) != 1 {
		t.Errorf("tags %+v, %v", profile, err)
	}
	must(t)(client.UntagInstanceProfile(ctx, &iam.UntagInstanceProfileInput{InstanceProfileName: aws.String("i"), TagKeys: []string{"k"}}))
	profiles, err := client.ListInstanceProfiles(ctx, &iam.ListInstanceProfilesInput{})
	if err != nil || len(profiles.InstanceProfiles) != 1 {
		t.Errorf("profiles %+v, %v", profiles, err)
	}

	made, err := client.CreatePolicy(ctx, &iam.CreatePolicyInput{PolicyName: aws.String("p"), PolicyDocument: aws.String(allow("s3:*"))})
	if err != nil {
		t.Fatal(err)
	}
	arn := made.Policy.Arn
	must(t)(client.TagPolicy(ctx, &iam.TagPolicyInput{PolicyArn: arn, Tags: tag}))
	policy, err := client.ListPolicyTags(ctx, &iam.ListPolicyTagsInput{PolicyArn: arn})
	if err != nil || len(policy.Tags) != 1 {
		t.Errorf("tags %+v, %v", policy, err)
	}
	must(t)(client.UntagPolicy(ctx, &iam.UntagPolicyInput{PolicyArn: arn, TagKeys: []string{"k"}}))
	must(t)(client.CreatePolicyVersion(ctx, &iam.CreatePolicyVersionInput{PolicyArn: arn, PolicyDocument: aws.String(allow("s3:Get*"))}))
	must(t)(client.SetDefaultPolicyVersion(ctx, &iam.SetDefaultPolicyVersionInput{PolicyArn: arn, VersionId: aws.String("v2")}))
	versions, err := client.ListPolicyVersions(ctx, &iam.ListPolicyVersionsInput{PolicyArn: arn})
	if err != nil || len(versions.Versions) != 2 || !versions.Versions[1].IsDefaultVersion {
		t.Errorf("versions %+v, %v", versions, err)
	}

	provider, err := client.CreateOpenIDConnectProvider(ctx, &iam.CreateOpenIDConnectProviderInput{Url: aws.String("https://example.com"), Tags: tag, ClientIDList: []string{"a", "b"}})
	if err != nil || len(provider.Tags) != 1 {
		t.Fatalf("made %+v, %v", provider, err)
	}
	arn = provider.OpenIDConnectProviderArn
	must(t)(client.TagOpenIDConnectProvider(ctx, &iam.TagOpenIDConnectProviderInput{OpenIDConnectProviderArn: arn, Tags: tag}))
	providerTags, err := client.ListOpenIDConnectProviderTags(ctx, &iam.ListOpenIDConnectProviderTagsInput{OpenIDConnectProviderArn: arn})
	if err != nil || len(providerTags.Tags) != 1 {
		t.Errorf("tags %+v, %v", providerTags, err)
	}
	must(t)(client.UntagOpenIDConnectProvider(ctx, &iam.UntagOpenIDConnectProviderInput{OpenIDConnectProviderArn: arn, TagKeys: []string{"k"}}))
	must(t)(client.RemoveClientIDFromOpenIDConnectProvider(ctx, &iam.RemoveClientIDFromOpenIDConnectProviderInput{OpenIDConnectProviderArn: arn, ClientID: aws.String("a")}))
	_, err = client.UpdateOpenIDConnectProviderThumbprint(ctx, &iam.UpdateOpenIDConnectProviderThumbprintInput{OpenIDConnectProviderArn: arn, ThumbprintList: []string{"short"}})
	refused(t, err, "InvalidInput", "Thumbprint")
}
