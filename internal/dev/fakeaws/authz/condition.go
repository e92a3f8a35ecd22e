package authz

import (
	"fmt"
	"math/big"
	"net/netip"
	"regexp"
	"strconv"
	"strings"
	"time"
)

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

// operator is a condition operator. A negated one holds when no value matches.
type operator struct {
	negated bool
	null    bool // asks whether the key is there, not for its value
	compile func(text string, variables bool) (test, error)
}

var operators = map[string]operator{
	"StringEquals":              {compile: text(syntax{})},
	"StringNotEquals":           {compile: text(syntax{}), negated: true},
	"StringEqualsIgnoreCase":    {compile: text(syntax{fold: true})},
	"StringNotEqualsIgnoreCase": {compile: text(syntax{fold: true}), negated: true},
	"StringLike":                {compile: text(syntax{wildcards: true})},
	"StringNotLike":             {compile: text(syntax{wildcards: true}), negated: true},

	"ArnEquals":    {compile: arn},
	"ArnLike":      {compile: arn},
	"ArnNotEquals": {compile: arn, negated: true},
	"ArnNotLike":   {compile: arn, negated: true},

	"NumericEquals":            {compile: number(equal)},
	"NumericNotEquals":         {compile: number(equal), negated: true},
	"NumericLessThan":          {compile: number(less)},
	"NumericLessThanEquals":    {compile: number(notMore)},
	"NumericGreaterThan":       {compile: number(more)},
	"NumericGreaterThanEquals": {compile: number(notLess)},

	"DateEquals":            {compile: date(equal)},
	"DateNotEquals":         {compile: date(equal), negated: true},
	"DateLessThan":          {compile: date(less)},
	"DateLessThanEquals":    {compile: date(notMore)},
	"DateGreaterThan":       {compile: date(more)},
	"DateGreaterThanEquals": {compile: date(notLess)},

	"IpAddress":    {compile: address},
	"NotIpAddress": {compile: address, negated: true},

	"Bool":         {compile: text(syntax{fold: true})},
	"BinaryEquals": {compile: text(syntax{})},
	"Null":         {compile: truth, null: true},
}

// Orders, given the result of comparing a request's value with a policy's.
func equal(order int) bool   { return order == 0 }
func less(order int) bool    { return order < 0 }
func notMore(order int) bool { return order <= 0 }
func more(order int) bool    { return order > 0 }
func notLess(order int) bool { return order >= 0 }

func text(s syntax) func(string, bool) (test, error) {
	return func(value string, variables bool) (test, error) {
		s := s
		s.variables = variables
		p, err := compile(value, s)
		return p.match, err
	}
}

func arn(value string, variables bool) (test, error) {
	p, err := compile(value, syntax{wildcards: true, variables: variables})
	return p.matchARN, err
}

func truth(value string, _ bool) (test, error) {
	if value != "true" && value != "false" {
		return nil, fmt.Errorf("%q is neither true nor false", value)
	}
	return func(have string, _ map[string][]string) bool { return have == value }, nil
}

func number(holds func(int) bool) func(string, bool) (test, error) {
	return func(value string, _ bool) (test, error) {
		want, ok := parseNumber(value)
		if !ok {
			return nil, fmt.Errorf("%q is not a number", value)
		}
		return func(value string, _ map[string][]string) bool {
			have, ok := parseNumber(value)
			return ok && holds(have.Cmp(want))
		}, nil
	}
}

var numberPattern = regexp.MustCompile(`^[+-]?\d+(?:\.\d+)?$`)

// parseNumber takes decimal notation only.
func parseNumber(value string) (*big.Rat, bool) {
	if !numberPattern.MatchString(value) {
		return nil, false
	}
	return new(big.Rat).SetString(value)
}

func date(holds func(int) bool) func(string, bool) (test, error) {
	return func(value string, _ bool) (test, error) {
		want, err := parseDate(value)
		if err != nil {
			return nil, err
		}
		return func(value string, _ map[string][]string) bool {
			have, err := parseDate(value)
			return err == nil && holds(have.Compare(want))
		}, nil
	}
}

// parseDate reads the W3C profile of ISO 8601, or seconds since 1970.
func parseDate(value string) (time.Time, error) {
	if seconds, err := strconv.ParseInt(value, 10, 64); err == nil && len(value) > 4 {
		return time.Unix(seconds, 0), nil
	}
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04Z07:00", time.DateOnly, "2006-01", "2006"} {
		if t, err := time.Parse(layout, strings.ToUpper(value)); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is not a date", value)
}

func address(value string, _ bool) (test, error) {
	want, err := netip.ParsePrefix(value)
	if err != nil {
		single, err := netip.ParseAddr(value)
		if err != nil {
			return nil, fmt.Errorf("%q is not an IP address or CIDR block", value)
		}
		want = netip.PrefixFrom(single, single.BitLen())
	}
	return func(value string, _ map[string][]string) bool {
		have, err := netip.ParseAddr(value)
		return err == nil && want.Contains(have.Unmap())
	}, nil
}
