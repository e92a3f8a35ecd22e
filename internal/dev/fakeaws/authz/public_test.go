package authz

import "testing"

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
