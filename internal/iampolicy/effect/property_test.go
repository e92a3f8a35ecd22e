package effect_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/authz"
	"github.com/parafovea/terraform-provider-fovea/internal/iampolicy/effect"
)

const other = "210987654321"

// random makes small policies and requests out of few words, so that they meet.
type random struct{ *rand.Rand }

func (r random) pick(list ...string) string { return list[r.IntN(len(list))] }

// quoted writes one to three of the words as JSON.
func (r random) quoted(words ...string) string {
	var list []string
	for range 1 + r.IntN(3) {
		list = append(list, `"`+r.pick(words...)+`"`)
	}
	return "[" + strings.Join(list, ",") + "]"
}

func (r random) condition() string {
	text := []string{"a/", "a/b/", "", "b"}
	patterns := []string{"a/*", "*", "a/?/", "?", "a/b/*", "${aws:username}/*"}
	arns := []string{"arn:aws:cloudfront::1:distribution/D1", "arn:aws:cloudfront::1:distribution/D2", "arn:aws:cloudfront::*:distribution/D?"}
	condition := func() string {
		switch r.IntN(9) {
		case 0:
			return fmt.Sprintf(`%q:{"s3:prefix":%s}`, r.pick("StringEquals", "StringNotEquals", "StringEqualsIfExists", "StringEqualsIgnoreCase"), r.quoted(text...))
		case 1, 2:
			return fmt.Sprintf(`%q:{"s3:Prefix":%s}`, r.pick("StringLike", "StringNotLike", "StringLikeIfExists"), r.quoted(patterns...))
		case 3:
			return fmt.Sprintf(`"Bool":{"aws:SecureTransport":%q}`, r.pick("true", "false"))
		case 4:
			return fmt.Sprintf(`%q:{"aws:SourceArn":%s}`, r.pick("ArnLike", "ArnNotLike", "StringLike"), r.quoted(arns...))
		case 5:
			return fmt.Sprintf(`%q:{"aws:SourceIp":%s}`, r.pick("IpAddress", "NotIpAddress"), r.quoted("10.0.0.0/8", "10.1.0.0/16"))
		case 6:
			return fmt.Sprintf(`"Null":{"s3:prefix":%q}`, r.pick("true", "false"))
		case 7:
			return fmt.Sprintf(`%q:{"aws:TagKeys":%s}`, r.pick("ForAnyValue:StringEquals", "ForAllValues:StringLike"), r.quoted("x", "y*"))
		}
		return fmt.Sprintf(`"NumericLessThan":{"s3:max-keys":"%d"}`, 100*r.IntN(3))
	}
	return `"Condition":{` + condition() + `}`
}

func (r random) statement(principals bool) string {
	var members []string
	effects := []string{"Allow", "Allow", "Deny"}
	e := r.pick(effects...)
	members = append(members, `"Effect":"`+e+`"`)
	not := func(name string) string {
		if r.IntN(6) == 0 {
			return "Not" + name
		}
		return name
	}
	members = append(members, fmt.Sprintf("%q:%s", not("Action"), r.quoted("s3:GetObject", "s3:ListBucket", "s3:Get*", "s3:*", "s3:putobject", "s3:?etObject")))
	resources := []string{"arn:aws:s3:::videos", "arn:aws:s3:::videos/*", "arn:aws:s3:::videos*", "arn:aws:s3:::videos/a/*", "arn:aws:s3:::videos/a/?.mp4", "arn:aws:s3:::videos/*.mp4", "arn:aws:s3:::videos/${aws:username}/*"}
	if !principals {
		resources = append(resources, "*", "arn:aws:s3:::v*", "arn:aws:s3:::*/a/*", "arn:*:s3:::movies", "arn:aws:s3:::movies/b")
	}
	members = append(members, fmt.Sprintf("%q:%s", not("Resource"), r.quoted(resources...)))
	if principals {
		members = append(members, r.principal(e))
	}
	if r.IntN(2) == 0 {
		members = append(members, r.condition())
	}
	return "{" + strings.Join(members, ",") + "}"
}

