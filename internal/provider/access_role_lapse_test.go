package provider_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
)

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
