package authz

import (
	"testing"
)

const (
	account = "123456789012"
	other   = "210987654321"
	videos  = "arn:aws:s3:::videos"
)

var (
	root    = Principal{Root: true, ARN: rootARN(account), AccountID: account, UserID: account}
	alice   = Principal{ARN: "arn:aws:iam::" + account + ":user/team/alice", AccountID: account, UserID: "AIDAALICE00000000000"}
	worker  = Principal{ARN: "arn:aws:sts::" + account + ":assumed-role/worker/job", AccountID: account, UserID: "AROAWORKER0000000000:job"}
	mallory = Principal{ARN: "arn:aws:iam::" + other + ":user/mallory", AccountID: other, UserID: "AIDAMALLORY000000000"}
	foreign = Principal{Root: true, ARN: rootARN(other), AccountID: other, UserID: other}
	nobody  = Principal{Anonymous: true}
	logs    = Principal{Service: "logging.s3.amazonaws.com"}
)

func identity(t *testing.T, statements string) *Policy {
	t.Helper()
	p, err := ParseIdentity(`{"Version":"2012-10-17","Statement":[` + statements + `]}`)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func bucketPolicy(t *testing.T, statements string) *Policy {
	t.Helper()
	p, err := ParseBucket(`{"Version":"2012-10-17","Statement":[`+statements+`]}`, videos, nil)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func get(p Principal) Request {
	return Request{Principal: p, Action: "s3:GetObject", Resource: videos + "/a.mp4", ResourceOwner: account}
}

const (
	allowGet = `{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::videos/*"}`
	denyGet  = `{"Effect":"Deny","Action":"s3:Get*","Resource":"*"}`
)

func grantTo(effect, principal string) string {
	return `{"Effect":"` + effect + `",` + principal + `,"Action":"s3:GetObject","Resource":"arn:aws:s3:::videos/*"}`
}

func TestDecide(t *testing.T) {
	allow := identity(t, allowGet)
	deny := identity(t, denyGet)
	boundary := func(statements string) *Policy { return Limit(identity(t, statements)) }
	narrow := `{"Effect":"Allow","Action":"s3:ListBucket","Resource":"*"}`
	policy := func(effect, principal string) *Policy { return bucketPolicy(t, grantTo(effect, principal)) }
	everyone := `"Principal":"*"`
	named := func(arn string) string { return `"Principal":{"AWS":"` + arn + `"}` }
	role := named("arn:aws:iam::" + account + ":role/jobs/worker")

	tests := map[string]struct {
		principal Principal
		identity  []*Policy
		bucket    *Policy
		want      Decision
	}{
		"nothing allows it":                              {alice, nil, nil, ImplicitDeny},
		"own policy allows it":                           {alice, []*Policy{allow}, nil, Allow},
		"own deny beats own allow":                       {alice, []*Policy{allow, deny}, nil, ExplicitDeny},
		"own deny beats the bucket's allow":              {alice, []*Policy{deny}, policy("Allow", everyone), ExplicitDeny},
		"bucket's deny beats own allow":                  {alice, []*Policy{allow}, policy("Deny", everyone), ExplicitDeny},
		"bucket policy suffices for a user":              {alice, nil, policy("Allow", named(alice.ARN)), Allow},
		"bucket policy names him by unique id":           {alice, nil, policy("Allow", named(alice.UserID)), Allow},
		"bucket policy names another":                    {alice, nil, policy("Allow", named("arn:aws:iam::"+account+":user/bob")), ImplicitDeny},
		"own account named by a bucket policy delegates": {alice, nil, policy("Allow", named(account)), ImplicitDeny},
		"deny to the account covers its users":           {alice, []*Policy{allow}, policy("Deny", named(account)), ExplicitDeny},

		"root needs no policy":                  {root, nil, nil, Allow},
		"a bucket policy denies root":           {root, nil, policy("Deny", everyone), ExplicitDeny},
		"root of elsewhere needs a grant":       {foreign, nil, nil, ImplicitDeny},
		"root of elsewhere with a grant":        {foreign, nil, policy("Allow", named(other)), Allow},
		"anonymous":                             {nobody, nil, policy("Allow", named(alice.ARN)), ImplicitDeny},
		"anonymous with a public policy":        {nobody, nil, policy("Allow", everyone), Allow},
		"anonymous with AWS *":                  {nobody, nil, policy("Allow", named("*")), Allow},
		"a service":                             {logs, nil, policy("Allow", `"Principal":{"Service":"logging.s3.amazonaws.com"}`), Allow},
		"another service":                       {logs, nil, policy("Allow", `"Principal":{"Service":"cloudfront.amazonaws.com"}`), ImplicitDeny},
		"cross-account with own policy only":    {mallory, []*Policy{allow}, nil, ImplicitDeny},
		"cross-account with bucket policy only": {mallory, nil, policy("Allow", named(mallory.ARN)), ImplicitDeny},
		"cross-account with both":               {mallory, []*Policy{allow}, policy("Allow", named(mallory.ARN)), Allow},
		"cross-account by account with both":    {mallory, []*Policy{allow}, policy("Allow", named(other)), Allow},

		"session by its role":                                {worker, nil, policy("Allow", role), Allow},
		"session by its own ARN":                             {worker, nil, policy("Allow", named(worker.ARN)), Allow},
		"session by the role's id":                           {worker, nil, policy("Allow", named("AROAWORKER0000000000")), Allow},
		"session of another role":                            {worker, nil, policy("Allow", named("arn:aws:iam::"+account+":role/worker2")), ImplicitDeny},
		"boundary allows nothing by itself":                  {alice, []*Policy{boundary(allowGet)}, nil, ImplicitDeny},
		"boundary within":                                    {alice, []*Policy{allow, boundary(allowGet)}, nil, Allow},
		"boundary without":                                   {alice, []*Policy{allow, boundary(narrow)}, nil, ImplicitDeny},
		"boundary denies":                                    {alice, []*Policy{allow, boundary(denyGet)}, nil, ExplicitDeny},
		"one of two boundaries without":                      {alice, []*Policy{allow, boundary(allowGet), boundary(narrow)}, nil, ImplicitDeny},
		"boundary does not bound a bucket's grant to a user": {alice, []*Policy{boundary(narrow)}, policy("Allow", named(alice.ARN)), Allow},
		"boundary bounds a bucket's grant to a role":         {worker, []*Policy{boundary(narrow)}, policy("Allow", role), ImplicitDeny},

		"NotPrincipal spares user and account": {alice, []*Policy{allow}, policy("Deny", `"NotPrincipal":{"AWS":["`+alice.ARN+`","`+account+`"]}`), Allow},
		"NotPrincipal with the user alone":     {alice, []*Policy{allow}, policy("Deny", `"NotPrincipal":{"AWS":"`+alice.ARN+`"}`), ExplicitDeny},
		"NotPrincipal spares root":             {root, nil, policy("Deny", `"NotPrincipal":{"AWS":"`+account+`"}`), Allow},
		"NotPrincipal denies anonymous":        {nobody, nil, policy("Deny", `"NotPrincipal":{"AWS":"`+account+`"}`), ExplicitDeny},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if got := Decide(get(tt.principal), tt.identity, tt.bucket); got != tt.want {
				t.Errorf("Decide() = %d, want %d", got, tt.want)
			}
			if got := Allowed(get(tt.principal), tt.identity, tt.bucket); got != (tt.want == Allow) {
				t.Errorf("Allowed() = %v, want %v", got, tt.want == Allow)
			}
		})
	}
}

