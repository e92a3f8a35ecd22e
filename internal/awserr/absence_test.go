package awserr

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// The hosts of the servers that these tests play.
const (
	atAWS     = "s3.us-east-1.amazonaws.com"
	elsewhere = "storage.example.com"
)

// clientOf returns a client whose requests to any host reach the handler. checked says
// whether it refuses foreign answers, as the clients of the provider do.
func clientOf(t *testing.T, host string, checked bool, handler http.HandlerFunc) *s3.Client {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	dial := func(ctx context.Context, network, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, network, server.Listener.Addr().String())
	}
	return s3.New(s3.Options{
		BaseEndpoint: aws.String("http://" + host), Region: "us-east-1", UsePathStyle: true, RetryMaxAttempts: 1,
		Credentials: credentials.NewStaticCredentialsProvider("AKIDEXAMPLE", "secret", ""),
		HTTPClient:  &http.Client{Transport: &http.Transport{DialContext: dial}},
		APIOptions: []func(*middleware.Stack) error{func(stack *middleware.Stack) error {
			if !checked {
				return nil
			}
			return stack.Deserialize.Add(middleware.DeserializeMiddlewareFunc("Check",
				func(ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler) (middleware.DeserializeOutput, middleware.Metadata, error) {
					out, metadata, err := next.HandleDeserialize(ctx, in)
					if resp, ok := out.RawResponse.(*smithyhttp.Response); ok && err == nil {
						err = CheckAnswer(s3.ServiceID, awsmiddleware.GetOperationName(ctx), resp.Response)
					}
					return out, metadata, err
				}), middleware.After)
		}},
	})
}

// answered is an answer to every request.
type answered struct {
	status      int // 0 for 404
	contentType string
	body        string
	gzip        bool
}

func (a answered) handler(requestID bool) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body := []byte(a.body)
		if a.gzip {
			var packed bytes.Buffer
			z := gzip.NewWriter(&packed)
			_, _ = z.Write(body)
			_ = z.Close()
			body = packed.Bytes()
			w.Header().Set("Content-Encoding", "gzip")
		}
		if requestID {
			w.Header().Set("X-Amz-Request-Id", "4442587FB7D0A2F9")
		}
		if a.contentType != "" {
			w.Header().Set("Content-Type", a.contentType)
		} else {
			w.Header()["Content-Type"] = nil // or net/http finds one out
		}
		w.WriteHeader(cmp.Or(a.status, http.StatusNotFound))
		if r.Method != http.MethodHead {
			_, _ = w.Write(body)
		}
	}
}

// asked are the errors of the requests that can show that something does not exist.
type asked struct{ bucket, object, document, headBucket, headObject error }

func ask(t *testing.T, c *s3.Client) asked {
	t.Helper()
	ctx, bucket, key := t.Context(), aws.String("videos"), aws.String("manifest.json")
	var a asked
	_, a.bucket = c.ListObjectsV2(ctx, ListOne(*bucket))
	_, a.object = c.GetObject(ctx, &s3.GetObjectInput{Bucket: bucket, Key: key})
	_, a.document = c.GetBucketCors(ctx, &s3.GetBucketCorsInput{Bucket: bucket})
	_, err := c.HeadBucket(ctx, &s3.HeadBucketInput{Bucket: bucket})
	a.headBucket = ConfirmBucketGone(ctx, c, *bucket, err)
	_, err = c.HeadObject(ctx, &s3.HeadObjectInput{Bucket: bucket, Key: key})
	a.headObject = ConfirmObjectGone(ctx, c, *bucket, *key, nil, err)
	return a
}

func errorDocument(code string) string {
	return `<?xml version="1.0" encoding="UTF-8"?>` + "\n<Error><Code>" + code + "</Code><Message>m</Message><RequestId>r</RequestId></Error>"
}

