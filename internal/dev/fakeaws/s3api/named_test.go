package s3api_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/fakeawstest"
)

func TestMetricsRoundTrip(t *testing.T) {
	_, c := fakeawstest.WithBucket(t, fakeaws.Options{})
	name := aws.String("EntireBucket")
	get := func() (*s3.GetBucketMetricsConfigurationOutput, error) {
		return c.GetBucketMetricsConfiguration(t.Context(), &s3.GetBucketMetricsConfigurationInput{Bucket: fakeawstest.Videos, Id: name})
	}
	drop := func() error {
		_, err := c.DeleteBucketMetricsConfiguration(t.Context(), &s3.DeleteBucketMetricsConfigurationInput{Bucket: fakeawstest.Videos, Id: name})
		return err
	}
	_, err := get()
	fakeawstest.WantCode(t, err, "NoSuchConfiguration")
	fakeawstest.WantCode(t, drop(), "NoSuchConfiguration")
	for _, filter := range []types.MetricsFilter{nil, &types.MetricsFilterMemberPrefix{Value: "raw/"}} {
		fakeawstest.Must[*s3.PutBucketMetricsConfigurationOutput](t)(c.PutBucketMetricsConfiguration(t.Context(), &s3.PutBucketMetricsConfigurationInput{
			Bucket: fakeawstest.Videos, Id: name, MetricsConfiguration: &types.MetricsConfiguration{Id: name, Filter: filter},
		}))
		got := fakeawstest.Must[*s3.GetBucketMetricsConfigurationOutput](t)(get()).MetricsConfiguration
		if fmt.Sprintf("%+v", got.Filter) == "<nil>" != (filter == nil) {
			t.Errorf("read back %+v for the filter %+v", got, filter)
		}
	}
	if err := drop(); err != nil {
		t.Error(err)
	}
	_, err = get()
	fakeawstest.WantCode(t, err, "NoSuchConfiguration")
}

// TestNamedListing puts as many configurations as a bucket may have, and one.
func TestNamedListing(t *testing.T) {
	s, c := fakeawstest.WithBucket(t, fakeaws.Options{})
	document := func(id string) string { return "<MetricsConfiguration><Id>" + id + "</Id></MetricsConfiguration>" }
	var want []string
	for i := range 1000 {
		id := fmt.Sprintf("m%03d", i)
		want = append(want, id)
		if code := fakeawstest.Judge(t, s, "metrics&id="+id, document(id)); code != "" {
			t.Fatal(code)
		}
	}
	if code := fakeawstest.Judge(t, s, "metrics&id=more", document("more")); code != "TooManyConfigurations" {
		t.Errorf("one more: %q", code)
	}
	if code := fakeawstest.Judge(t, s, "metrics&id=m000", document("m000")); code != "" {
		t.Errorf("one of them again: %q", code)
	}
	var got []string
	in := &s3.ListBucketMetricsConfigurationsInput{Bucket: fakeawstest.Videos}
	for {
		page := fakeawstest.Must[*s3.ListBucketMetricsConfigurationsOutput](t)(c.ListBucketMetricsConfigurations(t.Context(), in))
		for _, m := range page.MetricsConfigurationList {
			got = append(got, *m.Id)
		}
		if !aws.ToBool(page.IsTruncated) {
			break
		}
		in.ContinuationToken = page.NextContinuationToken
	}
	if !slices.Equal(got, want) {
		t.Errorf("listed %d of %d, from %v", len(got), len(want), got[:min(3, len(got))])
	}
	in.ContinuationToken = aws.String("x")
	_, err := c.ListBucketMetricsConfigurations(t.Context(), in)
	fakeawstest.WantCode(t, err, "InvalidArgument")
}

