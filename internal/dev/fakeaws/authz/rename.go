package authz

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
)

// MapPrincipals rewrites the AWS principals of a document. AWS keeps their
// unique ids and gives the ARNs back for as long as those principals live, so
// a document comes back normalized: account ids as ARNs, lists in an order of
// the server's own, a list of one as a string, members sorted by name.
func MapPrincipals(document string, rename func(principal string) string) (string, error) {
	var top map[string]any
	if err := json.Unmarshal([]byte(document), &top); err != nil {
		return "", fmt.Errorf("reading a policy: %w", err)
	}
	statements, ok := top["Statement"].([]any)
	if !ok {
		statements = []any{top["Statement"]}
	}
	for _, s := range statements {
		fields, ok := s.(map[string]any)
		if !ok {
			continue
		}
		for _, element := range []string{"Principal", "NotPrincipal"} {
			if kinds, ok := fields[element].(map[string]any); ok && kinds["AWS"] != nil {
				kinds["AWS"] = renameAll(kinds["AWS"], rename)
			}
		}
	}
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	if err := e.Encode(top); err != nil {
		return "", fmt.Errorf("writing a policy: %w", err)
	}
	return string(bytes.TrimSpace(out.Bytes())), nil
}

func renameAll(value any, rename func(string) string) any {
	list, ok := value.([]any)
	if !ok {
		list = []any{value}
	}
	var names []string
	for _, v := range list {
		name, ok := v.(string)
		if !ok {
			continue
		}
		if name != everybody {
			name = rename(normalizeAWS(name))
		}
		names = append(names, name)
	}
	slices.Sort(names)
	names = slices.Compact(names)
	slices.Reverse(names)
	if len(names) == 1 {
		return names[0]
	}
	return names
}
