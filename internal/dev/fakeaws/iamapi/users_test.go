package iamapi

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
)

func TestUserLifecycle(t *testing.T) {
	h := newHarness(t)
	client, ctx := h.root(), t.Context()

	made, err := client.CreateUser(ctx, &iam.CreateUserInput{
		UserName: aws.String("viewer"),
		Path:     aws.String("/fovea/"),
		Tags:     []types.Tag{{Key: aws.String("team"), Value: aws.String("red @ blue")}},
	})
	if err != nil {
		t.Fatal(err)
	}
	u := made.User
	if *u.Arn != arnOf("user/fovea/viewer") || !strings.HasPrefix(*u.UserId, "AIDA") || len(*u.UserId) != 21 || !u.CreateDate.Equal(h.clock.Now()) || len(u.Tags) != 1 {
		t.Errorf("made %+v", u)
	}
	got, err := client.GetUser(ctx, &iam.GetUserInput{UserName: aws.String("VIEWER")})
	if err != nil {
		t.Fatal(err)
	}
	if *got.User.UserName != "viewer" || *got.User.Tags[0].Value != "red @ blue" {
		t.Errorf("got %+v", got.User)
	}
	_, err = client.CreateUser(ctx, &iam.CreateUserInput{UserName: aws.String("Viewer")})
	refused(t, err, "EntityAlreadyExists", "User with name Viewer already exists.")

	if _, err := client.UpdateUser(ctx, &iam.UpdateUserInput{UserName: aws.String("viewer"), NewUserName: aws.String("watcher"), NewPath: aws.String("/")}); err != nil {
		t.Fatal(err)
	}
	_, err = client.GetUser(ctx, &iam.GetUserInput{UserName: aws.String("viewer")})
	refused(t, err, "NoSuchEntity", "The user with name viewer cannot be found.")

	if _, err := client.PutUserPolicy(ctx, &iam.PutUserPolicyInput{UserName: aws.String("watcher"), PolicyName: aws.String("p"), PolicyDocument: aws.String(allow("s3:GetObject"))}); err != nil {
		t.Fatal(err)
	}
	_, err = client.DeleteUser(ctx, &iam.DeleteUserInput{UserName: aws.String("watcher")})
	refused(t, err, "DeleteConflict", "must delete policies first")
	if _, err := client.DeleteUserPolicy(ctx, &iam.DeleteUserPolicyInput{UserName: aws.String("watcher"), PolicyName: aws.String("p")}); err != nil {
		t.Fatal(err)
	}
	if _, err := client.DeleteUser(ctx, &iam.DeleteUserInput{UserName: aws.String("watcher")}); err != nil {
		t.Fatal(err)
	}
	_, err = client.DeleteUser(ctx, &iam.DeleteUserInput{UserName: aws.String("watcher")})
	refused(t, err, "NoSuchEntity", "watcher")
}

func TestUserValidation(t *testing.T) {
	client, ctx := newHarness(t).root(), t.Context()
	tests := map[string]struct {
		input      iam.CreateUserInput
		code, part string
	}{
		"characters": {iam.CreateUserInput{UserName: aws.String("a b")}, "ValidationError", "The specified value for userName is invalid."},
		"length":     {iam.CreateUserInput{UserName: aws.String(strings.Repeat("a", 65))}, "ValidationError", "less than or equal to 64"},
		"path":       {iam.CreateUserInput{UserName: aws.String("a"), Path: aws.String("x/")}, "ValidationError", "at 'path'"},
		"boundary":   {iam.CreateUserInput{UserName: aws.String("a"), PermissionsBoundary: aws.String(arnOf("policy/none"))}, "NoSuchEntity", "Scope ARN"},
		"aws: tag":   {iam.CreateUserInput{UserName: aws.String("a"), Tags: []types.Tag{{Key: aws.String("AWS:x"), Value: aws.String("")}}}, "InvalidInput", "aws: prefixed"},
		"tag twice":  {iam.CreateUserInput{UserName: aws.String("a"), Tags: []types.Tag{{Key: aws.String("x"), Value: aws.String("")}, {Key: aws.String("X"), Value: aws.String("")}}}, "InvalidInput", "Duplicate tag keys"},
		"tag text":   {iam.CreateUserInput{UserName: aws.String("a"), Tags: []types.Tag{{Key: aws.String("a?"), Value: aws.String("")}}}, "ValidationError", "regular expression"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := client.CreateUser(ctx, &tt.input)
			refused(t, err, tt.code, tt.part)
		})
	}
}

