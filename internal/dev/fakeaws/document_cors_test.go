package fakeaws

import (
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

func TestCORSRoundTrip(t *testing.T) {
	_, c := withBucket(t, Options{})
	_, err := c.GetBucketCors(t.Context(), &s3.GetBucketCorsInput{Bucket: aws.String("videos")})
	wantCode(t, err, "NoSuchCORSConfiguration")

	rule := types.CORSRule{
		ID: aws.String("app"), AllowedOrigins: []string{"https://a.example", "https://*.b.example"}, AllowedMethods: []string{"GET", "HEAD"},
		AllowedHeaders: []string{"*"}, ExposeHeaders: []string{"ETag"}, MaxAgeSeconds: aws.Int32(3600),
	}
	must[*s3.PutBucketCorsOutput](t)(c.PutBucketCors(t.Context(), &s3.PutBucketCorsInput{
		Bucket: aws.String("videos"), CORSConfiguration: &types.CORSConfiguration{CORSRules: []types.CORSRule{rule}},
	}))
	out := must[*s3.GetBucketCorsOutput](t)(c.GetBucketCors(t.Context(), &s3.GetBucketCorsInput{Bucket: aws.String("videos")}))
	if got, want := fmt.Sprintf("%d %s %v %d", len(out.CORSRules), *out.CORSRules[0].ID, out.CORSRules[0].AllowedOrigins, *out.CORSRules[0].MaxAgeSeconds), "1 app [https://a.example https://*.b.example] 3600"; got != want {
		t.Errorf("read back %s, want %s", got, want)
	}
	must[*s3.DeleteBucketCorsOutput](t)(c.DeleteBucketCors(t.Context(), &s3.DeleteBucketCorsInput{Bucket: aws.String("videos")}))
	_, err = c.GetBucketCors(t.Context(), &s3.GetBucketCorsInput{Bucket: aws.String("videos")})
	wantCode(t, err, "NoSuchCORSConfiguration")
}

func TestCORSRules(t *testing.T) {
	s, _ := withBucket(t, Options{})
	rule := func(elements string) string { return "<CORSRule>" + elements + "</CORSRule>" }
	doc := func(rules ...string) string {
		return "<CORSConfiguration>" + strings.Join(rules, "") + "</CORSConfiguration>"
	}
	origin := func(o string) string {
		return doc(rule("<AllowedMethod>GET</AllowedMethod><AllowedOrigin>" + o + "</AllowedOrigin>"))
	}
	plain := rule("<AllowedMethod>GET</AllowedMethod><AllowedOrigin>*</AllowedOrigin>")
	with := func(more string) string { return doc(strings.Replace(plain, "</CORSRule>", more+"</CORSRule>", 1)) }
	judgements{
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
	}.run(t, s, "cors")
}
