package provider_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
)

// everyPrincipal has a user with a key, an access role and a replication role.
type everyPrincipal struct {
	*workspace
	lifecycle string // of each

	name, path  string // of user and roles
	label       string
	trigger     string // of replacements, "" for none
	more        string
	withoutKeys bool
}

func newEveryPrincipal(t *testing.T, lifecycle string) *everyPrincipal {
	t.Helper()
	e := acctest.Start(t)
	e.FakeOnly(t, "moto deletes roles that have instance profiles, and has no permissions")
	p := &everyPrincipal{lifecycle: lifecycle, name: acctest.Name(t), path: "/", label: "app"}
	p.workspace = newWorkspace(t, e, p.config())
	p.apply()
	return p
}

func (p *everyPrincipal) config() string {
	lifecycle, triggered := p.lifecycle, ""
	if p.trigger != "" {
		lifecycle += "\nreplace_triggered_by = [terraform_data.trigger]"
		triggered = fmt.Sprintf("resource \"terraform_data\" \"trigger\" {\n  input = %q\n}\n", p.trigger)
	}
	key := fmt.Sprintf("resource \"fovea_access_key\" \"app\" {\n  user = fovea_access_user.%s.name\n  lifecycle {\n%s\n  }\n}\n", p.label, p.lifecycle)
	if p.withoutKeys {
		key = ""
	}
	return triggered + key + fmt.Sprintf(`
resource "fovea_access_user" %[1]q {
  name   = "%[2]s"
  path   = %[3]q
  bucket = "videos"
  lifecycle {
%[4]s
  }
}

resource "fovea_access_role" %[1]q {
  name                  = "%[2]s-ec2"
  path                  = %[3]q
  bucket                = "videos"
  instance_profile_name = "%[2]s-ec2${%[3]q == "/" ? "" : "-in-path"}"
  lifecycle {
%[4]s
  }
}

resource "fovea_replication_role" %[1]q {
  name                    = "%[2]s-s3"
  path                    = %[3]q
  source_bucket_arn       = "arn:aws:s3:::videos"
  destination_bucket_arns = ["arn:aws:s3:::backup"]
  lifecycle {
%[4]s
  }
}
`, p.label, p.name, p.path, lifecycle) + p.more
}

// reconfigure writes the configuration after a change of its fields.
func (p *everyPrincipal) reconfigure(change func()) {
	p.t.Helper()
	change()
	p.configure(p.config())
}

func (p *everyPrincipal) addresses() []string {
	return []string{"fovea_access_user." + p.label, "fovea_access_role." + p.label, "fovea_replication_role." + p.label}
}

// there expects user and roles of the name, with their inline policies, and nothing of
// other names.
func (p *everyPrincipal) there(others ...string) {
	p.t.Helper()
	holdsPolicy(p.t, p.Env, "user", p.name, "FOVEAVideoAccess")
	holdsPolicy(p.t, p.Env, "role", p.name+"-ec2", "FOVEAVideoAccess")
	holdsPolicy(p.t, p.Env, "role", p.name+"-s3", "FOVEAReplication")
	for _, name := range others {
		if userExists(p.t, p.Env, name) || roleExists(p.t, p.Env, name+"-ec2") || roleExists(p.t, p.Env, name+"-s3") {
			p.t.Errorf("user or roles of the old name %s: got at least one that is there, want none", name)
		}
	}
}

// holdsPolicy expects a user or role to exist and to have an inline policy.
func holdsPolicy(t *testing.T, e *acctest.Env, kind, name, policy string) {
	t.Helper()
	if _, err := policyText(t, e, kind, name, policy); err != nil {
		t.Errorf("the policy %s of the %s %s: got %v, want it to be there", policy, kind, name, err)
	}
}

// policyText reads an inline policy of a user or a role, which may not exist.
func policyText(t *testing.T, e *acctest.Env, kind, name, policy string) (string, error) {
	t.Helper()
	var (
		document string
		err      error
	)
	if kind == "user" {
		var out *iam.GetUserPolicyOutput
		if out, err = e.IAM.GetUserPolicy(t.Context(), &iam.GetUserPolicyInput{UserName: &name, PolicyName: &policy}); err == nil {
			document = *out.PolicyDocument
		}
	} else {
		var out *iam.GetRolePolicyOutput
		if out, err = e.IAM.GetRolePolicy(t.Context(), &iam.GetRolePolicyInput{RoleName: &name, PolicyName: &policy}); err == nil {
			document = *out.PolicyDocument
		}
	}
	if err != nil && !awserr.NotFound(err) {
		t.Fatal(err)
	}
	return document, err
}

