package authz

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// object is a JSON object whose members keep their order.
type object struct {
	names  []string
	values map[string]json.RawMessage
}

// decodeObject refuses members that come twice: encoding/json would take the
// last one silently.
func decodeObject(data []byte) (object, error) {
	d := json.NewDecoder(bytes.NewReader(data))
	o := object{values: map[string]json.RawMessage{}}
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return o, errors.New("not a JSON object")
	}
	for d.More() {
		t, err := d.Token()
		if err != nil {
			return o, err
		}
		name, ok := t.(string)
		if _, again := o.values[name]; !ok || again {
			return o, fmt.Errorf("member %v comes twice", t)
		}
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return o, err
		}
		o.names = append(o.names, name)
		o.values[name] = value
	}
	if _, err := d.Token(); err != nil {
		return o, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return o, errors.New("something follows the document")
	}
	return o, nil
}

// decodeStrings takes a string or a list of them.
func decodeStrings(data json.RawMessage) ([]string, error) {
	var one string
	if json.Unmarshal(data, &one) == nil && data[0] == '"' {
		return []string{one}, nil
	}
	var elements []json.RawMessage
	if err := json.Unmarshal(data, &elements); err != nil {
		return nil, errors.New("neither a string nor a list of strings")
	}
	var many []string
	for _, e := range elements {
		var s string
		if e[0] != '"' || json.Unmarshal(e, &s) != nil {
			return nil, errors.New("not a string")
		}
		many = append(many, s)
	}
	return many, nil
}

// decodeScalars takes a string, number or boolean, or a list of them, as text.
func decodeScalars(data json.RawMessage) ([]string, error) {
	elements := []json.RawMessage{data}
	if data[0] == '[' {
		if err := json.Unmarshal(data, &elements); err != nil {
			return nil, err
		}
	}
	var out []string
	for _, e := range elements {
		switch e[0] {
		case '"':
			var s string
			if err := json.Unmarshal(e, &s); err != nil {
				return nil, err
			}
			out = append(out, s)
		case '{', '[', 'n':
			return nil, errors.New("not a scalar")
		default:
			out = append(out, string(e))
		}
	}
	return out, nil
}
