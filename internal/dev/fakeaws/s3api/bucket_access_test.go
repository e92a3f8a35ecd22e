package s3api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/fakeawstest"
	"github.com/parafovea/terraform-provider-fovea/internal/iampolicy"
)

func TestCORSRoundTrip(t *testing.T) {
	_, c := fakeawstest.WithBucket(t, fakeaws.Options{})
	_, err := c.GetBucketCors(t.Context(), &s3.GetBucketCorsInput{Bucket: aws.String("videos")})
	fakeawstest.WantCode(t, err, "NoSuchCORSConfiguration")

	rule := types.CORSRule{
		ID: aws.String("app"), AllowedOrigins: []string{"https://a.example", "https://*.b.example"}, AllowedMethods: []string{"GET", "HEAD"},
		AllowedHeaders: []string{"*"}, ExposeHeaders: []string{"ETag"}, MaxAgeSeconds: aws.Int32(3600),
	}
	fakeawstest.Must[*s3.PutBucketCorsOutput](t)(c.PutBucketCors(t.Context(), &s3.PutBucketCorsInput{
		Bucket: aws.String("videos"), CORSConfiguration: &types.CORSConfiguration{CORSRules: []types.CORSRule{rule}},
	}))
	out := fakeawstest.Must[*s3.GetBucketCorsOutput](t)(c.GetBucketCors(t.Context(), &s3.GetBucketCorsInput{Bucket: aws.String("videos")}))
	if got, want := fmt.Sprintf("%d %s %v %d", len(out.CORSRules), *out.CORSRules[0].ID, out.CORSRules[0].AllowedOrigins, *out.CORSRules[0].MaxAgeSeconds), "1 app [https://a.example https://*.b.example] 3600"; got != want {
		t.Errorf("read back %s, want %s", got, want)
	}
	fakeawstest.Must[*s3.DeleteBucketCorsOutput](t)(c.DeleteBucketCors(t.Context(), &s3.DeleteBucketCorsInput{Bucket: aws.String("videos")}))
	_, err = c.GetBucketCors(t.Context(), &s3.GetBucketCorsInput{Bucket: aws.String("videos")})
	fakeawstest.WantCode(t, err, "NoSuchCORSConfiguration")
}

func TestCORSRules(t *testing.T) {
	s, _ := fakeawstest.WithBucket(t, fakeaws.Options{})
	rule := func(elements string) string { return "<CORSRule>" + elements + "</CORSRule>" }
	doc := func(rules ...string) string {
		return "<CORSConfiguration>" + strings.Join(rules, "") + "</CORSConfiguration>"
	}
	origin := func(o string) string {
		return doc(rule("<AllowedMethod>GET</AllowedMethod><AllowedOrigin>" + o + "</AllowedOrigin>"))
	}
	plain := rule("<AllowedMethod>GET</AllowedMethod><AllowedOrigin>*</AllowedOrigin>")
	with := func(more string) string { return doc(strings.Replace(plain, "</CORSRule>", more+"</CORSRule>", 1)) }
	fakeawstest.Judgements{
		"any origin":               {origin("*"), ""},
		"a port":                   {origin("http://localhost:3000"), ""},
		"a wildcard for a host":    {origin("https://*.example.com"), ""},
		"two wildcards":            {origin("https://*.*.example.com"), "InvalidRequest"},
		"no scheme":                {origin("example.com"), "InvalidRequest"},
		"a path":                   {origin("https://example.com/app"), "InvalidRequest"},
		"a trailing slash":         {origin("https://example.com/"), "InvalidRequest"},
		"no rule":                  {doc(), "MalformedXML"},
		"100 rules":                {doc(strings.Repeat(plain, 100)), ""},
		"101 rules":                {doc(strings.Repeat(plain, 101)), "MalformedXML"},
		"over 64 KB":               {doc(rule("<AllowedMethod>GET</AllowedMethod>" + strings.Repeat("<AllowedOrigin>https://example.com</AllowedOrigin>", 1500))), "EntityTooLarge"},
		"no method":                {doc(rule("<AllowedOrigin>*</AllowedOrigin>")), "MalformedXML"},
		"no origin":                {doc(rule("<AllowedMethod>GET</AllowedMethod>")), "MalformedXML"},
		"OPTIONS":                  {with("<AllowedMethod>OPTIONS</AllowedMethod>"), "InvalidRequest"},
		"a method in lower case":   {with("<AllowedMethod>get</AllowedMethod>"), "InvalidRequest"},
		"two wildcards in header":  {with("<AllowedHeader>x-*-*</AllowedHeader>"), "InvalidRequest"},
		"wildcard in exposed":      {with("<ExposeHeader>x-*</ExposeHeader>"), "InvalidRequest"},
		"long id":                  {with("<ID>" + strings.Repeat("i", 256) + "</ID>"), "InvalidArgument"},
		"an unknown element":       {with("<AllowedOrigins>*</AllowedOrigins>"), "MalformedXML"},
		"an element given twice":   {with("<MaxAgeSeconds>1</MaxAgeSeconds><MaxAgeSeconds>2</MaxAgeSeconds>"), "MalformedXML"},
		"a number in words":        {with("<MaxAgeSeconds>long</MaxAgeSeconds>"), "MalformedXML"},
		"another root":             {"<CORS>" + plain + "</CORS>", "MalformedXML"},
		"another namespace":        {strings.Replace(doc(plain), "<CORSConfiguration>", `<CORSConfiguration xmlns="urn:x">`, 1), "MalformedXML"},
		"S3's namespace and blank": {strings.Replace(doc(plain), "<CORSConfiguration>", `<CORSConfiguration xmlns="`+"http://s3.amazonaws.com/doc/2006-03-01/"+`">`, 1) + "\n", ""},
		"cut off":                  {"<CORSConfiguration>", "MalformedXML"},
		"no body":                  {"", "InvalidRequest"}, // nor a checksum
	}.Run(t, s, "cors")
}

