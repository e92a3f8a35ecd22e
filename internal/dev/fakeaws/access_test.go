package fakeaws

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
	"github.com/parafovea/terraform-provider-fovea/internal/iampolicy"
)

// readPolicy is the policy of FOVEA's own read profile.
func readPolicy(t *testing.T) string {
	t.Helper()
	document, err := iampolicy.Grant{Bucket: "videos", Access: iampolicy.Read}.Policy()
	if err != nil {
		t.Fatal(err)
	}
	text, err := document.JSON()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// attempts are calls with one client, by name.
func attempts(t *testing.T, c *s3.Client) map[string]error {
	t.Helper()
	ctx, key := t.Context(), aws.String("a.mp4")
	_, get := c.GetObject(ctx, &s3.GetObjectInput{Bucket: videos, Key: key})
	_, list := c.ListObjectsV2(ctx, &s3.ListObjectsV2Input{Bucket: videos})
	_, location := c.GetBucketLocation(ctx, &s3.GetBucketLocationInput{Bucket: videos})
	_, write := c.PutObject(ctx, &s3.PutObjectInput{Bucket: videos, Key: key, Body: strings.NewReader("y")})
	_, remove := c.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: videos, Key: key})
	_, configure := c.DeleteBucketCors(ctx, &s3.DeleteBucketCorsInput{Bucket: videos})
	return map[string]error{"get": get, "list": list, "location": location, "put": write, "delete": remove, "configure": configure}
}

func TestReadProfileReadsOnly(t *testing.T) {
	s, root := withBucket(t, Options{})
	put(t, root, "a.mp4", "x")
	got := attempts(t, client(s, newUser(t, s, "reader", readPolicy(t))))
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
	if want := `is not authorized to perform: s3:PutObject on resource: "arn:aws:s3:::videos/a.mp4"`; !strings.Contains(awserr.Message(got["put"]), want) {
		t.Errorf("message %q, want %q in it", awserr.Message(got["put"]), want)
	}
	for name, err := range attempts(t, client(s, newUser(t, s, "nobody", ""))) {
		if awserr.Code(err) != "AccessDenied" {
			t.Errorf("without a policy %s: %v", name, err)
		}
	}
}

func TestInsecureTransportIsDenied(t *testing.T) {
	s, root := withBucket(t, Options{})
	put(t, root, "a.mp4", "x")
	if err := putPolicy(t, root, policy(tlsOnly)); err != nil {
		t.Fatal(err)
	}
	for proto, want := range map[string]int{"https": http.StatusOK, "http": http.StatusForbidden} {
		a := ask(t, s, s.Root(), http.MethodGet, "/videos/a.mp4", "", map[string]string{"X-Forwarded-Proto": proto})
		if a.status != want {
			t.Errorf("over %s: %d %s, want %d", proto, a.status, a.code, want)
		}
	}
	// The owner's root user can always repair the policy.
	a := ask(t, s, s.Root(), http.MethodDelete, "/videos?policy", "", map[string]string{"X-Forwarded-Proto": "http"})
	if a.status != http.StatusNoContent {
		t.Errorf("deleting the policy: %d %s", a.status, a.code)
	}
}

func TestDenyWins(t *testing.T) {
	s, root := withBucket(t, Options{})
	put(t, root, "a.mp4", "x")
	reader := newUser(t, s, "reader", readPolicy(t))
	deny := `{"Effect":"Deny","Principal":{"AWS":"arn:aws:iam::123456789012:user/reader"},"Action":"s3:ListBucket","Resource":"arn:aws:s3:::videos"}`
	if err := putPolicy(t, root, policy(deny)); err != nil {
		t.Fatal(err)
	}
	got := attempts(t, client(s, reader))
	wantCode(t, got["list"], "AccessDenied")
	if got["get"] != nil {
		t.Errorf("get: %v", got["get"])
	}
}