func TestTagsOfUser(t *testing.T) {
	h := newHarness(t)
	h.user("tagged", "")
	client, ctx := h.root(), t.Context()
	name := aws.String("tagged")
	var many []types.Tag
	for i := range 50 {
		many = append(many, types.Tag{Key: aws.String(fmt.Sprintf("key%02d", i)), Value: aws.String("v")})
	}
	if _, err := client.TagUser(ctx, &iam.TagUserInput{UserName: name, Tags: many}); err != nil {
		t.Fatal(err)
	}
	_, err := client.TagUser(ctx, &iam.TagUserInput{UserName: name, Tags: []types.Tag{{Key: aws.String("one-more"), Value: aws.String("")}}})
	refused(t, err, "LimitExceeded", "maximum limit")
	if _, err := client.TagUser(ctx, &iam.TagUserInput{UserName: name, Tags: []types.Tag{{Key: aws.String("KEY00"), Value: aws.String("new")}}}); err != nil {
		t.Fatal(err)
	}
	if _, err := client.UntagUser(ctx, &iam.UntagUserInput{UserName: name, TagKeys: []string{"key01", "absent"}}); err != nil {
		t.Fatal(err)
	}
	listed, err := client.ListUserTags(ctx, &iam.ListUserTagsInput{UserName: name, MaxItems: aws.Int32(3)})
	if err != nil {
		t.Fatal(err)
	}
	if !listed.IsTruncated || len(listed.Tags) != 3 || *listed.Tags[0].Key != "KEY00" || *listed.Tags[0].Value != "new" || *listed.Tags[1].Key != "key02" {
		t.Errorf("listed %+v", listed)
	}
}

