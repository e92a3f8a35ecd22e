package provider

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-log/tflog"
)

// private is the part of a state, or of a plan, that a provider keeps for itself.
type private interface {
	privateReader
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
}

type privateReader interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
}

// keepPrivate stores a value as JSON. A nil value removes the key.
func keepPrivate(ctx context.Context, in private, key string, value any, diags *diag.Diagnostics) {
	var text []byte
	if value != nil {
		var err error
		if text, err = json.Marshal(value); err != nil {
			diags.AddError("Could not save the private state", "The key "+key+" cannot be encoded. This is a bug in the provider.\n\n"+err.Error())
			return
		}
	}
	diags.Append(in.SetKey(ctx, key, text)...)
}

// recallPrivate returns what keepPrivate stored, or the zero value if there is nothing.
//
// Another version of the provider may have stored something else: another type, or
// fields that this version does not know. Half of it could mean something else, so all
// of it is ignored. Whatever is in private state can be found out again, except by what
// keptPrivate reads.
func recallPrivate[T any](ctx context.Context, in privateReader, key string, diags *diag.Diagnostics) T {
	var none T
	text, problems := in.GetKey(ctx, key)
	diags.Append(problems...)
	if len(text) == 0 {
		return none
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	var value T
	err := decoder.Decode(&value)
	if err == nil {
		if _, err = decoder.Token(); errors.Is(err, io.EOF) {
			return value
		}
		err = errors.New("it has more than one value")
	}
	tflog.Warn(ctx, "Ignoring private state that another version of the provider has stored", map[string]any{"key": key, "error": err.Error()})
	return none
}

// keptPrivate reports whether a key has a value, whatever it is. It is for what cannot be
// found out again: a value of another version says at least that there is one.
func keptPrivate(ctx context.Context, in privateReader, key string, diags *diag.Diagnostics) bool {
	text, problems := in.GetKey(ctx, key)
	diags.Append(problems...)
	return len(text) > 0
}
