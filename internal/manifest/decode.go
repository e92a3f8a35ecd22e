package manifest

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"time"
)

// ErrNotManifest says that a document is something else than a manifest:
// whoever wrote it may want it back, so it is not overwritten.
var ErrNotManifest = errors.New("not a manifest")

// Decoder reads a manifest without holding it in memory.
type Decoder struct {
	json        *json.Decoder
	generatedAt time.Time
}

// NewDecoder returns a Decoder that reads from r.
func NewDecoder(r io.Reader) *Decoder {
	return &Decoder{json: json.NewDecoder(r)}
}

// GeneratedAt returns the document's time once Videos has ended without an
// error; it is zero when the document has none.
func (d *Decoder) GeneratedAt() time.Time { return d.generatedAt }

// Videos yields the videos in the order of the document, once. It ends with an
// error that is ErrNotManifest when the document is of another kind, is cut
// short or goes on after its end, and with the reader's error when that fails.
// Members that this version does not know are passed over.
func (d *Decoder) Videos() iter.Seq2[Video, error] {
	return func(yield func(Video, error) bool) {
		err := d.document(func(v Video) bool { return yield(v, nil) })
		if err != nil && !errors.Is(err, errStopped) {
			yield(Video{}, err)
		}
	}
}

// errStopped says that the caller has seen enough.
var errStopped = errors.New("stopped")

func (d *Decoder) document(yield func(Video) bool) error {
	if err := d.delim('{', "an object"); err != nil {
		return err
	}
	seen := map[string]bool{}
	for d.json.More() {
		name, err := d.token()
		if err != nil {
			return err
		}
		member, _ := name.(string)
		if seen[member] {
			return notManifest("it has %q twice", member)
		}
		seen[member] = true
		switch member {
		case "videos":
			err = d.list(yield)
		case "generatedAt":
			err = d.value(&d.generatedAt, member)
		default:
			err = d.skip()
		}
		if err != nil {
			return err
		}
	}
	if _, err := d.token(); err != nil {
		return err
	}
	if !seen["videos"] {
		return notManifest(`it has no "videos"`)
	}
	if _, err := d.json.Token(); !errors.Is(err, io.EOF) {
		return notManifest("something follows its end")
	}
	return nil
}

func (d *Decoder) list(yield func(Video) bool) error {
	if err := d.delim('[', `"videos" as a list`); err != nil {
		return err
	}
	for d.json.More() {
		var entry struct {
			Key          *string    `json:"key"`
			Size         *int64     `json:"size"`
			LastModified *time.Time `json:"lastModified"`
			ETag         *string    `json:"etag"`
			StorageClass string     `json:"storageClass"`
			Info         *string    `json:"info"`
		}
		if err := d.value(&entry, "a video"); err != nil {
			return err
		}
		if entry.Key == nil || entry.Size == nil || entry.LastModified == nil {
			return notManifest("a video lacks key, size or lastModified")
		}
		v := Video{Key: *entry.Key, Size: *entry.Size, LastModified: *entry.LastModified}
		if entry.ETag != nil {
			v.Details = &Details{ETag: *entry.ETag, StorageClass: entry.StorageClass}
			if entry.Info != nil {
				v.Details.InfoKey = *entry.Info
			}
		}
		if !yield(v) {
			return errStopped
		}
	}
	_, err := d.token()
	return err
}

// skip passes over a value of any depth, token by token.
func (d *Decoder) skip() error {
	for depth := 0; ; {
		t, err := d.token()
		if err != nil {
			return err
		}
		switch t {
		case json.Delim('{'), json.Delim('['):
			depth++
		case json.Delim('}'), json.Delim(']'):
			depth--
		}
		if depth == 0 {
			return nil
		}
	}
}

func (d *Decoder) delim(want json.Delim, what string) error {
	t, err := d.token()
	if err != nil {
		return err
	}
	if t != want {
		return notManifest("expected %s", what)
	}
	return nil
}

func (d *Decoder) value(into any, what string) error {
	if err := d.json.Decode(into); err != nil {
		return d.fault(err, what)
	}
	return nil
}

func (d *Decoder) token() (json.Token, error) {
	t, err := d.json.Token()
	if err != nil {
		return nil, d.fault(err, "the document")
	}
	return t, nil
}

// fault tells a document that is not a manifest from a reader that failed.
func (d *Decoder) fault(err error, what string) error {
	var (
		syntax *json.SyntaxError
		kind   *json.UnmarshalTypeError
		clock  *time.ParseError
	)
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return notManifest("it ends in the middle")
	case errors.As(err, &syntax), errors.As(err, &kind), errors.As(err, &clock):
		return notManifest("%s at byte %d: %v", what, d.json.InputOffset(), err)
	}
	return fmt.Errorf("reading the manifest: %w", err)
}

func notManifest(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrNotManifest, fmt.Sprintf(format, args...))
}
