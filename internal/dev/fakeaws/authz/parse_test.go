package authz

import (
	"errors"
	"strings"
	"testing"
)

func TestParseIdentityRefuses(t *testing.T) {
	const head = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow",`
	tests := map[string]struct{ document, message string }{
		"no JSON":            {`{`, "Syntax errors in policy."},
		"trailing text":      {`{"Version":"2012-10-17","Statement":[]} x`, "Syntax errors in policy."},
		"member twice":       {head + `"Action":"s3:*","Action":"iam:*","Resource":"*"}]}`, "Syntax errors in policy."},
		"unknown element":    {head + `"Actions":"s3:*","Resource":"*"}]}`, "Syntax errors in policy."},
		"unknown operator":   {head + `"Action":"s3:*","Resource":"*","Condition":{"StringMatches":{"s3:prefix":"a"}}}]}`, "Syntax errors in policy."},
		"unknown set":        {head + `"Action":"s3:*","Resource":"*","Condition":{"ForSomeValues:StringLike":{"s3:prefix":"a"}}}]}`, "Syntax errors in policy."},
		"bad number":         {head + `"Action":"s3:*","Resource":"*","Condition":{"NumericEquals":{"s3:max-keys":"ten"}}}]}`, "Syntax errors in policy."},
		"bad date":           {head + `"Action":"s3:*","Resource":"*","Condition":{"DateLessThan":{"aws:CurrentTime":"soon"}}}]}`, "Syntax errors in policy."},
		"bad address":        {head + `"Action":"s3:*","Resource":"*","Condition":{"IpAddress":{"aws:SourceIp":"10.0.0.0/33"}}}]}`, "Syntax errors in policy."},
		"no effect":          {`{"Version":"2012-10-17","Statement":[{"Action":"s3:*","Resource":"*"}]}`, "Syntax errors in policy."},
		"no version":         {`{"Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}`, "Policy document must be version 2012-10-17 or greater."},
		"principal":          {head + `"Principal":"*","Action":"s3:*","Resource":"*"}]}`, "Policy document should not specify a principal."},
		"no actions":         {head + `"Resource":"*"}]}`, "Policy statement must contain actions."},
		"empty actions":      {head + `"Action":[],"Resource":"*"}]}`, "Policy statement must contain actions."},
		"no resources":       {head + `"Action":"s3:*"}]}`, "Policy statement must contain resources."},
		"action alone":       {head + `"Action":"GetObject","Resource":"*"}]}`, "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."},
		"resource no ARN":    {head + `"Action":"s3:*","Resource":"videos/*"}]}`, `Resource videos/* must be in ARN format or "*".`},
		"resource too short": {head + `"Action":"s3:*","Resource":"arn:aws:s3::"}]}`, "The policy failed legacy parsing"},
		"sid twice":          {head + `"Sid":"A","Action":"s3:*","Resource":"*"},{"Effect":"Deny","Sid":"A","Action":"s3:*","Resource":"*"}]}`, "Statement IDs (SID) in a single policy must be unique."},
		"sid with a space":   {head + `"Sid":"A B","Action":"s3:*","Resource":"*"}]}`, "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := ParseIdentity(tt.document)
			checkError(t, err, "MalformedPolicyDocument", tt.message)
		})
	}
}

func TestParseBucketRefuses(t *testing.T) {
	statement := func(fields string) string { return `{"Statement":[{` + fields + `}]}` }
	tests := map[string]struct{ document, message string }{
		"space first":          {` {}`, "Policies must be valid JSON and the first byte must be '{'"},
		"no statement":         {`{"Version":"2012-10-17"}`, "Missing required field Statement"},
		"empty statement":      {`{"Statement":[]}`, "Could not parse the policy: Statement is empty!"},
		"bad version":          {`{"Version":"2013-01-01","Statement":[]}`, "The policy must contain a valid version string"},
		"bad effect":           {statement(`"Effect":"allow"`), "Invalid effect: allow"},
		"no principal":         {statement(`"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::videos/*"`), "Missing required field Principal"},
		"no action":            {statement(`"Effect":"Allow","Principal":"*","Resource":"arn:aws:s3:::videos/*"`), "Missing required field Action"},
		"no resource":          {statement(`"Effect":"Allow","Principal":"*","Action":"s3:GetObject"`), "Missing required field Resource"},
		"allow NotPrincipal":   {statement(`"Effect":"Allow","NotPrincipal":{"AWS":"123456789012"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::videos/*"`), "Allow with NotPrincipal is not allowed."},
		"other bucket":         {statement(`"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::other/*"`), "Policy has invalid resource"},
		"longer bucket":        {statement(`"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::videos2/*"`), "Policy has invalid resource"},
		"all resources":        {statement(`"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*"`), "Policy has invalid resource"},
		"unknown action":       {statement(`"Effect":"Allow","Principal":"*","Action":"s3:ReadObject","Resource":"arn:aws:s3:::videos/*"`), "Policy has invalid action"},
		"other service":        {statement(`"Effect":"Allow","Principal":"*","Action":"iam:GetUser","Resource":"arn:aws:s3:::videos/*"`), "Policy has invalid action"},
		"action not on bucket": {statement(`"Effect":"Allow","Principal":"*","Action":["s3:ListBucket","s3:GetObject"],"Resource":"arn:aws:s3:::videos"`), "Action does not apply to any resource(s) in statement"},
		"unknown operator":     {statement(`"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::videos","Condition":{"StringMatch":{"s3:prefix":"a"}}`), "Invalid Condition type : StringMatch"},
		"unknown key":          {statement(`"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::videos","Condition":{"StringLike":{"s3:prefixes":"a"}}`), "Policy has an invalid condition key"},
		"principal is text":    {statement(`"Effect":"Allow","Principal":"123456789012","Action":"s3:GetObject","Resource":"arn:aws:s3:::videos/*"`), "Invalid principal in policy"},
		"principal pattern":    {statement(`"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:user/*"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::videos/*"`), "Invalid principal in policy"},
		"principal is gone":    {statement(`"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:user/gone"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::videos/*"`), "Invalid principal in policy"},
		"principal kind":       {statement(`"Effect":"Allow","Principal":{"Team":"red"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::videos/*"`), "Invalid principal in policy"},
	}
	exists := func(principal string) bool { return !strings.HasSuffix(principal, "gone") }
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := ParseBucket(tt.document, videos, exists)
			checkError(t, err, "MalformedPolicy", tt.message)
		})
	}
}

