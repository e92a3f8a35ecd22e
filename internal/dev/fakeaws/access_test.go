package fakeaws_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/fakeawstest"
)

// attempts are calls with one client, by name.
func attempts(t *testing.T, c *s3.Client) map[string]error {
	t.Helper()
	ctx, key := t.Context(), aws.String("a.mp4")
	_, get := c.GetObject(ctx, &s3.GetObjectInput{Bucket: fakeawstest.Videos, Key: key})
	_, list := c.ListObjectsV2(ctx, &s3.ListObjectsV2Input{Bucket: fakeawstest.Videos})
	_, location := c.GetBucketLocation(ctx, &s3.GetBucketLocationInput{Bucket: fakeawstest.Videos})
	_, write := c.PutObject(ctx, &s3.PutObjectInput{Bucket: fakeawstest.Videos, Key: key, Body: strings.NewReader("y")})
	_, remove := c.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: fakeawstest.Videos, Key: key})
	_, configure := c.DeleteBucketCors(ctx, &s3.DeleteBucketCorsInput{Bucket: fakeawstest.Videos})
	return map[string]error{"get": get, "list": list, "location": location, "put": write, "delete": remove, "configure": configure}
}

func TestReadProfileReadsOnly(t *testing.T) {
	s, root := fakeawstest.WithBucket(t, fakeaws.Options{})
	fakeawstest.Put(t, root, "a.mp4", "x")
	got := attempts(t, fakeawstest.Client(s, fakeawstest.NewUser(t, s, "reader", fakeawstest.ReadPolicy(t))))
	for _, name := range []string{"get", "list", "location"} {
		if got[name] != nil {
			t.Errorf("%s: %v", name, got[name])
		}
	}
	for _, name := range []string{"put", "delete", "configure"} {
		if awserr.Code(got[name]) != "AccessDenied" || awserr.Status(got[name]) != http.StatusForbidden {
			t.Errorf("%s: %v, want 403 AccessDenied", name, got[name])
		}
	}
	if want := `is not authorized to perform: s3:PutObject on resource: "arn:aws:s3:::videos/a.mp4" because no identity-based policy allows the s3:PutObject action`; !strings.Contains(awserr.Message(got["put"]), want) {
		t.Errorf("message %q, want %q in it", awserr.Message(got["put"]), want)
	}
	for name, err := range attempts(t, fakeawstest.Client(s, fakeawstest.NewUser(t, s, "nobody", ""))) {
		if awserr.Code(err) != "AccessDenied" {
			t.Errorf("without a policy %s: %v", name, err)
		}
	}
}

func TestInsecureTransportIsDenied(t *testing.T) {
	s, root := fakeawstest.WithBucket(t, fakeaws.Options{})
	fakeawstest.Put(t, root, "a.mp4", "x")
	if err := fakeawstest.PutPolicy(t, root, fakeawstest.Policy(fakeawstest.TLSOnly)); err != nil {
		t.Fatal(err)
	}
	for proto, want := range map[string]int{"https": http.StatusOK, "http": http.StatusForbidden} {
		a := fakeawstest.Ask(t, s, s.Root(), http.MethodGet, "/videos/a.mp4", "", map[string]string{"X-Forwarded-Proto": proto})
		if a.Status != want {
			t.Errorf("over %s: %d %s, want %d", proto, a.Status, a.Code, want)
		}
		if why := "with an explicit deny in a resource-based policy"; a.Status == http.StatusForbidden && !strings.HasSuffix(a.Message, why) {
			t.Errorf("over %s: got %q, want %q at its end", proto, a.Message, why)
		}
	}
	// The owner's root user can always repair the policy.
	a := fakeawstest.Ask(t, s, s.Root(), http.MethodDelete, "/videos?policy", "", map[string]string{"X-Forwarded-Proto": "http"})
	if a.Status != http.StatusNoContent {
		t.Errorf("deleting the policy: %d %s", a.Status, a.Code)
	}
}

func TestDenyWins(t *testing.T) {
	s, root := fakeawstest.WithBucket(t, fakeaws.Options{})
	fakeawstest.Put(t, root, "a.mp4", "x")
	reader := fakeawstest.NewUser(t, s, "reader", fakeawstest.ReadPolicy(t))
	deny := `{"Effect":"Deny","Principal":{"AWS":"arn:aws:iam::123456789012:user/reader"},"Action":"s3:ListBucket","Resource":"arn:aws:s3:::videos"}`
	if err := fakeawstest.PutPolicy(t, root, fakeawstest.Policy(deny)); err != nil {
		t.Fatal(err)
	}
	got := attempts(t, fakeawstest.Client(s, reader))
	fakeawstest.WantCode(t, got["list"], "AccessDenied")
	if got["get"] != nil {
		t.Errorf("get: %v", got["get"])
	}
}

