package effect

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// Kind says what a document is attached to.
type Kind string

// The kinds of documents.
const (
	IdentityPolicy Kind = "identity policy"
	Boundary       Kind = "permissions boundary"
	BucketPolicy   Kind = "bucket policy"
)

// statement is one statement of one document.
type statement struct {
	kind   Kind
	bucket string // the bucket of a bucket policy
	after  bool   // it is of the documents after the change
	index  int    // in its document
	sid    string

	deny         bool
	principals   *principals // nil in policies of principals
	actions      []string
	notActions   bool
	resources    []string // none means any
	notResources bool
	conditions   []condition
	variables    bool // the document's version has policy variables
}

// condition is one key of one operator.
type condition struct {
	set      string // "", "ForAnyValue" or "ForAllValues"
	operator string // without set and IfExists
	ifExists bool
	key      string // in lower case
	values   []string
}

// texts is a string, a number, a boolean, or a list of them.
type texts []string

// UnmarshalJSON implements [json.Unmarshaler].
func (l *texts) UnmarshalJSON(data []byte) error {
	var list []json.RawMessage
	if json.Unmarshal(data, &list) != nil {
		list = []json.RawMessage{data}
	}
	*l = texts{}
	for _, raw := range list {
		var text string
		switch {
		case json.Unmarshal(raw, &text) == nil:
		case len(raw) > 0 && (raw[0] == '{' || raw[0] == '['):
			return errors.New("an element is neither a value nor a list of values")
		default:
			text = string(raw)
		}
		*l = append(*l, text)
	}
	return nil
}

// parse reads a document. "" has no statements.
func parse(document string, kind Kind, bucket string, after bool) ([]*statement, error) {
	if document == "" {
		return nil, nil
	}
	var policy struct {
		Version   string
		Statement json.RawMessage
	}
	if err := json.Unmarshal([]byte(document), &policy); err != nil {
		return nil, fmt.Errorf("reading the %s: %w", kind, err)
	}
	var list []json.RawMessage
	if json.Unmarshal(policy.Statement, &list) != nil {
		list = []json.RawMessage{policy.Statement}
	}
	var out []*statement
	for i, raw := range list {
		s, err := parseStatement(raw)
		if err != nil {
			return nil, fmt.Errorf("reading statement %d of the %s: %w", i+1, kind, err)
		}
		s.kind, s.bucket, s.after, s.index = kind, bucket, after, i
		s.variables = policy.Version == "2012-10-17"
		out = append(out, s)
	}
	return out, nil
}

func parseStatement(raw json.RawMessage) (*statement, error) {
	var in struct {
		Sid, Effect             string
		Principal, NotPrincipal json.RawMessage
		Action, NotAction       texts
		Resource, NotResource   texts
		Condition               map[string]map[string]texts
	}
	if err := json.Unmarshal(raw, &in); err != nil {
		return nil, err
	}
	if in.Effect != "Allow" && in.Effect != "Deny" {
		return nil, fmt.Errorf("unknown effect %q", in.Effect)
	}
	s := &statement{sid: in.Sid, deny: in.Effect == "Deny", actions: in.Action, resources: in.Resource}
	if in.NotAction != nil {
		s.actions, s.notActions = in.NotAction, true
	}
	if in.NotResource != nil {
		s.resources, s.notResources = in.NotResource, true
	}
	var err error
	switch {
	case in.NotPrincipal != nil:
		s.principals, err = parsePrincipals(in.NotPrincipal, true)
	case in.Principal != nil:
		s.principals, err = parsePrincipals(in.Principal, false)
	}
	if err != nil {
		return nil, err
	}
	for operator, keys := range in.Condition {
		for key, values := range keys {
			s.conditions = append(s.conditions, newCondition(operator, key, values))
		}
	}
	return s, nil
}

func newCondition(operator, key string, values []string) condition {
	c := condition{operator: operator, key: strings.ToLower(key), values: values}
	if set, rest, ok := strings.Cut(operator, ":"); ok {
		c.set, c.operator = set, rest
	}
	if bare, ok := strings.CutSuffix(c.operator, "IfExists"); ok {
		c.ifExists, c.operator = true, bare
	}
	return c
}

// covers reports whether a statement speaks of an action.
func (s *statement) covers(action Action) bool {
	for _, a := range s.actions {
		if compile(a, syntax{wildcards: true, fold: true}).match(string(action)) {
			return !s.notActions
		}
	}
	return s.notActions
}
