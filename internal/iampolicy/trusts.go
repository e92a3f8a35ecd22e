package iampolicy

import (
	"encoding/json"
	"slices"
)

// TrustsService reports whether a trust policy lets a service, such as
// "s3.amazonaws.com", assume the role, on whatever conditions. A document that is
// not a policy lets nobody.
func TrustsService(document, service string) bool {
	statements, err := statementsOf(document)
	if err != nil {
		return false
	}
	return slices.ContainsFunc(statements, func(s rawStatement) bool {
		var allows struct {
			Effect    string
			Principal principals
			Action    oneOrMany
		}
		if json.Unmarshal(s.raw, &allows) != nil || allows.Effect != "Allow" {
			return false
		}
		assumes := slices.ContainsFunc(allows.Action, func(action string) bool {
			return slices.Contains([]string{"sts:AssumeRole", "sts:*", "*"}, action)
		})
		return assumes && (allows.Principal.everyone() || slices.Contains(allows.Principal["Service"], service))
	})
}

// principals are those of a statement by their kinds. A bare "*" is of the kind "*".
type principals map[string]oneOrMany

// UnmarshalJSON implements [json.Unmarshaler].
func (p *principals) UnmarshalJSON(data []byte) error {
	var bare string
	if json.Unmarshal(data, &bare) == nil {
		*p = principals{"*": {bare}}
		return nil
	}
	return json.Unmarshal(data, (*map[string]oneOrMany)(p))
}

func (p principals) everyone() bool {
	return slices.Contains(p["*"], "*") || slices.Contains(p["AWS"], "*")
}
