package s3api_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/fakeawstest"
)

func TestLifecycleRoundTrip(t *testing.T) {
	_, c := fakeawstest.WithBucket(t, fakeaws.Options{})
	get := func() (*s3.GetBucketLifecycleConfigurationOutput, error) {
		return c.GetBucketLifecycleConfiguration(t.Context(), &s3.GetBucketLifecycleConfigurationInput{Bucket: aws.String("videos")})
	}
	_, err := get()
	fakeawstest.WantCode(t, err, "NoSuchLifecycleConfiguration")
	rule := types.LifecycleRule{
		Status: types.ExpirationStatusEnabled,
		Filter: &types.LifecycleRuleFilter{And: &types.LifecycleRuleAndOperator{
			Prefix: aws.String("raw/"), Tags: []types.Tag{{Key: aws.String("keep"), Value: aws.String("no")}},
		}},
		Transitions: []types.Transition{
			{Days: aws.Int32(90), StorageClass: types.TransitionStorageClassStandardIa},
			{Days: aws.Int32(365), StorageClass: types.TransitionStorageClassGlacierIr},
		},
		Expiration: &types.LifecycleExpiration{Days: aws.Int32(3650)},
	}
	put := func(size types.TransitionDefaultMinimumObjectSize) *s3.PutBucketLifecycleConfigurationOutput {
		return fakeawstest.Must[*s3.PutBucketLifecycleConfigurationOutput](t)(c.PutBucketLifecycleConfiguration(t.Context(), &s3.PutBucketLifecycleConfigurationInput{
			Bucket: aws.String("videos"), TransitionDefaultMinimumObjectSize: size,
			LifecycleConfiguration: &types.BucketLifecycleConfiguration{Rules: []types.LifecycleRule{rule}},
		}))
	}
	if out := put(""); out.TransitionDefaultMinimumObjectSize != types.TransitionDefaultMinimumObjectSizeAllStorageClasses128k {
		t.Errorf("default minimum size %q", out.TransitionDefaultMinimumObjectSize)
	}
	put(types.TransitionDefaultMinimumObjectSizeVariesByStorageClass)
	out := fakeawstest.Must[*s3.GetBucketLifecycleConfigurationOutput](t)(get())
	if out.TransitionDefaultMinimumObjectSize != types.TransitionDefaultMinimumObjectSizeVariesByStorageClass {
		t.Errorf("minimum size %q", out.TransitionDefaultMinimumObjectSize)
	}
	got := out.Rules[0]
	if aws.ToString(got.ID) == "" {
		t.Error("a rule without an id got none")
	}
	if len(got.Transitions) != 2 || *got.Transitions[1].Days != 365 || *got.Filter.And.Prefix != "raw/" || *got.Expiration.Days != 3650 {
		t.Errorf("read back %+v", got)
	}
	fakeawstest.Must[*s3.DeleteBucketLifecycleOutput](t)(c.DeleteBucketLifecycle(t.Context(), &s3.DeleteBucketLifecycleInput{Bucket: aws.String("videos")}))
	_, err = get()
	fakeawstest.WantCode(t, err, "NoSuchLifecycleConfiguration")
}

const lifecycleHead = "<Status>Enabled</Status><Filter/>"

func lifecycleDocument(rules ...string) string {
	var b strings.Builder
	b.WriteString("<LifecycleConfiguration>")
	for _, rule := range rules {
		b.WriteString("<Rule>" + rule + "</Rule>")
	}
	b.WriteString("</LifecycleConfiguration>")
	return b.String()
}

