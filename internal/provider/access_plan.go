package provider

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/parafovea/terraform-provider-fovea/internal/iampolicy/effect"
)

// A plan that takes access away says so. What is lost is the difference of what the
// documents allow before and after, whichever argument has changed them: prefixes, the
// bucket, the access, a Deny statement, the boundary, a distribution, or the end of the
// whole. Reordered and rewritten documents lose nothing.

// principalAccess is what decides the access of a user or a role of ours.
type principalAccess struct {
	policy   types.String // inline, as JSON
	certain  string       // what an unknown policy grants in any case, as JSON; may be empty
	boundary types.String // ARN
}

// warnOfPrincipalLosses warns of access to buckets that a user or a role loses. principal
// reads as in "user fovea"; after is nil when it is destroyed or replaced.
func (p *providerData) warnOfPrincipalLosses(principal string, arn types.String, before principalAccess, after *principalAccess, diags *diag.Diagnostics) {
	if before.policy.ValueString() == "" || after != nil && after.policy.Equal(before.policy) && after.boundary.Equal(before.boundary) {
		return
	}
	subject := effect.Subject{ARN: arn.ValueString(), BucketAccount: p.clients.AccountID, Partition: p.clients.Partition}
	had := effect.Documents{Identity: []string{before.policy.ValueString()}, Boundary: boundaryOf(before.boundary)}
	has := effect.Documents{Gone: true}
	partly := after != nil && after.policy.IsUnknown() && after.certain != ""
	if after != nil {
		has = effect.Documents{Identity: []string{documentOf(after.policy)}, Boundary: boundaryOf(after.boundary)}
		if partly {
			has.Identity = []string{after.certain}
		}
	}
	losses, err := effect.Compare(subject, had, has)
	if err != nil {
		return // a document of ours that is none was refused before
	}
	for i, l := range losses { // which the unknown rest of the policy may make up for
		if partly && (l.Cause.Reason == effect.StatementRemoved || l.Cause.Reason == effect.StatementNarrowed) {
			losses[i].Certain, losses[i].Cause = false, effect.Cause{Reason: effect.NotKnown, Document: effect.IdentityPolicy}
		}
	}
	warnOfLosses("The "+principal, losses, diags)
}

func documentOf(policy types.String) string {
	if policy.IsUnknown() {
		return effect.Unknown
	}
	return policy.ValueString()
}

func boundaryOf(arn types.String) effect.BoundaryPolicy {
	if arn.IsUnknown() {
		return effect.BoundaryPolicy{ARN: effect.Unknown}
	}
	return effect.BoundaryPolicy{ARN: arn.ValueString()}
}

// mostLosses is how many losses a message lists.
const mostLosses = 5

// warnOfLosses words what is lost: listings, which costs annotations, apart from reads.
func warnOfLosses(who string, losses effect.Losses, diags *diag.Diagnostics) {
	for _, kind := range []struct {
		action effect.Action
		code   messageCode
		loses  string
		means  string
	}{
		{effect.Listing, listingLost, "can no longer list",
			"FOVEA treats a bucket that it may not list as empty, and deletes the annotations of every video. " +
				"If FOVEA reads with this access, give it other credentials that can list the bucket before this apply, or stop it until it has them."},
		{effect.Reading, readingLost, "can no longer read from",
			"Videos that are read with this access no longer play. If it is in use, give its readers other access before this apply."},
	} {
		lost := losses.Of(kind.action)
		if len(lost) == 0 {
			continue
		}
		var buckets, items []string
		for _, l := range lost {
			if !slices.Contains(buckets, l.Bucket) {
				buckets = append(buckets, l.Bucket)
			}
			items = append(items, describeLoss(l))
		}
		what := "the bucket " + buckets[0]
		if len(buckets) > 1 {
			what = "the buckets " + strings.Join(buckets, ", ")
		}
		loses := kind.loses
		if !slices.ContainsFunc(lost, func(l effect.Loss) bool { return l.Certain }) {
			loses = strings.Replace(loses, "can no longer", "may no longer be able to", 1)
		}
		diags.AddWarning(kind.code.summary("%s %s %s", who, loses, what), kind.means+itemsOf(items))
	}
}

// describeLoss says which part of a bucket is lost, for whom, and why.
func describeLoss(l effect.Loss) string {
	text := "everything"
	switch {
	case l.Pattern != "*":
		text = fmt.Sprintf("%q", l.Pattern)
	case len(l.Kept) > 0:
		text = "everything but " + quoteAll(l.Kept)
	}
	text += " in the bucket " + l.Bucket
	if len(l.Principals) > 0 {
		text += ", for " + strings.Join(l.Principals, ", ")
	}
	if len(l.Sources) > 0 {
		text += ", from " + strings.Join(l.Sources, ", ")
	}
	return text + ": " + describeCause(l.Cause)
}

func describeCause(c effect.Cause) string {
	statement := fmt.Sprintf("statement %d of the %s", c.Index+1, c.Document)
	if c.Sid != "" {
		statement = fmt.Sprintf("the statement %s of the %s", c.Sid, c.Document)
	}
	switch c.Reason {
	case effect.StatementRemoved:
		return statement + " is removed"
	case effect.StatementNarrowed:
		return statement + " allows less"
	case effect.Denied:
		return statement + " denies it"
	case effect.OutOfBounds:
		return "the permissions boundary may not allow it"
	case effect.PrincipalGone:
		return "the user or role is destroyed or replaced"
	case effect.NotKnown:
		return fmt.Sprintf("the %s is not known yet", c.Document)
	case effect.TooComplex:
		return "the documents are too complex to be compared"
	}
	return string(c.Reason)
}

func quoteAll(patterns []string) string {
	var quoted []string
	for _, p := range patterns {
		quoted = append(quoted, fmt.Sprintf("%q", p))
	}
	return strings.Join(quoted, ", ")
}
