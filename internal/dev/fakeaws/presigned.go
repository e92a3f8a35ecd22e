package fakeaws

import (
	"net/http"
	"slices"
	"strings"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/sigv4"
)

// signingParams are the parameters of a presigned URL that make up its
// signature.
var signingParams = []string{
	"X-Amz-Algorithm", "X-Amz-Content-Sha256", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Expires", "X-Amz-Security-Token",
	"X-Amz-Signature", "X-Amz-Signedheaders",
}

// adoptQuery makes headers of what a presigned URL carries in its query in
// place of x-amz-* headers. It is called once the signature was found right.
func (c *call) adoptQuery(signature *sigv4.Signature) {
	if signature == nil || !signature.Presigned {
		return
	}
	for name, values := range c.query {
		header := http.CanonicalHeaderKey(name)
		if strings.HasPrefix(header, "X-Amz-") && !slices.Contains(signingParams, header) && len(c.r.Header.Values(header)) == 0 {
			c.r.Header[header] = values
		}
	}
}
