package awsclient

import (
	"crypto/x509"
	"fmt"
	"os"
	"strings"
)

// checkCABundle reads the certificates that are to be trusted.
func (s Settings) checkCABundle() []Problem {
	file, p := s.CustomCA, Problem{Setting: "custom_ca_bundle", Summary: "The CA bundle cannot be used"}
	source := p.Setting
	if file == "" {
		file, source, p.Setting = os.Getenv("AWS_CA_BUNDLE"), "AWS_CA_BUNDLE in the environment", ""
	}
	if file == "" || strings.HasPrefix(file, "~") || strings.Contains(file, "$") {
		return nil // aws-sdk-go-base expands these
	}
	pem, err := os.ReadFile(file) //nolint:gosec // the operator names the file
	switch {
	case err != nil:
		p.Detail = fmt.Sprintf("%s must name a file with certificates in PEM format.\n\nError: %s", source, err)
	case !x509.NewCertPool().AppendCertsFromPEM(pem):
		p.Detail = fmt.Sprintf("%s, which %s names, holds no certificate in PEM format.", file, source)
	default:
		return nil
	}
	return []Problem{p}
}
