package effect_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/parafovea/terraform-provider-fovea/internal/iampolicy"
	"github.com/parafovea/terraform-provider-fovea/internal/iampolicy/effect"
)

const (
	account = "123456789012"
	alice   = "arn:aws:iam::" + account + ":user/alice"
)

func policy(statements ...string) string {
	if len(statements) == 0 {
		return ""
	}
	return `{"Version":"2012-10-17","Statement":[` + strings.Join(statements, ",") + `]}`
}

// st writes a statement; rest are further members, such as `"Sid":"x"`.
func st(effect, action, resource string, rest ...string) string {
	members := append([]string{`"Effect":"` + effect + `"`, `"Action":` + action, `"Resource":` + resource}, rest...)
	return "{" + strings.Join(members, ",") + "}"
}

const (
	list     = `"s3:ListBucket"`
	get      = `"s3:GetObject"`
	bucket   = `"arn:aws:s3:::videos"`
	objects  = `"arn:aws:s3:::videos/*"`
	all      = `"arn:aws:s3:::videos","arn:aws:s3:::videos/*"`
	everyone = `"Principal":"*"`
	noTLS    = `"Condition":{"Bool":{"aws:SecureTransport":"false"}}`
)

func prefixLike(values string) string {
	return `"Condition":{"StringLike":{"s3:prefix":` + values + `}}`
}

