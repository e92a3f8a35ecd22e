package s3bucket

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
)

var minIO = http.Header{"Server": {"MinIO"}}

// Such servers would take the DELETE for one of the bucket.
func TestClearSendsNothingToServersThatLackTheDocument(t *testing.T) {
	answers := map[string]reply{
		"refused":            refusal(http.StatusNotImplemented, "NotImplemented", ""),
		"taken for a list":   {body: "<ListBucketResult><Name>videos</Name><Prefix/><MaxKeys>1000</MaxKeys><Contents><Key>All</Key></Contents></ListBucketResult>"},
		"of another name":    {body: "<MetricsConfiguration><Id>Other</Id></MetricsConfiguration>"},
		"denied, not absent": refusal(http.StatusForbidden, "AccessDenied", ""),
	}
	for _, d := range documents() {
		if d.clear == nil {
			continue
		}
		for name, answer := range answers {
			t.Run(d.subresource+" "+name, func(t *testing.T) {
				s, server := play(t, script{"GET " + d.subresource: {answer}, "DELETE " + d.subresource: {{}}, "DELETE": {{}}})
				err := d.clear(t.Context(), s)
				if server.sent("DELETE") || server.sent("PUT") {
					t.Errorf("sent %v", server.requests)
				}
				if answer.status != 0 && err == nil {
					t.Error("no error")
				}
				if d.absentCode == "NoSuchConfiguration" && answer.status == 0 && !errors.As(err, new(*otherDocumentError)) {
					t.Errorf("got %v", err)
				}
			})
		}
	}
}

func TestPutOfAPartThatTheServerLacks(t *testing.T) {
	notImplemented := refusal(http.StatusNotImplemented, "NotImplemented", "")
	malformed := refusal(http.StatusBadRequest, "MalformedXML", "")
	absent := refusal(http.StatusNotFound, "NoSuchCORSConfiguration", "")
	from := func(r reply, server string) reply {
		r.header = http.Header{"Server": {server}}
		return r
	}
	for name, test := range map[string]struct {
		put, get    reply
		unsupported bool
	}{
		"refused":                                  {from(notImplemented, "MinIO"), absent, true},
		"malformed, cannot be read":                {malformed, notImplemented, true},
		"malformed, nothing there, not AWS":        {from(malformed, "MinIO"), absent, true},
		"malformed, nothing there, AWS":            {from(malformed, "AmazonS3"), absent, false},
		"malformed, nothing there, nameless":       {malformed, absent, true},
		"taken for a bucket, nothing there":        {refusal(http.StatusConflict, "BucketAlreadyOwnedByYou", ""), absent, true},
		"taken for a bucket, listed":               {refusal(http.StatusConflict, "BucketAlreadyOwnedByYou", ""), reply{body: "<ListBucketResult/>"}, true},
		"malformed, though there is one":           {from(malformed, "MinIO"), corsReply("https://old"), false},
		"malformed, read denied":                   {from(malformed, "MinIO"), refusal(http.StatusForbidden, "AccessDenied", ""), false},
		"taken for the creation of a bucket":       {refusal(http.StatusConflict, "BucketAlreadyOwnedByYou", ""), notImplemented, true},
		"refused for another reason, not at fault": {refusal(http.StatusBadRequest, "InvalidRequest", ""), absent, false},
	} {
		t.Run(name, func(t *testing.T) {
			s, _ := play(t, script{"PUT cors": {test.put}, "GET cors": {test.get}})
			err := CORS.Write(t.Context(), s, Of("videos"), []types.CORSRule{rule("https://x")}, nil)
			var unsupported *UnsupportedError
			if errors.As(err, &unsupported) != test.unsupported {
				t.Errorf("got %v", err)
			}
			if awserr.Code(err) == "" {
				t.Errorf("the server's own error is lost: %v", err)
			}
		})
	}
}

func TestUnsupportedErrorNamesServerAndPart(t *testing.T) {
	answers := map[string]reply{
		"refusal":    {status: http.StatusNotImplemented, header: minIO, body: "<Error><Code>NotImplemented</Code></Error>"},
		"other list": {header: minIO, body: "<ListBucketResult/>"},
	}
	for name, answer := range answers {
		t.Run(name, func(t *testing.T) {
			s, _ := play(t, script{"GET metrics": {answer}})
			_, err := Metrics.Read(t.Context(), s, ID{Bucket: "videos", Name: "All"})
			var unsupported *UnsupportedError
			if !errors.As(err, &unsupported) {
				t.Fatalf("got %v", err)
			}
			for _, part := range []string{"MinIO at 127.0.0.1:", "metrics configuration", "videos"} {
				if !strings.Contains(unsupported.Error(), part) {
					t.Errorf("got %v, want %q in it", unsupported, part)
				}
			}
		})
	}
}
