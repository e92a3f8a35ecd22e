// Package effect tells what a change of policies takes away: which listings and
// which reads were allowed before and are not after.
//
// It is a package of its own, because nothing else needs its model of a policy:
// iampolicy builds documents out of a few known statements, while this package must
// understand whatever anybody wrote, NotPrincipal and conditions included.
//
// It does not compare statements. It sorts all requests into finitely many classes,
// by the patterns and conditions that the documents hold, and evaluates one request
// of each class before and after. What it cannot evaluate (a number, a date, a policy
// variable) may hold or not, in both cases alike. So reordering and rewriting are no
// loss, and no loss goes unseen.
package effect

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Action is what may be lost.
type Action string

// The actions that are compared.
const (
	// Listing is the listing of a bucket. FOVEA treats a bucket that it may not list
	// as empty.
	Listing Action = "s3:ListBucket"
	// Reading is the reading of objects.
	Reading Action = "s3:GetObject"
)

// Unknown stands for a document that is there, but is not known yet. A loss because
// of it is never certain.
const Unknown = "unknown"

// Documents decide what a principal, or everybody, may do.
type Documents struct {
	// Identity are the policies of the principal.
	Identity []string
	// Boundary is the principal's permissions boundary.
	Boundary BoundaryPolicy
	// Buckets are bucket policies by the names of the buckets. "" is no policy.
	Buckets map[string]string
	// Gone is set if the principal is deleted, which ends all of its access.
	Gone bool
}

// BoundaryPolicy is a permissions boundary. The zero value is none.
type BoundaryPolicy struct {
	ARN      string
	Document string // "" if it is not known
}

// Subject is whose access is compared.
type Subject struct {
	// Anyone compares the access of everybody whom bucket policies speak of, directly
	// or not, whatever their own policies are. Identity and Boundary are not used.
	Anyone bool
	// ARN is that of the user or role. "" if it is not known yet.
	ARN string
	// BucketAccount owns the buckets. "" if it is not known.
	BucketAccount string
	// Partition is that of the buckets. "" means "aws".
	Partition string
}

// Scope limits a comparison to a bucket, and to prefixes in it if there are any.
type Scope struct {
	Bucket   string
	Prefixes []string
}

// Loss is access that a change takes away.
type Loss struct {
	Action Action
	// Bucket is the name of the bucket, or a pattern of names.
	Bucket string
	// Pattern says of which keys, or for a listing of which prefixes, all or some are
	// lost. "*" means any, and a listing without a prefix.
	Pattern string
	// Kept are patterns within Pattern that statements still allow.
	Kept []string
	// Example is a lost key or prefix. It is "" for a listing without a prefix.
	Example string
	// Principals lose it, as bucket policies name them. "*" is anybody, Subject.Anyone
	// only. It is empty for the subject's own loss.
	Principals []string
	// Sources are the values of aws:SourceArn that lose it, such as CloudFront
	// distributions. It is empty if the loss does not depend on it.
	Sources []string
	// Certain is false if some of the requests may still be allowed, or may never have
	// been, because of a condition or a document that is not known.
	Certain bool
	Cause   Cause
}

// Reason says how a change takes access away.
type Reason string

// The reasons.
const (
	// StatementRemoved means that the Allow statement is not there anymore.
	StatementRemoved Reason = "removed"
	// StatementNarrowed means that a statement of the same Sid allows less.
	StatementNarrowed Reason = "narrowed"
	// Denied means that a Deny statement was added or widened.
	Denied Reason = "denied"
	// OutOfBounds means that the permissions boundary does not allow it.
	OutOfBounds Reason = "out of bounds"
	// PrincipalGone means that the principal is deleted.
	PrincipalGone Reason = "gone"
	// NotKnown means that a document is not known yet.
	NotKnown Reason = "not known"
	// TooComplex means that the documents differ and are too complex to compare.
	TooComplex Reason = "too complex"
)

// Cause is what takes access away.
type Cause struct {
	Reason   Reason
	Document Kind
	Sid      string // of the statement; "" if it has none
	Index    int    // of the statement in its document, from 0
}