func grant(t *testing.T, g iampolicy.Grant) string {
	t.Helper()
	document, err := g.Policy()
	if err != nil {
		t.Fatal(err)
	}
	text, err := document.JSON()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// brief words a loss in one line.
func brief(l effect.Loss) string {
	certainty := "possible"
	if l.Certain {
		certainty = "certain"
	}
	text := fmt.Sprintf("%s %s/%s %s %s %s", l.Action, l.Bucket, l.Pattern, certainty, l.Cause.Reason, l.Cause.Sid)
	if len(l.Principals) > 0 {
		text += " " + strings.Join(l.Principals, ",")
	}
	if len(l.Sources) > 0 {
		text += " " + strings.Join(l.Sources, ",")
	}
	return strings.TrimSpace(text)
}

func TestLossesOfAPrincipal(t *testing.T) {
	read := grant(t, iampolicy.Grant{Bucket: "videos", Access: iampolicy.Read})
	prefixes := func(list ...string) string {
		return grant(t, iampolicy.Grant{Bucket: "videos", Access: iampolicy.Read, Prefixes: list})
	}
	both := []string{"s3:ListBucket videos/* certain removed ListVideos", "s3:GetObject videos/* certain removed ReadVideos"}
	for name, tt := range map[string]struct {
		before, after  string
		boundaryBefore effect.BoundaryPolicy
		boundary       effect.BoundaryPolicy
		gone           bool
		want           []string
	}{
		"nothing changes":     {before: read, after: read},
		"a new policy":        {after: read},
		"removed":             {before: read, want: both},
		"principal destroyed": {before: read, after: read, gone: true, want: []string{"s3:ListBucket videos/* certain gone", "s3:GetObject videos/* certain gone"}},
		"not known yet":       {before: read, after: effect.Unknown, want: []string{"s3:ListBucket videos/* possible not known", "s3:GetObject videos/* possible not known"}},
		"another bucket": {
			before: read, after: grant(t, iampolicy.Grant{Bucket: "movies", Access: iampolicy.Read}),
			want: []string{"s3:ListBucket videos/* certain narrowed ListVideos", "s3:GetObject videos/* certain narrowed ReadVideos"},
		},
		"read to upload": {before: read, after: grant(t, iampolicy.Grant{Bucket: "videos", Access: iampolicy.Upload})},
		"read to manifest": {
			before: read, after: grant(t, iampolicy.Grant{Bucket: "videos", Access: iampolicy.Manifest, ManifestKey: "manifest.json"}),
			want: []string{"s3:GetObject videos/* certain removed ReadVideos"},
		},
		"limited to a prefix": {
			before: read, after: prefixes("a/"),
			want: []string{"s3:ListBucket videos/* certain narrowed ListVideos", "s3:GetObject videos/* certain narrowed ReadVideos"},
		},
		"prefix narrowed": {
			before: prefixes("a/"), after: prefixes("a/b/"),
			want: []string{"s3:ListBucket videos/a/* certain narrowed ListVideos", "s3:GetObject videos/a/* certain narrowed ReadVideos"},
		},
		"two of three prefixes removed": {
			before: prefixes("a/", "b/", "c/"), after: prefixes("b/"),
			want: []string{
				"s3:ListBucket videos/a/* certain narrowed ListVideos", "s3:ListBucket videos/c/* certain narrowed ListVideos",
				"s3:GetObject videos/a/* certain narrowed ReadVideos", "s3:GetObject videos/c/* certain narrowed ReadVideos",
			},
		},
		"prefix widened":          {before: prefixes("a/b/"), after: prefixes("a/")},
		"prefix added":            {before: prefixes("a/"), after: prefixes("b/", "a/")},
		"prefixes dropped":        {before: prefixes("a/"), after: read},
		"StringEquals, then Like": {before: policy(st("Allow", list, bucket, `"Condition":{"StringEquals":{"s3:prefix":["","a/"]}}`)), after: policy(st("Allow", list, bucket, prefixLike(`"*"`)))},
		"StringLike, then Equals": {
			before: policy(st("Allow", list, bucket, prefixLike(`"a/*"`))),
			after:  policy(st("Allow", list, bucket, `"Condition":{"StringEquals":{"s3:prefix":"a/"}}`)),
			want:   []string{"s3:ListBucket videos/a/* certain removed"},
		},
		"one statement in two": {
			before: policy(st("Allow", `["s3:ListBucket","s3:GetObject"]`, "["+all+"]")), after: read,
		},
		"equivalent wildcards": {
			before: policy(st("Allow", `["s3:Get*","s3:LIST*"]`, "["+all+"]")),
			after:  policy(st("Allow", `"s3:*"`, `"arn:aws:s3:::videos*"`)),
		},
		"bucket pattern narrowed": {
			before: policy(st("Allow", get, `"arn:aws:s3:::lab-*/*"`)), after: policy(st("Allow", get, `"arn:aws:s3:::lab-videos/*"`)),
			want: []string{"s3:GetObject lab-*/* certain removed"},
		},
		"bucket pattern widened":    {before: policy(st("Allow", list, `"arn:aws:s3:::lab-videos"`)), after: policy(st("Allow", list, `"arn:aws:s3:::lab-*"`))},
		"key patterns together":     {before: policy(st("Allow", get, `"arn:aws:s3:::videos/a?"`)), after: policy(st("Allow", get, `["arn:aws:s3:::videos/a*","arn:aws:s3:::videos/b"]`))},
		"question mark is narrower": {before: policy(st("Allow", get, `"arn:aws:s3:::videos/a*"`)), after: policy(st("Allow", get, `"arn:aws:s3:::videos/a?"`)), want: []string{"s3:GetObject videos/a* certain removed"}},
		"deny added": {
			before: read, after: policy(st("Allow", `"s3:*"`, `"*"`), st("Deny", get, `"arn:aws:s3:::videos/private/*"`, `"Sid":"Private"`)),
			want: []string{"s3:GetObject videos/private/* certain denied Private"},
		},
		"deny with a condition added": {
			before: policy(st("Allow", `"s3:*"`, `"*"`)), after: policy(st("Allow", `"s3:*"`, `"*"`), st("Deny", list, bucket, `"Condition":{"NotIpAddress":{"aws:SourceIp":"10.0.0.0/8"}}`)),
			want: []string{"s3:ListBucket videos/* possible denied"},
		},
		"deny there before": {
			before: policy(st("Allow", get, objects), st("Deny", `"s3:*"`, "["+all+"]", noTLS)),
			after:  policy(st("Deny", `"s3:*"`, `"*"`, noTLS), st("Allow", `"s3:Get*"`, objects)),
		},
		"condition on TLS, then a deny without it": {
			before: policy(st("Allow", get, objects, `"Condition":{"Bool":{"aws:SecureTransport":"true"}}`)),
			after:  policy(st("Allow", get, objects), st("Deny", `"s3:*"`, `"*"`, noTLS)),
		},
		"a condition added": {
			before: policy(st("Allow", get, objects)), after: policy(st("Allow", get, objects, `"Condition":{"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}}`)),
			want: []string{"s3:GetObject videos/* possible removed"},
		},
		"a condition reordered": {
			before: policy(st("Allow", get, objects, `"Condition":{"IpAddress":{"aws:SourceIp":["10.0.0.0/8","192.0.2.0/24"]}}`)),
			after:  policy(st("Allow", get, objects, `"Condition":{"IpAddress":{"AWS:sourceip":["192.0.2.0/24","10.0.0.0/8"]}}`)),
		},
		"NotAction and NotResource": {
			before: policy(`{"Effect":"Allow","NotAction":"s3:Put*","NotResource":"arn:aws:s3:::secret*"}`),
			after:  policy(`{"Effect":"Allow","NotAction":["s3:Put*","s3:getobject"],"NotResource":"arn:aws:s3:::secret*"}`),
			want:   []string{"s3:GetObject */* certain removed"},
		},
		"deny NotResource": {
			before: read, after: policy(st("Allow", `"s3:*"`, `"*"`), `{"Effect":"Deny","Action":"s3:*","NotResource":["arn:aws:s3:::videos","arn:aws:s3:::videos/a/*"]}`),
			want: []string{"s3:GetObject videos/* certain denied"},
		},
		"policy variable resolved": {
			before: policy(st("Allow", get, `"arn:aws:s3:::videos/alice/*"`)), after: policy(st("Allow", get, `"arn:aws:s3:::videos/${aws:username}/*"`)),
		},
		"policy variable not known": {
			before: policy(st("Allow", get, `"arn:aws:s3:::videos/a/*"`)), after: policy(st("Allow", get, `"arn:aws:s3:::videos/${aws:PrincipalTag/team}/*"`)),
			want: []string{"s3:GetObject videos/a/* certain removed"},
		},
		"policy variable stays": {
			before: policy(st("Allow", get, `"arn:aws:s3:::videos/${aws:PrincipalTag/team}/*"`)), after: policy(st("Allow", `"s3:Get*"`, `"arn:aws:s3:::videos/${aws:PrincipalTag/team}/*"`)),
		},
		"boundary set, not known": {
			before: read, after: read, boundary: effect.BoundaryPolicy{ARN: "arn:aws:iam::123456789012:policy/b"},
			want: []string{"s3:ListBucket videos/* possible out of bounds", "s3:GetObject videos/* possible out of bounds"},
		},
		"boundary stays, not known": {
			before: read, after: read,
			boundaryBefore: effect.BoundaryPolicy{ARN: "arn:aws:iam::123456789012:policy/b"}, boundary: effect.BoundaryPolicy{ARN: "arn:aws:iam::123456789012:policy/b"},
		},
		"boundary removed": {before: read, after: read, boundaryBefore: effect.BoundaryPolicy{ARN: "arn:aws:iam::123456789012:policy/b"}},
		"boundary narrower": {
			before: read, after: read, boundary: effect.BoundaryPolicy{ARN: "arn:aws:iam::123456789012:policy/b", Document: policy(st("Allow", list, `"*"`))},
			want: []string{"s3:GetObject videos/* certain out of bounds"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			before := effect.Documents{Boundary: tt.boundaryBefore}
			if tt.before != "" {
				before.Identity = []string{tt.before}
			}
			after := effect.Documents{Identity: []string{tt.after}, Boundary: tt.boundary, Gone: tt.gone}
			check(t, effect.Subject{ARN: alice}, before, after, tt.want)
		})
	}
}

func check(t *testing.T, subject effect.Subject, before, after effect.Documents, want []string, scope ...effect.Scope) {
	t.Helper()
	losses, err := effect.Compare(subject, before, after, scope...)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, l := range losses {
		if text := brief(l); !slices.Contains(got, text) {
			got = append(got, text)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("got losses\n\t%s\nwant\n\t%s", strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
	}
}

func TestLossesByABucketPolicy(t *testing.T) {
	bob := `"Principal":{"AWS":"arn:aws:iam::123456789012:user/bob"}`
	carol := `"Principal":{"AWS":["arn:aws:iam::123456789012:user/bob","arn:aws:iam::123456789012:user/carol"]}`
	tls := st("Deny", `"s3:*"`, "["+all+"]", everyone, noTLS, `"Sid":"DenyInsecureTransport"`)
	cdn := func(arns string) string {
		return st("Allow", get, objects, `"Sid":"AllowCloudFront","Principal":{"Service":"cloudfront.amazonaws.com"}`,
			`"Condition":{"StringEquals":{"aws:SourceArn":`+arns+`}}`)
	}
	const d1, d2 = "arn:aws:cloudfront::123456789012:distribution/D1", "arn:aws:cloudfront::123456789012:distribution/D2"
	for name, tt := range map[string]struct {
		before, after string
		want          []string
	}{
		"nothing":        {},
		"nothing before": {after: policy(st("Allow", get, objects, bob))},
		"grant removed":  {before: policy(st("Allow", get, objects, bob)), want: []string{"s3:GetObject videos/* certain removed  arn:aws:iam::123456789012:user/bob"}},
		"one of two principals removed": {
			before: policy(st("Allow", list, bucket, carol, `"Sid":"Team"`)), after: policy(st("Allow", list, bucket, bob, `"Sid":"Team"`)),
			want: []string{"s3:ListBucket videos/* certain narrowed Team arn:aws:iam::123456789012:user/carol"},
		},
		"principal added": {before: policy(st("Allow", list, bucket, bob)), after: policy(st("Allow", list, bucket, carol))},
		"TLS deny added": {
			after: policy(tls),
			want:  []string{"s3:ListBucket videos/* possible denied DenyInsecureTransport *", "s3:GetObject videos/* possible denied DenyInsecureTransport *"},
		},
		"TLS deny there before, rewritten": {
			before: policy(tls), after: policy(cdn(`"`+d1+`"`), st("Deny", `"*"`, "["+all+"]", `"Principal":{"AWS":"*"}`, noTLS)),
		},
		"TLS deny removed": {before: policy(tls)},
		"deny one user": {
			after: policy(st("Deny", list, bucket, bob, `"Sid":"NoBob"`)),
			want:  []string{"s3:ListBucket videos/* certain denied NoBob arn:aws:iam::123456789012:user/bob"},
		},
		"deny all but one": {
			after: policy(st("Deny", get, objects, `"NotPrincipal":{"AWS":["arn:aws:iam::123456789012:user/bob","123456789012"]}`)),
			want:  []string{"s3:GetObject videos/* certain denied  *"},
		},
		"distribution removed": {
			before: policy(tls, cdn(`["`+d1+`","`+d2+`"]`)), after: policy(tls, cdn(`"`+d2+`"`)),
			want: []string{"s3:GetObject videos/* certain narrowed AllowCloudFront cloudfront.amazonaws.com " + d1},
		},
		"both distributions removed": {
			before: policy(tls, cdn(`["`+d1+`","`+d2+`"]`)), after: policy(tls),
			want: []string{"s3:GetObject videos/* certain removed AllowCloudFront cloudfront.amazonaws.com " + d1 + "," + d2},
		},
		"distribution added": {before: policy(cdn(`"` + d1 + `"`)), after: policy(cdn(`["` + d2 + `","` + d1 + `"]`))},
		"distributions by pattern": {
			before: policy(cdn(`["` + d1 + `","` + d2 + `"]`)),
			after: policy(st("Allow", get, objects, `"Principal":{"Service":"cloudfront.amazonaws.com"}`,
				`"Condition":{"ArnLike":{"aws:SourceArn":"arn:aws:cloudfront::123456789012:distribution/*"}}`)),
		},
		"everybody, then one account": {
			before: policy(st("Allow", get, objects, everyone)), after: policy(st("Allow", get, objects, `"Principal":{"AWS":"123456789012"}`)),
			want: []string{"s3:GetObject videos/* certain removed  *"},
		},
		"statement about writing removed": {before: policy(st("Allow", `"s3:PutObject"`, objects, bob))},
		"not known yet": {
			before: policy(st("Allow", get, objects, bob)), after: effect.Unknown,
			want: []string{"s3:ListBucket videos/* possible not known  *", "s3:GetObject videos/* possible not known  *"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			documents := func(policy string) effect.Documents {
				return effect.Documents{Buckets: map[string]string{"videos": policy}}
			}
			check(t, effect.Subject{Anyone: true, BucketAccount: account}, documents(tt.before), documents(tt.after), tt.want, effect.Scope{Bucket: "videos"})
		})
	}
}

func TestScopeLimitsLosses(t *testing.T) {
	before := effect.Documents{Identity: []string{policy(st("Allow", `"s3:*"`, `"*"`))}}
	deny := func(resource string, rest ...string) effect.Documents {
		return effect.Documents{Identity: []string{policy(st("Allow", `"s3:*"`, `"*"`), st("Deny", `"s3:*"`, resource, rest...))}}
	}
	scope := effect.Scope{Bucket: "videos", Prefixes: []string{"clips/a/"}}
	for name, tt := range map[string]struct {
		after effect.Documents
		want  []string
	}{
		"another bucket":   {after: deny(`"arn:aws:s3:::movies*"`)},
		"another prefix":   {after: deny(`"arn:aws:s3:::videos/clips/b/*"`)},
		"above the prefix": {after: deny(`"arn:aws:s3:::videos/clips/*"`), want: []string{"s3:GetObject videos/clips/* certain denied"}},
		"below the prefix": {after: deny(`"arn:aws:s3:::videos/clips/a/x*"`), want: []string{"s3:GetObject videos/clips/a/x* certain denied"}},
		"listing above":    {after: deny(bucket, prefixLike(`"clips/"`)), want: []string{"s3:ListBucket videos/clips/ certain denied"}},
		"listing beside":   {after: deny(bucket, prefixLike(`"clips/b*"`))},
	} {
		t.Run(name, func(t *testing.T) {
			check(t, effect.Subject{ARN: alice}, before, tt.after, tt.want, scope)
		})
	}
}

func TestTheSubjectOfABucketPolicy(t *testing.T) {
	read := grant(t, iampolicy.Grant{Bucket: "videos", Access: iampolicy.Read})
	bobs := policy(st("Allow", get, objects, `"Principal":{"AWS":"arn:aws:iam::123456789012:user/bob"}`))
	alices := policy(st("Allow", `"s3:*"`, "["+all+"]", `"Principal":{"AWS":"`+alice+`"}`))
	for name, tt := range map[string]struct {
		bucketPolicy string
		want         []string
	}{
		"it grants others":   {bobs, []string{"s3:ListBucket videos/* certain removed ListVideos", "s3:GetObject videos/* certain removed ReadVideos"}},
		"it grants the same": {alices, nil},
	} {
		t.Run(name, func(t *testing.T) {
			buckets := map[string]string{"videos": tt.bucketPolicy}
			check(t, effect.Subject{ARN: alice, BucketAccount: account}, effect.Documents{Identity: []string{read}, Buckets: buckets}, effect.Documents{Buckets: buckets}, tt.want)
		})
	}
}

func TestLossNamesWhatIsKept(t *testing.T) {
	before := effect.Documents{Identity: []string{grant(t, iampolicy.Grant{Bucket: "videos", Access: iampolicy.Read})}}
	after := effect.Documents{Identity: []string{grant(t, iampolicy.Grant{Bucket: "videos", Access: iampolicy.Read, Prefixes: []string{"a/", "b/"}})}}
	losses, err := effect.Compare(effect.Subject{ARN: alice}, before, after)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range losses {
		if want := []string{"a/*", "b/*"}; !slices.Equal(l.Kept, want) {
			t.Errorf("%s: got kept patterns %q, want %q", l.Action, l.Kept, want)
		}
	}
}

func TestNotAPolicy(t *testing.T) {
	for name, document := range map[string]string{
		"not JSON":       `{`,
		"no statement":   `{"Version":"2012-10-17"}`,
		"unknown effect": policy(st("Perhaps", get, objects)),
		"a bad action":   policy(st("Allow", `{"a":"b"}`, objects)),
	} {
		t.Run(name, func(t *testing.T) {
			_, err := effect.Compare(effect.Subject{ARN: alice}, effect.Documents{Identity: []string{document}}, effect.Documents{})
			if err == nil {
				t.Error("got no error, want one")
			}
		})
	}
}

func TestWhatIsTooComplexIsALoss(t *testing.T) {
	var statements []string
	for i := range 16 {
		statements = append(statements, st("Deny", get, objects, fmt.Sprintf(`"Condition":{"NumericEquals":{"s3:max-keys":%d}}`, i)))
	}
	statements = append(statements, st("Allow", get, objects))
	before := effect.Documents{Identity: []string{policy(statements...)}}
	check(t, effect.Subject{ARN: alice}, before, before, nil)
	after := effect.Documents{Identity: []string{policy(statements[1:]...)}}
	check(t, effect.Subject{ARN: alice}, before, after, []string{"s3:GetObject */* possible too complex"})
}
