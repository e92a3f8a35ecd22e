package authz

import (
	"encoding/json"
	"strings"
)

func (d *decoder) principals(raw object, s *statement) error {
	value, not, err := d.either(raw, "Principal")
	if err != nil {
		return err
	}
	switch {
	case value == nil && d.rules.principal == required:
		return d.malformed("Missing required field Principal")
	case value == nil:
		return nil
	case d.rules.principal == prohibited:
		return d.refuse("%s", d.rules.prohibitedPrincipal)
	case not && !s.deny:
		return d.refuse("Allow with NotPrincipal is not allowed.")
	}
	s.principals = &principals{not: not}
	var word string
	if json.Unmarshal(value, &word) == nil && value[0] == '"' {
		if word != everybody {
			return d.invalidPrincipal("AWS", word)
		}
		s.principals.aws = []string{everybody}
		return nil
	}
	kinds, err := decodeObject(value)
	if err != nil || len(kinds.names) == 0 {
		return d.malformed("Syntax error in field Principal")
	}
	for _, kind := range kinds.names {
		names, err := decodeStrings(kinds.values[kind])
		if err != nil || len(names) == 0 {
			return d.malformed("Syntax error in field Principal")
		}
		for _, name := range names {
			if err := d.principal(s.principals, kind, name); err != nil {
				return err
			}
		}
	}
	return nil
}

func (d *decoder) principal(ps *principals, kind, name string) error {
	if kind == "AWS" {
		name = normalizeAWS(name)
	}
	if !wellFormed(kind, name) {
		return d.invalidPrincipal(kind, name)
	}
	switch kind {
	case "AWS":
		if name != everybody && d.exists != nil && !d.exists(name) {
			return d.invalidPrincipal(kind, name)
		}
		ps.aws = append(ps.aws, name)
	case "Service":
		ps.services = append(ps.services, name)
	default:
		ps.federated = append(ps.federated, name)
	}
	return nil
}

func (d *decoder) invalidPrincipal(kind, name string) error {
	if !d.rules.namesPrincipal {
		return d.refuse("Invalid principal in policy")
	}
	return d.refuse("Invalid principal in policy: %q:%q", strings.ToUpper(kind), name)
}