func (r random) principal(effect string) string {
	names := []string{alice, "arn:aws:iam::" + account + ":user/bob", account, "arn:aws:iam::" + other + ":root", "arn:aws:iam::" + account + ":role/team/worker", "arn:aws:sts::" + account + ":assumed-role/worker/job"}
	if effect == "Deny" && r.IntN(4) == 0 {
		return `"NotPrincipal":{"AWS":` + r.quoted(names...) + `}`
	}
	switch r.IntN(4) {
	case 0:
		return `"Principal":"*"`
	case 1:
		return `"Principal":{"Service":"cloudfront.amazonaws.com"}`
	}
	return `"Principal":{"AWS":` + r.quoted(names...) + `}`
}

func (r random) policy(principals bool) string {
	var statements []string
	for range 1 + r.IntN(3) {
		statements = append(statements, r.statement(principals))
	}
	return policy(statements...)
}

// edited is the policy with a statement added, removed or changed.
func (r random) edited(before string, principals bool) string {
	body := strings.TrimSuffix(strings.TrimPrefix(before, `{"Version":"2012-10-17","Statement":[`), "]}")
	statements := strings.Split(strings.ReplaceAll(body, `},{"Effect"`, "}\n{\"Effect\""), "\n")
	i := r.IntN(len(statements))
	switch r.IntN(4) {
	case 0:
		statements = append(statements, r.statement(principals))
	case 1:
		statements[i] = r.statement(principals)
	case 2:
		statements = slices.Delete(statements, i, i+1)
	default:
		return r.policy(principals)
	}
	return policy(statements...)
}

var principalsOfRequests = []authz.Principal{
	{ARN: alice, AccountID: account, UserID: "AIDAALICE00000000000"},
	{ARN: "arn:aws:iam::" + account + ":user/bob", AccountID: account, UserID: "AIDABOB0000000000000"},
	{ARN: "arn:aws:iam::" + account + ":user/eve", AccountID: account, UserID: "AIDAEVE0000000000000"},
	{ARN: "arn:aws:iam::" + other + ":user/mallory", AccountID: other, UserID: "AIDAMALLORY000000000"},
	{ARN: "arn:aws:sts::" + account + ":assumed-role/worker/job", AccountID: account, UserID: "AROAWORKER0000000000:job"},
	{ARN: "arn:aws:sts::" + account + ":assumed-role/worker/other", AccountID: account, UserID: "AROAWORKER0000000000:other"},
	{Anonymous: true},
	{Service: "cloudfront.amazonaws.com"},
}

func (r random) request(who authz.Principal) authz.Request {
	request := authz.Request{Principal: who, ResourceOwner: account, Context: map[string][]string{
		"aws:securetransport": {r.pick("true", "false")},
	}}
	if name, ok := strings.CutPrefix(who.ARN, "arn:aws:iam::"+account+":user/"); ok {
		request.Context["aws:username"] = []string{name}
	}
	if who.Service != "" && r.IntN(4) > 0 {
		request.Context["aws:sourcearn"] = []string{"arn:aws:cloudfront::1:distribution/" + r.pick("D1", "D2", "D3", "X")}
	}
	if r.IntN(3) > 0 {
		request.Context["aws:sourceip"] = []string{r.pick("10.1.2.3", "10.2.2.3", "192.0.2.1")}
	}
	if r.IntN(3) == 0 {
		request.Context["aws:tagkeys"] = []string{r.pick("x", "y1"), r.pick("x", "z")}
	}
	bucket := r.pick("videos", "videos", "videos", "movies", "videosx")
	if r.IntN(2) == 0 {
		request.Action, request.Resource = "s3:ListBucket", "arn:aws:s3:::"+bucket
		if r.IntN(4) > 0 {
			request.Context["s3:prefix"] = []string{r.pick("", "a/", "a/b/", "a/b/c", "b", "alice/x", "A/")}
		}
		if r.IntN(2) == 0 {
			request.Context["s3:max-keys"] = []string{r.pick("50", "150", "1000")}
		}
		return request
	}
	request.Action, request.Resource = "s3:GetObject", "arn:aws:s3:::"+bucket+"/"+r.pick("a/1.mp4", "a/12.mp4", "b", "x.mp4", "alice/v", "a/b/c", "z")
	return request
}

