package provider

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// maxLifecycleRules is S3's limit.
const maxLifecycleRules = 1000

// validateBucketLifecycle checks what rules and attributes say together.
func validateBucketLifecycle(ctx context.Context, config tfsdk.Config, diags *diag.Diagnostics) {
	var (
		rules  types.List
		bucket types.String
		wrong  diag.Diagnostics
	)
	diags.Append(config.GetAttribute(ctx, path.Root("rules"), &rules)...)
	diags.Append(config.GetAttribute(ctx, path.Root("bucket"), &bucket)...)
	if rules.IsNull() || rules.IsUnknown() {
		return
	}
	defer func() {
		lifecycleInvalid.about("The lifecycle of the bucket "+nameOf(bucket), wrong, diags)
	}()
	switch n := len(rules.Elements()); {
	case n == 0:
		wrong.AddAttributeError(path.Root("rules"), "No lifecycle rules",
			"S3 stores no empty list of rules. Leave rules out for the default ones; to have none, remove the resource.")
	case n > maxLifecycleRules:
		wrong.AddAttributeError(path.Root("rules"), "Too many lifecycle rules",
			fmt.Sprintf("There are %d, and S3 takes at most 1,000 for a bucket.", n))
	}
	places := map[string]int{}
	for i, rule := range knownObjects[lifecycleRuleModel](ctx, rules, diags) {
		at := path.Root("rules").AtListIndex(i)
		if id := rule.ID.ValueString(); id != "" {
			if first, taken := places[id]; taken {
				wrong.AddAttributeError(at.AtName("id"), "Two rules with the same ID",
					fmt.Sprintf("rules[%d] and rules[%d] are both called %q. S3 tells rules apart by their ID: give one of them another.", first, i, id))
			} else {
				places[id] = i
			}
		}
		if object, ok := rules.Elements()[i].(types.Object); ok {
			checkHasAction(at, object, &wrong)
		}
		rule.check(at, &wrong)
	}
}

// checkHasAction looks at the rule as it is configured: what is not known yet may
// be an action.
func checkHasAction(at path.Path, rule types.Object, diags *diag.Diagnostics) {
	for _, action := range []string{
		"transitions", "expiration", "noncurrent_version_transitions", "noncurrent_version_expiration", "abort_incomplete_multipart_upload_days",
	} {
		value := rule.Attributes()[action]
		if list, ok := value.(types.List); ok && !list.IsUnknown() && len(list.Elements()) == 0 {
			continue
		}
		if value != nil && !value.IsNull() {
			return
		}
	}
	diags.AddAttributeError(at, "A rule that does nothing",
		"S3 wants at least one of transitions, expiration, noncurrent_version_transitions, noncurrent_version_expiration and abort_incomplete_multipart_upload_days in each rule.")
}

func (m lifecycleRuleModel) check(at path.Path, diags *diag.Diagnostics) {
	m.checkFilter(at, diags)
	m.checkTimes(at, diags)
	m.checkNoncurrentTimes(at.AtName("noncurrent_version_transitions"), at.AtName("noncurrent_version_expiration"), diags)
}

// checkFilter looks for sizes that contradict each other, and for actions that
// cannot be had for some of the objects only.
func (m lifecycleRuleModel) checkFilter(at path.Path, diags *diag.Diagnostics) {
	filter := m.Filter.conditions()
	if filter.greaterThan != nil && filter.lessThan != nil && *filter.greaterThan >= *filter.lessThan {
		diags.AddAttributeError(at.AtName("filter").AtName("object_size_less_than"), "A filter that no object passes",
			fmt.Sprintf("No object is larger than %d bytes and smaller than %d. object_size_less_than must exceed object_size_greater_than.", *filter.greaterThan, *filter.lessThan))
	}
	if len(filter.tags) == 0 && filter.greaterThan == nil && filter.lessThan == nil {
		return
	}
	const remedy = "S3 refuses it for a filter with tags or sizes, since what it deletes has neither. Move it to a rule of its own, with a prefix or without a filter."
	if !m.AbortIncompleteMultipartUploadDays.IsNull() {
		diags.AddAttributeError(at.AtName("abort_incomplete_multipart_upload_days"), "Incomplete uploads have no tags and no size", remedy)
	}
	if m.Expiration != nil && m.Expiration.ExpiredObjectDeleteMarker.ValueBool() {
		diags.AddAttributeError(at.AtName("expiration").AtName("expired_object_delete_marker"), "Delete markers have no tags and no size", remedy)
	}
}

// moment is a time in a rule, in days or as a date.
type moment struct {
	at    path.Path // of the attribute that says so
	dated bool
	days  int64  // after the object was made; with dated, since 1970
	text  string // "after 90 days", "on 2030-01-31"
}

// ladderStep is a transition at a known moment.
type ladderStep struct {
	moment
	class   string
	classAt path.Path
}

