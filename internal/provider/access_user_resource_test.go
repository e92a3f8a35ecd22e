package provider_test

import (
	"fmt"
	"maps"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
)

const (
	readPolicy = `{"Version":"2012-10-17","Statement":[` +
		`{"Sid":"ListVideos","Effect":"Allow","Action":["s3:GetBucketLocation","s3:ListBucket"],"Resource":"arn:aws:s3:::fovea-videos"},` +
		`{"Sid":"ReadVideos","Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::fovea-videos/*"}]}`
	manifestPolicy = `{"Version":"2012-10-17","Statement":[` +
		`{"Sid":"ListVideos","Effect":"Allow","Action":["s3:ListBucket","s3:ListBucketMultipartUploads"],"Resource":"arn:aws:s3:::fovea-videos"},` +
		`{"Sid":"PublishManifest","Effect":"Allow","Action":["s3:AbortMultipartUpload","s3:GetObject","s3:PutObject"],"Resource":"arn:aws:s3:::fovea-videos/lists/videos.json"}]}`
	boundary = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"
	kmsKey   = "arn:aws:kms:us-east-1:123456789012:key/0a1b2c3d-0000-4000-8000-000000000000"
)

func TestAccessUserDefaults(t *testing.T) {
	e := acctest.Start(t)
	name := acctest.Name(t)
	config := e.Config("%s", userBlock(name, ""))
	text := knownvalue.StringExact
	e.Run(t,
		resource.TestStep{
			Config:           config,
			ConfigPlanChecks: before(action(theUser, plancheck.ResourceActionCreate), plancheck.ExpectKnownValue(theUser, tfjsonpath.New("policy"), text(readPolicy))),
			ConfigStateChecks: []statecheck.StateCheck{
				userState("id", text(name)),
				userState("name", text(name)),
				userState("path", text("/")),
				userState("bucket", text("fovea-videos")),
				userState("additional_buckets", texts()),
				userState("access", text("read")),
				userState("prefixes", knownvalue.Null()),
				userState("manifest_key", text("manifest.json")),
				userState("policy_name", text("FOVEAVideoAccess")),
				userState("policy", text(readPolicy)),
				userState("kms_key_arns", knownvalue.Null()),
				userState("permissions_boundary", knownvalue.Null()),
				userState("force_destroy", knownvalue.Bool(false)),
				userState("tags", knownvalue.Null()),
				userState("tags_all", knownvalue.MapExact(map[string]knownvalue.Check{})),
				userState("arn", text("arn:aws:iam::123456789012:user/"+name)),
				userState("unique_id", knownvalue.NotNull()),
			},
		},
	)
}

// TestAccessUserChangesInPlace changes every argument of one user, and only what
// was meant.
func TestAccessUserChangesInPlace(t *testing.T) {
	e := acctest.Start(t)
	e.FakeOnly(t, "moto sets no boundary of a user later, and loses its tags when it is renamed")
	var users []string
	change := func(from, to string, attributes ...string) edit {
		user := acctest.Name(t)
		users = append(users, user)
		return edit{from: userBlock(user, from), to: userBlock(user, to), attributes: attributes}
	}
	with := func(c edit, attribute, value string) edit {
		c.state = map[string]knownvalue.Check{attribute: knownvalue.StringExact(value)}
		return c
	}
	renamed := change(`path = "/fovea/"`, "", "arn", "id", "name")
	renamed.to = userBlock(users[0]+"-b", `path = "/fovea/"`)
	editsInPlace(t, e, "fovea_access_user", "unique_id", map[string]edit{
		"name":           with(renamed, "arn", "arn:aws:iam::123456789012:user/fovea/"+users[0]+"-b"),
		"path":           change("", `path = "/fovea/"`, "arn", "path"),
		"tags":           change("", `tags = { team = "video" }`, "tags"),
		"other tags":     change(`tags = { team = "video" }`, `tags = { team = "Video", stage = "test" }`, "tags"),
		"boundary":       change("", fmt.Sprintf("permissions_boundary = %q", boundary), "permissions_boundary"),
		"force_destroy":  change("", "force_destroy = true", "force_destroy"),
		"upload":         change("", `access = "upload"`, "access", "policy"),
		"manifest":       with(change("", "access = \"manifest\"\nmanifest_key = \"lists/videos.json\"", "access", "manifest_key", "policy"), "policy", manifestPolicy),
		"prefixes":       change("", `prefixes = ["b/", "a/"]`, "policy", "prefixes"),
		"same prefixes":  change(`prefixes = ["b/", "a/"]`, `prefixes = ["a/", "b/"]`),
		"buckets":        change("", `additional_buckets = ["fovea-backup"]`, "additional_buckets", "policy"),
		"same buckets":   change(`additional_buckets = ["fovea-backup", "archive"]`, `additional_buckets = ["archive", "fovea-backup"]`),
		"keys":           change("", fmt.Sprintf("kms_key_arns = [%q]", kmsKey), "kms_key_arns", "policy"),
		"name of policy": with(change("", `policy_name = "Videos"`, "policy_name"), "policy", readPolicy),
	})
	for _, user := range users {
		if userExists(t, e, user) || userExists(t, e, user+"-b") {
			t.Errorf("the user %s is still there after a destroy", user)
		}
	}
}

func TestAccessUserTags(t *testing.T) {
	e := acctest.Start(t)
	name := acctest.Name(t)
	const settings = `
  default_tags {
    tags = { team = "video", stage = "test" }
  }
  ignore_tags {
    key_prefixes = ["cost:"]
  }
`
	config := e.ConfigWith(settings, "%s", userBlock(name, `tags = { stage = "live" }`))
	all := map[string]knownvalue.Check{"team": knownvalue.StringExact("video"), "stage": knownvalue.StringExact("live")}
	e.Run(t,
		resource.TestStep{Config: config, ConfigStateChecks: []statecheck.StateCheck{userState("tags_all", knownvalue.MapExact(all))}},
		resource.TestStep{
			PreConfig:        func() { tagUser(t, e, name, "cost:center", "7") },
			Config:           config,
			ConfigPlanChecks: nothing(),
		},
		resource.TestStep{Config: e.ConfigWith(settings, "%s", userBlock(name, ""))},
		resource.TestStep{
			ResourceName: theUser, ImportState: true, ImportStateVerify: true,
		},
	)
}

func TestAccessRequests(t *testing.T) {
	e := acctest.Start(t)
	e.FakeOnly(t, "the requests are counted")
	e.Run(t, resource.TestStep{
		Config: e.Config("%s", userBlock(acctest.Name(t), "")+keyBlock("")),
		ConfigPlanChecks: resource.ConfigPlanChecks{
			// Between these two Terraform plans once.
			PostApplyPreRefresh: []plancheck.PlanCheck{then(func() { e.Fake.Requests().Reset() })},
			PostApplyPostRefresh: []plancheck.PlanCheck{planCheck(func() error {
				want := map[string]int{"GetCallerIdentity": 1, "GetUser": 1, "GetUserPolicy": 1, "ListAccessKeys": 1}
				if got := e.Fake.Requests().Counts(); !maps.Equal(got, want) {
					return fmt.Errorf("a plan without changes asks for %v, want %v", got, want)
				}
				return nil
			})},
		},
	})
}