// Losses are sorted: listings first.
type Losses []Loss

// Of returns the losses of an action.
func (l Losses) Of(action Action) Losses {
	return slices.DeleteFunc(slices.Clone(l), func(loss Loss) bool { return loss.Action != action })
}

// Compare returns what the subject loses by the change. scope limits it; without any
// it covers every bucket that the documents speak of. Compare fails on a document
// that is not a policy.
func Compare(subject Subject, before, after Documents, scope ...Scope) (Losses, error) {
	if !subject.Anyone && len(before.Identity) == 0 && len(before.Buckets) == 0 {
		return nil, nil
	}
	statements, unknown, err := parseAll(subject, before, after)
	if err != nil {
		return nil, err
	}
	var losses Losses
	for _, action := range []Action{Listing, Reading} {
		c := comparison{
			subject: subject, before: before, after: after, scope: scope, action: action, unknown: unknown,
		}
		for _, s := range statements {
			if s.covers(action) {
				c.statements = append(c.statements, s)
			}
		}
		found, ok := c.run()
		if !ok && !sameDocuments(before, after) {
			found = []Loss{{Action: action, Bucket: "*", Pattern: "*", Cause: Cause{Reason: TooComplex}}}
		}
		losses = append(losses, found...)
	}
	return losses, nil
}

func sameDocuments(a, b Documents) bool {
	return !b.Gone && slices.Equal(a.Identity, b.Identity) && a.Boundary == b.Boundary && maps.Equal(a.Buckets, b.Buckets)
}

// parseAll reads the documents of both sides. unknown are the kinds of documents
// after the change that are not known.
func parseAll(subject Subject, before, after Documents) (all []*statement, unknown []Kind, err error) {
	add := func(document string, kind Kind, bucket string, isAfter bool) {
		if document == Unknown {
			if isAfter {
				unknown = append(unknown, kind)
			}
			return
		}
		list, failure := parse(document, kind, bucket, isAfter)
		if failure != nil && err == nil {
			err = failure
		}
		all = append(all, list...)
	}
	for _, side := range []struct {
		documents Documents
		after     bool
	}{{before, false}, {after, true}} {
		if !subject.Anyone {
			for _, document := range side.documents.Identity {
				add(document, IdentityPolicy, "", side.after)
			}
			add(side.documents.Boundary.Document, Boundary, "", side.after)
		}
		for _, bucket := range slices.Sorted(maps.Keys(side.documents.Buckets)) {
			add(side.documents.Buckets[bucket], BucketPolicy, bucket, side.after)
		}
	}
	if err != nil {
		return nil, nil, fmt.Errorf("comparing permissions: %w", err)
	}
	return all, unknown, nil
}

// merge joins losses that differ in who loses or by what example, and sorts them.
func merge(losses []Loss) []Loss {
	var out []Loss
	for _, l := range losses {
		i := slices.IndexFunc(out, func(o Loss) bool {
			return o.Action == l.Action && o.Bucket == l.Bucket && o.Pattern == l.Pattern && o.Cause == l.Cause
		})
		if i < 0 {
			out = append(out, l)
			continue
		}
		o := &out[i]
		o.Certain = o.Certain || l.Certain
		o.Principals = append(o.Principals, l.Principals...)
		o.Sources = append(o.Sources, l.Sources...)
		if o.Example == "" {
			o.Example = l.Example
		}
	}
	for i := range out {
		o := &out[i]
		slices.Sort(o.Principals)
		o.Principals = slices.Compact(o.Principals)
		if slices.Contains(o.Principals, "*") {
			o.Principals = []string{"*"}
		}
		slices.Sort(o.Sources)
		o.Sources = slices.Compact(o.Sources)
		if slices.Contains(o.Sources, anySource) {
			o.Sources = nil
		}
	}
	slices.SortStableFunc(out, func(a, b Loss) int {
		return cmp.Or(strings.Compare(a.Bucket, b.Bucket), strings.Compare(a.Pattern, b.Pattern))
	})
	return out
}