func TestAbsence(t *testing.T) {
	xml := func(code string) answered { return answered{contentType: "application/xml", body: errorDocument(code)} }
	tests := map[string]struct {
		answer                   answered
		bucket, object, document bool // gone
	}{
		"no body":           {answer: answered{}},
		"text":              {answer: answered{contentType: "text/plain", body: "404 page not found"}},
		"JSON":              {answer: answered{contentType: "application/json", body: `{"Code":"NoSuchBucket"}`}},
		"bytes":             {answer: answered{contentType: "application/octet-stream", body: "not found"}},
		"web page":          {answer: answered{contentType: "text/html", body: "<html><body>Not found</body></html>"}},
		"page as XML":       {answer: answered{contentType: "application/xml", body: "<html><body>Not found</body></html>"}},
		"another root":      {answer: answered{contentType: "application/xml", body: "<Failure><Code>NoSuchBucket</Code></Failure>"}},
		"nested":            {answer: answered{contentType: "application/xml", body: "<Errors><Error><Code>NoSuchKey</Code></Error></Errors>"}},
		"no code":           {answer: answered{contentType: "application/xml", body: "<Error><Message>gone</Message></Error>"}},
		"empty code":        {answer: xml("")},
		"truncated":         {answer: answered{contentType: "application/xml", body: "<Error><Code>NoSuchBucket</Code>"}},
		"compressed":        {answer: answered{contentType: "application/xml", body: errorDocument("NoSuchBucket"), gzip: true}},
		"denied":            {answer: answered{status: http.StatusForbidden, contentType: "application/xml", body: errorDocument("NoSuchBucket")}},
		"server in trouble": {answer: answered{status: http.StatusInternalServerError, contentType: "application/xml", body: errorDocument("NoSuchKey")}},

		"bucket":                        {answer: xml("NoSuchBucket"), bucket: true, object: true},
		"bucket, no content type":       {answer: answered{body: errorDocument("NoSuchBucket")}, bucket: true, object: true},
		"bucket, as text":               {answer: answered{contentType: "text/plain", body: errorDocument("NoSuchBucket")}, bucket: true, object: true},
		"key":                           {answer: xml("NoSuchKey"), object: true, document: true},
		"version":                       {answer: xml("NoSuchVersion"), object: true, document: true},
		"document":                      {answer: xml("NoSuchCORSConfiguration"), document: true},
		"document, code of other make":  {answer: xml("NoSuchTagSetError"), document: true},
		"document, code without a name": {answer: xml("NotFound"), document: true},
	}
	for name, tt := range tests {
		for _, host := range []string{atAWS, elsewhere} {
			for _, requestID := range []bool{true, false} {
				t.Run(name+"/"+host+map[bool]string{true: "/with request ID", false: "/without"}[requestID], func(t *testing.T) {
					got := ask(t, clientOf(t, host, true, tt.answer.handler(requestID)))
					proof := host != atAWS || requestID
					check(t, "bucket", BucketGone, got.bucket, tt.bucket && proof)
					check(t, "object", ObjectGone, got.object, tt.object && proof)
					check(t, "document", DocumentGone, got.document, tt.document && proof)
					head := map[bool]bool{true: requestID && tt.answer.status == 0, false: tt.bucket}
					check(t, "bucket by HEAD", BucketGone, got.headBucket, head[host == atAWS])
					head[false] = tt.object
					check(t, "object by HEAD", ObjectGone, got.headObject, head[host == atAWS])
				})
			}
		}
	}
}

func check(t *testing.T, what string, gone func(error) bool, err error, want bool) {
	t.Helper()
	if got := gone(err); got != want {
		t.Errorf("%s: got gone = %t for %v, want %t", what, got, err, want)
	}
}

