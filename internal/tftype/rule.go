// Package tftype has the attribute types, validators and plan modifiers that
// resources share. Every validator says what is wrong, and what to write
// instead, on the attribute at fault.
package tftype

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// rule is a validator of one string.
type rule struct {
	summary string // of the diagnostic, such as "Invalid bucket name"
	wants   string // a sentence that says what is allowed, for the docs and the remedy
	// check says what is wrong with a value, as a clause such as "it ends in a
	// dot", or "".
	check func(value string) string
	// hidden is for values that may hold a password. They are not quoted, and the
	// diagnostic is on no attribute: Terraform would print the line.
	hidden bool
}

// Description implements [validator.String].
func (r rule) Description(context.Context) string { return r.wants }

// MarkdownDescription implements [validator.String].
func (r rule) MarkdownDescription(context.Context) string { return r.wants }

// ValidateString implements [validator.String].
func (r rule) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	value := req.ConfigValue.ValueString()
	wrong := r.check(value)
	if wrong == "" {
		return
	}
	if r.hidden {
		resp.Diagnostics.AddError(r.summary, fmt.Sprintf("%s cannot be used: %s. %s", req.Path, wrong, r.wants))
		return
	}
	resp.Diagnostics.AddAttributeError(req.Path, r.summary, fmt.Sprintf("%s cannot be used: %s. %s", quote(value), wrong, r.wants))
}

// quote shortens what would bury the message, such as a policy.
func quote(value string) string {
	const most = 80
	if runes := []rune(value); len(runes) > most {
		return fmt.Sprintf("%q...", string(runes[:most]))
	}
	return fmt.Sprintf("%q", value)
}