func TestMetricsRules(t *testing.T) {
	s, _ := fakeawstest.WithBucket(t, fakeaws.Options{})
	doc := func(id, filter string) string {
		return "<MetricsConfiguration><Id>" + id + "</Id>" + filter + "</MetricsConfiguration>"
	}
	fakeawstest.Judgements{
		"the whole bucket": {doc("m", ""), ""},
		"a prefix":         {doc("m", "<Filter><Prefix>a/</Prefix></Filter>"), ""},
		"an access point":  {doc("m", "<Filter><AccessPointArn>arn:aws:s3:us-east-1:123456789012:accesspoint/a</AccessPointArn></Filter>"), ""},
		"no access point":  {doc("m", "<Filter><AccessPointArn>a</AccessPointArn></Filter>"), "InvalidArgument"},
		"an empty filter":  {doc("m", "<Filter/>"), "MalformedXML"},
		"two predicates":   {doc("m", "<Filter><Prefix>a/</Prefix><Tag><Key>k</Key><Value>v</Value></Tag></Filter>"), "MalformedXML"},
		"And of two":       {doc("m", "<Filter><And><Prefix>a/</Prefix><Tag><Key>k</Key><Value>v</Value></Tag></And></Filter>"), ""},
		"another id":       {doc("n", ""), "InvalidArgument"},
		"no id":            {"<MetricsConfiguration/>", "MalformedXML"},
	}.Run(t, s, "metrics&id=m")
	long := strings.Repeat("i", 64)
	for id, code := range map[string]string{long: "", long + "i": "InvalidArgument", "a%20b": "InvalidArgument", "A.b_c-1": ""} {
		text := strings.ReplaceAll(id, "%20", " ")
		if got := fakeawstest.Judge(t, s, "metrics&id="+id, doc(text, "")); got != code {
			t.Errorf("id %q: code %q, want %q", text, got, code)
		}
	}
}

func TestTieringRoundTripAndRules(t *testing.T) {
	s, c := fakeawstest.WithBucket(t, fakeaws.Options{})
	name := aws.String("t")
	fakeawstest.Must[*s3.PutBucketIntelligentTieringConfigurationOutput](t)(c.PutBucketIntelligentTieringConfiguration(t.Context(), &s3.PutBucketIntelligentTieringConfigurationInput{
		Bucket: fakeawstest.Videos, Id: name, IntelligentTieringConfiguration: &types.IntelligentTieringConfiguration{
			Id: name, Status: types.IntelligentTieringStatusEnabled, Filter: &types.IntelligentTieringFilter{Prefix: aws.String("raw/")},
			Tierings: []types.Tiering{{AccessTier: types.IntelligentTieringAccessTierArchiveAccess, Days: aws.Int32(90)}},
		},
	}))
	list := fakeawstest.Must[*s3.ListBucketIntelligentTieringConfigurationsOutput](t)(c.ListBucketIntelligentTieringConfigurations(t.Context(), &s3.ListBucketIntelligentTieringConfigurationsInput{Bucket: fakeawstest.Videos}))
	if got := list.IntelligentTieringConfigurationList; len(got) != 1 || *got[0].Filter.Prefix != "raw/" || *got[0].Tierings[0].Days != 90 {
		t.Errorf("read back %+v", got)
	}

	tier := func(class, days string) string {
		return "<Tiering><Days>" + days + "</Days><AccessTier>" + class + "</AccessTier></Tiering>"
	}
	doc := func(tiers ...string) string {
		return "<IntelligentTieringConfiguration><Id>t</Id><Status>Enabled</Status>" + strings.Join(tiers, "") + "</IntelligentTieringConfiguration>"
	}
	fakeawstest.Judgements{
		"both tiers":        {doc(tier("ARCHIVE_ACCESS", "90"), tier("DEEP_ARCHIVE_ACCESS", "180")), ""},
		"at the latest":     {doc(tier("ARCHIVE_ACCESS", "730"), tier("DEEP_ARCHIVE_ACCESS", "730")), ""},
		"archive too early": {doc(tier("ARCHIVE_ACCESS", "89")), "InvalidArgument"},
		"deep too early":    {doc(tier("DEEP_ARCHIVE_ACCESS", "179")), "InvalidArgument"},
		"too late":          {doc(tier("DEEP_ARCHIVE_ACCESS", "731")), "InvalidArgument"},
		"one tier twice":    {doc(tier("ARCHIVE_ACCESS", "90"), tier("ARCHIVE_ACCESS", "91")), "InvalidRequest"},
		"another tier":      {doc(tier("FROZEN", "90")), "MalformedXML"},
		"no tier":           {doc(), "MalformedXML"},
		"another status":    {strings.Replace(doc(tier("ARCHIVE_ACCESS", "90")), "Enabled", "On", 1), "MalformedXML"},
	}.Run(t, s, "intelligent-tiering&id=t")

	fakeawstest.Must[*s3.DeleteBucketIntelligentTieringConfigurationOutput](t)(c.DeleteBucketIntelligentTieringConfiguration(t.Context(), &s3.DeleteBucketIntelligentTieringConfigurationInput{Bucket: fakeawstest.Videos, Id: name}))
	_, err := c.GetBucketIntelligentTieringConfiguration(t.Context(), &s3.GetBucketIntelligentTieringConfigurationInput{Bucket: fakeawstest.Videos, Id: name})
	fakeawstest.WantCode(t, err, "NoSuchConfiguration")
}

