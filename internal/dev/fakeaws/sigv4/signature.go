// Package sigv4 is the server's side of AWS Signature Version 4: it reads the
// signature of a request from its Authorization header or from its query
// (presigned URLs), verifies it, and decodes bodies while it verifies them,
// aws-chunked encoding with signed or unsigned chunks and trailers included.
//
// It follows S3 where the services differ: S3 signs the path as it was sent
// and wants the X-Amz-Content-Sha256 header; other services leave it out and
// sign the hash of the body itself.
package sigv4

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	algorithm  = "AWS4-HMAC-SHA256"
	timeLayout = "20060102T150405Z"
	dateLayout = "20060102"

	// MaxExpires is the longest life of a presigned URL: one week.
	MaxExpires = 7 * 24 * time.Hour
	// MaxSkew is how far the clock of the signer may be off.
	MaxSkew = 15 * time.Minute
)

// Signature is what a request says about its own signature. Nothing in it is
// to be trusted before Verify has answered nil.
type Signature struct {
	AccessKeyID   string
	Date          string // yyyymmdd of the credential scope
	Region        string
	Service       string // "s3", "iam", "sts", ...
	Time          time.Time
	SignedHeaders []string // lower case, sorted
	Token         string   // session token, "" when there is none
	Presigned     bool     // signed in the query
	Expires       time.Duration
	// PayloadHash is the value of X-Amz-Content-Sha256: a hash in hex, a
	// marker such as UNSIGNED-PAYLOAD, or "" when the header is absent.
	PayloadHash string

	value string // the signature itself, lower-case hex
}

// Parse reads the signature of r. It answers nil and no error for an
// anonymous request, and an *Error when the signature cannot be read.
func Parse(r *http.Request) (*Signature, error) {
	header := r.Header.Get("Authorization")
	query := r.URL.Query()
	inQuery := query.Has("X-Amz-Algorithm") || query.Has("X-Amz-Signature") || query.Has("X-Amz-Credential")
	switch {
	case header != "" && inQuery:
		return nil, refuse(400, "InvalidArgument", "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the Authorization header should be specified",
			Detail{"ArgumentName", "Authorization"})
	case header != "":
		return parseHeader(r, header)
	case inQuery:
		return parseQuery(r, query)
	}
	return nil, nil
}

func parseHeader(r *http.Request, header string) (*Signature, error) {
	scheme, rest, _ := strings.Cut(header, " ")
	switch scheme {
	case algorithm:
	case "AWS4-ECDSA-P256-SHA256", "AWS":
		return nil, refuse(501, "NotImplemented", "This server verifies AWS4-HMAC-SHA256 signatures only.")
	default:
		return nil, refuse(400, "InvalidArgument", "Unsupported Authorization Type", Detail{"ArgumentName", "Authorization"}, Detail{"ArgumentValue", scheme})
	}
	fields := map[string]string{}
	for part := range strings.SplitSeq(rest, ",") {
		name, value, ok := strings.Cut(strings.TrimSpace(part), "=")
		if !ok || value == "" {
			return nil, malformedHeader("a part of it is not of the form Name=value.")
		}
		fields[name] = value
	}
	for _, name := range []string{"Credential", "SignedHeaders", "Signature"} {
		if fields[name] == "" {
			return nil, malformedHeader("the " + name + " field is missing.")
		}
	}
	s := &Signature{
		SignedHeaders: splitHeaders(fields["SignedHeaders"]),
		Token:         r.Header.Get("X-Amz-Security-Token"),
		PayloadHash:   r.Header.Get("X-Amz-Content-Sha256"),
		value:         fields["Signature"],
	}
	if message := s.setScope(fields["Credential"]); message != "" {
		return nil, malformedHeader(message)
	}
	at, err := headerTime(r)
	if err != nil {
		return nil, err
	}
	s.Time = at
	if s.Date != at.Format(dateLayout) {
		return nil, malformedHeader("Invalid credential date \"" + s.Date + "\". This date is not the same as X-Amz-Date: \"" + at.Format(dateLayout) + "\".")
	}
	return s, nil
}

