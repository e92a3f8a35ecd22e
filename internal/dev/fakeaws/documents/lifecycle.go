package documents

import (
	"cmp"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/wire"
)

const (
	// LifecycleRoot is the root element of Lifecycle.
	LifecycleRoot = "LifecycleConfiguration"

	maxLifecycleRules = 1000

	// MinimumSizeHeader carries the one part of a lifecycle configuration that
	// is not in its document.
	MinimumSizeHeader = "X-Amz-Transition-Default-Minimum-Object-Size"
)

// MinimumSizes are the values of MinimumSizeHeader; the first is the default.
var MinimumSizes = []string{"all_storage_classes_128K", "varies_by_storage_class"}

// Lifecycle is the document of the lifecycle rules.
type Lifecycle struct {
	Rule []lifecycleRule
}

type lifecycleRule struct {
	Expiration            *lifecycleExpiration
	ID                    *string
	Prefix                *string
	Filter                *lifecycleFilter
	Status                string
	Transition            []lifecycleTransition
	NoncurrentTransitions []noncurrentTransition `xml:"NoncurrentVersionTransition"`
	NoncurrentExpiration  *noncurrentExpiration  `xml:"NoncurrentVersionExpiration"`
	AbortUploads          *abortUploads          `xml:"AbortIncompleteMultipartUpload"`
}

type lifecycleExpiration struct {
	Date                      *string
	Days                      *int32
	ExpiredObjectDeleteMarker *bool
}

type lifecycleTransition struct {
	Date         *string
	Days         *int32
	StorageClass string
}

type noncurrentTransition struct {
	NoncurrentDays          *int32
	StorageClass            string
	NewerNoncurrentVersions *int32
}

type noncurrentExpiration struct {
	NoncurrentDays          *int32
	NewerNoncurrentVersions *int32
}

type abortUploads struct {
	DaysAfterInitiation *int32
}

// Check refuses what S3 refuses of the document alone.
func (l Lifecycle) Check() error {
	if n := len(l.Rule); n == 0 || n > maxLifecycleRules {
		return wire.MalformedXML()
	}
	ids := map[string]bool{}
	for _, rule := range l.Rule {
		if (rule.Filter == nil) != (l.Rule[0].Filter == nil) {
			return wire.InvalidRequest("Base level prefix cannot be used in Lifecycle V2, prefixes are only supported in the Filter.")
		}
		if err := rule.check(); err != nil {
			return err
		}
		if rule.ID == nil {
			continue
		}
		if utf8.RuneCountInString(*rule.ID) > maxRuleID {
			return wire.InvalidArgument("ID", *rule.ID, "ID length should not exceed allowed limit of 255")
		}
		if ids[*rule.ID] {
			return wire.InvalidArgument("ID", *rule.ID, "RuleId must be unique. Found same ID for more than one rule")
		}
		ids[*rule.ID] = true
	}
	return nil
}

// storageLadder is the order in which transitions may lead down.
var storageLadder = []string{"STANDARD_IA", "INTELLIGENT_TIERING", "ONEZONE_IA", "GLACIER_IR", "GLACIER", "DEEP_ARCHIVE"}