func TestOtherAccountNeedsBothPolicies(t *testing.T) {
	s, root := fakeawstest.WithBucket(t, fakeaws.Options{})
	fakeawstest.Put(t, root, "a.mp4", "x")
	stranger := fakeawstest.Client(s, s.AddAccount("999999999999"))
	get := func() error {
		_, err := stranger.GetObject(t.Context(), &s3.GetObjectInput{Bucket: fakeawstest.Videos, Key: aws.String("a.mp4")})
		return err
	}
	fakeawstest.WantCode(t, get(), "AccessDenied")
	share := `{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::999999999999:root"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::videos/*"}`
	if err := fakeawstest.PutPolicy(t, root, fakeawstest.Policy(share)); err != nil {
		t.Fatal(err)
	}
	if err := get(); err != nil {
		t.Error(err)
	}
}

func TestKeysThatDoNotCount(t *testing.T) {
	s, _ := fakeawstest.WithBucket(t, fakeaws.Options{})
	creds := fakeawstest.NewUser(t, s, "u", fakeawstest.ReadPolicy(t))
	list := func(c fakeaws.Credentials) error {
		_, err := fakeawstest.Client(s, c).ListObjectsV2(t.Context(), &s3.ListObjectsV2Input{Bucket: fakeawstest.Videos})
		return err
	}
	if err := list(creds); err != nil {
		t.Fatal(err)
	}
	fakeawstest.WantCode(t, list(fakeaws.Credentials{AccessKeyID: creds.AccessKeyID, SecretAccessKey: "wrong"}), "SignatureDoesNotMatch")
	fakeawstest.WantCode(t, list(fakeaws.Credentials{AccessKeyID: "AKIANOBODY", SecretAccessKey: "x"}), "InvalidAccessKeyId")
	fakeawstest.Must[*iam.UpdateAccessKeyOutput](t)(fakeawstest.IAM(s, s.Root()).UpdateAccessKey(t.Context(), &iam.UpdateAccessKeyInput{
		UserName: aws.String("u"), AccessKeyId: &creds.AccessKeyID, Status: types.StatusTypeInactive,
	}))
	fakeawstest.WantCode(t, list(creds), "InvalidAccessKeyId")
}

func TestAssumedRoleReads(t *testing.T) {
	s, root := fakeawstest.WithBucket(t, fakeaws.Options{})
	fakeawstest.Put(t, root, "a.mp4", "x")
	i := fakeawstest.IAM(s, s.Root())
	user := fakeawstest.NewUser(t, s, "u", fakeawstest.Policy(fakeawstest.Allow(`"sts:AssumeRole"`, "*")))
	trust := fakeawstest.Policy(`{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:root"},"Action":"sts:AssumeRole"}`)
	role := fakeawstest.Must[*iam.CreateRoleOutput](t)(i.CreateRole(t.Context(), &iam.CreateRoleInput{RoleName: aws.String("reader"), AssumeRolePolicyDocument: &trust})).Role
	fakeawstest.Must[*iam.PutRolePolicyOutput](t)(i.PutRolePolicy(t.Context(), &iam.PutRolePolicyInput{RoleName: role.RoleName, PolicyName: aws.String("p"), PolicyDocument: aws.String(fakeawstest.ReadPolicy(t))}))
	session := fakeawstest.Must[*sts.AssumeRoleOutput](t)(fakeawstest.STS(s, user).AssumeRole(t.Context(), &sts.AssumeRoleInput{RoleArn: role.Arn, RoleSessionName: aws.String("session")})).Credentials
	creds := fakeaws.Credentials{AccessKeyID: *session.AccessKeyId, SecretAccessKey: *session.SecretAccessKey, SessionToken: *session.SessionToken}
	got := attempts(t, fakeawstest.Client(s, creds))
	if got["get"] != nil || got["list"] != nil {
		t.Errorf("get: %v, list: %v", got["get"], got["list"])
	}
	fakeawstest.WantCode(t, got["put"], "AccessDenied")
	creds.SessionToken = "forged"
	fakeawstest.WantCode(t, attempts(t, fakeawstest.Client(s, creds))["get"], "InvalidToken")
}

func TestAnonymousIsRefused(t *testing.T) {
	s, _ := fakeawstest.WithBucket(t, fakeaws.Options{})
	for _, r := range []struct{ method, target string }{
		{http.MethodGet, "/"}, {http.MethodPut, "/new-bucket"}, {http.MethodGet, "/videos"}, {http.MethodDelete, "/videos"}, {http.MethodPut, "/videos/k"},
	} {
		if a := fakeawstest.Ask(t, s, fakeaws.Credentials{}, r.method, r.target, "", nil); a.Status != http.StatusForbidden || a.Code != "AccessDenied" {
			t.Errorf("%s %s: %d %s", r.method, r.target, a.Status, a.Code)
		}
	}
}