func preflight(t *testing.T, s *fakeaws.Server, target, origin, method, headers string) fakeawstest.Answer {
	t.Helper()
	header := map[string]string{}
	for name, value := range map[string]string{"Origin": origin, "Access-Control-Request-Method": method, "Access-Control-Request-Headers": headers} {
		if value != "" {
			header[name] = value
		}
	}
	return fakeawstest.Ask(t, s, fakeaws.Credentials{}, http.MethodOptions, target, "", header)
}

func TestPreflight(t *testing.T) {
	s, _ := fakeawstest.WithBucket(t, fakeaws.Options{})
	if a := preflight(t, s, "/videos/a.mp4", "https://app.example", "GET", ""); a.Status != 403 || a.Code != "AccessForbidden" || !strings.Contains(a.Message, "not enabled") {
		t.Errorf("without CORS: %d %s %q", a.Status, a.Code, a.Message)
	}
	if code := fakeawstest.Judge(t, s, "cors", fakeawstest.CORSDocument); code != "" {
		t.Fatal(code)
	}
	tests := map[string]struct {
		target, origin, method, headers string
		status                          int
		code                            string
	}{
		"allowed":                     {"/videos/a.mp4", "https://app.example", "GET", "", 200, ""},
		"allowed headers":             {"/videos/a.mp4", "https://app.example", "HEAD", "range, X-Amz-Date", 200, ""},
		"the bucket itself":           {"/videos", "https://app.example", "GET", "", 200, ""},
		"any origin may put":          {"/videos/a.mp4", "http://other.example", "PUT", "", 200, ""},
		"another origin":              {"/videos/a.mp4", "https://other.example", "GET", "", 403, "AccessForbidden"},
		"another scheme":              {"/videos/a.mp4", "http://app.example", "GET", "", 403, "AccessForbidden"},
		"origin with a slash":         {"/videos/a.mp4", "https://app.example/", "GET", "", 403, "AccessForbidden"},
		"another method":              {"/videos/a.mp4", "https://app.example", "DELETE", "", 403, "AccessForbidden"},
		"a header that is not listed": {"/videos/a.mp4", "https://app.example", "GET", "range, authorization", 403, "AccessForbidden"},
		"no origin":                   {"/videos/a.mp4", "", "GET", "", 400, "BadRequest"},
		"no method":                   {"/videos/a.mp4", "https://app.example", "", "", 400, "BadRequest"},
		"no bucket":                   {"/nothing/a.mp4", "https://app.example", "GET", "", 404, "NoSuchBucket"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			a := preflight(t, s, tt.target, tt.origin, tt.method, tt.headers)
			if a.Status != tt.status || a.Code != tt.code {
				t.Errorf("got %d %s, want %d %s", a.Status, a.Code, tt.status, tt.code)
			}
		})
	}
}

