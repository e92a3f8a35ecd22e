package authz

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
)

const (
	oldVersion = "2008-10-17" // has no policy variables
	newVersion = "2012-10-17"
)

// decoder turns the JSON of one document into statements.
type decoder struct {
	rules     rules
	exists    func(principal string) bool
	variables bool // the document's version has policy variables
}

func (d *decoder) version(top object) error {
	for _, name := range top.names {
		if name != "Version" && name != "Id" && name != "Statement" {
			return d.malformed("Unknown field %s", name)
		}
	}
	if raw, ok := top.values["Id"]; ok && raw[0] != '"' {
		return d.malformed("Syntax error in field Id")
	}
	version := oldVersion
	if raw, ok := top.values["Version"]; ok {
		if json.Unmarshal(raw, &version) != nil || version != oldVersion && version != newVersion {
			return d.malformed("The policy must contain a valid version string")
		}
	}
	if d.rules.version == required && version != newVersion {
		return d.refuse("Policy document must be version 2012-10-17 or greater.")
	}
	d.variables = version == newVersion
	return nil
}

func (d *decoder) statementList(top object) ([]object, error) {
	raw, ok := top.values["Statement"]
	if !ok {
		return nil, d.malformed("Missing required field Statement")
	}
	elements := []json.RawMessage{raw}
	if raw[0] == '[' {
		if err := json.Unmarshal(raw, &elements); err != nil {
			return nil, d.malformed("Syntax error in field Statement")
		}
	}
	if len(elements) == 0 {
		return nil, d.malformed("Could not parse the policy: Statement is empty!")
	}
	var out []object
	for _, e := range elements {
		o, err := decodeObject(e)
		if err != nil {
			return nil, d.malformed("Syntax error in field Statement")
		}
		out = append(out, o)
	}
	return out, nil
}

var elementNames = []string{
	"Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction",
	"Resource", "NotResource", "Condition",
}

func (d *decoder) statement(raw object) (statement, error) {
	var s statement
	for _, name := range raw.names {
		if !slices.Contains(elementNames, name) {
			return s, d.malformed("Unknown field %s", name)
		}
	}
	for _, decode := range []func(object, *statement) error{
		d.sid, d.effect, d.principals, d.actions, d.resources, d.conditions,
	} {
		if err := decode(raw, &s); err != nil {
			return s, err
		}
	}
	return s, nil
}

func (d *decoder) sid(raw object, s *statement) error {
	if value, ok := raw.values["Sid"]; ok && json.Unmarshal(value, &s.sid) != nil {
		return d.malformed("Syntax error in field Sid")
	}
	return nil
}

func (d *decoder) effect(raw object, s *statement) error {
	value, ok := raw.values["Effect"]
	if !ok {
		return d.malformed("Missing required field Effect")
	}
	var effect string
	if json.Unmarshal(value, &effect) != nil || effect != "Allow" && effect != "Deny" {
		return d.malformed("Invalid effect: %s", strings.Trim(string(value), `"`))
	}
	s.deny = effect == "Deny"
	return nil
}

// either reads an element or its negation; both together are a fault.
func (d *decoder) either(raw object, name string) (value json.RawMessage, not bool, err error) {
	value, plain := raw.values[name]
	negated, isNegated := raw.values["Not"+name]
	if plain && isNegated {
		return nil, false, d.malformed("Statement has both %s and Not%s", name, name)
	}
	if isNegated {
		return negated, true, nil
	}
	return value, false, nil
}

func (d *decoder) actions(raw object, s *statement) error {
	value, not, err := d.either(raw, "Action")
	if err != nil {
		return err
	}
	var names []string
	if value != nil {
		if names, err = decodeStrings(value); err != nil {
			return d.malformed("Syntax error in field Action")
		}
	}
	if len(names) == 0 {
		return d.missing(d.rules.missingAction, "Action")
	}
	s.actions.not = not
	for _, name := range names {
		if err := d.checkAction(name); err != nil {
			return err
		}
		p, err := compile(name, syntax{wildcards: true, fold: true})
		if err != nil {
			return d.malformed("Syntax error in field Action")
		}
		s.actions.values = append(s.actions.values, p)
	}
	return nil
}

