package effect

import (
	"slices"
	"strings"
)

// dimension is one thing in which requests differ: the resource, or the value of a
// condition key.
type dimension struct {
	key      string
	patterns []pattern
	indexes  map[string]int // of the patterns, by their key
	classes  []class
	holds    []set // by class, the statements whose demands are met
}

func newDimension(key string) *dimension { return &dimension{key: key, indexes: map[string]int{}} }

// pattern returns the index of a pattern, and adds it if it is new.
func (d *dimension) pattern(p pattern) int {
	key := p.key()
	i, ok := d.indexes[key]
	if !ok {
		i = len(d.patterns)
		d.indexes[key] = i
		d.patterns = append(d.patterns, p)
	}
	return i
}

// demand reports whether a class fulfils what a statement asks of a dimension.
type demand func(class) bool

// Keys that are in every request.
var alwaysPresent = []string{"aws:securetransport"}

// Keys that are true or false.
var booleans = []string{"aws:securetransport", "aws:viaawsservice", "aws:principalisawsservice", "aws:multifactorauthpresent"}

// sortRequests sets up the dimensions.
func (c *comparison) sortRequests() bool {
	resource := newDimension("")
	keys := map[string]*dimension{}
	demands := make([]map[*dimension][]demand, len(c.statements))
	dimensionOf := func(key string) *dimension {
		if keys[key] == nil {
			keys[key] = newDimension(key)
		}
		return keys[key]
	}
	for i, s := range c.statements {
		demands[i] = map[*dimension][]demand{resource: {c.resourceDemand(resource, s)}}
		for _, cond := range s.conditions {
			d := dimensionOf(cond.dimension())
			demands[i][d] = append(demands[i][d], c.conditionDemand(d, s, cond))
		}
	}
	inScope := c.scopeOf(resource)
	if prefixes := c.scopedPrefixes(); len(prefixes) > 0 && c.action == Listing {
		inScopeOfPrefix(dimensionOf("s3:prefix"), prefixes)
	}

	beginning := "arn:" + c.partition() + ":s3:::"
	list, ok := classesOf(resource.patterns, beginning)
	if !ok {
		return false
	}
	resource.classes = slices.DeleteFunc(list, func(class class) bool { return !inScope(class) })
	if resource.classes, ok = fork(resource.classes, resource.patterns); !ok {
		return false
	}
	var names []string
	for name := range keys {
		names = append(names, name)
	}
	slices.Sort(names)
	var context []*dimension
	for _, name := range names {
		d := keys[name]
		if !d.setClasses(c.known()) {
			return false
		}
		if name == "s3:prefix" && c.action == Listing {
			d.classes = slices.DeleteFunc(d.classes, func(class class) bool { return !c.prefixInScope(class) })
		}
		if describesRequest(name) {
			c.fixed = append(c.fixed, d)
		} else {
			context = append(context, d)
		}
	}
	for _, d := range append(append([]*dimension{resource}, c.fixed...), context...) {
		d.holds = make([]set, len(d.classes))
		for n, class := range d.classes {
			for i := range c.statements {
				if !slices.ContainsFunc(demands[i][d], func(met demand) bool { return !met(class) }) {
					d.holds[n].add(i)
				}
			}
		}
	}
	c.resource = resource
	c.context, ok = combine(context)
	return ok
}

// combine returns the different sets of statements that hold in some combination of
// classes.
func combine(dimensions []*dimension) ([]set, bool) {
	sets := []set{all()}
	for _, d := range dimensions {
		seen := map[set]bool{}
		var next []set
		for _, s := range sets {
			for _, h := range d.holds {
				if both := s.and(h); !seen[both] {
					seen[both] = true
					next = append(next, both)
				}
			}
		}
		if sets = next; len(sets) > maxClasses {
			return nil, false
		}
	}
	return sets, true
}

// describesRequest tells keys that say who asks for what from those that say how.
func describesRequest(key string) bool {
	return key == "s3:prefix" || strings.HasPrefix(key, "aws:source") && key != "aws:sourceip" && key != "aws:sourcevpc" && key != "aws:sourcevpce" ||
		strings.HasPrefix(key, "aws:principal") || key == "aws:username" || key == "aws:userid"
}