func identityOf(t *testing.T, document string) *authz.Policy {
	t.Helper()
	if document == "" {
		return nil
	}
	p, err := authz.ParseIdentity(document)
	if err != nil {
		t.Fatalf("%s: %v", document, err)
	}
	return p
}

// bucketPolicyOf is nil for a policy that S3 refuses.
func bucketPolicyOf(document string) (*authz.Policy, bool) {
	if document == "" {
		return nil, true
	}
	p, err := authz.ParseBucket(document, "arn:aws:s3:::videos", nil)
	return p, err == nil
}

// covered reports whether a loss of the request has been reported.
func covered(request authz.Request, losses effect.Losses) bool {
	bucket, key, _ := strings.Cut(strings.TrimPrefix(request.Resource, "arn:aws:s3:::"), "/")
	if request.Action == "s3:ListBucket" {
		key = strings.Join(request.Context["s3:prefix"], "")
	}
	for _, l := range losses {
		pattern := strings.ReplaceAll(l.Pattern, "${aws:username}", "*")
		if string(l.Action) != request.Action || !glob(l.Bucket, bucket) || !glob(strings.ToLower(pattern), strings.ToLower(key)) {
			continue
		}
		if len(l.Principals) == 0 || slices.ContainsFunc(l.Principals, func(name string) bool { return means(name, request.Principal) }) {
			source := request.Context["aws:sourcearn"]
			if len(source) == 0 || len(l.Sources) == 0 || slices.ContainsFunc(l.Sources, func(s string) bool { return glob(s, source[0]) }) {
				return true
			}
		}
	}
	return false
}

func means(name string, p authz.Principal) bool {
	return name == "*" || name == p.ARN || name == p.Service || name == "arn:aws:iam::"+p.AccountID+":root" ||
		strings.HasSuffix(name, ":role/team/worker") && strings.Contains(p.ARN, ":assumed-role/worker/")
}

func glob(pattern, text string) bool {
	if pattern == "" {
		return text == ""
	}
	switch pattern[0] {
	case '*':
		return glob(pattern[1:], text) || text != "" && glob(pattern, text[1:])
	case '?':
		return text != "" && glob(pattern[1:], text[1:])
	}
	return text != "" && text[0] == pattern[0] && glob(pattern[1:], text[1:])
}

// seeds is how many pairs of documents are compared.
func seeds(t *testing.T) uint64 {
	t.Helper()
	if testing.Short() {
		return 100
	}
	return 600
}