func TestPreflightHeaders(t *testing.T) {
	s, _ := fakeawstest.WithBucket(t, fakeaws.Options{})
	fakeawstest.Judge(t, s, "cors", fakeawstest.CORSDocument)
	wantHeaders(t, preflight(t, s, "/videos/a.mp4", "https://app.example", "GET", "Range").Header, map[string]string{
		"Access-Control-Allow-Origin":      "https://app.example",
		"Access-Control-Allow-Credentials": "true",
		"Access-Control-Allow-Methods":     "GET, HEAD",
		"Access-Control-Allow-Headers":     "range",
		"Access-Control-Expose-Headers":    "ETag, Content-Range",
		"Access-Control-Max-Age":           "600",
		"Vary":                             "Origin, Access-Control-Request-Headers, Access-Control-Request-Method",
	})
	wantHeaders(t, preflight(t, s, "/videos/a.mp4", "https://x.example", "PUT", "").Header, map[string]string{
		"Access-Control-Allow-Origin":      "*",
		"Access-Control-Allow-Credentials": "",
	})
}

func TestCORSHeadersOfActualRequests(t *testing.T) {
	s, _ := fakeawstest.WithBucket(t, fakeaws.Options{})
	fakeawstest.Judge(t, s, "cors", fakeawstest.CORSDocument)
	get := func(origin string) fakeawstest.Answer {
		return fakeawstest.Ask(t, s, s.Root(), http.MethodGet, "/videos/a.mp4", "", map[string]string{"Origin": origin})
	}
	allowed := get("https://app.example")
	if allowed.Code != "NoSuchKey" {
		t.Fatalf("code %q, want NoSuchKey", allowed.Code)
	}
	// A refusal has to be readable by the script, too.
	wantHeaders(t, allowed.Header, map[string]string{"Access-Control-Allow-Origin": "https://app.example", "Access-Control-Expose-Headers": "ETag, Content-Range"})
	wantHeaders(t, get("https://other.example").Header, map[string]string{"Access-Control-Allow-Origin": ""})
}

func wantHeaders(t *testing.T, got http.Header, want map[string]string) {
	t.Helper()
	for name, value := range want {
		if got.Get(name) != value {
			t.Errorf("%s: %q, want %q", name, got.Get(name), value)
		}
	}
}

func getPolicy(t testing.TB, c *s3.Client) (string, error) {
	t.Helper()
	out, err := c.GetBucketPolicy(t.Context(), &s3.GetBucketPolicyInput{Bucket: fakeawstest.Videos})
	if err != nil {
		return "", err
	}
	return *out.Policy, nil
}

func TestPolicyRoundTrip(t *testing.T) {
	_, c := fakeawstest.WithBucket(t, fakeaws.Options{})
	_, err := getPolicy(t, c)
	fakeawstest.WantCode(t, err, "NoSuchBucketPolicy")
	if err := fakeawstest.PutPolicy(t, c, fakeawstest.Policy(fakeawstest.TLSOnly)); err != nil {
		t.Fatal(err)
	}
	got, err := getPolicy(t, c)
	if err != nil || !iampolicy.Equivalent(got, fakeawstest.Policy(fakeawstest.TLSOnly)) {
		t.Errorf("read back %s, %v", got, err)
	}
	status := fakeawstest.Must[*s3.GetBucketPolicyStatusOutput](t)(c.GetBucketPolicyStatus(t.Context(), &s3.GetBucketPolicyStatusInput{Bucket: fakeawstest.Videos}))
	if aws.ToBool(status.PolicyStatus.IsPublic) {
		t.Error("a policy that only denies is public")
	}
	fakeawstest.Must[*s3.DeleteBucketPolicyOutput](t)(c.DeleteBucketPolicy(t.Context(), &s3.DeleteBucketPolicyInput{Bucket: fakeawstest.Videos}))
	_, err = getPolicy(t, c)
	fakeawstest.WantCode(t, err, "NoSuchBucketPolicy")
	_, err = c.GetBucketPolicyStatus(t.Context(), &s3.GetBucketPolicyStatusInput{Bucket: fakeawstest.Videos})
	fakeawstest.WantCode(t, err, "NoSuchBucketPolicy")
}