// known are the values of condition keys that follow from the subject.
func (c *comparison) known() map[string]string {
	if c.subject.Anyone || c.subject.ARN == "" {
		return nil
	}
	known := map[string]string{"aws:principalarn": c.subject.ARN}
	own := newCaller(c.subject.ARN)
	if own.account != "" {
		known["aws:principalaccount"] = own.account
	}
	if i := strings.LastIndexByte(c.subject.ARN, '/'); strings.Contains(c.subject.ARN, ":user/") {
		known["aws:username"] = c.subject.ARN[i+1:]
	}
	return known
}

func (c *comparison) partition() string {
	if c.subject.Partition != "" {
		return c.subject.Partition
	}
	return "aws"
}

// setClasses sorts the values of a condition key.
func (d *dimension) setClasses(known map[string]string) bool {
	single := func(value string) class {
		one := class{value: value, matches: make([]bool, len(d.patterns))}
		for i, p := range d.patterns {
			one.matches[i] = p.match(value)
		}
		return one
	}
	value, isKnown := known[d.key]
	switch {
	case strings.HasPrefix(d.key, opaque): // it holds, or it does not
		d.classes = []class{{value: "true"}, {value: "false"}}
		return true
	case isKnown:
		d.classes = []class{single(value)}
	case slices.Contains(booleans, d.key):
		d.classes = []class{single("true"), single("false")}
	default:
		list, ok := classesOf(d.patterns, "")
		if !ok {
			return false
		}
		d.classes = list
	}
	if !isKnown && !slices.Contains(alwaysPresent, d.key) {
		d.classes = append(d.classes, class{absent: true, matches: make([]bool, len(d.patterns))})
	}
	var ok bool
	d.classes, ok = fork(d.classes, d.patterns)
	return ok
}

// opaque begins the names of dimensions that are conditions as a whole.
const opaque = "condition "

var stringOperators = map[string]struct {
	negated bool
	syntax  syntax
}{
	"StringEquals":              {},
	"StringNotEquals":           {negated: true},
	"StringEqualsIgnoreCase":    {syntax: syntax{fold: true}},
	"StringNotEqualsIgnoreCase": {negated: true, syntax: syntax{fold: true}},
	"StringLike":                {syntax: syntax{wildcards: true}},
	"StringNotLike":             {negated: true, syntax: syntax{wildcards: true}},
	"ArnEquals":                 {syntax: syntax{wildcards: true, arn: true}},
	"ArnLike":                   {syntax: syntax{wildcards: true, arn: true}},
	"ArnNotEquals":              {negated: true, syntax: syntax{wildcards: true, arn: true}},
	"ArnNotLike":                {negated: true, syntax: syntax{wildcards: true, arn: true}},
	"Bool":                      {syntax: syntax{fold: true}},
}

// dimension names the dimension that a condition looks at. Conditions that are not
// about one text are dimensions of their own, which hold or do not hold.
func (c condition) dimension() string {
	_, isString := stringOperators[c.operator]
	if c.set == "" && (isString || c.operator == "Null") {
		return c.key
	}
	values := slices.Clone(c.values)
	slices.Sort(values)
	suffix := ""
	if c.ifExists {
		suffix = "IfExists"
	}
	return opaque + strings.Join(append([]string{c.set + ":" + c.operator + suffix, c.key}, values...), "\x00")
}

func (c *comparison) conditionDemand(d *dimension, s *statement, cond condition) demand {
	if strings.HasPrefix(d.key, opaque) {
		return func(class class) bool { return class.value == "true" }
	}
	if cond.operator == "Null" {
		return func(class class) bool {
			return slices.ContainsFunc(cond.values, func(v string) bool { return strings.EqualFold(v, "true") == class.absent })
		}
	}
	operator := stringOperators[cond.operator]
	syntax := operator.syntax
	syntax.variables, syntax.known = s.variables && cond.operator != "Bool", c.known()
	var indexes []int
	for _, value := range cond.values {
		indexes = append(indexes, d.pattern(compile(value, syntax)))
	}
	return func(class class) bool {
		if class.absent {
			return operator.negated || cond.ifExists
		}
		return slices.ContainsFunc(indexes, func(i int) bool { return class.matches[i] }) != operator.negated
	}
}