func TestOwnerIsNotLockedOut(t *testing.T) {
	policy := bucketPolicy(t, `{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":["arn:aws:s3:::videos","arn:aws:s3:::videos/*"]}`)
	for action, want := range map[string]bool{"s3:DeleteBucketPolicy": true, "s3:PutBucketPolicy": true, "s3:ListBucket": false} {
		request := Request{Principal: root, Action: action, Resource: videos, ResourceOwner: account}
		if got := Allowed(request, nil, policy); got != want {
			t.Errorf("root may %s: %v, want %v", action, got, want)
		}
	}
}

func TestGrantsLooksAtTheResourcePolicyAlone(t *testing.T) {
	trust, err := ParseTrust(`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"`+account+`"},"Action":"sts:AssumeRole"}}`, nil)
	if err != nil {
		t.Fatal(err)
	}
	request := Request{Principal: alice, Action: "sts:AssumeRole", Resource: "arn:aws:iam::" + account + ":role/worker", ResourceOwner: account}
	if !trust.Grants(request) {
		t.Error("a trusted account's user is not granted")
	}
	request.Principal = mallory
	if trust.Grants(request) {
		t.Error("another account's user is granted")
	}
}

func TestStatementElements(t *testing.T) {
	tests := map[string]struct {
		statement, action, resource string
		want                        bool
	}{
		"action ignores case":          {`"Action":"S3:getobject","Resource":"*"`, "s3:GetObject", videos + "/a", true},
		"action wildcard":              {`"Action":"s3:Get?bject","Resource":"*"`, "s3:GetObject", videos + "/a", true},
		"action of another service":    {`"Action":"iam:*","Resource":"*"`, "s3:GetObject", videos + "/a", false},
		"NotAction":                    {`"NotAction":"iam:*","Resource":"*"`, "s3:GetObject", videos + "/a", true},
		"NotAction excludes":           {`"NotAction":"s3:Get*","Resource":"*"`, "s3:GetObject", videos + "/a", false},
		"resource respects case":       {`"Action":"*","Resource":"arn:aws:s3:::Videos/*"`, "s3:GetObject", videos + "/a", false},
		"resource wildcards":           {`"Action":"*","Resource":"arn:aws:s3:::vid*/?.mp4"`, "s3:GetObject", videos + "/a.mp4", true},
		"wildcard matches colons last": {`"Action":"*","Resource":"arn:aws:s3:::videos/*"`, "s3:GetObject", videos + "/a:b", true},
		"wildcard stays in a segment":  {`"Action":"*","Resource":"arn:aws:s*:::videos"`, "s3:ListBucket", "arn:aws:s3:x::videos", false},
		"bucket is not its objects":    {`"Action":"*","Resource":"arn:aws:s3:::videos"`, "s3:GetObject", videos + "/a", false},
		"NotResource":                  {`"Action":"*","NotResource":"arn:aws:s3:::secret/*"`, "s3:GetObject", videos + "/a", true},
		"NotResource excludes":         {`"Action":"*","NotResource":["arn:aws:s3:::videos/*"]`, "s3:GetObject", videos + "/a", false},
		"variable":                     {`"Action":"*","Resource":"arn:aws:s3:::videos/${aws:username}/*"`, "s3:GetObject", videos + "/a*e/x", true},
		"variable's value is literal":  {`"Action":"*","Resource":"arn:aws:s3:::videos/${aws:username}/*"`, "s3:GetObject", videos + "/alice/x", false},
		"variable that is absent":      {`"Action":"*","Resource":"arn:aws:s3:::videos/${aws:PrincipalTag/team}/*"`, "s3:GetObject", videos + "//x", false},
		"variable with a default":      {`"Action":"*","Resource":"arn:aws:s3:::videos/${aws:PrincipalTag/team, 'red'}/*"`, "s3:GetObject", videos + "/red/x", true},
		"escaped wildcard":             {`"Action":"*","Resource":"arn:aws:s3:::videos/${*}"`, "s3:GetObject", videos + "/abc", false},
		"escaped wildcard by itself":   {`"Action":"*","Resource":"arn:aws:s3:::videos/${*}"`, "s3:GetObject", videos + "/*", true},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			policy := identity(t, `{"Effect":"Allow",`+tt.statement+`}`)
			request := Request{
				Principal: alice, Action: tt.action, Resource: tt.resource, ResourceOwner: account,
				Context: map[string][]string{"aws:username": {"a*e"}},
			}
			if got := Allowed(request, []*Policy{policy}, nil); got != tt.want {
				t.Errorf("Allowed() = %v, want %v", got, tt.want)
			}
		})
	}
}