func TestParseTrustRefuses(t *testing.T) {
	statement := func(fields string) string {
		return `{"Version":"2012-10-17","Statement":[{"Effect":"Allow",` + fields + `}]}`
	}
	tests := map[string]struct{ document, message string }{
		"no JSON":          {`policy`, "This policy contains invalid Json"},
		"no principal":     {statement(`"Action":"sts:AssumeRole"`), "Missing required field Principal"},
		"resource":         {statement(`"Principal":"*","Action":"sts:AssumeRole","Resource":"*"`), "Has prohibited field Resource"},
		"other action":     {statement(`"Principal":"*","Action":"s3:GetObject"`), "AssumeRole policy may only specify STS AssumeRole actions."},
		"all actions":      {statement(`"Principal":"*","Action":"*"`), "AssumeRole policy may only specify STS AssumeRole actions."},
		"user is gone":     {statement(`"Principal":{"AWS":"arn:aws:iam::123456789012:user/gone"},"Action":"sts:AssumeRole"`), `Invalid principal in policy: "AWS":"arn:aws:iam::123456789012:user/gone"`},
		"no such service":  {statement(`"Principal":{"Service":"ec2"},"Action":"sts:AssumeRole"`), `Invalid principal in policy: "SERVICE":"ec2"`},
		"no such provider": {statement(`"Principal":{"Federated":"token.actions.githubusercontent.com"},"Action":"sts:AssumeRoleWithWebIdentity"`), `Invalid principal in policy: "FEDERATED":"token.actions.githubusercontent.com"`},
	}
	exists := func(principal string) bool { return !strings.HasSuffix(principal, "gone") }
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := ParseTrust(tt.document, exists)
			checkError(t, err, "MalformedPolicyDocument", tt.message)
		})
	}
}

func TestExistsSeesNormalizedPrincipals(t *testing.T) {
	var asked []string
	document := `{"Statement":[{"Effect":"Allow","Principal":{"AWS":["123456789012","*","AIDAALICE00000000000"],"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}`
	if _, err := ParseTrust(document, func(p string) bool { asked = append(asked, p); return true }); err != nil {
		t.Fatal(err)
	}
	if got, want := strings.Join(asked, " "), "arn:aws:iam::123456789012:root AIDAALICE00000000000"; got != want {
		t.Errorf("asked for %q, want %q", got, want)
	}
}

func TestMapPrincipals(t *testing.T) {
	document := `{"Version":"2012-10-17","Statement":[{"Sid":"<A>","Effect":"Allow","Principal":{"AWS":["123456789012","arn:aws:iam::123456789012:user/a"]},"Action":"sts:AssumeRole"},{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole"}]}`
	got, err := MapPrincipals(document, func(p string) string { return strings.Replace(p, ":user/a", ":user/b", 1) })
	if err != nil {
		t.Fatal(err)
	}
	want := `{"Statement":[{"Action":"sts:AssumeRole","Effect":"Allow","Principal":{"AWS":["arn:aws:iam::123456789012:user/b","arn:aws:iam::123456789012:root"]},"Sid":"<A>"},{"Action":"sts:AssumeRole","Effect":"Allow","Principal":"*"}],"Version":"2012-10-17"}`
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func checkError(t *testing.T, err error, code, message string) {
	t.Helper()
	var refused *Error
	if !errors.As(err, &refused) {
		t.Fatalf("error %v, want %q", err, message)
	}
	if refused.Code != code || refused.Message != message {
		t.Errorf("refused with %s: %q, want %s: %q", refused.Code, refused.Message, code, message)
	}
}
