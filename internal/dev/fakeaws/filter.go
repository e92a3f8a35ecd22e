package fakeaws

// lifecycleFilter says which objects a rule is for: all of them when it is
// empty, else those of one predicate, or of several under And.
type lifecycleFilter struct {
	Prefix                *string
	Tag                   *tag
	ObjectSizeGreaterThan *int64
	ObjectSizeLessThan    *int64
	And                   *lifecycleAnd
}

type lifecycleAnd struct {
	Prefix                *string
	Tag                   []tag
	ObjectSizeGreaterThan *int64
	ObjectSizeLessThan    *int64
}

func (f *lifecycleFilter) check() error {
	if count(f.Prefix != nil, f.Tag != nil, f.ObjectSizeGreaterThan != nil, f.ObjectSizeLessThan != nil, f.And != nil) > 1 {
		return malformedXML()
	}
	and := f.And
	if and == nil {
		and = &lifecycleAnd{ObjectSizeGreaterThan: f.ObjectSizeGreaterThan, ObjectSizeLessThan: f.ObjectSizeLessThan}
	} else if len(and.Tag)+count(and.Prefix != nil, and.ObjectSizeGreaterThan != nil, and.ObjectSizeLessThan != nil) < 2 {
		return malformedXML()
	}
	greater, less := and.ObjectSizeGreaterThan, and.ObjectSizeLessThan
	switch {
	case greater != nil && *greater < 0:
		return invalidRequest("'ObjectSizeGreaterThan' must be nonnegative")
	case less != nil && *less < 1:
		return invalidRequest("'ObjectSizeLessThan' must be a positive integer")
	case greater != nil && less != nil && *greater >= *less:
		return invalidRequest("'ObjectSizeGreaterThan' must be less than 'ObjectSizeLessThan'")
	}
	return checkFilterTags(f.tags())
}

// tags may be asked of a nil filter.
func (f *lifecycleFilter) tags() []tag {
	switch {
	case f == nil:
	case f.And != nil:
		return f.And.Tag
	case f.Tag != nil:
		return []tag{*f.Tag}
	}
	return nil
}

func (f *lifecycleFilter) bySize() bool {
	if f == nil {
		return false
	}
	return f.ObjectSizeGreaterThan != nil || f.ObjectSizeLessThan != nil ||
		f.And != nil && (f.And.ObjectSizeGreaterThan != nil || f.And.ObjectSizeLessThan != nil)
}

// objectFilter is the same for replication, metrics and tiering, which know
// no sizes.
type objectFilter struct {
	Prefix         *string
	Tag            *tag
	AccessPointArn *string // metrics only
	And            *objectAnd
}

type objectAnd struct {
	Prefix         *string
	Tag            []tag
	AccessPointArn *string
}

// check wants exactly one predicate where empty does not stand for all
// objects.
func (f *objectFilter) check(mayBeEmpty bool) error {
	n := count(f.Prefix != nil, f.Tag != nil, f.AccessPointArn != nil, f.And != nil)
	if n > 1 || n == 0 && !mayBeEmpty {
		return malformedXML()
	}
	if f.And != nil && len(f.And.Tag)+count(f.And.Prefix != nil, f.And.AccessPointArn != nil) < 2 {
		return malformedXML()
	}
	return checkFilterTags(f.tags())
}

func (f *objectFilter) tags() []tag {
	switch {
	case f == nil:
	case f.And != nil:
		return f.And.Tag
	case f.Tag != nil:
		return []tag{*f.Tag}
	}
	return nil
}

// accessPoint is the ARN that the filter names, "" for none.
func (f *objectFilter) accessPoint() string {
	switch {
	case f.AccessPointArn != nil:
		return *f.AccessPointArn
	case f.And != nil && f.And.AccessPointArn != nil:
		return *f.And.AccessPointArn
	}
	return ""
}

func checkFilterTags(tags []tag) error {
	seen := map[string]bool{}
	for _, t := range tags {
		if seen[t.Key] {
			return invalidRequest("Duplicate Tag Keys are not allowed.")
		}
		seen[t.Key] = true
	}
	return checkTags(tags, "Filter", maxObjectTags)
}

func count(conditions ...bool) int {
	n := 0
	for _, c := range conditions {
		if c {
			n++
		}
	}
	return n
}