// TestAbsenceWithoutTheCheck shows what is known of answers that a plain client of the
// SDK has read.
func TestAbsenceWithoutTheCheck(t *testing.T) {
	for name, tt := range map[string]struct {
		answer answered
		gone   bool
	}{
		"error document": {answered{body: errorDocument("NoSuchBucket")}, true},
		"no body":        {answered{}, false},
		"text":           {answered{contentType: "text/plain", body: "404 page not found"}, false},
		"JSON":           {answered{contentType: "application/json", body: `{}`}, false},
		"web page":       {answered{contentType: "text/html", body: "<html><body>Not found</body></html>"}, false},
		"truncated":      {answered{body: "<Error><Code>NoSuchBucket</Code>"}, false},
		"compressed":     {answered{body: errorDocument("NoSuchBucket"), gzip: true}, false},
	} {
		t.Run(name, func(t *testing.T) {
			got := ask(t, clientOf(t, elsewhere, false, tt.answer.handler(false)))
			check(t, "bucket", BucketGone, got.bucket, tt.gone)
			check(t, "object", ObjectGone, got.object, tt.gone)
			check(t, "document", DocumentGone, got.document, false)
			check(t, "bucket by HEAD", BucketGone, got.headBucket, tt.gone)
			check(t, "object by HEAD", ObjectGone, got.headObject, tt.gone)
		})
	}
}

// TestAbsenceWithoutAnAnswer judges errors that a fake returns.
func TestAbsenceWithoutAnAnswer(t *testing.T) {
	for code, want := range map[string][3]bool{ // bucket, object, document
		"NoSuchBucket": {true, true, false},
		"NoSuchKey":    {false, true, true},
		"NoSuchTagSet": {false, false, true},
		"NotFound":     {}, // a HEAD's
		"AccessDenied": {},
		"UnknownError": {},
	} {
		err := &smithy.GenericAPIError{Code: code}
		if got := [3]bool{BucketGone(err), ObjectGone(err), DocumentGone(err)}; got != want {
			t.Errorf("%s: got %v, want %v", code, got, want)
		}
	}
}

// TestContradictedHEAD has a HEAD that finds nothing, and a thing that is there.
func TestContradictedHEAD(t *testing.T) {
	for name, get := range map[string]answered{
		"there":             {status: http.StatusOK, contentType: "application/xml", body: "<ListBucketResult/>"},
		"an object, empty":  {status: http.StatusRequestedRangeNotSatisfiable, contentType: "application/xml", body: errorDocument("InvalidRange")},
		"denied":            {status: http.StatusForbidden, contentType: "application/xml", body: errorDocument("AccessDenied")},
		"in trouble":        {status: http.StatusInternalServerError, contentType: "application/xml", body: errorDocument("InternalError")},
		"no server of S3's": {status: http.StatusNotFound, contentType: "text/plain", body: "404 page not found"},
	} {
		t.Run(name, func(t *testing.T) {
			got := ask(t, clientOf(t, elsewhere, true, func(w http.ResponseWriter, r *http.Request) {
				if r.Method == http.MethodHead {
					w.WriteHeader(http.StatusNotFound)
					return
				}
				get.handler(true)(w, r)
			}))
			for what, err := range map[string]error{"bucket": got.headBucket, "object": got.headObject} {
				if err == nil || NotFound(err) {
					t.Errorf("%s: got %v, want an error that does not say that it is gone", what, err)
				}
			}
			var answer *ForeignAnswer
			if name == "there" && (!errors.As(got.headBucket, &answer) || answer.Host != elsewhere) {
				t.Errorf("got %v, want an error that names %s", got.headBucket, elsewhere)
			}
		})
	}
}