func TestLifecycleRules(t *testing.T) {
	s, _ := fakeawstest.WithBucket(t, fakeaws.Options{})
	const expire = "<Expiration><Days>10</Days></Expiration>"
	rule := func(actions string) string { return lifecycleDocument(lifecycleHead + actions) }
	filter := func(f string) string {
		return lifecycleDocument("<Status>Enabled</Status><Filter>" + f + "</Filter>" + expire)
	}
	named := func(id string) string { return "<ID>" + id + "</ID>" + lifecycleHead + expire }
	var thousand []string
	for range 1000 {
		thousand = append(thousand, lifecycleHead+expire)
	}
	fakeawstest.Judgements{
		"an empty filter":                {rule(expire), ""},
		"no rule":                        {lifecycleDocument(), "MalformedXML"},
		"1,000 rules":                    {lifecycleDocument(thousand...), ""},
		"1,001 rules":                    {lifecycleDocument(append(thousand, lifecycleHead+expire)...), "MalformedXML"},
		"the guide's Id":                 {lifecycleDocument("<Id>x</Id>" + lifecycleHead + expire), "MalformedXML"},
		"an id of 255":                   {lifecycleDocument(named(strings.Repeat("i", 255))), ""},
		"an id of 256":                   {lifecycleDocument(named(strings.Repeat("i", 256))), "InvalidArgument"},
		"one id twice":                   {lifecycleDocument(named("a"), named("a")), "InvalidArgument"},
		"an unknown status":              {lifecycleDocument("<Status>On</Status><Filter/>" + expire), "MalformedXML"},
		"neither filter nor prefix":      {lifecycleDocument("<Status>Enabled</Status>" + expire), "MalformedXML"},
		"filter and prefix":              {lifecycleDocument(lifecycleHead + "<Prefix/>" + expire), "MalformedXML"},
		"the deprecated prefix":          {lifecycleDocument("<Status>Enabled</Status><Prefix>a/</Prefix>" + expire), ""},
		"both forms of rule":             {lifecycleDocument(lifecycleHead+expire, "<Status>Enabled</Status><Prefix>a/</Prefix>"+expire), "InvalidRequest"},
		"two predicates":                 {filter("<Prefix>a/</Prefix><ObjectSizeLessThan>5</ObjectSizeLessThan>"), "MalformedXML"},
		"And of one":                     {filter("<And><Prefix>a/</Prefix></And>"), "MalformedXML"},
		"And of two":                     {filter("<And><Prefix>a/</Prefix><ObjectSizeGreaterThan>5</ObjectSizeGreaterThan></And>"), ""},
		"sizes the wrong way round":      {filter("<And><ObjectSizeGreaterThan>5</ObjectSizeGreaterThan><ObjectSizeLessThan>5</ObjectSizeLessThan></And>"), "InvalidRequest"},
		"one tag key twice":              {filter("<And><Tag><Key>k</Key><Value>1</Value></Tag><Tag><Key>k</Key><Value>2</Value></Tag></And>"), "InvalidRequest"},
		"no action":                      {rule(""), "InvalidRequest"},
		"0 days":                         {rule("<Expiration><Days>0</Days></Expiration>"), "InvalidArgument"},
		"two kinds of expiration":        {rule("<Expiration><Days>1</Days><ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker></Expiration>"), "MalformedXML"},
		"a date at noon":                 {rule("<Expiration><Date>2030-01-01T12:00:00Z</Date></Expiration>"), "InvalidArgument"},
		"a date":                         {rule("<Expiration><Date>2030-01-01T00:00:00Z</Date></Expiration>"), ""},
		"no date":                        {rule("<Expiration><Date>soon</Date></Expiration>"), "MalformedXML"},
		"delete markers by tag":          {lifecycleDocument("<Status>Enabled</Status><Filter><Tag><Key>k</Key><Value>v</Value></Tag></Filter><Expiration><ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker></Expiration>"), "InvalidRequest"},
		"abort uploads by tag":           {lifecycleDocument("<Status>Enabled</Status><Filter><Tag><Key>k</Key><Value>v</Value></Tag></Filter><AbortIncompleteMultipartUpload><DaysAfterInitiation>7</DaysAfterInitiation></AbortIncompleteMultipartUpload>"), "InvalidRequest"},
		"abort uploads by size":          {lifecycleDocument("<Status>Enabled</Status><Filter><ObjectSizeLessThan>9</ObjectSizeLessThan></Filter><AbortIncompleteMultipartUpload><DaysAfterInitiation>7</DaysAfterInitiation></AbortIncompleteMultipartUpload>"), "InvalidRequest"},
		"abort uploads after 0 days":     {rule("<AbortIncompleteMultipartUpload><DaysAfterInitiation>0</DaysAfterInitiation></AbortIncompleteMultipartUpload>"), "InvalidArgument"},
		"abort uploads":                  {rule("<AbortIncompleteMultipartUpload><DaysAfterInitiation>7</DaysAfterInitiation></AbortIncompleteMultipartUpload>"), ""},
		"noncurrent without days":        {rule("<NoncurrentVersionExpiration><NewerNoncurrentVersions>3</NewerNoncurrentVersions></NoncurrentVersionExpiration>"), "MalformedXML"},
		"noncurrent after 0 days":        {rule("<NoncurrentVersionExpiration><NoncurrentDays>0</NoncurrentDays></NoncurrentVersionExpiration>"), "InvalidArgument"},
		"100 newer versions":             {rule("<NoncurrentVersionExpiration><NoncurrentDays>1</NoncurrentDays><NewerNoncurrentVersions>100</NewerNoncurrentVersions></NoncurrentVersionExpiration>"), ""},
		"101 newer versions":             {rule("<NoncurrentVersionExpiration><NoncurrentDays>1</NoncurrentDays><NewerNoncurrentVersions>101</NewerNoncurrentVersions></NoncurrentVersionExpiration>"), "InvalidArgument"},
		"newer versions need the filter": {lifecycleDocument("<Status>Enabled</Status><Prefix/><NoncurrentVersionExpiration><NoncurrentDays>1</NoncurrentDays><NewerNoncurrentVersions>1</NewerNoncurrentVersions></NoncurrentVersionExpiration>"), "InvalidRequest"},
	}.Run(t, s, "lifecycle")
}

