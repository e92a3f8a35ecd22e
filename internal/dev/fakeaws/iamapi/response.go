package iamapi

import (
	"bytes"
	"encoding/xml"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Response is an answer of the query protocol: an HTTP status and an XML body.
type Response struct {
	Status int
	Body   []byte
}

var namespaces = map[string]string{
	"iam": "https://iam.amazonaws.com/doc/2010-05-08/",
	"sts": "https://sts.amazonaws.com/doc/2011-06-15/",
}

// respond wraps the result of an operation; one without a result has none.
func respond(service, operation string, result any, requestID string) Response {
	var b bytes.Buffer
	b.WriteString("<" + operation + `Response xmlns="` + namespaces[service] + `">`)
	if result != nil {
		e := xml.NewEncoder(&b)
		if err := e.EncodeElement(result, xml.StartElement{Name: xml.Name{Local: operation + "Result"}}); err != nil {
			return refuse(service, asAPIError(err), requestID)
		}
	}
	b.WriteString("<ResponseMetadata><RequestId>" + requestID + "</RequestId></ResponseMetadata></" + operation + "Response>")
	return Response{http.StatusOK, b.Bytes()}
}

func refuse(service string, e *apiError, requestID string) Response {
	kind := "Sender"
	if e.status >= http.StatusInternalServerError {
		kind = "Receiver"
	}
	var b bytes.Buffer
	b.WriteString(`<ErrorResponse xmlns="` + namespaces[service] + `"><Error><Type>` + kind + "</Type><Code>" + e.code + "</Code><Message>")
	_ = xml.EscapeText(&b, []byte(e.message)) // a bytes.Buffer takes everything
	b.WriteString("</Message></Error><RequestId>" + requestID + "</RequestId></ErrorResponse>")
	return Response{e.status, b.Bytes()}
}

// list is encoded as member elements; an empty one still shows itself.
type list[T any] struct {
	Members []T `xml:"member"`
}

// timestamp is encoded to the second.
type timestamp time.Time

// MarshalText implements encoding.TextMarshaler.
func (t timestamp) MarshalText() ([]byte, error) {
	return []byte(time.Time(t).UTC().Format("2006-01-02T15:04:05Z")), nil
}

// encodeDocument encodes a policy document as answers carry it (RFC 3986).
func encodeDocument(document string) string {
	return strings.ReplaceAll(url.QueryEscape(document), "+", "%20")
}
