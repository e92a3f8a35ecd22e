package iamapi

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"
)

// claims are those of a JSON Web Token that IAM looks at.
type claims struct {
	Issuer   string   `json:"iss"`
	Subject  string   `json:"sub"`
	Audience audience `json:"aud"`
	Expiry   int64    `json:"exp"` // seconds since 1970
}

// audience is a string or a list of them.
type audience []string

// UnmarshalJSON implements json.Unmarshaler.
func (a *audience) UnmarshalJSON(data []byte) error {
	var one string
	if json.Unmarshal(data, &one) == nil {
		*a = audience{one}
		return nil
	}
	return json.Unmarshal(data, (*[]string)(a))
}

// parseToken does not verify the signature.
func parseToken(token string) (claims, error) {
	var c claims
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return c, errors.New("a token has three parts")
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return c, errors.New("the payload is not base64url")
	}
	if err := json.Unmarshal(payload, &c); err != nil {
		return c, errors.New("the payload is not a JSON object of claims")
	}
	if c.Issuer == "" || c.Subject == "" || len(c.Audience) == 0 || c.Expiry == 0 {
		return c, errors.New("iss, sub, aud and exp are required")
	}
	return c, nil
}