func TestPublic(t *testing.T) {
	allow := func(principal, condition string) string {
		return `{"Effect":"Allow","Principal":` + principal + `,"Action":"s3:GetObject","Resource":"arn:aws:s3:::videos/*","Condition":{` + condition + `}}`
	}
	tests := map[string]struct {
		statement string
		want      bool
	}{
		"everybody":                    {allow(`"*"`, ``), true},
		"everybody as AWS":             {allow(`{"AWS":"*"}`, ``), true},
		"a user":                       {allow(`{"AWS":"arn:aws:iam::123456789012:user/a"}`, ``), false},
		"another account":              {allow(`{"AWS":"210987654321"}`, ``), false},
		"a service":                    {allow(`{"Service":"cloudfront.amazonaws.com"}`, ``), false},
		"deny to everybody":            {`{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::videos/*"}`, false},
		"one network":                  {allow(`"*"`, `"IpAddress":{"aws:SourceIp":"203.0.113.0/24"}`), false},
		"half of the internet":         {allow(`"*"`, `"IpAddress":{"aws:SourceIp":["203.0.113.0/24","0.0.0.0/1"]}`), true},
		"all but one network":          {allow(`"*"`, `"NotIpAddress":{"aws:SourceIp":"203.0.113.0/24"}`), true},
		"an organization":              {allow(`"*"`, `"StringEquals":{"aws:PrincipalOrgID":"o-abc"}`), false},
		"an organization, if there is": {allow(`"*"`, `"StringEqualsIfExists":{"aws:PrincipalOrgID":"o-abc"}`), true},
		"any VPC":                      {allow(`"*"`, `"StringLike":{"aws:SourceVpc":"vpc-*"}`), true},
		"a role's sessions":            {allow(`"*"`, `"StringLike":{"aws:userid":"AROAWORKER0000000000:*"}`), false},
		"encrypted transport":          {allow(`"*"`, `"Bool":{"aws:SecureTransport":"true"}`), true},
		"a referer":                    {allow(`"*"`, `"StringEquals":{"aws:Referer":"https://fovea.video"}`), true},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if got := bucketPolicy(t, tt.statement).Public(); got != tt.want {
				t.Errorf("Public() = %v, want %v", got, tt.want)
			}
		})
	}
	if (*Policy)(nil).Public() {
		t.Error("no policy is public")
	}
}
