package fakeaws

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
	"github.com/parafovea/terraform-provider-fovea/internal/iampolicy"
)

const (
	tlsOnly = `{"Sid":"TLSOnly","Effect":"Deny","Principal":"*","Action":"s3:*","Resource":["arn:aws:s3:::videos","arn:aws:s3:::videos/*"],"Condition":{"Bool":{"aws:SecureTransport":"false"}}}`
	open    = `{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::videos/*"}`
)

func putPolicy(t testing.TB, c *s3.Client, document string) error {
	t.Helper()
	_, err := c.PutBucketPolicy(t.Context(), &s3.PutBucketPolicyInput{Bucket: videos, Policy: &document})
	return err
}

func getPolicy(t testing.TB, c *s3.Client) (string, error) {
	t.Helper()
	out, err := c.GetBucketPolicy(t.Context(), &s3.GetBucketPolicyInput{Bucket: videos})
	if err != nil {
		return "", err
	}
	return *out.Policy, nil
}

func TestPolicyRoundTrip(t *testing.T) {
	_, c := withBucket(t, Options{})
	_, err := getPolicy(t, c)
	wantCode(t, err, "NoSuchBucketPolicy")
	if err := putPolicy(t, c, policy(tlsOnly)); err != nil {
		t.Fatal(err)
	}
	got, err := getPolicy(t, c)
	if err != nil || !iampolicy.Equivalent(got, policy(tlsOnly)) {
		t.Errorf("read back %s, %v", got, err)
	}
	status := must[*s3.GetBucketPolicyStatusOutput](t)(c.GetBucketPolicyStatus(t.Context(), &s3.GetBucketPolicyStatusInput{Bucket: videos}))
	if aws.ToBool(status.PolicyStatus.IsPublic) {
		t.Error("a policy that only denies is public")
	}
	must[*s3.DeleteBucketPolicyOutput](t)(c.DeleteBucketPolicy(t.Context(), &s3.DeleteBucketPolicyInput{Bucket: videos}))
	_, err = getPolicy(t, c)
	wantCode(t, err, "NoSuchBucketPolicy")
	_, err = c.GetBucketPolicyStatus(t.Context(), &s3.GetBucketPolicyStatusInput{Bucket: videos})
	wantCode(t, err, "NoSuchBucketPolicy")
}

func TestPolicyFaults(t *testing.T) {
	_, c := withBucket(t, Options{})
	change := func(old, replacement string) string { return strings.Replace(policy(tlsOnly), old, replacement, 1) }
	fits := policy(strings.Repeat(strings.Replace(tlsOnly, `"Sid":"TLSOnly",`, "", 1)+",", 80) + tlsOnly)
	tests := map[string]struct{ document, code, message string }{
		"not JSON":            {"x", "MalformedPolicy", "must be valid JSON"},
		"another bucket":      {change("arn:aws:s3:::videos/*", "arn:aws:s3:::other/*"), "MalformedPolicy", "invalid resource"},
		"an unknown action":   {change("s3:*", "s3:Fly"), "MalformedPolicy", "invalid action"},
		"an unknown role":     {change(`"*"`, `{"AWS":"arn:aws:iam::123456789012:role/none"}`), "MalformedPolicy", "Invalid principal in policy"},
		"an unknown account":  {change(`"*"`, `{"AWS":"arn:aws:iam::999999999999:root"}`), "MalformedPolicy", "Invalid principal in policy"},
		"no principal":        {change(`"Principal":"*",`, ""), "MalformedPolicy", ""},
		"the account":         {change(`"*"`, `{"AWS":"123456789012"}`), "", ""},
		"up to 20 KB":         {fits, "", ""},
		"over 20 KB":          {change(`"TLSOnly"`, `"`+strings.Repeat("x", 20<<10)+`"`), "PolicyTooLarge", "maximum allowed document size"},
		"blanks do not count": {strings.Replace(policy(tlsOnly), "{", "{"+strings.Repeat(" ", 20<<10), 1), "", ""},
		"a public policy":     {policy(open), "AccessDenied", "BlockPublicPolicy"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			err := putPolicy(t, c, tt.document)
			wantCode(t, err, tt.code)
			if !strings.Contains(awserr.Message(err), tt.message) {
				t.Errorf("message %q, want %q in it", awserr.Message(err), tt.message)
			}
		})
	}
}

func TestPublicPolicy(t *testing.T) {
	s, c := withBucket(t, Options{})
	must[*s3.PutObjectOutput](t)(c.PutObject(t.Context(), &s3.PutObjectInput{Bucket: videos, Key: aws.String("a"), Body: strings.NewReader("x")}))
	anonymous := func() int { return ask(t, s, Credentials{}, http.MethodGet, "/videos/a", "", nil).status }
	block := func(switches string) {
		if code := judge(t, s, "publicAccessBlock", "<PublicAccessBlockConfiguration>"+switches+"</PublicAccessBlockConfiguration>"); code != "" {
			t.Fatal(code)
		}
	}
	if got := anonymous(); got != http.StatusForbidden {
		t.Errorf("private: status %d", got)
	}
	block("<BlockPublicPolicy>false</BlockPublicPolicy>")
	if err := putPolicy(t, c, policy(open)); err != nil {
		t.Fatal(err)
	}
	if got := anonymous(); got != http.StatusOK {
		t.Errorf("public: status %d", got)
	}
	status := must[*s3.GetBucketPolicyStatusOutput](t)(c.GetBucketPolicyStatus(t.Context(), &s3.GetBucketPolicyStatusInput{Bucket: videos}))
	if !aws.ToBool(status.PolicyStatus.IsPublic) {
		t.Error("the status of a public policy is not public")
	}
	block("<RestrictPublicBuckets>true</RestrictPublicBuckets>")
	if got := anonymous(); got != http.StatusForbidden {
		t.Errorf("restricted: status %d", got)
	}
}

// TestPolicyOutlivesPrincipal shows that a policy is about the user, not about
// his name.
func TestPolicyOutlivesPrincipal(t *testing.T) {
	s, c := withBucket(t, Options{})
	reader := newUser(t, s, "reader", "")
	document := policy(`{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:user/reader"},"Action":"s3:ListBucket","Resource":"arn:aws:s3:::videos"}`)
	if err := putPolicy(t, c, document); err != nil {
		t.Fatal(err)
	}
	list := func(creds Credentials) error {
		_, err := client(s, creds).ListObjectsV2(t.Context(), &s3.ListObjectsV2Input{Bucket: videos})
		return err
	}
	if err := list(reader); err != nil {
		t.Fatal(err)
	}
	i := iamClient(s, s.Root())
	must[*iam.DeleteAccessKeyOutput](t)(i.DeleteAccessKey(t.Context(), &iam.DeleteAccessKeyInput{UserName: aws.String("reader"), AccessKeyId: &reader.AccessKeyID}))
	must[*iam.DeleteUserOutput](t)(i.DeleteUser(t.Context(), &iam.DeleteUserInput{UserName: aws.String("reader")}))
	wantCode(t, list(newUser(t, s, "reader", "")), "AccessDenied")

	text, err := getPolicy(t, c)
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		Statement []struct{ Principal struct{ AWS string } }
	}
	if err := json.Unmarshal([]byte(text), &got); err != nil || !strings.HasPrefix(got.Statement[0].Principal.AWS, "AIDA") {
		t.Errorf("the principal that is gone comes back as %s", text)
	}
}