func TestInventoryRoundTripAndRules(t *testing.T) {
	s, c := fakeawstest.WithBucket(t, fakeaws.Options{})
	fakeawstest.Must[*s3.CreateBucketOutput](t)(c.CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: aws.String("reports")}))
	west := fakeawstest.Client(s, s.Root(), fakeawstest.InRegion("us-west-2"))
	fakeawstest.Must[*s3.CreateBucketOutput](t)(west.CreateBucket(t.Context(), &s3.CreateBucketInput{
		Bucket: aws.String("west"), CreateBucketConfiguration: &types.CreateBucketConfiguration{LocationConstraint: "us-west-2"},
	}))
	name := aws.String("i")
	fakeawstest.Must[*s3.PutBucketInventoryConfigurationOutput](t)(c.PutBucketInventoryConfiguration(t.Context(), &s3.PutBucketInventoryConfigurationInput{
		Bucket: fakeawstest.Videos, Id: name, InventoryConfiguration: &types.InventoryConfiguration{
			Id: name, IsEnabled: aws.Bool(true), IncludedObjectVersions: types.InventoryIncludedObjectVersionsCurrent,
			Schedule:       &types.InventorySchedule{Frequency: types.InventoryFrequencyDaily},
			OptionalFields: []types.InventoryOptionalField{types.InventoryOptionalFieldSize, types.InventoryOptionalFieldETag},
			Filter:         &types.InventoryFilter{Prefix: aws.String("raw/")},
			Destination: &types.InventoryDestination{S3BucketDestination: &types.InventoryS3BucketDestination{
				Bucket: aws.String("arn:aws:s3:::reports"), Format: types.InventoryFormatParquet, AccountId: aws.String("123456789012"),
				Encryption: &types.InventoryEncryption{SSEKMS: &types.SSEKMS{KeyId: aws.String("k")}},
			}},
		},
	}))
	got := fakeawstest.Must[*s3.GetBucketInventoryConfigurationOutput](t)(c.GetBucketInventoryConfiguration(t.Context(), &s3.GetBucketInventoryConfigurationInput{Bucket: fakeawstest.Videos, Id: name})).InventoryConfiguration
	if !*got.IsEnabled || len(got.OptionalFields) != 2 || *got.Destination.S3BucketDestination.Encryption.SSEKMS.KeyId != "k" {
		t.Errorf("read back %+v", got)
	}

	const valid = "<InventoryConfiguration><Destination><S3BucketDestination><Bucket>arn:aws:s3:::reports</Bucket><Format>CSV</Format></S3BucketDestination></Destination>" +
		"<IsEnabled>true</IsEnabled><Id>i</Id><IncludedObjectVersions>All</IncludedObjectVersions><Schedule><Frequency>Weekly</Frequency></Schedule></InventoryConfiguration>"
	change := func(old, replacement string) string { return strings.Replace(valid, old, replacement, 1) }
	fakeawstest.Judgements{
		"valid":                   {valid, ""},
		"another format":          {change("CSV", "JSON"), "MalformedXML"},
		"another frequency":       {change("Weekly", "Hourly"), "MalformedXML"},
		"other versions":          {change(">All<", ">Old<"), "MalformedXML"},
		"neither on nor off":      {change("<IsEnabled>true</IsEnabled>", ""), "MalformedXML"},
		"another field":           {change("<Schedule>", "<OptionalFields><Field>Colour</Field></OptionalFields><Schedule>"), "MalformedXML"},
		"two encryptions":         {change("</S3B", "<Encryption><SSE-S3/><SSE-KMS><KeyId>k</KeyId></SSE-KMS></Encryption></S3B"), "MalformedXML"},
		"no bucket":               {change(":::reports", ":::nothing"), "InvalidS3DestinationBucket"},
		"another region":          {change(":::reports", ":::west"), "InvalidS3DestinationBucket"},
		"another owner":           {change("<Bucket>", "<AccountId>999999999999</AccountId><Bucket>"), "InvalidS3DestinationBucket"},
		"a bucket without ARN":    {change("arn:aws:s3:::", ""), "InvalidArgument"},
		"an id of something else": {change("<Id>i", "<Id>j"), "InvalidArgument"},
	}.Run(t, s, "inventory&id=i")
	if a := fakeawstest.Ask(t, s, s.Root(), http.MethodDelete, "/videos?inventory&id=i", "", nil); a.Status != http.StatusNoContent {
		t.Errorf("delete: %d %s", a.Status, a.Code)
	}
	if list := fakeawstest.Must[*s3.ListBucketInventoryConfigurationsOutput](t)(c.ListBucketInventoryConfigurations(t.Context(), &s3.ListBucketInventoryConfigurationsInput{Bucket: fakeawstest.Videos})); len(list.InventoryConfigurationList) != 0 {
		t.Errorf("still there: %+v", list.InventoryConfigurationList)
	}
}

