package fakeaws

import (
	"cmp"
	"slices"
	"time"
)

// storageLadder is the order in which transitions may lead down.
var storageLadder = []string{"STANDARD_IA", "INTELLIGENT_TIERING", "ONEZONE_IA", "GLACIER_IR", "GLACIER", "DEEP_ARCHIVE"}

func (r lifecycleRule) check() error {
	if r.Status != "Enabled" && r.Status != "Disabled" || (r.Filter == nil) == (r.Prefix == nil) {
		return malformedXML()
	}
	if r.Filter != nil {
		if err := r.Filter.check(); err != nil {
			return err
		}
	}
	if r.Expiration == nil && r.NoncurrentExpiration == nil && r.AbortUploads == nil &&
		len(r.Transition) == 0 && len(r.NoncurrentTransitions) == 0 {
		return invalidRequest("At least one action needs to be specified in a rule")
	}
	for _, check := range []func() error{r.checkTransitions, r.checkExpiration, r.checkNoncurrent, r.checkAbort} {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

// step is a transition, with its time as a number that can be compared: days,
// or the seconds of a date.
type step struct {
	at    int64
	class string
}

func (r lifecycleRule) checkTransitions() error {
	var steps []step
	dates := 0
	for _, t := range r.Transition {
		if (t.Days == nil) == (t.Date == nil) {
			return malformedXML()
		}
		if t.Days != nil {
			if *t.Days < 0 {
				return invalidArgument("Days", "", "'Days' in Transition action must be nonnegative")
			}
			steps = append(steps, step{int64(*t.Days), t.StorageClass})
			continue
		}
		date, err := midnight(*t.Date)
		if err != nil {
			return err
		}
		dates++
		steps = append(steps, step{date.Unix(), t.StorageClass})
	}
	if e := r.Expiration; e != nil && (dates > 0 && e.Days != nil || dates < len(steps) && e.Date != nil) || dates > 0 && dates < len(steps) {
		return invalidRequest("Found mixed 'Date' and 'Days' based Expiration and Transition actions in lifecycle rule")
	}
	return checkLadder(steps, "Transition")
}

// checkLadder refuses steps that do not lead down in strictly rising time.
func checkLadder(steps []step, action string) error {
	rung := func(s step) int { return slices.Index(storageLadder, s.class) }
	for _, s := range steps {
		if rung(s) < 0 {
			return malformedXML()
		}
	}
	slices.SortStableFunc(steps, func(a, b step) int { return cmp.Compare(rung(a), rung(b)) })
	for i := 1; i < len(steps); i++ {
		from, to := steps[i-1], steps[i]
		if from.class == to.class {
			return invalidRequest("Found more than one " + action + " action to StorageClass '" + to.class + "' in a rule")
		}
		if to.at <= from.at {
			return invalidArgument("StorageClass", to.class, "'Days' in the "+action+" action for StorageClass '"+to.class+
				"' must be greater than 'Days' in the "+action+" action for StorageClass '"+from.class+"'")
		}
	}
	return nil
}

func (r lifecycleRule) checkExpiration() error {
	e := r.Expiration
	if e == nil {
		return nil
	}
	if count(e.Date != nil, e.Days != nil, e.ExpiredObjectDeleteMarker != nil) != 1 {
		return malformedXML()
	}
	switch {
	case e.ExpiredObjectDeleteMarker != nil && len(r.Filter.tags()) > 0:
		return invalidRequest("ExpiredObjectDeleteMarker cannot be specified with Tags.")
	case e.ExpiredObjectDeleteMarker != nil && r.Filter.bySize():
		return invalidRequest("ExpiredObjectDeleteMarker cannot be specified with Object Size.")
	case e.Days != nil && *e.Days < 1:
		return invalidArgument("Days", "", "'Days' for Expiration action must be a positive integer")
	}
	if e.Date != nil {
		date, err := midnight(*e.Date)
		if err != nil {
			return err
		}
		for _, t := range r.Transition {
			if before, err := midnight(*t.Date); err != nil || !date.After(before) {
				return invalidArgument("Date", *e.Date, "'Date' in the Expiration action must be later than 'Date' in the Transition action")
			}
		}
	}
	for _, t := range r.Transition {
		if e.Days != nil && *e.Days <= *t.Days {
			return invalidArgument("Days", "", "'Days' in the Expiration action must be greater than 'Days' in the Transition action")
		}
	}
	return nil
}

func (r lifecycleRule) checkNoncurrent() error {
	var steps []step
	for _, t := range r.NoncurrentTransitions {
		if err := r.checkNoncurrentAction("NoncurrentVersionTransition", t.NoncurrentDays, t.NewerNoncurrentVersions); err != nil {
			return err
		}
		steps = append(steps, step{int64(*t.NoncurrentDays), t.StorageClass})
	}
	if err := checkLadder(steps, "NoncurrentVersionTransition"); err != nil {
		return err
	}
	e := r.NoncurrentExpiration
	if e == nil {
		return nil
	}
	if err := r.checkNoncurrentAction("NoncurrentVersionExpiration", e.NoncurrentDays, e.NewerNoncurrentVersions); err != nil {
		return err
	}
	for _, s := range steps {
		if int64(*e.NoncurrentDays) <= s.at {
			return invalidArgument("NoncurrentDays", "", "'NoncurrentDays' in the NoncurrentVersionExpiration action must be greater than 'NoncurrentDays' in the NoncurrentVersionTransition action")
		}
	}
	return nil
}

func (r lifecycleRule) checkNoncurrentAction(action string, days, newer *int32) error {
	switch {
	case days == nil:
		return malformedXML()
	case *days < 1:
		return invalidArgument("NoncurrentDays", "", "'NoncurrentDays' for "+action+" action must be a positive integer")
	case newer == nil:
		return nil
	case *newer < 1 || *newer > 100:
		return invalidArgument("NewerNoncurrentVersions", "", "'NewerNoncurrentVersions' for "+action+" action must be between 1 and 100")
	case r.Filter == nil:
		return invalidRequest("'NewerNoncurrentVersions' can only be used in a rule with a Filter.")
	}
	return nil
}

func (r lifecycleRule) checkAbort() error {
	switch {
	case r.AbortUploads == nil:
		return nil
	case r.AbortUploads.DaysAfterInitiation == nil:
		return malformedXML()
	case *r.AbortUploads.DaysAfterInitiation < 1:
		return invalidArgument("DaysAfterInitiation", "", "'DaysAfterInitiation' for AbortIncompleteMultipartUpload action must be a positive integer")
	case len(r.Filter.tags()) > 0:
		return invalidRequest("AbortIncompleteMultipartUpload cannot be specified with Tags.")
	case r.Filter.bySize():
		return invalidRequest("AbortIncompleteMultipartUpload cannot be specified with Object Size.")
	}
	return nil
}

// midnight reads a date of a rule, which has to be the start of a day in UTC.
func midnight(text string) (time.Time, error) {
	date, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return time.Time{}, malformedXML()
	}
	if date = date.UTC(); !date.Equal(date.Truncate(24 * time.Hour)) {
		return time.Time{}, invalidArgument("Date", text, "'Date' must be at midnight GMT")
	}
	return date, nil
}