// headerTime is the time of signing: X-Amz-Date, or else Date.
func headerTime(r *http.Request) (time.Time, error) {
	if v := r.Header.Get("X-Amz-Date"); v != "" {
		if at, err := time.Parse(timeLayout, v); err == nil {
			return at, nil
		}
	} else if v := r.Header.Get("Date"); v != "" {
		if at, err := http.ParseTime(v); err == nil {
			return at.UTC(), nil
		}
		if at, err := time.Parse(timeLayout, v); err == nil {
			return at, nil
		}
	}
	return time.Time{}, refuse(403, "AccessDenied", "AWS authentication requires a valid Date or x-amz-date header")
}

func parseQuery(r *http.Request, query url.Values) (*Signature, error) {
	for _, name := range []string{"X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Signature", "X-Amz-Date", "X-Amz-SignedHeaders", "X-Amz-Expires"} {
		if query.Get(name) == "" {
			return nil, malformedQuery("Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.")
		}
		if len(query[name]) > 1 {
			return nil, malformedQuery(name + " is given more than once.")
		}
	}
	if a := query.Get("X-Amz-Algorithm"); a != algorithm {
		return nil, malformedQuery("X-Amz-Algorithm only supports \"AWS4-HMAC-SHA256 and AWS4-ECDSA-P256-SHA256\"")
	}
	s := &Signature{
		SignedHeaders: splitHeaders(query.Get("X-Amz-SignedHeaders")),
		Token:         query.Get("X-Amz-Security-Token"),
		Presigned:     true,
		PayloadHash:   query.Get("X-Amz-Content-Sha256"),
		value:         query.Get("X-Amz-Signature"),
	}
	if s.PayloadHash == "" {
		s.PayloadHash = r.Header.Get("X-Amz-Content-Sha256")
	}
	if message := s.setScope(query.Get("X-Amz-Credential")); message != "" {
		return nil, malformedQuery("Error parsing the X-Amz-Credential parameter; " + message)
	}
	at, err := time.Parse(timeLayout, query.Get("X-Amz-Date"))
	if err != nil {
		return nil, malformedQuery("X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"")
	}
	s.Time = at
	if s.Date != at.Format(dateLayout) {
		return nil, malformedQuery("Invalid credential date \"" + s.Date + "\". This date is not the same as X-Amz-Date: \"" + at.Format(dateLayout) + "\".")
	}
	seconds, err := strconv.ParseInt(query.Get("X-Amz-Expires"), 10, 64)
	switch {
	case err != nil:
		return nil, malformedQuery("X-Amz-Expires should be a number")
	case seconds < 0:
		return nil, malformedQuery("X-Amz-Expires must be non-negative")
	case seconds > int64(MaxExpires/time.Second):
		return nil, malformedQuery("X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds")
	}
	s.Expires = time.Duration(seconds) * time.Second
	return s, nil
}

// setScope reads "AKID/date/region/service/aws4_request" and answers what is
// wrong with it, or "".
func (s *Signature) setScope(credential string) string {
	parts := strings.Split(credential, "/")
	if len(parts) != 5 || slices.Contains(parts, "") {
		return "the Credential is mal-formed; expecting \"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request\"."
	}
	if parts[4] != "aws4_request" {
		return "incorrect terminal \"" + parts[4] + "\". This endpoint uses \"aws4_request\"."
	}
	if _, err := time.Parse(dateLayout, parts[1]); err != nil {
		return "incorrect date format \"" + parts[1] + "\". This date in the credential must be in the format \"yyyyMMdd\"."
	}
	s.AccessKeyID, s.Date, s.Region, s.Service = parts[0], parts[1], parts[2], parts[3]
	return ""
}

func splitHeaders(list string) []string {
	names := strings.Split(strings.ToLower(list), ";")
	slices.Sort(names)
	return names
}

// Error is a refusal in the words of S3: a code such as SignatureDoesNotMatch
// and the HTTP status that goes with it. Other services spell some of the
// codes differently; translating them is left to the caller.
type Error struct {
	Status  int
	Code    string
	Message string
	// Details are further elements of the error document, in order.
	Details []Detail
}

// Detail is one further element of an error document.
type Detail struct{ Name, Value string }

func (e *Error) Error() string { return e.Code + ": " + e.Message }

func refuse(status int, code, message string, details ...Detail) *Error {
	return &Error{Status: status, Code: code, Message: message, Details: details}
}

func malformedHeader(message string) *Error {
	return refuse(400, "AuthorizationHeaderMalformed", "The authorization header is malformed; "+message)
}

func malformedQuery(message string) *Error {
	return refuse(400, "AuthorizationQueryParametersError", message)
}