func TestNotification(t *testing.T) {
	s, c := fakeawstest.WithBucket(t, fakeaws.Options{})
	target := func(kind, element, arn, more string) string {
		return "<NotificationConfiguration><" + kind + "><" + element + ">" + arn + "</" + element + ">" + more + "</" + kind + "></NotificationConfiguration>"
	}
	const (
		function = "arn:aws:lambda:us-east-1:123456789012:function:f"
		created  = "<Event>s3:ObjectCreated:*</Event>"
	)
	lambda := func(more string) string {
		return target("CloudFunctionConfiguration", "CloudFunction", function, more)
	}
	filter := func(names ...string) string {
		return "<Filter><S3Key><FilterRule><Name>" + strings.Join(names, "</Name><Value>x</Value></FilterRule><FilterRule><Name>") + "</Name><Value>x</Value></FilterRule></S3Key></Filter>"
	}
	fakeawstest.Judgements{
		"EventBridge":       {"<NotificationConfiguration><EventBridgeConfiguration/></NotificationConfiguration>", ""},
		"a function":        {lambda(created + filter("prefix", "suffix")), ""},
		"a queue":           {target("QueueConfiguration", "Queue", "arn:aws:sqs:us-east-1:123456789012:q", created), ""},
		"a topic":           {target("TopicConfiguration", "Topic", "arn:aws:sns:us-east-1:123456789012:t", created), ""},
		"a queue's topic":   {target("TopicConfiguration", "Topic", "arn:aws:sqs:us-east-1:123456789012:t", created), "InvalidArgument"},
		"another region":    {target("TopicConfiguration", "Topic", "arn:aws:sns:us-west-2:123456789012:t", created), "InvalidArgument"},
		"no event":          {lambda(""), "MalformedXML"},
		"another event":     {lambda("<Event>s3:ObjectSeen</Event>"), "InvalidArgument"},
		"another filter":    {lambda(created + filter("infix")), "InvalidArgument"},
		"one filter twice":  {lambda(created + filter("prefix", "prefix")), "InvalidArgument"},
		"wrong kind of ARN": {target("CloudFunctionConfiguration", "Queue", function, created), "MalformedXML"},
	}.Run(t, s, "notification")
	fakeawstest.Must[*s3.PutBucketNotificationConfigurationOutput](t)(c.PutBucketNotificationConfiguration(t.Context(), &s3.PutBucketNotificationConfigurationInput{
		Bucket: fakeawstest.Videos, NotificationConfiguration: &types.NotificationConfiguration{EventBridgeConfiguration: &types.EventBridgeConfiguration{}},
	}))
	got := fakeawstest.Must[*s3.GetBucketNotificationConfigurationOutput](t)(c.GetBucketNotificationConfiguration(t.Context(), &s3.GetBucketNotificationConfigurationInput{Bucket: fakeawstest.Videos}))
	if got.EventBridgeConfiguration == nil || len(got.LambdaFunctionConfigurations) != 0 {
		t.Errorf("read back %+v", got)
	}
}

const logDelivery = `{"Effect":"Allow","Principal":{"Service":"logging.s3.amazonaws.com"},"Action":"s3:PutObject","Resource":"arn:aws:s3:::logs/s3-access/*",` +
	`"Condition":{"ArnLike":{"aws:SourceArn":"arn:aws:s3:::videos"},"StringEquals":{"aws:SourceAccount":"123456789012"}}}`

func loggingDocument(target, prefix, more string) string {
	return "<BucketLoggingStatus><LoggingEnabled><TargetBucket>" + target + "</TargetBucket><TargetPrefix>" + prefix + "</TargetPrefix>" + more + "</LoggingEnabled></BucketLoggingStatus>"
}

