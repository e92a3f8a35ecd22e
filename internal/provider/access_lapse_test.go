package provider_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws"
)

// reader lists and gets videos below a/ without a pause, and once more before
// every request that changes, or looks at, who may read.
type reader struct {
	bucket  string
	running sync.WaitGroup
	stop    context.CancelFunc

	mu       sync.Mutex
	reads    int
	failures []error
}

// start reads until halt, with a client of the key.
func (r *reader) start(t *testing.T, e *acctest.Env, client *s3.Client) {
	t.Helper()
	ctx := r.watch(t, e, client)
	r.running.Go(func() {
		for ctx.Err() == nil {
			r.read(ctx, client)
		}
	})
}

// watch reads before those requests alone, until halt.
func (r *reader) watch(t *testing.T, e *acctest.Env, client *s3.Client) context.Context {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	r.stop = stop
	for _, operation := range []string{
		"PutUserPolicy", "GetUserPolicy", "DeleteUserPolicy", "UpdateUser", "GetUser", "TagUser", "DeleteUser",
		"PutRolePolicy", "GetRolePolicy", "DeleteRolePolicy", "UpdateAssumeRolePolicy", "UpdateRole", "GetRole", "TagRole",
		"PutBucketPolicy", "GetBucketPolicy",
	} {
		e.Fake.Inject(fakeaws.Fault{Operation: operation, Hook: func() { r.read(ctx, client) }})
	}
	return ctx
}

func (r *reader) read(ctx context.Context, client *s3.Client) {
	_, listing := client.ListObjectsV2(ctx, &s3.ListObjectsV2Input{Bucket: &r.bucket, Prefix: aws.String("a/")})
	object, getting := client.GetObject(ctx, &s3.GetObjectInput{Bucket: &r.bucket, Key: aws.String("a/1.mp4")})
	if getting == nil {
		getting = object.Body.Close()
	}
	if ctx.Err() != nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.reads++
	if err := errors.Join(listing, getting); err != nil {
		r.failures = append(r.failures, err)
	}
}

// halt ends the reading, and fails the test if anything was denied.
func (r *reader) halt(t *testing.T) {
	t.Helper()
	r.stop()
	r.running.Wait()
	if len(r.failures) > 0 || r.reads < 10 {
		t.Errorf("%d of %d reads failed, the first with: %v", len(r.failures), r.reads, errors.Join(r.failures[:min(1, len(r.failures))]...))
	}
}

// TestAccessNeverLapses reads with the user's key while everything about the user
// changes.
func TestAccessNeverLapses(t *testing.T) {
	e := acctest.Start(t)
	e.FakeOnly(t, "it checks permissions, which moto does not")
	bucket, user := acctest.Name(t), acctest.Name(t)
	videos(t, e, bucket)
	var id, secret string
	busy := reader{bucket: bucket}
	step := func(user, arguments string) resource.TestStep {
		return resource.TestStep{
			Config:           e.Config("%s", grantsOf(bucket, user, arguments)),
			ConfigPlanChecks: before(action(theUser, plancheck.ResourceActionUpdate)),
		}
	}
	first := step(user, "")
	first.ConfigPlanChecks = resource.ConfigPlanChecks{}
	first.ConfigStateChecks = []statecheck.StateCheck{noted{theKey, "access_key_id", &id}, noted{theKey, "secret_access_key", &secret}}
	first.PostApplyFunc = func() { busy.start(t, e, e.S3As(t, id, secret)) }
	last := step(user, "path = \"/fovea/\"\nprefixes = [\"a/\", \"b/\"]\npolicy_name = \"fovea\"")
	last.PostApplyFunc = func() { busy.halt(t) }
	e.Run(t,
		first,
		step(user, `policy_name = "Fovea"`),
		step(user, "policy_name = \"Fovea\"\naccess = \"upload\""),
		step(user+"-b", "policy_name = \"Fovea\"\naccess = \"upload\"\nprefixes = [\"a/\"]"),
		step(user+"-b", "policy_name = \"Fovea\"\nprefixes = [\"a/\"]\ntags = { team = \"video\" }"),
		last,
	)
}

// TestAccessSurvivesARefusedDestroy reads with a key that Terraform does not know,
// while it tries to delete the user.
func TestAccessSurvivesARefusedDestroy(t *testing.T) {
	e := acctest.Start(t)
	e.FakeOnly(t, "it checks permissions, which moto does not")
	bucket, user := acctest.Name(t), acctest.Name(t)
	videos(t, e, bucket)
	busy := reader{bucket: bucket}
	config := e.Config("%s", grantsOf(bucket, user, ""))
	var foreign string
	e.Run(t,
		resource.TestStep{Config: config},
		resource.TestStep{
			PreConfig: func() {
				var secret string
				foreign, secret = makeKey(t, e, user)
				busy.start(t, e, e.S3As(t, foreign, secret))
			},
			Config: config, Destroy: true,
			ExpectError: acctest.Message("Could not delete the user " + user),
		},
		resource.TestStep{PreConfig: func() { busy.halt(t); deleteKey(t, e, user, foreign) }, Config: config},
	)
}

// TestAccessRoleNeverLapses reads as the role while everything about it changes.
func TestAccessRoleNeverLapses(t *testing.T) {
	e := acctest.Start(t)
	e.FakeOnly(t, "moto checks no permissions")
	name := acctest.Name(t)
	videos(t, e, "fovea-videos")
	makeUser(t, e, name)
	trust := `trusted_principal_arns = ["arn:aws:iam::123456789012:user/` + name + "\"]\n"
	busy := reader{bucket: "fovea-videos"}
	step := func(arguments string) resource.TestStep {
		return resource.TestStep{Config: e.Config("%s", roleBlock(name, arguments))}
	}
	first := step(trust)
	first.PostApplyFunc = func() {
		id, secret := makeKey(t, e, name)
		out, err := stsClient(t, e, id, secret).AssumeRole(t.Context(), &sts.AssumeRoleInput{
			RoleArn: aws.String("arn:aws:iam::123456789012:role/" + name), RoleSessionName: aws.String("test"),
		})
		if err != nil {
			t.Fatal(err)
		}
		busy.start(t, e, s3.New(sessionOptions(e, out.Credentials)))
	}
	last := step("prefixes = [\"a/\", \"b/\"]\npolicy_name = \"fovea\"\nmax_session_duration = 7200")
	last.PostApplyFunc = func() { busy.halt(t) }
	e.Run(t,
		first,
		step(trust+`policy_name = "Fovea"`),
		step(trust+"policy_name = \"Fovea\"\naccess = \"upload\""),
		step("policy_name = \"Fovea\"\naccess = \"upload\"\nprefixes = [\"a/\"]"),
		step("prefixes = [\"a/\"]\ntags = { team = \"video\" }\ninstance_profile_name = \""+name+"\""),
		last,
	)
}
