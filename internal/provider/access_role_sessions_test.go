package provider_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
)

// TestAccessRoleSession assumes roles of every profile, and finds out what they may
// do.
func TestAccessRoleSession(t *testing.T) {
	for access, allowed := range map[string][]string{
		"read":     {"LIST ", "LIST a/", "GET a/1.mp4", "GET b/2.mp4", "GET manifest.json", "LOCATE"},
		"upload":   {"LIST ", "LIST a/", "GET a/1.mp4", "GET b/2.mp4", "GET manifest.json", "PUT a/3.mp4", "PUT manifest.json", "LOCATE", "UPLOAD"},
		"manifest": {"LIST ", "LIST a/", "GET manifest.json", "PUT manifest.json"},
	} {
		t.Run(access, func(t *testing.T) {
			e := acctest.Start(t)
			e.FakeOnly(t, "moto checks no permissions")
			name := acctest.Name(t)
			videos(t, e, "fovea-videos")
			makeUser(t, e, name)
			id, secret := makeKey(t, e, name)
			user := "arn:aws:iam::123456789012:user/" + name
			assume := func() (*sts.AssumeRoleOutput, error) {
				return stsClient(t, e, id, secret).AssumeRole(t.Context(), &sts.AssumeRoleInput{
					RoleArn: aws.String("arn:aws:iam::123456789012:role/" + name), RoleSessionName: aws.String("test"),
				})
			}
			e.Run(t,
				resource.TestStep{Config: e.Config("%s", roleBlock(name, `access = "`+access+`"`))},
				resource.TestStep{
					PreConfig: func() {
						if _, err := assume(); !awserr.Denied(err) {
							t.Errorf("%v for somebody who is not trusted", err)
						}
					},
					Config: e.Config("%s", roleBlock(name, `access = "`+access+`"
  trusted_principal_arns = ["`+user+`"]`)),
					PostApplyFunc: func() {
						session, err := assume()
						if err != nil {
							t.Fatal(err)
						}
						sameOperations(t, mayDo(t, e, "fovea-videos", session.Credentials), allowed...)
					},
				},
			)
		})
	}
}

// TestAccessRoleGitHub assumes a role with the tokens of workflows.
func TestAccessRoleGitHub(t *testing.T) {
	e := acctest.Start(t)
	e.FakeOnly(t, "moto takes any token")
	name := acctest.Name(t)
	videos(t, e, "fovea-videos")
	assume := func(subject string) (*sts.AssumeRoleWithWebIdentityOutput, error) {
		return stsClient(t, e, "", "").AssumeRoleWithWebIdentity(t.Context(), &sts.AssumeRoleWithWebIdentityInput{
			RoleArn: aws.String("arn:aws:iam::123456789012:role/" + name), RoleSessionName: aws.String("test"), WebIdentityToken: aws.String(token(t, subject)),
		})
	}
	e.Run(t, resource.TestStep{
		Config: e.Config("%s", roleBlock(name, `access           = "upload"
  trusted_services = []
  github_actions = {
    oidc_provider_arn = "`+gitHub(t, e)+`"
    subjects          = ["repo:parafovea/videos:ref:refs/heads/main", "repo:parafovea/videos:environment:production"]
  }`)),
		PostApplyFunc: func() {
			for _, subject := range []string{"repo:parafovea/videos:environment:production", "repo:parafovea/videos:ref:refs/heads/main"} {
				session, err := assume(subject)
				if err != nil {
					t.Fatal(err)
				}
				sameOperations(t, mayDo(t, e, "fovea-videos", session.Credentials),
					"LIST ", "LIST a/", "GET a/1.mp4", "GET b/2.mp4", "GET manifest.json", "PUT a/3.mp4", "PUT manifest.json", "LOCATE", "UPLOAD")
			}
			for _, subject := range []string{"repo:parafovea/videos:ref:refs/heads/other", "repo:parafovea/videos:pull_request", "repo:Parafovea/videos:ref:refs/heads/main"} {
				if _, err := assume(subject); !awserr.Denied(err) {
					t.Errorf("%v for the subject %s", err, subject)
				}
			}
		},
	})
}

// TestAccessRoleWebIdentity assumes a role with tokens of a cluster and of GitLab.
func TestAccessRoleWebIdentity(t *testing.T) {
	for name, tt := range map[string]struct{ issuer, subject, audience, other string }{
		"EKS":    {"oidc.eks.us-east-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B716D3041E", "system:serviceaccount:fovea:backend", "sts.amazonaws.com", "system:serviceaccount:fovea:default"},
		"GitLab": {"gitlab.example.com", "project_path:g/p:ref_type:branch:ref:main", "https://gitlab.example.com", "project_path:g/p:ref_type:branch:ref:fix"},
	} {
		t.Run(name, func(t *testing.T) {
			e := acctest.Start(t)
			e.FakeOnly(t, "moto takes any token")
			role := acctest.Name(t)
			videos(t, e, "fovea-videos")
			assume := func(subject, audience string) (*sts.AssumeRoleWithWebIdentityOutput, error) {
				return stsClient(t, e, "", "").AssumeRoleWithWebIdentity(t.Context(), &sts.AssumeRoleWithWebIdentityInput{
					RoleArn: aws.String("arn:aws:iam::123456789012:role/" + role), RoleSessionName: aws.String("test"), WebIdentityToken: aws.String(tokenOf(t, tt.issuer, subject, audience)),
				})
			}
			audiences := ""
			if tt.audience != "sts.amazonaws.com" {
				audiences = `audiences = ["` + tt.audience + `"]`
			}
			provider := oidcProvider(t, e, tt.issuer, tt.audience, "another")
			e.Run(t, resource.TestStep{
				Config: e.Config("%s", roleBlock(role, `trusted_services = []
  web_identity = {
    oidc_provider_arn = "`+provider+`"
    subjects          = ["`+tt.subject+`"]
    `+audiences+`
  }`)),
				PostApplyFunc: func() {
					session, err := assume(tt.subject, tt.audience)
					if err != nil {
						t.Fatal(err)
					}
					sameOperations(t, mayDo(t, e, "fovea-videos", session.Credentials), "LIST ", "LIST a/", "GET a/1.mp4", "GET b/2.mp4", "GET manifest.json", "LOCATE")
					if _, err := assume(tt.other, tt.audience); !awserr.Denied(err) {
						t.Errorf("another subject: got %v, want access denied", err)
					}
					if _, err := assume(tt.subject, "another"); !awserr.Denied(err) {
						t.Errorf("another audience: got %v, want access denied", err)
					}
				},
			})
		})
	}
}
