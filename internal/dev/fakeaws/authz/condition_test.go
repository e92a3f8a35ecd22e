package authz

import "testing"

func TestConditions(t *testing.T) {
	context := map[string][]string{
		"s3:prefix":                {"clips/2024/"},
		"s3:max-keys":              {"100"},
		"aws:securetransport":      {"true"},
		"aws:currenttime":          {"2026-03-01T12:00:00Z"},
		"aws:sourceip":             {"203.0.113.7"},
		"aws:principalarn":         {"arn:aws:iam::123456789012:role/worker"},
		"aws:tagkeys":              {"team", "cost"},
		"aws:username":             {"alice"},
		"aws:requesttag/team":      {"Red"},
		"s3:x-amz-acl":             {""},
		"aws:multivaluedbutabsent": {},
	}
	tests := map[string]struct {
		condition string
		want      bool
	}{
		"StringEquals":                   {`"StringEquals":{"s3:prefix":"clips/2024/"}`, true},
		"StringEquals takes no wildcard": {`"StringEquals":{"s3:prefix":"clips/*"}`, false},
		"StringEquals one of many":       {`"StringEquals":{"s3:prefix":["a","clips/2024/"]}`, true},
		"StringEquals respects case":     {`"StringEquals":{"aws:RequestTag/team":"red"}`, false},
		"StringEqualsIgnoreCase":         {`"StringEqualsIgnoreCase":{"aws:RequestTag/team":"red"}`, true},
		"StringNotEqualsIgnoreCase":      {`"StringNotEqualsIgnoreCase":{"aws:RequestTag/team":"red"}`, false},
		"StringEquals empty value":       {`"StringEquals":{"s3:x-amz-acl":""}`, true},
		"StringNotEquals":                {`"StringNotEquals":{"s3:prefix":["a","b"]}`, true},
		"StringNotEquals any of many":    {`"StringNotEquals":{"s3:prefix":["a","clips/2024/"]}`, false},
		"StringNotEquals absent key":     {`"StringNotEquals":{"s3:delimiter":"/"}`, true},
		"StringLike":                     {`"StringLike":{"s3:prefix":"clips/????/*"}`, true},
		"StringLike variable":            {`"StringLike":{"aws:username":"${aws:username}"}`, true},
		"StringLike absent variable":     {`"StringLike":{"s3:prefix":"${aws:PrincipalTag/x}*"}`, false},
		"StringNotLike":                  {`"StringNotLike":{"s3:prefix":"clips/*"}`, false},
		"absent key":                     {`"StringEquals":{"s3:delimiter":"/"}`, false},
		"absent key with IfExists":       {`"StringEqualsIfExists":{"s3:delimiter":"/"}`, true},
		"present key with IfExists":      {`"StringEqualsIfExists":{"s3:prefix":"x"}`, false},
		"key ignores case":               {`"StringLike":{"S3:Prefix":"clips/*"}`, true},
		"all keys have to hold":          {`"StringLike":{"s3:prefix":"clips/*","aws:username":"bob"}`, false},
		"all operators have to hold":     {`"StringLike":{"s3:prefix":"clips/*"},"Bool":{"aws:SecureTransport":false}`, false},
		"Bool":                           {`"Bool":{"aws:SecureTransport":true}`, true},
		"Bool as text":                   {`"Bool":{"aws:SecureTransport":"true"}`, true},
		"Bool absent key":                {`"Bool":{"aws:MultiFactorAuthPresent":"false"}`, false},
		"Null true, absent":              {`"Null":{"s3:delimiter":"true"}`, true},
		"Null true, present":             {`"Null":{"s3:prefix":"true"}`, false},
		"Null false, present":            {`"Null":{"s3:prefix":false}`, true},
		"Null with no values":            {`"Null":{"aws:MultivaluedButAbsent":"true"}`, true},
		"NumericLessThanEquals":          {`"NumericLessThanEquals":{"s3:max-keys":100}`, true},
		"NumericLessThan":                {`"NumericLessThan":{"s3:max-keys":"100"}`, false},
		"NumericGreaterThan":             {`"NumericGreaterThan":{"s3:max-keys":"99.5"}`, true},
		"NumericEquals":                  {`"NumericEquals":{"s3:max-keys":"100.0"}`, true},
		"NumericNotEquals":               {`"NumericNotEquals":{"s3:max-keys":"100"}`, false},
		"NumericEquals on text":          {`"NumericEquals":{"s3:prefix":"1"}`, false},
		"DateGreaterThan":                {`"DateGreaterThan":{"aws:CurrentTime":"2026-03-01T13:00:00+02:00"}`, true},
		"DateLessThan epoch":             {`"DateLessThan":{"aws:CurrentTime":"1600000000"}`, false},
		"DateGreaterThanEquals day":      {`"DateGreaterThanEquals":{"aws:CurrentTime":"2026-03-01"}`, true},
		"DateNotEquals":                  {`"DateNotEquals":{"aws:CurrentTime":"2026-03-01T12:00:00Z"}`, false},
		"IpAddress":                      {`"IpAddress":{"aws:SourceIp":["10.0.0.0/8","203.0.113.0/24"]}`, true},
		"IpAddress single":               {`"IpAddress":{"aws:SourceIp":"203.0.113.8"}`, false},
		"NotIpAddress":                   {`"NotIpAddress":{"aws:SourceIp":"10.0.0.0/8"}`, true},
		"ArnLike":                        {`"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/w*"}`, true},
		"ArnEquals is ArnLike":           {`"ArnEquals":{"aws:PrincipalArn":"arn:aws:iam::*:role/w*"}`, true},
		"ArnLike stays in a segment":     {`"ArnLike":{"aws:PrincipalArn":"arn:aws:i*:role/worker"}`, false},
		"ArnNotLike":                     {`"ArnNotLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/w*"}`, false},
		"ForAllValues":                   {`"ForAllValues:StringEquals":{"aws:TagKeys":["team","cost","x"]}`, true},
		"ForAllValues, one out":          {`"ForAllValues:StringEquals":{"aws:TagKeys":["team"]}`, false},
		"ForAllValues, absent":           {`"ForAllValues:StringEquals":{"aws:CalledVia":["x"]}`, true},
		"ForAllValues, negated":          {`"ForAllValues:StringNotEquals":{"aws:TagKeys":["team"]}`, false},
		"ForAnyValue":                    {`"ForAnyValue:StringLike":{"aws:TagKeys":["t*"]}`, true},
		"ForAnyValue, none":              {`"ForAnyValue:StringEquals":{"aws:TagKeys":["x"]}`, false},
		"ForAnyValue, absent":            {`"ForAnyValue:StringEquals":{"aws:CalledVia":["x"]}`, false},
		"ForAnyValue, negated":           {`"ForAnyValue:StringNotEquals":{"aws:TagKeys":["team"]}`, true},
		"ForAnyValue, negated, all in":   {`"ForAnyValue:StringNotEquals":{"aws:TagKeys":["team","cost"]}`, false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			policy := identity(t, `{"Effect":"Allow","Action":"s3:ListBucket","Resource":"*","Condition":{`+tt.condition+`}}`)
			request := Request{Principal: alice, Action: "s3:ListBucket", Resource: videos, ResourceOwner: account, Context: context}
			if got := Allowed(request, []*Policy{policy}, nil); got != tt.want {
				t.Errorf("Allowed() = %v, want %v", got, tt.want)
			}
		})
	}
}

func TestOldVersionHasNoVariables(t *testing.T) {
	policy, err := Parse(`{"Statement":{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::videos/${aws:username}"}}`)
	if err != nil {
		t.Fatal(err)
	}
	request := get(alice)
	request.Context = map[string][]string{"aws:username": {"alice"}}
	request.Resource = videos + "/alice"
	if Allowed(request, []*Policy{policy}, nil) {
		t.Error("a variable was filled in")
	}
	request.Resource = videos + "/${aws:username}"
	if !Allowed(request, []*Policy{policy}, nil) {
		t.Error("the text itself does not match")
	}
}