func (r lifecycleRule) check() error {
	if r.Status != "Enabled" && r.Status != "Disabled" || (r.Filter == nil) == (r.Prefix == nil) {
		return wire.MalformedXML()
	}
	if r.Filter != nil {
		if err := r.Filter.check(); err != nil {
			return err
		}
	}
	if r.Expiration == nil && r.NoncurrentExpiration == nil && r.AbortUploads == nil &&
		len(r.Transition) == 0 && len(r.NoncurrentTransitions) == 0 {
		return wire.InvalidRequest("At least one action needs to be specified in a rule")
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
			return wire.MalformedXML()
		}
		if t.Days != nil {
			if *t.Days < 0 {
				return wire.InvalidArgument("Days", "", "'Days' in Transition action must be nonnegative")
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
		return wire.InvalidRequest("Found mixed 'Date' and 'Days' based Expiration and Transition actions in lifecycle rule")
	}
	return checkLadder(steps, "Transition")
}

// checkLadder refuses steps that do not lead down in strictly rising time.
func checkLadder(steps []step, action string) error {
	rung := func(s step) int { return slices.Index(storageLadder, s.class) }
	for _, s := range steps {
		if rung(s) < 0 {
			return wire.MalformedXML()
		}
	}
	slices.SortStableFunc(steps, func(a, b step) int { return cmp.Compare(rung(a), rung(b)) })
	for i := 1; i < len(steps); i++ {
		from, to := steps[i-1], steps[i]
		if from.class == to.class {
			return wire.InvalidRequest("Found more than one " + action + " action to StorageClass '" + to.class + "' in a rule")
		}
		if to.at <= from.at {
			return wire.InvalidArgument("StorageClass", to.class, "'Days' in the "+action+" action for StorageClass '"+to.class+
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
		return wire.MalformedXML()
	}
	switch {
	case e.ExpiredObjectDeleteMarker != nil && len(r.Filter.tags()) > 0:
		return wire.InvalidRequest("ExpiredObjectDeleteMarker cannot be specified with Tags.")
	case e.ExpiredObjectDeleteMarker != nil && r.Filter.bySize():
		return wire.InvalidRequest("ExpiredObjectDeleteMarker cannot be specified with Object Size.")
	case e.Days != nil && *e.Days < 1:
		return wire.InvalidArgument("Days", "", "'Days' for Expiration action must be a positive integer")
	}
	if e.Date != nil {
		date, err := midnight(*e.Date)
		if err != nil {
			return err
		}
		for _, t := range r.Transition {
			if before, err := midnight(*t.Date); err != nil || !date.After(before) {
				return wire.InvalidArgument("Date", *e.Date, "'Date' in the Expiration action must be later than 'Date' in the Transition action")
			}
		}
	}
	for _, t := range r.Transition {
		if e.Days != nil && *e.Days <= *t.Days {
			return wire.InvalidArgument("Days", "", "'Days' in the Expiration action must be greater than 'Days' in the Transition action")
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
			return wire.InvalidArgument("NoncurrentDays", "", "'NoncurrentDays' in the NoncurrentVersionExpiration action must be greater than 'NoncurrentDays' in the NoncurrentVersionTransition action")
		}
	}
	return nil
}

func (r lifecycleRule) checkNoncurrentAction(action string, days, newer *int32) error {
	switch {
	case days == nil:
		return wire.MalformedXML()
	case *days < 1:
		return wire.InvalidArgument("NoncurrentDays", "", "'NoncurrentDays' for "+action+" action must be a positive integer")
	case newer == nil:
		return nil
	case *newer < 1 || *newer > 100:
		return wire.InvalidArgument("NewerNoncurrentVersions", "", "'NewerNoncurrentVersions' for "+action+" action must be between 1 and 100")
	case r.Filter == nil:
		return wire.InvalidRequest("'NewerNoncurrentVersions' can only be used in a rule with a Filter.")
	}
	return nil
}

func (r lifecycleRule) checkAbort() error {
	switch {
	case r.AbortUploads == nil:
		return nil
	case r.AbortUploads.DaysAfterInitiation == nil:
		return wire.MalformedXML()
	case *r.AbortUploads.DaysAfterInitiation < 1:
		return wire.InvalidArgument("DaysAfterInitiation", "", "'DaysAfterInitiation' for AbortIncompleteMultipartUpload action must be a positive integer")
	case len(r.Filter.tags()) > 0:
		return wire.InvalidRequest("AbortIncompleteMultipartUpload cannot be specified with Tags.")
	case r.Filter.bySize():
		return wire.InvalidRequest("AbortIncompleteMultipartUpload cannot be specified with Object Size.")
	}
	return nil
}

// midnight reads a date of a rule, which has to be the start of a day in UTC.
func midnight(text string) (time.Time, error) {
	date, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return time.Time{}, wire.MalformedXML()
	}
	if date = date.UTC(); !date.Equal(date.Truncate(24 * time.Hour)) {
		return time.Time{}, wire.InvalidArgument("Date", text, "'Date' must be at midnight GMT")
	}
	return date, nil
}
