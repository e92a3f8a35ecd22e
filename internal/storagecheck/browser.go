package storagecheck

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"

	smithy "github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
)

// browse does what a browser does that plays a video: it asks whether the page may read
// from the bucket, and reads a range through a presigned URL.
func (r *run) browse(ctx context.Context) {
	p := r.reader()
	signer := p
	if _, refused := r.refused(CORS, p); refused {
		signer = r.own // a preflight is not signed: any URL of the bucket will do
	}
	key := r.ManifestKey
	if r.hasSample {
		key = r.sampled.key
	}
	at := r.region
	if at == "" {
		at = r.Setup.Region
	}
	link, header, err := signer.access.PresignGet(ctx, at, r.Bucket, key)
	if err != nil {
		for _, name := range []Name{CORS, PresignedURL} {
			r.set(Result{Name: name, Status: Fail, Code: OtherError, Detail: "A URL could not be signed: " + clean(err.Error())})
		}
		return
	}
	presigned, allowed := r.checkPresigned(ctx, p, key, link, header)
	r.set(presigned)
	r.set(r.checkCORS(ctx, link, allowed))
}

// checkPresigned reads a byte with the signed URL. allowed says whether scripts of the
// origin may see the answer, nil if that is not known.
func (r *run) checkPresigned(ctx context.Context, p *party, key, link string, header http.Header) (result Result, allowed *bool) {
	if !r.includes(PresignedURL) {
		return Result{Name: PresignedURL}, nil
	}
	if result, refused := r.refused(PresignedURL, p); refused {
		return result, nil
	}
	if !r.hasSample {
		return noObject(PresignedURL), nil
	}
	header = header.Clone()
	header.Set("Range", "bytes=0-0")
	if r.Origin != "" {
		header.Set("Origin", r.Origin)
	}
	got, err := send(ctx, p.meter, http.MethodGet, link, header, "GetObject")
	if err != nil && !isRangeRefused(err) {
		return r.unplayed(ctx, p, key, err), nil
	}
	result = Result{Name: PresignedURL, Status: Pass, Code: OK, Detail: fmt.Sprintf("A presigned URL for %q plays, and can be read from any position.", key)}
	if err == nil && (got.status != http.StatusPartialContent || got.header.Get("Content-Range") == "") {
		result.Status, result.Code, result.Facts.Key = Warn, RangeIgnored, key
		result.Detail = fmt.Sprintf("A presigned URL for %q works, but the server ignores the header Range, so that browsers cannot seek.", key)
	}
	if r.Origin != "" {
		readable := originAllowed(got.header, r.Origin)
		allowed = &readable
	}
	return result, allowed
}

// unplayed says why a presigned URL did not work.
func (r *run) unplayed(ctx context.Context, p *party, key string, err error) Result {
	message := awserr.Message(err)
	if awserr.Denied(err) && (strings.Contains(message, "has expired") || strings.Contains(message, "not valid yet")) {
		return Result{
			Name: PresignedURL, Status: Fail, Code: ClockSkewed,
			Detail: "A presigned URL does not work, because the clock that it was signed with is wrong. " + said(err),
		}
	}
	result := r.unread(ctx, PresignedURL, p, key, err)
	if result.Code == GetDenied && r.listing != nil {
		result.Code = PresignedRefused
		result.Detail = fmt.Sprintf("A presigned URL for %q is refused. %s", key, said(err))
	}
	return result
}

// checkCORS sends the preflight of a page at the origin. onGet says whether a GET from
// there was allowed, nil if that is not known.
func (r *run) checkCORS(ctx context.Context, link string, onGet *bool) Result {
	result := Result{Name: CORS, Status: Pass, Code: OK}
	if r.Origin == "" {
		result.Status, result.Code, result.Detail = Skipped, NoOrigin, "needs origin, the URL at which users open FOVEA"
		return result
	}
	if !r.includes(CORS) {
		return result
	}
	header := http.Header{"Origin": {r.Origin}, "Access-Control-Request-Method": {http.MethodGet}, "Access-Control-Request-Headers": {"range"}}
	got, err := send(ctx, r.own.meter, http.MethodOptions, withoutQuery(link), header, "")
	if err != nil {
		return r.preflightRefused(err, onGet)
	}
	exposed := headerList(got.header, "Access-Control-Expose-Headers")
	switch {
	case !originAllowed(got.header, r.Origin):
		result.Status, result.Code = Fail, CORSRefused
		result.Detail = fmt.Sprintf("The answer to the preflight does not allow the origin %s.", r.Origin)
	case !slices.Contains(headerList(got.header, "Access-Control-Allow-Methods"), "get"):
		result.Status, result.Code = Fail, CORSRefused
		result.Detail = fmt.Sprintf("The answer to the preflight does not allow GET from %s.", r.Origin)
	case onGet != nil && !*onGet:
		result.Status, result.Code = Fail, CORSNotOnGet
		result.Detail = fmt.Sprintf("The preflight from %s is allowed, but the answer to the GET does not allow the origin.", r.Origin)
	case !slices.Contains(exposed, "content-range") && !slices.Contains(exposed, "*"):
		result.Status, result.Code = Warn, CORSHidden
		result.Detail = fmt.Sprintf("Videos play at %s, but scripts there cannot read the header Content-Range.", r.Origin)
	default:
		result.Detail = fmt.Sprintf("Pages at %s may read from the bucket.", r.Origin)
	}
	return result
}

