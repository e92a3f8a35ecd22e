package awserr

import (
	"bufio"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// ForeignAnswer says that the answer to a request is not one of the service that was
// asked. Something else gave it, such as a proxy, and nothing follows from it.
type ForeignAnswer struct {
	URL    string // of the request, without the query; "" to name the host alone
	Host   string
	Status int
	What   string // what the answer is instead: "a web page"
	// NotImplemented says that the answer is a success, so that a server that is not
	// AWS's probably ignores the subresource of the request.
	NotImplemented bool
	// Missing names the service, IAM or STS, that a server which is not AWS's may lack.
	Missing string
	// Err is how the SDK has read the answer, or nil. It is not unwrapped: its code is the
	// SDK's invention.
	Err error
}

// Error implements error.
func (e *ForeignAnswer) Error() string {
	where := e.URL
	if where == "" {
		where = e.Host
	}
	text := fmt.Sprintf("%s answered with %s, HTTP status %d", where, e.What, e.Status)
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

// foreign reports whether err says that something other than the service answered.
func foreign(err error) bool {
	var answer *ForeignAnswer
	return errors.As(err, &answer)
}

// CheckAnswer returns a *ForeignAnswer when the service ("S3", "IAM" or "STS") cannot
// have sent resp, an answer to the operation. It may read the body and put another
// reader of the same bytes in its place.
func CheckAnswer(service, operation string, resp *http.Response) error {
	what, ignores := "", false // the subresource, so that the server answers another question
	switch {
	case isWebPage(operation, resp):
		what, ignores = "a web page", resp.StatusCode < http.StatusMultipleChoices
	case resp.StatusCode == http.StatusNotFound:
		what = notFromService(service, resp)
	case resp.StatusCode == http.StatusOK && service == serviceS3:
		what, ignores = notADocument(operation, resp)
	}
	if what == "" {
		return nil
	}
	answer := &ForeignAnswer{Status: resp.StatusCode, What: what}
	if resp.Request != nil && resp.Request.URL != nil {
		u := resp.Request.URL
		answer.URL, answer.Host = u.Scheme+"://"+u.Host+u.Path, u.Host
	}
	if !AWSHost(answer.Host) {
		if service != serviceS3 {
			answer.Missing = service
		}
		answer.NotImplemented = ignores && documentRoots[operation] != ""
	}
	return answer
}

// isWebPage passes objects that are web pages themselves, and answers without a
// body, to which some servers give the content type of a page. What a 404 to HEAD is
// worth does not depend on the content type.
func isWebPage(operation string, resp *http.Response) bool {
	object := resp.StatusCode < http.StatusMultipleChoices && (operation == "GetObject" || operation == "HeadObject")
	absent := resp.StatusCode == http.StatusNotFound && isHEAD(resp)
	return !object && !absent && resp.ContentLength != 0 && strings.HasPrefix(strings.ToLower(resp.Header.Get("Content-Type")), "text/html")
}

func isHEAD(resp *http.Response) bool {
	return resp.Request != nil && resp.Request.Method == http.MethodHead
}

// notFromService says what a 404 is that cannot come from the service, or "". A server
// that has S3 alone answers requests to IAM and STS with a document of S3, which
// MissingService recognises.
func notFromService(service string, resp *http.Response) string {
	atAWS := AWSHost(originOf(resp).Host)
	switch {
	case service == serviceS3 && atAWS && resp.Header.Get(requestIDHeader) == "":
		return "a 404 without x-amz-request-id"
	case isHEAD(resp):
		return "" // absence knows what it is worth
	}
	// Documents of S3 and IAM are far smaller. What is longer does not parse.
	const limit = 1 << 20
	body, err := io.ReadAll(io.LimitReader(resp.Body, limit))
	rest := io.Reader(bytes.NewReader(body))
	if err != nil {
		rest = io.MultiReader(rest, failingReader{err}) // the SDK sends the request again
	}
	resp.Body = readCloser{rest, resp.Body}
	if err != nil {
		return ""
	}
	if hasErrorCode(service, body) || !atAWS && hasErrorCode(serviceS3, body) {
		resp.Body = checkedBody{resp.Body}
		return ""
	}
	return describeBody(resp, len(body) == 0)
}

// notADocument says what a 200 is that the SDK would read as an empty document or an
// empty listing, or "". ignores says that a server answers like that which ignores the
// subresource of the request.
func notADocument(operation string, resp *http.Response) (what string, ignores bool) {
	if operation == "GetObject" || resp.Request == nil || resp.Request.Method != http.MethodGet {
		return "", false
	}
	// White space and a byte order mark may come first.
	body := bufio.NewReader(resp.Body)
	start, err := body.Peek(1)
	for err == nil && bytes.IndexByte([]byte(" \t\r\n\xef\xbb\xbf"), start[0]) >= 0 {
		_, _ = body.Discard(1) // it was peeked
		start, err = body.Peek(1)
	}
	resp.Body = readCloser{body, resp.Body}
	switch {
	case errors.Is(err, io.EOF):
		return describeBody(resp, true), true
	case err != nil, operation == "GetBucketPolicy" && start[0] != '<': // which is JSON
		return "", false
	case start[0] == '<':
		return anotherDocument(operation, body), true
	}
	return describeBody(resp, false), false
}

// documentRoots has the root elements of S3's answers, by operation. GetBucketPolicy,
// whose answer is JSON, has none that any other operation has.
var documentRoots = map[string]string{
	"GetBucketAccelerateConfiguration":           "AccelerateConfiguration",
	"GetBucketAcl":                               "AccessControlPolicy",
	"GetBucketCors":                              "CORSConfiguration",
	"GetBucketEncryption":                        "ServerSideEncryptionConfiguration",
	"GetBucketIntelligentTieringConfiguration":   "IntelligentTieringConfiguration",
	"GetBucketInventoryConfiguration":            "InventoryConfiguration",
	"GetBucketLifecycleConfiguration":            "LifecycleConfiguration",
	"GetBucketLocation":                          "LocationConstraint",
	"GetBucketLogging":                           "BucketLoggingStatus",
	"GetBucketMetricsConfiguration":              "MetricsConfiguration",
	"GetBucketNotificationConfiguration":         "NotificationConfiguration",
	"GetBucketOwnershipControls":                 "OwnershipControls",
	"GetBucketPolicy":                            "Policy",
	"GetBucketPolicyStatus":                      "PolicyStatus",
	"GetBucketReplication":                       "ReplicationConfiguration",
	"GetBucketRequestPayment":                    "RequestPaymentConfiguration",
	"GetBucketTagging":                           "Tagging",
	"GetBucketVersioning":                        "VersioningConfiguration",
	"GetBucketWebsite":                           "WebsiteConfiguration",
	"GetObjectLockConfiguration":                 "ObjectLockConfiguration",
	"GetPublicAccessBlock":                       "PublicAccessBlockConfiguration",
	"ListBucketIntelligentTieringConfigurations": "ListBucketIntelligentTieringConfigurationsOutput",
	"ListBucketInventoryConfigurations":          "ListInventoryConfigurationsResult",
	"ListBucketMetricsConfigurations":            "ListMetricsConfigurationsResult",
	"ListBuckets":                                "ListAllMyBucketsResult",
	"ListMultipartUploads":                       "ListMultipartUploadsResult",
	"ListObjectVersions":                         "ListVersionsResult",
	"ListObjectsV2":                              "ListBucketResult",
	"ListParts":                                  "ListPartsResult",
}

// anotherDocument says what an answer is whose root element is that of another
// operation, or "". A root that no operation has is taken: the SDK reads it.
func anotherDocument(operation string, body *bufio.Reader) string {
	want, known := documentRoots[operation]
	if !known {
		return ""
	}
	root := rootElement(body)
	if root == want || root == "" {
		return ""
	}
	for _, other := range documentRoots {
		if root == other {
			return "the document " + root
		}
	}
	return ""
}

// rootElement returns the name of the first element, "" when the beginning of the body
// has none. It leaves the body unread.
func rootElement(body *bufio.Reader) string {
	start, _ := body.Peek(body.Size()) // a short body is an error, and peeked all the same
	decoder := xml.NewDecoder(bytes.NewReader(start))
	decoder.Strict = false
	for {
		token, err := decoder.Token()
		if err != nil {
			return ""
		}
		if element, ok := token.(xml.StartElement); ok {
			return element.Name.Local
		}
	}
}

// describeBody words what a body is that is not XML of the service.
func describeBody(resp *http.Response, empty bool) string {
	if empty {
		return "an empty body"
	}
	if media, _, err := mime.ParseMediaType(resp.Header.Get("Content-Type")); err == nil {
		return "a body that is not XML of the service (Content-Type " + media + ")"
	}
	return "a body that is not XML of the service"
}

// hasErrorCode reports whether a body is a complete error document of the service with
// a code in it.
func hasErrorCode(service string, body []byte) bool {
	type failure struct {
		Code string `xml:"Code"`
	}
	var document struct {
		XMLName xml.Name
		failure
		Wrapped failure `xml:"Error"`
	}
	if err := xml.Unmarshal(body, &document); err != nil {
		return false
	}
	if service == serviceS3 {
		return document.XMLName.Local == "Error" && document.Code != ""
	}
	return document.XMLName.Local == "ErrorResponse" && document.Wrapped.Code != ""
}

const serviceS3 = s3.ServiceID

// checkedBody marks the answers in which CheckAnswer has found an error document.
type checkedBody struct{ io.ReadCloser }

type readCloser struct {
	io.Reader
	io.Closer
}

type failingReader struct{ err error }

func (r failingReader) Read([]byte) (int, error) { return 0, r.err }