func TestOtherAccountNeedsBothPolicies(t *testing.T) {
	s, root := withBucket(t, Options{})
	put(t, root, "a.mp4", "x")
	stranger := client(s, s.AddAccount("999999999999"))
	get := func() error {
		_, err := stranger.GetObject(t.Context(), &s3.GetObjectInput{Bucket: videos, Key: aws.String("a.mp4")})
		return err
	}
	wantCode(t, get(), "AccessDenied")
	share := `{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::999999999999:root"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::videos/*"}`
	if err := putPolicy(t, root, policy(share)); err != nil {
		t.Fatal(err)
	}
	if err := get(); err != nil {
		t.Error(err)
	}
}

func TestKeysThatDoNotCount(t *testing.T) {
	s, _ := withBucket(t, Options{})
	creds := newUser(t, s, "u", readPolicy(t))
	list := func(c Credentials) error {
		_, err := client(s, c).ListObjectsV2(t.Context(), &s3.ListObjectsV2Input{Bucket: videos})
		return err
	}
	if err := list(creds); err != nil {
		t.Fatal(err)
	}
	wantCode(t, list(Credentials{AccessKeyID: creds.AccessKeyID, SecretAccessKey: "wrong"}), "SignatureDoesNotMatch")
	wantCode(t, list(Credentials{AccessKeyID: "AKIANOBODY", SecretAccessKey: "x"}), "InvalidAccessKeyId")
	must[*iam.UpdateAccessKeyOutput](t)(iamClient(s, s.Root()).UpdateAccessKey(t.Context(), &iam.UpdateAccessKeyInput{
		UserName: aws.String("u"), AccessKeyId: &creds.AccessKeyID, Status: types.StatusTypeInactive,
	}))
	wantCode(t, list(creds), "InvalidAccessKeyId")
}

func TestAssumedRoleReads(t *testing.T) {
	s, root := withBucket(t, Options{})
	put(t, root, "a.mp4", "x")
	i := iamClient(s, s.Root())
	user := newUser(t, s, "u", policy(allow(`"sts:AssumeRole"`, "*")))
	trust := policy(`{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:root"},"Action":"sts:AssumeRole"}`)
	role := must[*iam.CreateRoleOutput](t)(i.CreateRole(t.Context(), &iam.CreateRoleInput{RoleName: aws.String("reader"), AssumeRolePolicyDocument: &trust})).Role
	must[*iam.PutRolePolicyOutput](t)(i.PutRolePolicy(t.Context(), &iam.PutRolePolicyInput{RoleName: role.RoleName, PolicyName: aws.String("p"), PolicyDocument: aws.String(readPolicy(t))}))
	session := must[*sts.AssumeRoleOutput](t)(stsClient(s, user).AssumeRole(t.Context(), &sts.AssumeRoleInput{RoleArn: role.Arn, RoleSessionName: aws.String("session")})).Credentials
	creds := Credentials{AccessKeyID: *session.AccessKeyId, SecretAccessKey: *session.SecretAccessKey, SessionToken: *session.SessionToken}
	got := attempts(t, client(s, creds))
	if got["get"] != nil || got["list"] != nil {
		t.Errorf("get: %v, list: %v", got["get"], got["list"])
	}
	wantCode(t, got["put"], "AccessDenied")
	creds.SessionToken = "forged"
	wantCode(t, attempts(t, client(s, creds))["get"], "InvalidToken")
}

func TestAnonymousIsRefused(t *testing.T) {
	s, _ := withBucket(t, Options{})
	for _, r := range []struct{ method, target string }{
		{http.MethodGet, "/"}, {http.MethodPut, "/new-bucket"}, {http.MethodGet, "/videos"}, {http.MethodDelete, "/videos"}, {http.MethodPut, "/videos/k"},
	} {
		if a := ask(t, s, Credentials{}, r.method, r.target, "", nil); a.status != http.StatusForbidden || a.code != "AccessDenied" {
			t.Errorf("%s %s: %d %s", r.method, r.target, a.status, a.code)
		}
	}
}
