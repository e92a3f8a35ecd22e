package authz

import (
	"slices"
	"strings"
)

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
