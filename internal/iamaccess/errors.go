package iamaccess

import (
	"errors"
	"fmt"
)

// ExistsError says that a name is taken. IAM keeps names unique ignoring case.
type ExistsError struct {
	Kind     string // "user", "role" or "instance profile"
	Name     string // the name asked for
	Existing string // the name as it is spelt in IAM; "" when that could not be learned
	cause    error
}

// Error implements error.
func (e *ExistsError) Error() string {
	return fmt.Sprintf("an IAM %s of this name exists: %v", e.Kind, e.cause)
}

// Unwrap returns IAM's refusal.
func (e *ExistsError) Unwrap() error { return e.cause }

// Remedy tells how to manage the existing thing or to avoid it.
func (e *ExistsError) Remedy() string {
	if e.Existing == e.Name {
		return fmt.Sprintf("The IAM %s %q exists already, and is not adopted without being asked for. "+
			"Import it (terraform import ADDRESS %s) to manage it here, or choose another name.", e.Kind, e.Name, e.Name)
	}
	if e.Existing == "" {
		return fmt.Sprintf("An IAM %s named %q, or the same in other capitals, exists already: IAM names are unique ignoring case. "+
			"Import it under the name that it has, or choose another name.", e.Kind, e.Name)
	}
	return fmt.Sprintf("The IAM %s %q exists already, and IAM names are unique ignoring case, so %q is taken. "+
		"Set the name to %q and import it (terraform import ADDRESS %s) to manage it here, or choose a name that differs by more than case.",
		e.Kind, e.Existing, e.Name, e.Existing, e.Existing)
}

// HeldError says that a user or role was not deleted, because it has something
// that is not managed with it. What is managed with it is as it was before.
type HeldError struct {
	Kind  string // "user" or "role"
	Name  string
	cause error
}

// Error implements error.
func (e *HeldError) Error() string {
	return fmt.Sprintf("the IAM %s %s has something that is not managed with it: %v", e.Kind, e.Name, e.cause)
}

// Unwrap returns IAM's refusal, and a failure to put back what was taken off.
func (e *HeldError) Unwrap() error { return e.cause }

// Remedy tells how to let the deletion through.
func (e *HeldError) Remedy() string {
	if e.Kind == kindUser {
		return fmt.Sprintf("The user %q has something that is not managed with it, such as access keys, other policies, groups or MFA devices. "+
			"Remove that first, or set force_destroy to true and apply, which lets a destroy delete it all.", e.Name)
	}
	return fmt.Sprintf("The role %q has something that is not managed with it, such as other policies or instance profiles. Remove that first.", e.Name)
}

// advised is an error that brings its remedy.
type advised struct {
	error
	remedy string
}

// Unwrap returns the error that the advice is about.
func (a *advised) Unwrap() error { return a.error }

// Remedy says what the error means and what to do.
func (a *advised) Remedy() string { return a.remedy }

// notShown says that a wait for a read to show what was written was in vain.
func notShown(what string) error {
	return &advised{
		errors.New("the " + what + " that IAM shows is not what was written"),
		"IAM accepted the " + what + ", but went on showing something else. Something else may be changing it at the same time; if not, apply again.",
	}
}