func TestPolicyFaults(t *testing.T) {
	_, c := fakeawstest.WithBucket(t, fakeaws.Options{})
	change := func(old, replacement string) string {
		return strings.Replace(fakeawstest.Policy(fakeawstest.TLSOnly), old, replacement, 1)
	}
	fits := fakeawstest.Policy(strings.Repeat(strings.Replace(fakeawstest.TLSOnly, `"Sid":"TLSOnly",`, "", 1)+",", 80) + fakeawstest.TLSOnly)
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
		"blanks do not count": {strings.Replace(fakeawstest.Policy(fakeawstest.TLSOnly), "{", "{"+strings.Repeat(" ", 20<<10), 1), "", ""},
		"a public policy":     {fakeawstest.Policy(fakeawstest.Open), "AccessDenied", "BlockPublicPolicy"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			err := fakeawstest.PutPolicy(t, c, tt.document)
			fakeawstest.WantCode(t, err, tt.code)
			if !strings.Contains(awserr.Message(err), tt.message) {
				t.Errorf("message %q, want %q in it", awserr.Message(err), tt.message)
			}
		})
	}
}

func TestPublicPolicy(t *testing.T) {
	s, c := fakeawstest.WithBucket(t, fakeaws.Options{})
	fakeawstest.Must[*s3.PutObjectOutput](t)(c.PutObject(t.Context(), &s3.PutObjectInput{Bucket: fakeawstest.Videos, Key: aws.String("a"), Body: strings.NewReader("x")}))
	anonymous := func() int {
		return fakeawstest.Ask(t, s, fakeaws.Credentials{}, http.MethodGet, "/videos/a", "", nil).Status
	}
	block := func(switches string) {
		if code := fakeawstest.Judge(t, s, "publicAccessBlock", "<PublicAccessBlockConfiguration>"+switches+"</PublicAccessBlockConfiguration>"); code != "" {
			t.Fatal(code)
		}
	}
	if got := anonymous(); got != http.StatusForbidden {
		t.Errorf("private: status %d", got)
	}
	block("<BlockPublicPolicy>false</BlockPublicPolicy>")
	if err := fakeawstest.PutPolicy(t, c, fakeawstest.Policy(fakeawstest.Open)); err != nil {
		t.Fatal(err)
	}
	if got := anonymous(); got != http.StatusOK {
		t.Errorf("public: status %d", got)
	}
	status := fakeawstest.Must[*s3.GetBucketPolicyStatusOutput](t)(c.GetBucketPolicyStatus(t.Context(), &s3.GetBucketPolicyStatusInput{Bucket: fakeawstest.Videos}))
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
	s, c := fakeawstest.WithBucket(t, fakeaws.Options{})
	reader := fakeawstest.NewUser(t, s, "reader", "")
	document := fakeawstest.Policy(`{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:user/reader"},"Action":"s3:ListBucket","Resource":"arn:aws:s3:::videos"}`)
	if err := fakeawstest.PutPolicy(t, c, document); err != nil {
		t.Fatal(err)
	}
	list := func(creds fakeaws.Credentials) error {
		_, err := fakeawstest.Client(s, creds).ListObjectsV2(t.Context(), &s3.ListObjectsV2Input{Bucket: fakeawstest.Videos})
		return err
	}
	if err := list(reader); err != nil {
		t.Fatal(err)
	}
	i := fakeawstest.IAM(s, s.Root())
	fakeawstest.Must[*iam.DeleteAccessKeyOutput](t)(i.DeleteAccessKey(t.Context(), &iam.DeleteAccessKeyInput{UserName: aws.String("reader"), AccessKeyId: &reader.AccessKeyID}))
	fakeawstest.Must[*iam.DeleteUserOutput](t)(i.DeleteUser(t.Context(), &iam.DeleteUserInput{UserName: aws.String("reader")}))
	fakeawstest.WantCode(t, list(fakeawstest.NewUser(t, s, "reader", "")), "AccessDenied")

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
