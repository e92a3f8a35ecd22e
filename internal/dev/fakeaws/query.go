package fakeaws

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/authz"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/sigv4"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/wire"
)

// maxQueryBody bounds the form of an IAM or STS call.
const maxQueryBody = 1 << 20

// serveQuery answers IAM and STS, whose calls are forms.
func (x *exchange) serveQuery(signature *sigv4.Signature) {
	x.id = wire.NewUUID()
	for _, name := range []string{"X-Amz-Request-Id", "X-Amz-Id-2", "Server"} {
		x.w.Header().Del(name)
	}
	x.w.Header().Set("X-Amzn-Requestid", x.id)
	form, err := x.readForm()
	if err != nil {
		x.refuseQuery(wire.AsError(err))
		return
	}
	x.entry.Operation = form.Get("Action")
	from, err := x.authenticate(signature)
	if err != nil {
		x.refuseQuery(wire.AsError(err))
		return
	}
	x.disturbed(func() { x.doQuery(form, from.Principal) }, x.refuseQuery)
}

func (x *exchange) doQuery(form url.Values, from authz.Principal) {
	account := x.srv.accounts.Get(from.AccountID)
	if account == nil {
		// Anonymous calls (AssumeRoleWithWebIdentity) name their account in the
		// ARN of the role.
		account = x.srv.accounts.Get(authz.AccountOf(form.Get("RoleArn")))
	}
	if account == nil {
		account = x.srv.accounts.Get(x.srv.opts.AccountID)
	}
	response, operation := account.Do(x.r.Context(), from, x.entry.Service, form, x.id)
	if operation != "" {
		x.entry.Operation = operation
	}
	if response.Status >= http.StatusBadRequest {
		x.entry.Code = queryErrorCode(response.Body)
	}
	x.w.Header().Set("Content-Type", "text/xml")
	x.w.WriteHeader(response.Status)
	_, _ = x.w.Write(response.Body) // the client may have gone
}

func queryErrorCode(body []byte) string {
	var doc struct {
		Code string `xml:"Error>Code"`
	}
	if xml.Unmarshal(body, &doc) != nil {
		return ""
	}
	return doc.Code
}

// readForm reads the body, which stays readable for the signature check.
func (x *exchange) readForm() (url.Values, error) {
	if x.r.Method != http.MethodPost && x.r.Method != http.MethodGet {
		return nil, wire.Fail(405, "MethodNotAllowed", "The query protocol uses GET and POST.")
	}
	body, err := io.ReadAll(io.LimitReader(x.r.Body, maxQueryBody+1))
	if err != nil {
		return nil, wire.Fail(400, "IncompleteBody", "The request body terminated unexpectedly")
	}
	if len(body) > maxQueryBody {
		return nil, wire.Fail(413, "RequestEntityTooLarge", "The request is too large.")
	}
	x.r.Body = io.NopCloser(bytes.NewReader(body))
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, wire.Fail(400, "MalformedInput", "The form is malformed.")
	}
	for name, values := range x.query {
		if !strings.HasPrefix(name, "X-Amz-") {
			form[name] = append(form[name], values...)
		}
	}
	return form, nil
}

// queryBodyHash is the hash of the body that IAM and STS requests sign; S3
// ones name theirs in a header.
func (x *exchange) queryBodyHash() (string, error) {
	if x.entry.Service == "s3" {
		return "", nil
	}
	body, err := io.ReadAll(x.r.Body)
	if err != nil {
		return "", wire.Fail(400, "IncompleteBody", "The request body terminated unexpectedly")
	}
	x.r.Body = io.NopCloser(bytes.NewReader(body))
	sum := sha256.Sum256(body)
	hash := hex.EncodeToString(sum[:])
	if named := x.r.Header.Get("X-Amz-Content-Sha256"); named != "" && named != hash {
		return "", wire.Fail(400, "InvalidRequest", "The value of x-amz-content-sha256 does not match the body.")
	}
	return hash, nil
}

// querySpelling maps S3's codes to those of the query protocol.
var querySpelling = map[string]struct {
	status        int
	code, message string
}{
	"InvalidAccessKeyId":                {403, "InvalidClientTokenId", "The security token included in the request is invalid."},
	"InvalidToken":                      {403, "InvalidClientTokenId", "The security token included in the request is invalid."},
	"ExpiredToken":                      {403, "ExpiredToken", "The security token included in the request is expired"},
	"RequestTimeTooSkewed":              {403, "SignatureDoesNotMatch", "Signature expired or not yet current: check the clock of the client."},
	"SignatureDoesNotMatch":             {403, "SignatureDoesNotMatch", "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details."},
	"AuthorizationHeaderMalformed":      {403, "SignatureDoesNotMatch", "The credential in the authorization header is malformed or names a wrong region."},
	"AuthorizationQueryParametersError": {400, "IncompleteSignature", "The signature in the query is malformed."},
}

// refuseQuery writes an error document of the query protocol.
func (x *exchange) refuseQuery(e *wire.Error) {
	status, code, message := e.Status, e.Code, e.Message
	if own, ok := querySpelling[code]; ok {
		status, code, message = own.status, own.code, own.message
	}
	x.entry.Code = code
	kind := "Sender"
	if status >= http.StatusInternalServerError {
		kind = "Receiver"
	}
	namespace := "https://sts.amazonaws.com/doc/2011-06-15/"
	if x.entry.Service == "iam" {
		namespace = "https://iam.amazonaws.com/doc/2010-05-08/"
	}
	var b strings.Builder
	b.WriteString(`<ErrorResponse xmlns="` + namespace + `"><Error><Type>` + kind + "</Type><Code>")
	_ = xml.EscapeText(&b, []byte(code)) // a strings.Builder takes everything
	b.WriteString("</Code><Message>")
	_ = xml.EscapeText(&b, []byte(message))
	b.WriteString("</Message></Error><RequestId>" + x.id + "</RequestId></ErrorResponse>")
	x.w.Header().Set("Content-Type", "text/xml")
	x.w.WriteHeader(status)
	_, _ = x.w.Write([]byte(b.String())) // the client may have gone
}
