package provider

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws"
	"github.com/parafovea/terraform-provider-fovea/internal/iamaccess"
)

// TestInlinePolicyOverwrites has a user with the inline policy Theirs.
func TestInlinePolicyOverwrites(t *testing.T) {
	server, err := fakeaws.Start(fakeaws.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	root := server.Root()
	client := iam.New(iam.Options{
		Region: "us-east-1", BaseEndpoint: aws.String(server.URL()),
		Credentials: credentials.NewStaticCredentialsProvider(root.AccessKeyID, root.SecretAccessKey, ""),
	})
	const (
		theirs = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:GetObject"],"Resource":"arn:aws:s3:::theirs/*"}]}`
		same   = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:GetObject","Resource":["arn:aws:s3:::theirs/*"]}}`
		other  = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::videos/*"}]}`
	)
	if _, err := client.CreateUser(t.Context(), &iam.CreateUserInput{UserName: aws.String("app")}); err != nil {
		t.Fatal(err)
	}
	if _, err := client.PutUserPolicy(t.Context(), &iam.PutUserPolicyInput{UserName: aws.String("app"), PolicyName: aws.String("Theirs"), PolicyDocument: aws.String(theirs)}); err != nil {
		t.Fatal(err)
	}
	policies := iamaccess.New(client).UserPolicies("app")
	name, null, unknown := types.StringValue, types.StringNull(), types.StringUnknown()
	for title, tt := range map[string]struct {
		before, name, policy types.String
		want                 bool
	}{
		"another text":                        {name("Ours"), name("Theirs"), name(other), true},
		"the same text in other words":        {name("Ours"), name("Theirs"), name(same), false},
		"a text that is not known yet":        {name("Ours"), name("Theirs"), unknown, true},
		"a free name":                         {name("Ours"), name("Free"), name(other), false},
		"a name that is not known yet":        {name("Ours"), unknown, name(other), false},
		"its own name":                        {name("Theirs"), name("Theirs"), name(other), false},
		"after a move that was not refreshed": {null, name("Theirs"), name(other), true},
		"its own name in other capitals":      {name("theirs"), name("THEIRS"), name(other), false},
		"another name in other capitals":      {name("theirs"), name("Theirs"), name(other), true},
	} {
		t.Run(title, func(t *testing.T) {
			m := inlinePolicyModel{PolicyName: tt.name, Policy: tt.policy}
			got, err := m.overwrites(t.Context(), policies, inlinePolicyModel{PolicyName: tt.before})
			if err != nil || got != tt.want {
				t.Errorf("overwrites: got %t, %v, want %t", got, err, tt.want)
			}
		})
	}
}
