package authz

import "strings"

// condition is one key of one operator in a Condition block.
type condition struct {
	operator operator
	set      string // "", "ForAnyValue" or "ForAllValues"
	ifExists bool
	key      string // in lower case
	values   []test
	texts    []string // the values as they were written
}

// test holds one value of a condition against one of the request's.
type test func(value string, context map[string][]string) bool

// parseOperator splits "ForAnyValue:StringLikeIfExists". It reports false for
// an operator that IAM does not have.
func parseOperator(name string) (condition, bool) {
	var c condition
	if set, rest, ok := strings.Cut(name, ":"); ok {
		if set != "ForAnyValue" && set != "ForAllValues" {
			return c, false
		}
		c.set, name = set, rest
	}
	if bare, ok := strings.CutSuffix(name, "IfExists"); ok && bare != "Null" {
		c.ifExists, name = true, bare
	}
	var ok bool
	c.operator, ok = operators[name]
	if c.operator.null && c.set != "" {
		return c, false
	}
	return c, ok
}

func (c condition) holds(context map[string][]string) bool {
	values := context[c.key]
	if c.operator.null {
		return c.matches(absence(len(values) == 0), context)
	}
	if len(values) == 0 {
		return c.ifExists || c.set == "ForAllValues" || c.set == "" && c.operator.negated
	}
	matched := 0
	for _, v := range values {
		if c.matches(v, context) {
			matched++
		}
	}
	switch {
	case c.set == "ForAllValues" && c.operator.negated:
		return matched == 0
	case c.set == "ForAllValues":
		return matched == len(values)
	case c.set == "ForAnyValue" && c.operator.negated:
		return matched < len(values)
	case c.operator.negated:
		return matched == 0
	}
	return matched > 0
}

func (c condition) matches(value string, context map[string][]string) bool {
	for _, t := range c.values {
		if t(value, context) {
			return true
		}
	}
	return false
}

func absence(absent bool) string {
	if absent {
		return "true"
	}
	return "false"
}
