package inventory

import (
	"fmt"
	"strings"
	"time"
)

// Error says that there is no inventory, or none that can be trusted.
type Error struct {
	problem, remedy string
	err             error // nil if the problem says all
}

// Error implements error.
func (e *Error) Error() string {
	if e.err == nil {
		return e.problem
	}
	return e.problem + ": " + e.err.Error()
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.err }

// Remedy implements awsdiag.Remedied.
func (e *Error) Remedy() string { return e.remedy }

// none says that nothing was delivered yet. others are buckets of which there are
// inventories in the same place.
func (p Place) none(others []string) error {
	folder := p.root()
	if p.Name != "" {
		folder += p.Name + "/"
	}
	e := &Error{
		problem: "there is no complete inventory of the bucket " + p.Source + " in s3://" + p.Bucket + "/" + folder,
		remedy: "S3 delivers the first inventory within 48 hours after it was configured; until then, use source = \"list\". " +
			"If it was configured earlier, check that bucket, prefix and name are those of its configuration, that it is enabled, and that the policy of the bucket " + p.Bucket + " lets S3 write: inventory_source_arns of fovea_bucket_policy does.",
	}
	if len(others) > 0 {
		e.problem += ", only of " + strings.Join(others, ", ")
	}
	return e
}

// NoBucket says that there is no bucket where inventories should be.
func NoBucket(bucket string) error {
	return &Error{
		problem: "there is no bucket " + bucket,
		remedy: "bucket of inventory must name the bucket that takes the inventory. If the same apply makes it, no inventory is there before S3 delivers the first one, within 48 hours; " +
			"until then, use source = \"list\".",
	}
}

// ambiguous says that several configurations deliver to one place.
func (p Place) ambiguous(names []string) error {
	return &Error{
		problem: fmt.Sprintf("%d inventory configurations of the bucket %s deliver to s3://%s/%s: %s", len(names), p.Source, p.Bucket, p.root(), strings.Join(names, ", ")),
		remedy:  "One of them may list a part of the bucket only. Say which one to read, with name.",
	}
}

// broken says that a part of an inventory is not what it should be.
func broken(key, problem string, err error) error {
	return &Error{
		problem: key + " " + problem,
		remedy: "The inventory was not used, because it is not as S3 delivered it, or something else lies in its place. " +
			"Restore it or wait for the next one; source = \"list\" does without.",
		err: err,
	}
}

// lacking says that an inventory does not tell all that a manifest needs.
func lacking(key string, fields []string) error {
	return &Error{
		problem: key + " lacks the fields " + strings.Join(fields, ", "),
		remedy: "Configure the inventory with these fields, as fovea_bucket_inventory does, and wait for the next one. " +
			"If several configurations deliver to this place, check name.",
	}
}

// StaleError says that the newest inventory is too old.
type StaleError struct {
	Time     time.Time
	Age, Max time.Duration
}

// Error implements error.
func (e *StaleError) Error() string {
	return fmt.Sprintf("the newest inventory is of %s: it is %s old, and max_inventory_age is %s",
		e.Time.Format(time.RFC3339), inWords(e.Age), inWords(e.Max))
}

// Remedy implements awsdiag.Remedied.
func (e *StaleError) Remedy() string {
	return "Check that the inventory is still enabled and that S3 may write it; a weekly one needs a max_inventory_age of more than 168h. " +
		"To publish this list all the same, raise max_inventory_age; to list the bucket now, set source = \"list\"."
}

// inWords gives hours and minutes, such as 49h5m.
func inWords(d time.Duration) string {
	text := d.Truncate(time.Minute).String()
	text = strings.TrimSuffix(text, "0s")
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	if text == "" {
		return "less than a minute"
	}
	return text
}
