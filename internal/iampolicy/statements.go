package iampolicy

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
)

// rawStatement is a statement as it was written.
type rawStatement struct {
	sid string
	raw json.RawMessage
}

// name is how messages call a statement.
func (s rawStatement) name() string {
	if s.sid != "" {
		return fmt.Sprintf("%q", s.sid)
	}
	var text bytes.Buffer
	if err := json.Compact(&text, s.raw); err != nil {
		return "one without a Sid"
	}
	return text.String()
}

// alone is the policy that consists of the statement.
func (s rawStatement) alone() string {
	return `{"Version":"` + Version + `","Statement":[` + string(s.raw) + `]}`
}

// statementsOf takes a policy apart. AWS allows one statement without a list.
func statementsOf(document string) ([]rawStatement, error) {
	var policy struct{ Statement json.RawMessage }
	if err := json.Unmarshal([]byte(document), &policy); err != nil {
		return nil, fmt.Errorf("it is not a JSON object: %w", err)
	}
	var list []json.RawMessage
	if json.Unmarshal(policy.Statement, &list) != nil {
		list = []json.RawMessage{policy.Statement}
	}
	var out []rawStatement
	for _, raw := range list {
		var head struct{ Sid, Effect string }
		if err := json.Unmarshal(raw, &head); err != nil || head.Effect == "" {
			return nil, errors.New("it has no statement with an effect, and so is not a policy")
		}
		out = append(out, rawStatement{head.Sid, raw})
	}
	return out, nil
}

// Lost names the statements of one policy that another one does not have: by
// their Sids in quotes, or in full when they have none.
func Lost(before, after string) []string {
	kept, err := statementsOf(after)
	if err != nil {
		return nil
	}
	statements, err := statementsOf(before)
	if err != nil {
		return nil
	}
	var lost []string
	for _, s := range statements {
		if !slices.ContainsFunc(kept, func(k rawStatement) bool { return Equivalent(k.alone(), s.alone()) }) {
			lost = append(lost, s.name())
		}
	}
	return lost
}

// Public names, as Lost does, the statements of a bucket's policy that allow
// something to everyone, without any condition.
func Public(document string) []string {
	statements, err := statementsOf(document)
	if err != nil {
		return nil
	}
	var public []string
	for _, s := range statements {
		var grant struct {
			Effect    string
			Principal principals
			Condition map[string]any
		}
		if json.Unmarshal(s.raw, &grant) == nil && grant.Effect == "Allow" && grant.Principal.everyone() && len(grant.Condition) == 0 {
			public = append(public, s.name())
		}
	}
	return public
}
