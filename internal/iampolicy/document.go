// Package iampolicy builds the policy documents that FOVEA's users, roles and
// buckets need, encodes them canonically and compares them as AWS means them.
package iampolicy

import (
	"bytes"
	"encoding/json"
	"fmt"

	awspolicy "github.com/hashicorp/awspolicyequivalence"
)

// Version is the only version of the policy language that has variables.
const Version = "2012-10-17"

// Document is an identity or a bucket policy.
type Document struct {
	Version    string
	Statements []Statement
}

// Statement is one statement of a Document. A list with one element is encoded
// as a string, as AWS gives it back.
type Statement struct {
	Sid       string
	Effect    string
	Principal *Principal
	Actions   []string
	Resources []string
	Condition Condition
}

// Condition maps an operator, such as "StringLike", to condition keys and their
// values.
type Condition map[string]map[string][]string

// Principal says whom a bucket or trust policy speaks of.
type Principal struct {
	Everyone  bool
	AWS       []string
	Service   []string
	Federated []string
}

// JSON encodes the document: compact, members in a fixed order, condition keys
// sorted. Equal documents have equal bytes.
func (d Document) JSON() (string, error) {
	type statement struct {
		Sid       string `json:",omitempty"`
		Effect    string
		Principal any                             `json:",omitempty"`
		Action    oneOrMany                       `json:",omitempty"`
		Resource  oneOrMany                       `json:",omitempty"`
		Condition map[string]map[string]oneOrMany `json:",omitempty"`
	}
	out := struct {
		Version   string
		Statement []statement
	}{Version: d.Version, Statement: []statement{}}
	for _, s := range d.Statements {
		out.Statement = append(out.Statement, statement{
			Sid:       s.Sid,
			Effect:    s.Effect,
			Principal: s.Principal.encode(),
			Action:    s.Actions,
			Resource:  s.Resources,
			Condition: s.Condition.encode(),
		})
	}
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(out); err != nil {
		return "", fmt.Errorf("encoding the policy: %w", err)
	}
	return string(bytes.TrimSuffix(buf.Bytes(), []byte("\n"))), nil
}

// Equivalent reports whether two policies grant and deny the same, whatever the
// order of their members. A document that is not a policy equals only itself.
func Equivalent(a, b string) bool {
	if a == b {
		return true
	}
	same, err := awspolicy.PoliciesAreEquivalent(spellEveryone(a), spellEveryone(b))
	return err == nil && same
}

// spellEveryone writes the principal "*" as {"AWS":"*"}, which means the same, in every
// statement of a policy. A document that is not a policy stays as it is.
func spellEveryone(document string) string {
	var policy map[string]json.RawMessage
	if json.Unmarshal([]byte(document), &policy) != nil {
		return document
	}
	var statements []map[string]json.RawMessage
	if json.Unmarshal(policy["Statement"], &statements) != nil {
		statements = make([]map[string]json.RawMessage, 1) // one without a list
		if json.Unmarshal(policy["Statement"], &statements[0]) != nil {
			return document
		}
	}
	for _, s := range statements {
		for _, element := range []string{"Principal", "NotPrincipal"} {
			var name string
			if json.Unmarshal(s[element], &name) == nil && name == "*" {
				s[element] = json.RawMessage(principalEveryone)
			}
		}
	}
	list, err := marshalPlain(statements)
	if err != nil {
		return document
	}
	policy["Statement"] = list
	spelled, err := marshalPlain(policy)
	if err != nil {
		return document
	}
	return string(spelled)
}

// principalEveryone is the principal of a statement for everybody. The other spelling, "*", makes
// some servers fail that expect an object: moto, when it looks for the permission of the
// log service.
const principalEveryone = `{"AWS":"*"}`

func (p *Principal) encode() any {
	switch {
	case p == nil:
		return nil
	case p.Everyone:
		return json.RawMessage(principalEveryone)
	}
	return struct {
		AWS       oneOrMany `json:",omitempty"`
		Federated oneOrMany `json:",omitempty"`
		Service   oneOrMany `json:",omitempty"`
	}{p.AWS, p.Federated, p.Service}
}

func (c Condition) encode() map[string]map[string]oneOrMany {
	if len(c) == 0 {
		return nil
	}
	out := make(map[string]map[string]oneOrMany, len(c))
	for operator, keys := range c {
		out[operator] = make(map[string]oneOrMany, len(keys))
		for key, values := range keys {
			out[operator][key] = values
		}
	}
	return out
}

// oneOrMany is a list that is encoded as a string when it has one element.
type oneOrMany []string

// MarshalJSON implements [json.Marshaler].
func (l oneOrMany) MarshalJSON() ([]byte, error) {
	if len(l) == 1 {
		return marshalPlain(l[0])
	}
	return marshalPlain([]string(l))
}

func marshalPlain(v any) ([]byte, error) {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	err := enc.Encode(v)
	return bytes.TrimSuffix(buf.Bytes(), []byte("\n")), err
}