// checkTimes checks transitions and the expiration after them.
func (m lifecycleRuleModel) checkTimes(at path.Path, diags *diag.Diagnostics) {
	var (
		steps []ladderStep
		all   []moment
	)
	for i, t := range m.Transitions {
		transition := at.AtName("transitions").AtListIndex(i)
		if when, ok := momentOf(t.Days, t.Date, transition); ok {
			steps = append(steps, ladderStep{when, t.StorageClass.ValueString(), transition.AtName("storage_class")})
			all = append(all, when)
		}
		if t.Days.IsNull() == t.Date.IsNull() && !t.Days.IsUnknown() && !t.Date.IsUnknown() {
			diags.AddAttributeError(transition, "A transition without a time, or with two",
				"S3 wants to know when objects move: give exactly one of days, counted from when an object was made, and date.")
		}
	}
	expiration := at.AtName("expiration")
	end, ends := m.Expiration.moment(expiration)
	if ends {
		all = append(all, end)
	}
	m.Expiration.checkKind(expiration, diags)
	if checkOneKind(all, diags) {
		checkLadder(steps, diags)
		if ends {
			checkEnd(end, steps, diags)
		}
	}
}

// checkNoncurrentTimes does the same for noncurrent versions.
func (m lifecycleRuleModel) checkNoncurrentTimes(transitions, expiration path.Path, diags *diag.Diagnostics) {
	var steps []ladderStep
	for i, t := range m.NoncurrentVersionTransitions {
		transition := transitions.AtListIndex(i)
		if t.NoncurrentDays.IsUnknown() {
			continue
		}
		steps = append(steps, ladderStep{daysMoment(t.NoncurrentDays, transition.AtName("noncurrent_days")), t.StorageClass.ValueString(), transition.AtName("storage_class")})
	}
	checkLadder(steps, diags)
	if e := m.NoncurrentVersionExpiration; e != nil && !e.NoncurrentDays.IsUnknown() {
		checkEnd(daysMoment(e.NoncurrentDays, expiration.AtName("noncurrent_days")), steps, diags)
	}
}

// momentOf gives the moment that a transition or an expiration names, unless it
// names none, or one that is not known yet.
func momentOf(days types.Int64, date types.String, at path.Path) (moment, bool) {
	if !days.IsNull() && !days.IsUnknown() {
		return daysMoment(days, at.AtName("days")), true
	}
	day, err := time.Parse(time.RFC3339, date.ValueString())
	if err != nil { // the attribute's own validator complains
		return moment{}, false
	}
	return moment{at.AtName("date"), true, day.Unix() / int64((24*time.Hour)/time.Second), "on " + day.UTC().Format(time.DateOnly)}, true
}

func daysMoment(days types.Int64, at path.Path) moment {
	n := days.ValueInt64()
	return moment{at, false, n, "after " + plural(n, "day")}
}

