package iamaccess

import (
	"errors"
	"fmt"
	"strings"
)

// ErrAbsent says that a user, key, policy, role or instance profile does not
// exist. A denied or failed request never counts as absence.
var ErrAbsent = errors.New("it does not exist in IAM")

// errEmpty is for an answer of status 200 that holds nothing, as something that
// is not IAM may give.
var errEmpty = errors.New("the server's answer is empty")

// Kind is a kind of thing that IAM names.
type Kind string

// The kinds of thing, as messages call them.
const (
	KindUser    Kind = "user"
	KindRole    Kind = "role"
	KindProfile Kind = "instance profile"
	KindKey     Kind = "access key"
)

// ExistsError says that a name is taken. IAM keeps names unique ignoring case.
type ExistsError struct {
	Kind     Kind   // KindUser, KindRole or KindProfile
	Name     string // the name asked for
	Existing string // the name as it is spelt in IAM; "" when that could not be learned
	Err      error
}

// Error implements error.
func (e *ExistsError) Error() string {
	return fmt.Sprintf("an IAM %s of this name exists: %v", e.Kind, e.Err)
}

// Unwrap returns IAM's refusal.
func (e *ExistsError) Unwrap() error { return e.Err }

// CaseRenameError says that a user was not renamed, because the new name differs from
// the old one by case alone.
type CaseRenameError struct {
	Name, NewName string
	Err           error
}

// Error implements error.
func (e *CaseRenameError) Error() string {
	return fmt.Sprintf("the user %s cannot be renamed to %s: %v", e.Name, e.NewName, e.Err)
}

// Unwrap returns IAM's refusal.
func (e *CaseRenameError) Unwrap() error { return e.Err }

// UnclearCreationError says that the answer to a creation was lost, and that nothing
// tells whether it has succeeded.
type UnclearCreationError struct {
	Kind  Kind
	Name  string
	Found bool // something of that name exists, which somebody else may have created
	Err   error
}

// Error implements error.
func (e *UnclearCreationError) Error() string {
	return fmt.Sprintf("no clear answer to the creation of the %s %s: %v", e.Kind, e.Name, e.Err)
}

// Unwrap returns the failure of the creation, and that of the lookup after it.
func (e *UnclearCreationError) Unwrap() error { return e.Err }

// HeldError says that a user or role was not deleted, because it has something
// that is not managed with it. What is managed with it is as it was before.
type HeldError struct {
	Kind Kind // KindUser or KindRole
	Name string
	Err  error
}

// Error implements error.
func (e *HeldError) Error() string {
	return fmt.Sprintf("the IAM %s %s has something that is not managed with it: %v", e.Kind, e.Name, e.Err)
}

// Unwrap returns IAM's refusal, and a failure to put back what was taken off.
func (e *HeldError) Unwrap() error { return e.Err }

// NotShownError says that IAM has accepted what was written, and went on showing
// something else.
type NotShownError struct {
	What string // such as "trust policy of the role app"
}

// Error implements error.
func (e *NotShownError) Error() string {
	return "the " + e.What + " that IAM shows is not what was written"
}

// PolicyLimitError says that the inline policies of a user or role are too long.
type PolicyLimitError struct {
	Kind   Kind // KindUser or KindRole
	Holder string
	Max    int // characters
	Err    error
}

// Error implements error.
func (e *PolicyLimitError) Error() string {
	return fmt.Sprintf("the inline policies of the %s %s are too long: %v", e.Kind, e.Holder, e.Err)
}

// Unwrap returns IAM's refusal.
func (e *PolicyLimitError) Unwrap() error { return e.Err }

// UnknownPrincipalError says that a trust policy names a principal that IAM did not
// come to know in time.
type UnknownPrincipalError struct{ Err error }

// Error implements error.
func (e *UnknownPrincipalError) Error() string {
	return fmt.Sprintf("the trust policy names a principal that IAM does not know: %v", e.Err)
}

// Unwrap returns IAM's refusal.
func (e *UnknownPrincipalError) Unwrap() error { return e.Err }

// FullProfileError says that an instance profile holds another role.
type FullProfileError struct {
	Profile string
	Err     error
}

// Error implements error.
func (e *FullProfileError) Error() string {
	return fmt.Sprintf("the instance profile %s holds another role: %v", e.Profile, e.Err)
}

// Unwrap returns IAM's refusal.
func (e *FullProfileError) Unwrap() error { return e.Err }

// KeyLimitError says that a user has as many access keys as IAM allows.
type KeyLimitError struct {
	User string
	Keys []Key // those that the user had before
	Err  error
}

// Error implements error.
func (e *KeyLimitError) Error() string {
	return fmt.Sprintf("the user %s has %d access keys already: %v", e.User, len(e.Keys), e.Err)
}

// Unwrap returns IAM's refusal.
func (e *KeyLimitError) Unwrap() error { return e.Err }

// LostKeyError says that the answer to the creation of an access key was lost, and with
// it the secret of a key that may have been created.
type LostKeyError struct {
	User     string
	Appeared []string // IDs of keys that have appeared since, which somebody else may have created
	Unlisted bool     // the keys could not be listed afterwards
	Err      error
}

// Error implements error.
func (e *LostKeyError) Error() string {
	text := "no clear answer to the creation of an access key for the user " + e.User
	if len(e.Appeared) > 0 {
		text += ", who has the new keys " + strings.Join(e.Appeared, " and ")
	}
	return text + ": " + e.Err.Error()
}

// Unwrap returns the failure of the creation, and that of the list after it.
func (e *LostKeyError) Unwrap() error { return e.Err }

// HiddenKeyError says that IAM denied to name the user of a key, as it also does when
// there is no such key.
type HiddenKeyError struct {
	ID  string
	Err error
}

// Error implements error.
func (e *HiddenKeyError) Error() string {
	return fmt.Sprintf("the user of the access key %s: %v", e.ID, e.Err)
}

// Unwrap returns IAM's refusal.
func (e *HiddenKeyError) Unwrap() error { return e.Err }