// preflightRefused tells a server without preflights from a bucket without a rule for it.
func (r *run) preflightRefused(err error, onGet *bool) Result {
	result := Result{Name: CORS, Status: Fail, Code: CORSRefused}
	status := awserr.Status(err)
	switch {
	case status == http.StatusNotImplemented, status == http.StatusMethodNotAllowed:
		result.Status, result.Code = Skipped, Unsupported
		result.Detail = "The server does not answer the preflights of browsers. " + said(err)
	case status == http.StatusForbidden && awserr.Code(err) == "" && !r.AtAWS:
		result.Status, result.Code = Skipped, Unsupported
		result.Detail = "The server refuses the preflights of browsers (HTTP status 403), and not in the way of S3, so that its CORS rules cannot be checked."
	case status != http.StatusForbidden:
		return r.failed(CORS, r.own, err)
	case strings.Contains(awserr.Message(err), "CORS is not enabled"):
		result.Code = CORSMissing
		result.Detail = fmt.Sprintf("The bucket has no CORS rules, so pages at %s may not read from it.", r.Origin)
	case onGet != nil && *onGet:
		result.Code = CORSNoRange
		result.Detail = fmt.Sprintf("The CORS rules allow GET from %s, but not with the header Range.", r.Origin)
	default:
		result.Detail = fmt.Sprintf("No CORS rule of the bucket allows GET with the header Range from %s.", r.Origin)
	}
	return result
}

func originAllowed(header http.Header, origin string) bool {
	allowed := header.Get("Access-Control-Allow-Origin")
	return allowed == "*" || allowed == origin
}

// headerList is a list of names in lower case.
func headerList(header http.Header, name string) []string {
	var list []string
	for _, values := range header.Values(name) {
		for value := range strings.SplitSeq(values, ",") {
			list = append(list, strings.ToLower(strings.TrimSpace(value)))
		}
	}
	return list
}

func withoutQuery(link string) string {
	before, _, _ := strings.Cut(link, "?")
	return before
}

// longestRefusal is how much of an error document is read.
const longestRefusal = 64 << 10

// answer is what a browser sees of an answer, besides its body.
type answer struct {
	status int
	header http.Header
}

// send sends a request as a browser does. An answer that is not a success is an error
// with the code of S3, beside the answer. operation is "" for a preflight.
func send(ctx context.Context, client Doer, method, link string, header http.Header, operation string) (answer, error) {
	ctx, cancel := bounded(ctx)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, method, link, http.NoBody)
	if err != nil {
		return answer{}, fmt.Errorf("making a request: %w", withoutURL(err))
	}
	request.Header = header
	resp, err := client.Do(request)
	if err != nil {
		return answer{}, withoutURL(err)
	}
	defer resp.Body.Close()
	got := answer{resp.StatusCode, resp.Header}
	if operation != "" {
		if err := awserr.CheckAnswer("S3", operation, resp); err != nil {
			return got, err
		}
	}
	if resp.StatusCode < http.StatusMultipleChoices {
		return got, nil
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, longestRefusal))
	if err != nil {
		return got, fmt.Errorf("reading an answer: %w", withoutURL(err))
	}
	var document struct{ Code, Message string }
	_ = xml.Unmarshal(body, &document) // without a document, the status says it
	refusal := &smithyhttp.ResponseError{
		Response: &smithyhttp.Response{Response: resp},
		Err:      &smithy.GenericAPIError{Code: document.Code, Message: document.Message},
	}
	return got, &smithy.OperationError{ServiceID: "S3", OperationName: operation, Err: refusal}
}

// withoutURL takes the URL out of an error, in which the signature is.
func withoutURL(err error) error {
	var failed *url.Error
	if errors.As(err, &failed) {
		return failed.Err
	}
	return err
}
