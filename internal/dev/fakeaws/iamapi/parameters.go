package iamapi

import (
	"encoding/base64"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// constraint is what IAM's model says about a parameter.
type constraint struct {
	min, max int // of characters; of the value when number is set
	pattern  string
	name     bool // a name, whose characters IAM spells out
	number   bool
	enum     []string
}

const namePattern = `[\w+=,.@-]+`

// constraints are by parameter; a name means the same wherever it is used.
var constraints = map[string]constraint{
	"AccessKeyId":              {min: 16, max: 128, pattern: `[\w]+`},
	"AssumeRolePolicyDocument": {min: 1, max: 131072},
	"Description":              {max: 1000},
	"DurationSeconds":          {min: 900, max: 129600, number: true},
	"ExternalId":               {min: 2, max: 1224, pattern: `[\w+=,.@:\/-]*`},
	"InstanceProfileName":      {min: 1, max: 128, name: true},
	"Marker":                   {min: 1, max: 320},
	"MaxItems":                 {min: 1, max: 1000, number: true},
	"MaxSessionDuration":       {min: 3600, max: 43200, number: true},
	"NewPath":                  {min: 1, max: 512, pattern: `(\/)|(\/[\x21-\x7E]+\/)`},
	"NewUserName":              {min: 1, max: 64, name: true},
	"OnlyAttached":             {enum: []string{"true", "false"}},
	"OpenIDConnectProviderArn": {min: 20, max: 2048},
	"Path":                     {min: 1, max: 512, pattern: `(\/)|(\/[\x21-\x7E]+\/)`},
	"PathPrefix":               {min: 1, max: 512, pattern: `\/[\x21-\x7E]*`},
	"PermissionsBoundary":      {min: 20, max: 2048},
	"Policy":                   {min: 1, max: 2048},
	"PolicyArn":                {min: 20, max: 2048},
	"PolicyDocument":           {min: 1, max: 131072},
	"PolicyName":               {min: 1, max: 128, name: true},
	"PolicyUsageFilter":        {enum: []string{"PermissionsPolicy", "PermissionsBoundary"}},
	"RoleArn":                  {min: 20, max: 2048},
	"RoleName":                 {min: 1, max: 64, name: true},
	"RoleSessionName":          {min: 2, max: 64, pattern: `[\w+=,.@-]*`},
	"Scope":                    {enum: []string{"All", "AWS", "Local"}},
	"SetAsDefault":             {enum: []string{"true", "false"}},
	"Status":                   {enum: []string{"Active", "Inactive"}},
	"Url":                      {min: 1, max: 255},
	"UserName":                 {min: 1, max: 64, name: true},
	"VersionId":                {pattern: `v[1-9][0-9]*(\.[A-Za-z0-9-]*)?`},
	"WebIdentityToken":         {min: 4, max: 20000},
}

// checkParameters holds the form against the parameters of an operation, which
// are separated by spaces, the required ones marked with "!".
func (c *call) checkParameters(operation, params string) error {
	known := map[string]bool{"Action": true, "Version": true}
	var faults []string
	for _, name := range strings.Fields(params) {
		name, required := strings.CutSuffix(name, "!")
		known[name] = true
		switch value, has := c.value(name); {
		case required && !has:
			faults = append(faults, fmt.Sprintf("Value null at '%s' failed to satisfy constraint: Member must not be null", lowerFirst(name)))
		case has:
			fault, err := constraints[name].check(name, value)
			if err != nil {
				return err
			}
			if fault != "" {
				faults = append(faults, fmt.Sprintf("Value '%s' at '%s' failed to satisfy constraint: %s", value, lowerFirst(name), fault))
			}
		}
	}
	for _, key := range slices.Sorted(maps.Keys(c.form)) {
		if name, _, _ := strings.Cut(key, "."); !known[name] {
			return notImplemented("the parameter " + name + " of " + operation)
		}
	}
	if len(faults) == 0 {
		return nil
	}
	noun := "error"
	if len(faults) > 1 {
		noun = "errors"
	}
	return invalid("%d validation %s detected: %s", len(faults), noun, strings.Join(faults, "; "))
}

// value reports whether the parameter is there, as a list, perhaps an empty
// one, or by itself.
func (c *call) value(name string) (string, bool) {
	if c.form.Has(name + ".member.1") {
		return "", true
	}
	for key := range c.form {
		if strings.HasPrefix(key, name+".member.1.") {
			return "", true
		}
	}
	return c.form.Get(name), c.form.Has(name)
}

// check gives the constraint that the value breaks, or "".
func (k constraint) check(parameter, value string) (fault string, err error) {
	size := utf8.RuneCountInString(value)
	noun := "length"
	if k.number {
		n, err := strconv.Atoi(value)
		if err != nil {
			return "", fail(400, "MalformedInput", "Expected a number for %s", parameter)
		}
		size, noun = n, "value"
	}
	switch {
	case k.max > 0 && size > k.max:
		return fmt.Sprintf("Member must have %s less than or equal to %d", noun, k.max), nil
	case size < k.min:
		return fmt.Sprintf("Member must have %s greater than or equal to %d", noun, k.min), nil
	case k.enum != nil && !slices.Contains(k.enum, value):
		return "Member must satisfy enum value set: [" + strings.Join(k.enum, ", ") + "]", nil
	case k.name && !matches(namePattern, value):
		return "", invalid("The specified value for %s is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-", lowerFirst(parameter))
	case k.pattern != "" && !matches(k.pattern, value):
		return "Member must satisfy regular expression pattern: " + k.pattern, nil
	}
	return "", nil
}

func matches(pattern, value string) bool {
	return regexp.MustCompile(`^(?:` + pattern + `)$`).MatchString(value)
}

// lowerFirst is how AWS spells a parameter in its errors.
func lowerFirst(s string) string { return strings.ToLower(s[:1]) + s[1:] }

// page is the end of every listing.
type page struct {
	IsTruncated bool
	Marker      string `xml:",omitempty"`
}

// paginate sorts the items by name and cuts out the page that was asked for.
// The marker holds the last name of the page before, so that it stays good
// when items come and go.
func paginate[T any](c *call, items []T, name func(T) string) ([]T, page, error) {
	slices.SortStableFunc(items, func(a, b T) int { return strings.Compare(name(a), name(b)) })
	if marker := c.get("Marker"); marker != "" {
		last, err := base64.RawURLEncoding.DecodeString(marker)
		if err != nil {
			return nil, page{}, invalid("Invalid Marker.")
		}
		i, found := slices.BinarySearchFunc(items, string(last), func(item T, last string) int {
			return strings.Compare(name(item), last)
		})
		if found {
			i++
		}
		items = items[i:]
	}
	size := 100
	if text := c.get("MaxItems"); text != "" {
		size, _ = strconv.Atoi(text) // was found to be a number
	}
	if len(items) <= size {
		return items, page{}, nil
	}
	items = items[:size]
	marker := base64.RawURLEncoding.EncodeToString([]byte(name(items[size-1])))
	return items, page{IsTruncated: true, Marker: marker}, nil
}
