package provider

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

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