// withLogs adds the bucket "logs" that takes the logs of "videos".
func withLogs(t *testing.T) (*fakeaws.Server, *s3.Client) {
	t.Helper()
	s, c := fakeawstest.WithBucket(t, fakeaws.Options{})
	fakeawstest.Must[*s3.CreateBucketOutput](t)(c.CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: aws.String("logs")}))
	fakeawstest.Must[*s3.PutBucketPolicyOutput](t)(c.PutBucketPolicy(t.Context(), &s3.PutBucketPolicyInput{Bucket: aws.String("logs"), Policy: aws.String(fakeawstest.Policy(logDelivery))}))
	return s, c
}

func TestLoggingRoundTrip(t *testing.T) {
	_, c := withLogs(t)
	put := func(l *types.LoggingEnabled) {
		fakeawstest.Must[*s3.PutBucketLoggingOutput](t)(c.PutBucketLogging(t.Context(), &s3.PutBucketLoggingInput{Bucket: fakeawstest.Videos, BucketLoggingStatus: &types.BucketLoggingStatus{LoggingEnabled: l}}))
	}
	get := func() *types.LoggingEnabled {
		return fakeawstest.Must[*s3.GetBucketLoggingOutput](t)(c.GetBucketLogging(t.Context(), &s3.GetBucketLoggingInput{Bucket: fakeawstest.Videos})).LoggingEnabled
	}
	put(&types.LoggingEnabled{
		TargetBucket: aws.String("logs"), TargetPrefix: aws.String("s3-access/"),
		TargetObjectKeyFormat: &types.TargetObjectKeyFormat{PartitionedPrefix: &types.PartitionedPrefix{PartitionDateSource: types.PartitionDateSourceEventTime}},
	})
	if got := get(); got == nil || *got.TargetBucket != "logs" || *got.TargetPrefix != "s3-access/" || got.TargetObjectKeyFormat.PartitionedPrefix == nil {
		t.Errorf("read back %+v", got)
	}
	put(nil)
	if got := get(); got != nil {
		t.Errorf("switched off, and got %+v", got)
	}
}

func TestLoggingTargets(t *testing.T) {
	s, c := withLogs(t)
	other := fakeawstest.Client(s, s.AddAccount("999999999999"))
	fakeawstest.Must[*s3.CreateBucketOutput](t)(other.CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: aws.String("their-logs")}))
	west := fakeawstest.Client(s, s.Root(), fakeawstest.InRegion("us-west-2"))
	fakeawstest.Must[*s3.CreateBucketOutput](t)(west.CreateBucket(t.Context(), &s3.CreateBucketInput{
		Bucket: aws.String("west-logs"), CreateBucketConfiguration: &types.CreateBucketConfiguration{LocationConstraint: "us-west-2"},
	}))
	fakeawstest.Must[*s3.CreateBucketOutput](t)(c.CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: aws.String("closed")}))
	const grants = "<TargetGrants><Grant><Grantee><URI>http://acs.amazonaws.com/groups/s3/LogDelivery</URI></Grantee><Permission>WRITE</Permission></Grant></TargetGrants>"
	fakeawstest.Judgements{
		"a bucket that takes logs": {loggingDocument("logs", "s3-access/", ""), ""},
		"another prefix":           {loggingDocument("logs", "elsewhere/", ""), "InvalidTargetBucketForLogging"},
		"no policy":                {loggingDocument("closed", "s3-access/", ""), "InvalidTargetBucketForLogging"},
		"no bucket":                {loggingDocument("nothing", "s3-access/", ""), "InvalidTargetBucketForLogging"},
		"another account's":        {loggingDocument("their-logs", "s3-access/", ""), "InvalidTargetBucketForLogging"},
		"another region":           {loggingDocument("west-logs", "s3-access/", ""), "CrossLocationLoggingProhibited"},
		"itself":                   {loggingDocument("videos", "s3-access/", ""), "InvalidTargetBucketForLogging"},
		"grants":                   {loggingDocument("logs", "s3-access/", grants), "AccessControlListNotSupported"},
		"no prefix":                {"<BucketLoggingStatus><LoggingEnabled><TargetBucket>logs</TargetBucket></LoggingEnabled></BucketLoggingStatus>", "MalformedXML"},
		"an empty prefix":          {loggingDocument("logs", "", ""), "InvalidTargetBucketForLogging"}, // the policy names one
		"no key format":            {loggingDocument("logs", "s3-access/", "<TargetObjectKeyFormat/>"), "MalformedXML"},
		"off":                      {"<BucketLoggingStatus/>", ""},
	}.Run(t, s, "logging")
}