// TestPrincipalsAreReplaced forces replacements, and changes what IAM cannot change in
// place: each works or is refused, and user, roles and inline policies are there at the
// end.
func TestPrincipalsAreReplaced(t *testing.T) {
	for name, lifecycle := range map[string]string{"destroy first": "", "create first": "create_before_destroy = true"} {
		t.Run(name, func(t *testing.T) {
			p := newEveryPrincipal(t, lifecycle)
			createsFirst := lifecycle != ""
			inPlace := []string{
				"The user " + p.name + " cannot be replaced [principal-in-place]",
				"The role " + p.name + "-ec2 cannot be replaced [principal-in-place]",
				"The role " + p.name + "-s3 cannot be replaced [principal-in-place]",
			}
			var replace []string
			for _, address := range p.addresses() {
				replace = append(replace, "-replace="+address)
			}
			p.refused(inPlace, append([]string{"apply", "-auto-approve"}, replace...)...)
			p.refused(inPlace, append([]string{"apply", "-auto-approve", "-refresh=false"}, replace...)...)
			p.there()

			p.reconfigure(func() { p.trigger = "one" })
			p.apply()
			p.reconfigure(func() { p.trigger = "two" })
			p.refused(inPlace, "apply", "-auto-approve")
			p.reconfigure(func() { p.trigger = "" })
			p.apply()
			p.there()

			keys := idsOfKeys(t, p.Env, p.name)
			p.says(p.apply("-replace=fovea_access_key.app"), "The access key "+keys[0]+" of the user "+p.name+" was replaced [access-key-ends]")
			if now := idsOfKeys(t, p.Env, p.name); len(now) != 1 || now[0] == keys[0] {
				t.Errorf("keys after the replacement of %v: got %v, want one other key", keys, now)
			}

			if createsFirst {
				// IAM has one role of a name, whatever its path.
				p.reconfigure(func() { p.path = "/fovea/" })
				output := p.refused([]string{"The role " + p.name + "-ec2 exists already [principal-exists]", "The role " + p.name + "-s3 exists already [principal-exists]",
					"remove create_before_destroy, or change the name as well"}, "apply", "-auto-approve")
				p.says(output, "The role "+p.name+"-ec2 can no longer list the bucket videos [listing-lost]")
				p.there()
				p.reconfigure(func() { p.path = "/" })
				p.apply()
			} else {
				p.reconfigure(func() { p.path = "/fovea/" })
				p.says(p.apply(), "The role "+p.name+"-ec2 can no longer list the bucket videos [listing-lost]",
					"S3 can no longer copy all objects with the role "+p.name+"-s3 [replication-stops]")
			}
			p.unchanged()
			p.there()

			old := p.name
			p.reconfigure(func() { p.name += "-b" })
			p.says(p.apply(), "The role "+old+"-ec2 can no longer list the bucket videos [listing-lost]", "S3 can no longer copy all objects with the role "+old+"-s3 [replication-stops]")
			p.unchanged()
			p.there(old)
			if now := idsOfKeys(t, p.Env, p.name); len(now) != 1 {
				t.Errorf("keys of the renamed user: got %v, want the one that it had", now)
			}

			from := p.addresses()
			p.reconfigure(func() { p.label = "web" })
			p.refused([]string{"is created and destroyed by one plan [principal-managed-twice]"}, "apply", "-auto-approve")
			p.there()
			p.reconfigure(func() {
				for i, to := range p.addresses() {
					p.more += fmt.Sprintf("moved {\n  from = %s\n  to   = %s\n}\n", from[i], to)
				}
			})
			p.apply()
			p.unchanged()
			p.there()
		})
	}
}

// TestPrincipalsAreTainted applies with tainted users and roles. A user that has a key
// cannot be deleted, and a name cannot be given twice.
func TestPrincipalsAreTainted(t *testing.T) {
	for name, tt := range map[string]struct {
		lifecycle   string
		withoutKeys bool
		fails       string // "" for nothing
	}{
		"destroy first":            {withoutKeys: true},
		"destroy first, with keys": {fails: "Could not delete the user"},
		"create first":             {lifecycle: "create_before_destroy = true", fails: "exists already [principal-exists]"},
	} {
		t.Run(name, func(t *testing.T) {
			p := newEveryPrincipal(t, tt.lifecycle)
			p.reconfigure(func() { p.withoutKeys = tt.withoutKeys })
			p.apply()
			for _, address := range p.addresses() {
				p.mustRun("taint", address)
			}
			output, code := p.terraform("apply", "-auto-approve")
			p.says(output, "The user "+p.name+" is marked as tainted [principal-tainted]", "The role "+p.name+"-ec2 is marked as tainted [principal-tainted]",
				"The role "+p.name+"-s3 is marked as tainted [principal-tainted]", "To keep it, run terraform untaint")
			p.saysNot(output, "exists already [principal-exists] The apply will refuse")
			if (code != 0) != (tt.fails != "") {
				t.Fatalf("got exit code %d, want a failure: %t\n%s", code, tt.fails != "", output)
			}
			if tt.fails != "" {
				p.says(output, tt.fails)
			}
			p.there()
			// The remedy, for what is still tainted.
			for _, address := range p.addresses() {
				if listed, _ := p.terraform("state", "list", address); strings.Contains(listed, address) {
					p.terraform("untaint", address)
				}
			}
			p.apply()
			p.unchanged()
			p.there()
		})
	}
}