// checkAction looks at the form; which actions a service has is its business.
func (d *decoder) checkAction(name string) error {
	vendor, _, ok := strings.Cut(name, ":")
	switch {
	case name == everybody:
		return nil
	case !ok:
		return d.refuse("Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.")
	case strings.Count(name, ":") > 1:
		return d.refuse("Actions/Condition can contain only one colon.")
	case !vendorPattern.MatchString(vendor):
		return d.refuse("Vendor %s is not valid", vendor)
	}
	return nil
}

var vendorPattern = regexp.MustCompile(`^[A-Za-z0-9-]+$`)

func (d *decoder) resources(raw object, s *statement) error {
	value, not, err := d.either(raw, "Resource")
	if err != nil {
		return err
	}
	if value == nil {
		if d.rules.resource == required {
			return d.missing(d.rules.missingResource, "Resource")
		}
		return nil
	}
	if d.rules.resource == prohibited {
		return d.refuse("Has prohibited field Resource")
	}
	names, err := decodeStrings(value)
	if err != nil {
		return d.malformed("Syntax error in field Resource")
	}
	if len(names) == 0 {
		return d.missing(d.rules.missingResource, "Resource")
	}
	s.resources.not = not
	for _, name := range names {
		if err := d.checkResource(name); err != nil {
			return err
		}
		p, err := compile(name, syntax{wildcards: true, variables: d.variables})
		if err != nil {
			return d.refuse("The policy failed legacy parsing")
		}
		s.resources.values = append(s.resources.values, p)
	}
	return nil
}

func (d *decoder) checkResource(name string) error {
	if name == everybody {
		return nil
	}
	parts := strings.SplitN(name, ":", arnSegments)
	switch {
	case parts[0] != "arn" || len(parts) == 1:
		return d.refuse("Resource %s must be in ARN format or \"*\".", name)
	case len(parts) < arnSegments:
		return d.refuse("The policy failed legacy parsing")
	case parts[1] != everybody && !strings.HasPrefix(parts[1], "aws"):
		return d.refuse("Partition %q is not valid for resource %q.", parts[1], name)
	}
	return nil
}

func (d *decoder) missing(message, field string) error {
	if message != "" {
		return d.refuse("%s", message)
	}
	return d.malformed("Missing required field %s", field)
}

func (d *decoder) conditions(raw object, s *statement) error {
	value, ok := raw.values["Condition"]
	if !ok {
		return nil
	}
	block, err := decodeObject(value)
	if err != nil {
		return d.malformed("Syntax error in field Condition")
	}
	for _, name := range block.names {
		keys, err := decodeObject(block.values[name])
		if err != nil {
			return d.malformed("Syntax error in field Condition")
		}
		for _, key := range keys.names {
			c, ok := parseOperator(name)
			if !ok {
				return d.malformed("Invalid Condition type : %s", name)
			}
			if c.texts, err = decodeScalars(keys.values[key]); err != nil || len(c.texts) == 0 {
				return d.malformed("Syntax error in field Condition")
			}
			if err := d.condition(&c, key); err != nil {
				return err
			}
			s.conditions = append(s.conditions, c)
		}
	}
	// A statement's meaning does not depend on the order of its conditions; a
	// fixed one makes evaluation repeatable.
	slices.SortStableFunc(s.conditions, func(a, b condition) int { return strings.Compare(a.key, b.key) })
	return nil
}

func (d *decoder) condition(c *condition, key string) error {
	if vendor, rest, ok := strings.Cut(key, ":"); !ok || vendor == "" || rest == "" {
		return d.refuse("Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.")
	}
	c.key = strings.ToLower(key)
	for _, text := range c.texts {
		t, err := c.operator.compile(text, d.variables)
		if err != nil {
			return d.malformed("Invalid value in condition on %s: %s", key, err)
		}
		c.values = append(c.values, t)
	}
	return nil
}

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