func TestLifecycleTransitions(t *testing.T) {
	s, _ := fakeawstest.WithBucket(t, fakeaws.Options{})
	after := func(time, class string) string {
		return "<Transition>" + time + "<StorageClass>" + class + "</StorageClass></Transition>"
	}
	days := func(n, class string) string { return after("<Days>"+n+"</Days>", class) }
	const date = "<Date>2030-01-01T00:00:00Z</Date>"
	rule := func(actions ...string) string { return lifecycleDocument(lifecycleHead + strings.Join(actions, "")) }
	noncurrent := func(n, class string) string {
		return "<NoncurrentVersionTransition><NoncurrentDays>" + n + "</NoncurrentDays><StorageClass>" + class + "</StorageClass></NoncurrentVersionTransition>"
	}
	fakeawstest.Judgements{
		"down the ladder":           {rule(days("0", "STANDARD_IA"), days("1", "INTELLIGENT_TIERING"), days("2", "ONEZONE_IA"), days("3", "GLACIER_IR"), days("4", "GLACIER"), days("5", "DEEP_ARCHIVE")), ""},
		"in any order":              {rule(days("90", "GLACIER"), days("30", "STANDARD_IA")), ""},
		"up the ladder":             {rule(days("30", "GLACIER"), days("90", "STANDARD_IA")), "InvalidArgument"},
		"on one day":                {rule(days("30", "STANDARD_IA"), days("30", "GLACIER")), "InvalidArgument"},
		"to one class twice":        {rule(days("30", "GLACIER"), days("60", "GLACIER")), "InvalidRequest"},
		"to STANDARD":               {rule(days("30", "STANDARD")), "MalformedXML"},
		"before 0 days":             {rule(days("-1", "GLACIER")), "InvalidArgument"},
		"never":                     {rule(after("", "GLACIER")), "MalformedXML"},
		"by days and by date":       {rule(days("30", "STANDARD_IA"), after(date, "GLACIER")), "InvalidRequest"},
		"by days, expiring by date": {rule(days("30", "STANDARD_IA"), "<Expiration>"+date+"</Expiration>"), "InvalidRequest"},
		"by date, expiring by days": {rule(after(date, "GLACIER"), "<Expiration><Days>9</Days></Expiration>"), "InvalidRequest"},
		"expiring on that day":      {rule(days("30", "GLACIER"), "<Expiration><Days>30</Days></Expiration>"), "InvalidArgument"},
		"expiring on that date":     {rule(after(date, "GLACIER"), "<Expiration>"+date+"</Expiration>"), "InvalidArgument"},
		"expiring later":            {rule(days("30", "GLACIER"), "<Expiration><Days>31</Days></Expiration>"), ""},
		"noncurrent down":           {rule(noncurrent("1", "STANDARD_IA"), noncurrent("2", "GLACIER")), ""},
		"noncurrent up":             {rule(noncurrent("1", "GLACIER"), noncurrent("2", "STANDARD_IA")), "InvalidArgument"},
		"noncurrent, expiring then": {rule(noncurrent("5", "GLACIER"), "<NoncurrentVersionExpiration><NoncurrentDays>5</NoncurrentDays></NoncurrentVersionExpiration>"), "InvalidArgument"},
	}.Run(t, s, "lifecycle")
}

func TestLifecycleMinimumSize(t *testing.T) {
	s, _ := fakeawstest.WithBucket(t, fakeaws.Options{})
	document := lifecycleDocument(lifecycleHead + "<Expiration><Days>10</Days></Expiration>")
	a := fakeawstest.Ask(t, s, s.Root(), http.MethodPut, "/videos?lifecycle", document, map[string]string{"X-Amz-Transition-Default-Minimum-Object-Size": "64K"})
	if a.Code != "InvalidRequest" {
		t.Errorf("code %q", a.Code)
	}
}