func TestPagination(t *testing.T) {
	h := newHarness(t)
	client, ctx := h.root(), t.Context()
	var want []string
	for i := range 7 {
		name := fmt.Sprintf("user%d", i)
		want = append(want, name)
		if _, err := client.CreateUser(ctx, &iam.CreateUserInput{UserName: &name, Path: aws.String("/p/")}); err != nil {
			t.Fatal(err)
		}
	}
	h.user("elsewhere", "")
	var got []string
	pages := iam.NewListUsersPaginator(client, &iam.ListUsersInput{PathPrefix: aws.String("/p"), MaxItems: aws.Int32(3)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			t.Fatal(err)
		}
		for _, u := range page.Users {
			got = append(got, *u.UserName)
		}
		// A user that goes between pages does not shift the rest.
		if len(got) == 3 {
			if _, err := client.DeleteUser(ctx, &iam.DeleteUserInput{UserName: aws.String("user2")}); err != nil {
				t.Fatal(err)
			}
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("listed %v, want %v", got, want)
	}
	_, err := client.ListUsers(ctx, &iam.ListUsersInput{Marker: aws.String("?")})
	refused(t, err, "ValidationError", "Invalid Marker")
	_, err = client.ListUsers(ctx, &iam.ListUsersInput{MaxItems: aws.Int32(1001)})
	refused(t, err, "ValidationError", "at 'maxItems'")
}

func TestAccessKeys(t *testing.T) {
	h := newHarness(t)
	first := h.user("keys", "")
	client, ctx := h.root(), t.Context()
	second, err := client.CreateAccessKey(ctx, &iam.CreateAccessKeyInput{UserName: aws.String("keys")})
	if err != nil {
		t.Fatal(err)
	}
	if k := h.key(*second.AccessKey.AccessKeyId); k.Secret != *second.AccessKey.SecretAccessKey || len(k.Secret) != 40 || !k.Active {
		t.Errorf("made %+v", k)
	}
	_, err = client.CreateAccessKey(ctx, &iam.CreateAccessKeyInput{UserName: aws.String("keys")})
	refused(t, err, "LimitExceeded", "Cannot exceed quota for AccessKeysPerUser: 2")

	if _, err := client.UpdateAccessKey(ctx, &iam.UpdateAccessKeyInput{UserName: aws.String("keys"), AccessKeyId: &first.AccessKeyID, Status: types.StatusTypeInactive}); err != nil {
		t.Fatal(err)
	}
	if h.key(first.AccessKeyID).Active {
		t.Error("the key is still active")
	}
	listed, err := client.ListAccessKeys(ctx, &iam.ListAccessKeysInput{UserName: aws.String("keys")})
	if err != nil {
		t.Fatal(err)
	}
	states := map[string]types.StatusType{}
	for _, k := range listed.AccessKeyMetadata {
		states[*k.AccessKeyId] = k.Status
	}
	if len(states) != 2 || states[first.AccessKeyID] != types.StatusTypeInactive || states[*second.AccessKey.AccessKeyId] != types.StatusTypeActive {
		t.Errorf("listed %v", states)
	}
	used, err := client.GetAccessKeyLastUsed(ctx, &iam.GetAccessKeyLastUsedInput{AccessKeyId: &first.AccessKeyID})
	if err != nil {
		t.Fatal(err)
	}
	if *used.UserName != "keys" || used.AccessKeyLastUsed.LastUsedDate != nil || *used.AccessKeyLastUsed.Region != "N/A" {
		t.Errorf("last used %+v", used.AccessKeyLastUsed)
	}
	_, err = client.DeleteUser(ctx, &iam.DeleteUserInput{UserName: aws.String("keys")})
	refused(t, err, "DeleteConflict", "must delete access keys first")
	if _, err := client.DeleteAccessKey(ctx, &iam.DeleteAccessKeyInput{UserName: aws.String("keys"), AccessKeyId: &first.AccessKeyID}); err != nil {
		t.Fatal(err)
	}
	if _, ok := h.accounts[testAccount].Key(first.AccessKeyID); ok {
		t.Error("the key is still there")
	}
	_, err = client.DeleteAccessKey(ctx, &iam.DeleteAccessKeyInput{UserName: aws.String("keys"), AccessKeyId: &first.AccessKeyID})
	refused(t, err, "NoSuchEntity", "The Access Key with id "+first.AccessKeyID)
}

func TestLeftovers(t *testing.T) {
	h := newHarness(t)
	h.user("plain", "")
	client, ctx := h.root(), t.Context()
	name := aws.String("plain")
	groups, err := client.ListGroupsForUser(ctx, &iam.ListGroupsForUserInput{UserName: name})
	if err != nil || groups.Groups == nil || len(groups.Groups) != 0 {
		t.Errorf("groups %+v, %v", groups, err)
	}
	if out, err := client.ListMFADevices(ctx, &iam.ListMFADevicesInput{UserName: name}); err != nil || out.MFADevices == nil {
		t.Errorf("MFA devices %+v, %v", out, err)
	}
	if out, err := client.ListSigningCertificates(ctx, &iam.ListSigningCertificatesInput{UserName: name}); err != nil || out.Certificates == nil {
		t.Errorf("certificates %+v, %v", out, err)
	}
	if out, err := client.ListSSHPublicKeys(ctx, &iam.ListSSHPublicKeysInput{UserName: name}); err != nil || out.SSHPublicKeys == nil {
		t.Errorf("SSH keys %+v, %v", out, err)
	}
	if out, err := client.ListServiceSpecificCredentials(ctx, &iam.ListServiceSpecificCredentialsInput{UserName: name}); err != nil || out.ServiceSpecificCredentials == nil {
		t.Errorf("service credentials %+v, %v", out, err)
	}
	if out, err := client.ListVirtualMFADevices(ctx, &iam.ListVirtualMFADevicesInput{}); err != nil || out.VirtualMFADevices == nil {
		t.Errorf("virtual MFA devices %+v, %v", out, err)
	}
	if out, err := client.ListAccountAliases(ctx, &iam.ListAccountAliasesInput{}); err != nil || out.AccountAliases == nil {
		t.Errorf("aliases %+v, %v", out, err)
	}
	_, err = client.DeleteLoginProfile(ctx, &iam.DeleteLoginProfileInput{UserName: name})
	refused(t, err, "NoSuchEntity", "Login Profile for User plain cannot be found.")
	_, err = client.ListGroupsForUser(ctx, &iam.ListGroupsForUserInput{UserName: aws.String("gone")})
	refused(t, err, "NoSuchEntity", "gone")
}

func TestWhatIsNotImplementedSaysSo(t *testing.T) {
	client, ctx := newHarness(t).root(), t.Context()
	_, err := client.CreateGroup(ctx, &iam.CreateGroupInput{GroupName: aws.String("g")})
	refused(t, err, "NotImplemented", "fakeaws does not implement the operation iam:CreateGroup.")
}