func (c *comparison) resourceDemand(d *dimension, s *statement) demand {
	var indexes []int
	for _, resource := range s.resources {
		indexes = append(indexes, d.pattern(c.compileResource(s, resource)))
	}
	own := func(class) bool { return true }
	if s.bucket != "" {
		own = c.inBucket(d, s.bucket)
	}
	return func(class class) bool {
		if !own(class) {
			return false
		}
		return len(indexes) == 0 || slices.ContainsFunc(indexes, func(i int) bool { return class.matches[i] }) != s.notResources
	}
}

// compileResource completes an ARN that has too few segments, as AWS does.
func (c *comparison) compileResource(s *statement, resource string) pattern {
	if resource != "*" {
		for strings.Count(resource, ":") < arnSegments-1 {
			resource += ":*"
		}
	}
	return compile(resource, syntax{wildcards: true, arn: true, variables: s.variables, known: c.known()})
}

// inBucket demands the bucket itself or an object of it.
func (c *comparison) inBucket(d *dimension, bucket string) demand {
	arn := "arn:" + c.partition() + ":s3:::" + bucket
	itself := d.pattern(compile(arn, syntax{}))
	objects := d.pattern(compile(arn+"/*", syntax{wildcards: true, arn: true}))
	return func(class class) bool { return class.matches[itself] || class.matches[objects] }
}

// scopeOf demands a resource that the action can be for, in the scope.
func (c *comparison) scopeOf(d *dimension) demand {
	arn := "arn:" + c.partition() + ":s3:::"
	object := d.pattern(compile(arn+"?*/?*", syntax{wildcards: true, arn: true}))
	rooted := d.pattern(compile(arn+"/*", syntax{wildcards: true, arn: true}))
	slash := d.pattern(compile(arn+"*/*", syntax{wildcards: true, arn: true}))
	named := d.pattern(compile(arn+"?*", syntax{wildcards: true, arn: true}))
	var allowed []demand
	for _, s := range c.scope {
		inBucket := c.inBucket(d, s.Bucket)
		if c.action == Listing || len(s.Prefixes) == 0 {
			allowed = append(allowed, inBucket)
			continue
		}
		for _, prefix := range s.Prefixes {
			p := d.pattern(prefixed(arn+s.Bucket+"/", prefix))
			allowed = append(allowed, func(class class) bool { return class.matches[p] })
		}
	}
	return func(class class) bool {
		if c.action == Reading && (!class.matches[object] || class.matches[rooted]) {
			return false
		}
		if c.action == Listing && (class.matches[slash] || !class.matches[named]) {
			return false
		}
		return len(allowed) == 0 || slices.ContainsFunc(allowed, func(in demand) bool { return in(class) })
	}
}

// prefixed matches all that begins with a text, which may look like a pattern.
func prefixed(beginning, prefix string) pattern {
	p := compile(beginning+prefix, syntax{})
	p.text += "*"
	p.tokens = append(p.tokens, anyRun)
	return p
}

// scopedPrefixes are those of the scope, if every bucket of it has some.
func (c *comparison) scopedPrefixes() []string {
	var prefixes []string
	for _, s := range c.scope {
		if len(s.Prefixes) == 0 {
			return nil
		}
		prefixes = append(prefixes, s.Prefixes...)
	}
	return prefixes
}

// inScopeOfPrefix makes classes of the listings at, below and above the prefixes.
func inScopeOfPrefix(d *dimension, prefixes []string) {
	for _, prefix := range prefixes {
		d.pattern(prefixed("", prefix))
		for _, folder := range folders(prefix) {
			d.pattern(compile(folder, syntax{}))
		}
	}
}

// folders are those that a prefix lies in, the root included.
func folders(prefix string) []string {
	list := []string{""}
	for i, r := range prefix {
		if r == '/' {
			list = append(list, prefix[:i+1])
		}
	}
	return list
}

// prefixInScope reports whether a listing shows keys of the scope.
func (c *comparison) prefixInScope(class class) bool {
	prefixes := c.scopedPrefixes()
	return len(prefixes) == 0 || class.absent || slices.ContainsFunc(prefixes, func(prefix string) bool {
		return strings.HasPrefix(class.value, prefix) || slices.Contains(folders(prefix), class.value)
	})
}
