package iampolicy

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"
)

// Decode returns the JSON of a document as IAM's answers carry it, which is
// URL-encoded. A server that sends plain JSON is understood too. It fails on
// what is not JSON in the end.
func Decode(document string) (string, error) {
	plain := document
	if !strings.HasPrefix(strings.TrimSpace(document), "{") {
		var err error
		if plain, err = url.QueryUnescape(document); err != nil {
			return "", fmt.Errorf("decoding a policy from IAM: %w", err)
		}
	}
	if !json.Valid([]byte(plain)) {
		return "", errors.New("decoding a policy from IAM: it is not JSON")
	}
	return plain, nil
}