func plural(n int64, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

func (e *expirationModel) moment(at path.Path) (moment, bool) {
	if e == nil {
		return moment{}, false
	}
	return momentOf(e.Days, e.Date, at)
}

// checkKind wants one of the three kinds of expiration. false is as good as no
// delete marker.
func (e *expirationModel) checkKind(at path.Path, diags *diag.Diagnostics) {
	if e == nil || e.Days.IsUnknown() || e.Date.IsUnknown() || e.ExpiredObjectDeleteMarker.IsUnknown() {
		return
	}
	kinds := 0
	for _, is := range []bool{!e.Days.IsNull(), !e.Date.IsNull(), e.ExpiredObjectDeleteMarker.ValueBool()} {
		if is {
			kinds++
		}
	}
	if kinds != 1 {
		diags.AddAttributeError(at, "An expiration of no kind, or of several",
			"S3 takes exactly one of days, date and expired_object_delete_marker = true in an expiration. For two of them, write two rules.")
	}
}

// checkOneKind reports whether a rule counts days everywhere or has dates
// everywhere.
func checkOneKind(all []moment, diags *diag.Diagnostics) bool {
	for _, m := range all {
		if m.dated != all[0].dated {
			diags.AddAttributeError(m.at, "Days and dates in one rule",
				fmt.Sprintf("The rule acts %s and %s. S3 takes either days or dates in a rule, for transitions and expiration alike. Use one of them throughout, or write two rules.", all[0].text, m.text))
			return false
		}
	}
	return true
}

// checkLadder wants transitions to lead down, each later than the one before.
func checkLadder(steps []ladderStep, diags *diag.Diagnostics) {
	steps = slices.Clone(steps)
	rung := func(s ladderStep) int { return slices.Index(storageLadder, s.class) }
	steps = slices.DeleteFunc(steps, func(s ladderStep) bool { return rung(s) < 0 }) // unknown yet, or the validator complains
	slices.SortStableFunc(steps, func(a, b ladderStep) int { return cmp.Compare(rung(a), rung(b)) })
	for i := 1; i < len(steps); i++ {
		from, to := steps[i-1], steps[i]
		switch {
		case from.class == to.class:
			diags.AddAttributeError(to.classAt, "Two transitions to the same storage class",
				fmt.Sprintf("%s comes %s and %s. An object can move there only once: remove one of the transitions.", to.class, from.text, to.text))
		case to.days <= from.days:
			diags.AddAttributeError(to.at, "Transitions in the wrong order",
				fmt.Sprintf("%s comes %s, and %s %s. Storage classes lead down only (%s), so %s must come later than %s.",
					from.class, from.text, to.class, to.text, strings.Join(storageLadder, ", "), to.class, from.class))
		}
	}
}

// checkEnd wants an expiration after the last transition.
func checkEnd(end moment, steps []ladderStep, diags *diag.Diagnostics) {
	for _, s := range steps {
		if end.days <= s.days {
			diags.AddAttributeError(end.at, "An expiration before a transition",
				fmt.Sprintf("Objects would be deleted %s, and moved to %s %s. S3 wants the expiration later than every transition.", end.text, s.class, s.text))
			return
		}
	}
}

// planBucketLifecycle warns of new and changed rules that S3 accepts and users regret.
func planBucketLifecycle(ctx context.Context, _ *providerData, change documentChange, diags *diag.Diagnostics) {
	var (
		before, after types.List
		bucket        types.String
	)
	if !change.state.Raw.IsNull() {
		diags.Append(change.state.GetAttribute(ctx, path.Root("rules"), &before)...)
	}
	diags.Append(change.plan.GetAttribute(ctx, path.Root("rules"), &after)...)
	diags.Append(change.plan.GetAttribute(ctx, path.Root("bucket"), &bucket)...)
	for i, rule := range knownObjects[lifecycleRuleModel](ctx, after, diags) {
		if rule.Status.ValueString() == "Enabled" && !slices.ContainsFunc(before.Elements(), func(old attr.Value) bool { return old.Equal(after.Elements()[i]) }) {
			rule.warn(nameOf(bucket), path.Root("rules").AtListIndex(i), diags)
		}
	}
}

// minDaysInIA is for how many days S3 charges at least for the two IA classes.
const minDaysInIA = 30

func (m lifecycleRuleModel) warn(bucket string, at path.Path, diags *diag.Diagnostics) {
	for i, t := range m.Transitions {
		transition := at.AtName("transitions").AtListIndex(i)
		switch class := t.StorageClass.ValueString(); class {
		case "GLACIER", "DEEP_ARCHIVE":
			diags.AddAttributeWarning(transition.AtName("storage_class"), videosArchived.summary("The lifecycle of the bucket %s: Videos will not play after the rule %s", bucket, m.ID.ValueString()),
				fmt.Sprintf("The rule %q moves objects to %s, whose objects must be restored before they can be read, which takes hours. FOVEA still lists such videos, but they do not play. "+
					"GLACIER_IR is the cheapest class whose videos play at once.", m.ID.ValueString(), class))
		case "STANDARD_IA", "ONEZONE_IA":
			if !t.Days.IsNull() && !t.Days.IsUnknown() && t.Days.ValueInt64() < minDaysInIA {
				warnOfEarlyIA(bucket, transition.AtName("days"), m.ID.ValueString(), class, t.Days.ValueInt64(), diags)
			}
		}
	}
	for i, t := range m.NoncurrentVersionTransitions {
		class := t.StorageClass.ValueString()
		if (class == "STANDARD_IA" || class == "ONEZONE_IA") && !t.NoncurrentDays.IsUnknown() && t.NoncurrentDays.ValueInt64() < minDaysInIA {
			warnOfEarlyIA(bucket, at.AtName("noncurrent_version_transitions").AtListIndex(i).AtName("noncurrent_days"), m.ID.ValueString(), class, t.NoncurrentDays.ValueInt64(), diags)
		}
	}
	if end, ok := m.Expiration.moment(at.AtName("expiration")); ok {
		diags.AddAttributeWarning(end.at, lifecycleDeletes.summary("The lifecycle of the bucket %s: Objects will be deleted by the rule %s", bucket, m.ID.ValueString()),
			fmt.Sprintf("The rule %q deletes %s %s. If these are videos, FOVEA deletes their annotations when it no longer finds them.", m.ID.ValueString(), m.Filter.conditions().objects(), end.text))
	}
}

func warnOfEarlyIA(bucket string, at path.Path, rule, class string, days int64, diags *diag.Diagnostics) {
	diags.AddAttributeWarning(at, earlyInfrequentAccess.summary("The lifecycle of the bucket %s: Infrequent access after less than 30 days by the rule %s", bucket, rule),
		fmt.Sprintf("The rule %q moves objects to %s after %s. Each read costs extra there, and 30 days are charged for at least. Until July 2026 S3 refused less than 30 days, and other servers may still do so.",
			rule, class, plural(days, "day")))
}

// objects says which objects pass a filter, as in the middle of a sentence.
func (c conditions) objects() string {
	switch {
	case c.count() == 0:
		return "every object in the bucket"
	case c.count() == 1 && c.prefix != "":
		return fmt.Sprintf("every object under %q", c.prefix)
	}
	return "the objects that its filter names"
}
