package inventory

import (
	"fmt"
	"strings"
	"time"
)

// Kind says what is wrong with an inventory.
type Kind int

// The kinds of an Error.
const (
	NotDelivered     Kind = iota + 1 // there is no complete inventory in the place
	NoDestination                    // there is no bucket where inventories should be
	Ambiguous                        // several configurations deliver to the place
	FileMissing                      // a file that the inventory names is not there
	Damaged                          // a part of it is not what S3 delivered
	FieldsMissing                    // it does not tell all that a manifest needs
	OtherSource                      // it lists another bucket
	OtherDestination                 // it was delivered to another bucket than it is in
	UnknownFormat                    // its files have a format that is not read
	FromTheFuture                    // its time is yet to come
)

// Error says that there is no inventory, or none that can be trusted.
type Error struct {
	Kind  Kind
	Place Place // as far as it is known

	problem string
	err     error // nil if the problem says all
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

// notDelivered says that nothing was delivered yet. others are buckets of which there are
// inventories in the same place.
func (p Place) notDelivered(others []string) error {
	folder := p.root()
	if p.Name != "" {
		folder += p.Name + "/"
	}
	e := &Error{Kind: NotDelivered, Place: p, problem: "there is no complete inventory of the bucket " + p.Source + " in s3://" + p.Bucket + "/" + folder}
	if len(others) > 0 {
		e.problem += ", only of " + strings.Join(others, ", ")
	}
	return e
}

// NoBucket says that the bucket of a place does not exist.
func NoBucket(p Place) error {
	return &Error{Kind: NoDestination, Place: p, problem: "there is no bucket " + p.Bucket}
}

// ambiguous says that several configurations deliver to one place.
func (p Place) ambiguous(names []string) error {
	return &Error{
		Kind: Ambiguous, Place: p,
		problem: fmt.Sprintf("%d inventory configurations of the bucket %s deliver to s3://%s/%s: %s", len(names), p.Source, p.Bucket, p.root(), strings.Join(names, ", ")),
	}
}

// damaged says that a part of an inventory is not what it should be.
func damaged(key, problem string, err error) error {
	return &Error{Kind: Damaged, problem: key + " " + problem, err: err}
}

// StaleError says that the newest inventory is too old.
type StaleError struct {
	Time     time.Time
	Age, Max time.Duration
}

// Error implements error.
func (e *StaleError) Error() string {
	return fmt.Sprintf("the newest inventory is of %s: it is %s old, more than the %s that are allowed",
		e.Time.Format(time.RFC3339), inWords(e.Age), inWords(e.Max))
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
