package provider_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
)

// TestLossesBesidesBuckets takes trust, an instance profile, KMS keys and buckets of a
// replication away.
func TestLossesBesidesBuckets(t *testing.T) {
	e := acctest.Start(t)
	e.FakeOnly(t, "the words are the same everywhere")
	name := acctest.Name(t)
	provider := gitHub(t, e)
	makeUser(t, e, name+"-operator")
	const key = "arn:aws:kms:us-east-1:123456789012:key/"
	role, user, copies := "The role "+name, "The user "+name, "with the role "+name+"-s3 [replication-stops]"
	block := func(resource, name, arguments string) string {
		return fmt.Sprintf("resource %q \"this\" {\n  name = %q\n%s\n}\n", resource, name, arguments)
	}
	operator := "arn:aws:iam::123456789012:user/" + name + "-operator"
	access := func(services, principals, subjects, profile, keys string) string {
		arguments := "bucket = \"videos\"\ntrusted_services = [" + services + "]\n"
		if principals != "" {
			arguments += "trusted_principal_arns = [" + principals + "]\n"
		}
		if subjects != "" {
			arguments += fmt.Sprintf("github_actions = {\n  oidc_provider_arn = %q\n  subjects = [%s]\n}\n", provider, subjects)
		}
		if profile != "" {
			arguments += fmt.Sprintf("instance_profile_name = %q\n", profile)
		}
		if keys != "" {
			arguments += "kms_key_arns = [" + keys + "]\n"
		}
		return block("fovea_access_role", name, arguments)
	}
	reader := func(keys string) string {
		return block("fovea_access_user", name, "bucket = \"videos\"\n"+keys)
	}
	replication := func(destinations, keys string) string {
		return block("fovea_replication_role", name+"-s3", "source_bucket_arn = \"arn:aws:s3:::videos\"\ndestination_bucket_arns = ["+destinations+"]\n"+keys)
	}
	cluster := func(accounts ...string) string {
		return strings.Replace(block("fovea_access_role", name+"-pods", fmt.Sprintf("bucket = \"videos\"\ntrusted_services = []\nweb_identity = {\n oidc_provider_arn = \"arn:aws:iam::123456789012:oidc-provider/oidc.eks.us-east-1.amazonaws.com/id/ABC\"\n subjects = [for a in %s : \"system:serviceaccount:fovea:${a}\"]\n}", strings.ReplaceAll(fmt.Sprintf("%q", accounts), " ", ", "))), `"this"`, `"pods"`, 1)
	}
	quoted := func(names ...string) string { return `"` + strings.Join(names, `", "`) + `"` }
	both := quoted("ec2.amazonaws.com", "lambda.amazonaws.com")
	subjects := quoted("repo:a/b:environment:p", "repo:a/c:environment:p")
	keys := quoted(key+"1", key+"2")
	w := newWorkspace(t, e, access(both, quoted(operator), subjects, name, keys)+reader("kms_key_arns = ["+keys+"]")+
		replication(quoted("arn:aws:s3:::backup", "arn:aws:s3:::backup-2"), "source_kms_key_arns = ["+keys+"]\nreplica_kms_key_arns = ["+keys+"]"))
	w.apply()

	for _, step := range []struct {
		name, config string
		want         []string
	}{
		{"one of each", access(quoted("ec2.amazonaws.com"), quoted(operator), quoted("repo:a/b:environment:p"), name, quoted(key+"1")) + reader("kms_key_arns = ["+quoted(key+"1")+"]") +
			replication(quoted("arn:aws:s3:::backup"), "source_kms_key_arns = ["+quoted(key+"1")+"]\nreplica_kms_key_arns = ["+keys+"]"), []string{
			role + " can no longer be assumed by lambda.amazonaws.com and 1 more [listing-lost]", "- repo:a/c:environment:p",
			role + " can no longer use the KMS key " + key + "2 [reading-lost]",
			user + " can no longer use the KMS key " + key + "2 [reading-lost]",
			"S3 can no longer copy all objects " + copies, "- objects to arn:aws:s3:::backup-2", "- objects that are encrypted with " + key + "2",
		}},
		{"the instance profile renamed", access(quoted("ec2.amazonaws.com"), "", quoted("repo:a/b:environment:p"), name+"-2", "") + reader("") + replication(quoted("arn:aws:s3:::backup"), ""), []string{
			"The instance profile " + name + " of the role " + name + " is deleted [listing-lost]", "The new one is not handed to them",
			role + " can no longer be assumed by " + operator + " [listing-lost]",
			role + " can no longer use the KMS key " + key + "1 [reading-lost]",
			"- copies that are encrypted with " + key + "1",
		}},
		{"the instance profile removed", access(quoted("ec2.amazonaws.com"), "", "", "", "") + reader("") + replication(quoted("arn:aws:s3:::other"), ""), []string{
			"The instance profile " + name + "-2 of the role " + name + " is deleted [listing-lost]",
			role + " can no longer be assumed by repo:a/b:environment:p [listing-lost]",
			"- objects to arn:aws:s3:::backup",
		}},
		{"more of everything", access(both, quoted(operator), subjects, name, keys) + reader("kms_key_arns = ["+keys+"]") + replication(quoted("arn:aws:s3:::backup", "arn:aws:s3:::other"), ""), nil},
		{"a web identity", access(both, quoted(operator), subjects, name, keys) + reader("kms_key_arns = ["+keys+"]") + replication(quoted("arn:aws:s3:::backup", "arn:aws:s3:::other"), "") + cluster("backend", "worker"), nil},
		{"a service account less", access(both, quoted(operator), subjects, name, keys) + reader("kms_key_arns = ["+keys+"]") + replication(quoted("arn:aws:s3:::backup", "arn:aws:s3:::other"), "") + cluster("backend"), []string{
			"The role " + name + "-pods can no longer be assumed by system:serviceaccount:fovea:worker [listing-lost]",
		}},
		{"a user that is not known yet", strings.Replace(block("fovea_access_user", name+"-new", "bucket = \"videos\""), `"this"`, `"new"`, 1) +
			access(both, quoted(operator)+", fovea_access_user.new.arn", subjects, name, keys) + reader("kms_key_arns = ["+keys+"]") + replication(quoted("arn:aws:s3:::backup", "arn:aws:s3:::other"), "") + cluster("backend"), nil},
		{"destroyed", "", []string{
			role + " can no longer list the bucket videos [listing-lost]", user + " can no longer list the bucket videos [listing-lost]",
			"S3 can no longer copy all objects " + copies, "everything: the role is destroyed",
		}},
	} {
		t.Run(step.name, func(t *testing.T) {
			w := w.on(t)
			w.configure(step.config)
			output := w.apply()
			w.says(output, step.want...)
			if step.want == nil {
				w.saysNot(output, "-lost]", "-stops]")
			}
		})
	}
}