// TestNoLossGoesUnseen compares with the evaluator of the stand-in for AWS, which
// decides on single requests.
func TestNoLossGoesUnseen(t *testing.T) {
	denied, lossless := 0, 0
	everything := identityOf(t, policy(st("Allow", `"*"`, `"*"`)))
	for seed := range seeds(t) {
		r := random{rand.New(rand.NewPCG(seed, 1))}
		before := r.policy(false)
		after := r.edited(before, false)
		bucketBefore := r.policy(true)
		bucketAfter := r.edited(bucketBefore, true)
		var boundary effect.BoundaryPolicy
		limits := []*authz.Policy{nil, nil}
		if r.IntN(3) == 0 {
			boundary = effect.BoundaryPolicy{ARN: "arn:aws:iam::" + account + ":policy/b", Document: r.policy(false)}
			limits[r.IntN(2)] = authz.Limit(identityOf(t, boundary.Document))
		}
		bucketPolicies := []*authz.Policy{nil, nil}
		for i, document := range []*string{&bucketBefore, &bucketAfter} {
			parsed, ok := bucketPolicyOf(*document)
			if !ok {
				*document = ""
			}
			bucketPolicies[i] = parsed
		}
		documents := []effect.Documents{
			{Identity: []string{before}, Buckets: map[string]string{"videos": bucketBefore}},
			{Identity: []string{after}, Buckets: map[string]string{"videos": bucketAfter}},
		}
		for i, limit := range limits {
			if limit != nil {
				documents[i].Boundary = boundary
			}
		}
		report := func(subject effect.Subject, d []effect.Documents) effect.Losses {
			losses, err := effect.Compare(subject, d[0], d[1])
			if err != nil {
				t.Fatalf("seed %d: %v", seed, err)
			}
			return losses
		}
		user := report(effect.Subject{ARN: alice, BucketAccount: account}, documents)
		stranger := report(effect.Subject{}, documents)
		anyone := report(effect.Subject{Anyone: true, BucketAccount: account}, documents)
		lost := false
		policies := [][]*authz.Policy{{identityOf(t, before)}, {identityOf(t, after)}}
		for i, limit := range limits {
			if limit != nil {
				policies[i] = append(policies[i], limit)
			}
		}
		for range 60 {
			who := principalsOfRequests[r.IntN(len(principalsOfRequests))]
			request := r.request(who)
			taken := func(before, after []*authz.Policy) bool {
				var bucketPolicy [2]*authz.Policy
				if strings.HasPrefix(request.Resource+"/", "arn:aws:s3:::videos/") {
					bucketPolicy = [2]*authz.Policy{bucketPolicies[0], bucketPolicies[1]}
				}
				return authz.Allowed(request, before, bucketPolicy[0]) && !authz.Allowed(request, after, bucketPolicy[1])
			}
			fail := func(what string, losses effect.Losses) {
				t.Fatalf("seed %d, %s: %+v is allowed before and denied after, and is not among the losses %+v\nbefore %s\n%s\nafter %s\n%s\nboundary %s",
					seed, what, request, losses, before, bucketBefore, after, bucketAfter, boundary.Document)
			}
			if who.ARN != "" && taken(policies[0], policies[1]) {
				lost = true
				denied++
				if who.ARN == alice && !covered(request, user) {
					fail("user", user)
				}
				if !strings.Contains(who.ARN, "assumed-role") && who.AccountID == account && !covered(request, stranger) {
					fail("user of unknown name", stranger)
				}
			}
			own := [][]*authz.Policy{{everything}, nil}[r.IntN(2)]
			if taken(own, own) {
				lost = true
				denied++
				if !covered(request, anyone) {
					fail("bucket policy", anyone)
				}
			}
		}
		if !lost && len(user)+len(anyone) == 0 {
			lossless++
		}
	}
	if denied < 500 || lossless < 10 {
		t.Errorf("got %d lost requests and %d changes without loss, want more than 500 and 10: the policies do not test anything", denied, lossless)
	}
}

// TestRewrittenPoliciesLoseNothing holds against warnings that are not true.
func TestRewrittenPoliciesLoseNothing(t *testing.T) {
	for seed := range seeds(t) / 3 {
		r := random{rand.New(rand.NewPCG(seed, 2))}
		before, bucketBefore := r.policy(false), r.policy(true)
		rewrite := func(document string, principals bool) string {
			body := strings.TrimSuffix(strings.TrimPrefix(document, `{"Version":"2012-10-17","Statement":[`), "]}")
			statements := strings.Split(strings.ReplaceAll(body, `},{"Effect"`, "}\n{\"Effect\""), "\n")
			r.Shuffle(len(statements), func(i, j int) { statements[i], statements[j] = statements[j], statements[i] })
			for added := r.statement(principals); ; added = r.statement(principals) {
				if strings.Contains(added, `"Effect":"Allow"`) {
					return policy(append(statements, added)...)
				}
			}
		}
		d := []effect.Documents{
			{Identity: []string{before}, Buckets: map[string]string{"videos": bucketBefore}},
			{Identity: []string{rewrite(before, false)}, Buckets: map[string]string{"videos": rewrite(bucketBefore, true)}},
		}
		for name, subject := range map[string]effect.Subject{"user": {ARN: alice}, "unknown": {}, "anyone": {Anyone: true}} {
			losses, err := effect.Compare(subject, d[0], d[1])
			if err != nil || len(losses) > 0 {
				t.Fatalf("seed %d, %s: got losses %+v, %v, want none\nbefore %+v\nafter %+v", seed, name, losses, err, d[0], d[1])
			}
		}
	}
}