// TestEmptySuccess has answers that the SDK would take for an empty document.
func TestEmptySuccess(t *testing.T) {
	for name, tt := range map[string]struct {
		answer   answered
		listing  bool // success of a listing
		document bool // success of a read of CORS rules
	}{
		"document":                 {answered{body: "<CORSConfiguration/>"}, false, true},
		"listing":                  {answered{body: "<ListBucketResult/>"}, true, false},
		"list of versions":         {answered{body: "<ListVersionsResult/>"}, false, false},
		"another document":         {answered{body: "<!-- a --><VersioningConfiguration xmlns='http://s3.amazonaws.com/doc/2006-03-01/'/>"}, false, false},
		"unknown root":             {answered{body: "<Result/>"}, true, true},
		"declaration, white space": {answered{body: "\ufeff \r\n<?xml version=\"1.0\"?>\n<CORSConfiguration/>"}, false, true},
		"no body":                  {answered{}, false, false},
		"white space":              {answered{body: " \n "}, false, false},
		"text":                     {answered{contentType: "text/plain", body: "OK"}, false, false},
		"JSON":                     {answered{contentType: "application/json", body: "{}"}, false, false},
		"web page":                 {answered{contentType: "text/html", body: "<html></html>"}, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			tt.answer.status = http.StatusOK
			got := ask(t, clientOf(t, elsewhere, true, tt.answer.handler(false)))
			if (got.bucket == nil) != tt.listing {
				t.Errorf("listing: got %v, want success = %t", got.bucket, tt.listing)
			}
			if (got.document == nil) != tt.document {
				t.Errorf("document: got %v, want success = %t", got.document, tt.document)
			}
			if want := !tt.document && name != "text" && name != "JSON"; Unsupported(got.document) != want {
				t.Errorf("document: got %v, want that the server lacks it: %t", got.document, want)
			}
			if got.object != nil {
				t.Errorf("object: got %v, want its content, whatever it is", got.object)
			}
		})
	}
}

func TestForeignAnswerSaysWhoAndWhat(t *testing.T) {
	for name, tt := range map[string]struct {
		host   string
		answer answered
		want   string
	}{
		"text":               {elsewhere, answered{contentType: "text/plain; charset=utf-8", body: "404 page not found"}, "a body that is not XML of the service (Content-Type text/plain)"},
		"no body":            {elsewhere, answered{}, "an empty body"},
		"AWS without header": {atAWS, answered{body: errorDocument("NoSuchBucket")}, "a 404 without x-amz-request-id"},
	} {
		t.Run(name, func(t *testing.T) {
			err := ask(t, clientOf(t, tt.host, true, tt.answer.handler(false))).bucket
			var answer *ForeignAnswer
			if !errors.As(err, &answer) {
				t.Fatalf("got %v, want a foreign answer", err)
			}
			if answer.What != tt.want || answer.Host != tt.host {
				t.Errorf("got %q of %s, want %q of %s", answer.What, answer.Host, tt.want, tt.host)
			}
			if Status(err) != http.StatusNotFound || Code(err) != "" {
				t.Errorf("got status %d and code %q, want 404 and none", Status(err), Code(err))
			}
		})
	}
}

func TestAWSHost(t *testing.T) {
	for host, want := range map[string]bool{
		"s3.eu-west-1.amazonaws.com":                           true,
		"videos.s3.eu-west-1.amazonaws.com:443":                true,
		"bucket.vpce-0a.s3.us-east-1.vpce.amazonaws.com":       true,
		"S3.cn-north-1.AMAZONAWS.COM.CN":                       true,
		"s3.dualstack.eusc-de-east-1.api.amazonwebservices.eu": true,
		"localhost:9000":                                       false,
		"[::1]:9000":                                           false,
		"amazonaws.com.evil.org":                               false,
		"notamazonaws.com":                                     false,
		"":                                                     false,
	} {
		if got := AWSHost(host); got != want {
			t.Errorf("%q: got %t, want %t", host, got, want)
		}
	}
}

func TestOrigin(t *testing.T) {
	for name, tt := range map[string]struct {
		origin Origin
		aws    bool
	}{
		"endpoint of AWS":       {Origin{Host: "s3.amazonaws.com"}, true},
		"AWS behind a proxy":    {Origin{Host: "proxy.example.com", Name: "AmazonS3"}, true},
		"another server":        {Origin{Host: "localhost:9000", Name: "MinIO"}, false},
		"server without a name": {Origin{Host: "localhost:9000"}, false},
	} {
		if got := tt.origin.IsAWS(); got != tt.aws {
			t.Errorf("%s: got %t, want %t", name, got, tt.aws)
		}
	}
}
