package manifest

import "strings"

// SampleSize is how many keys a sample has at most.
const SampleSize = 20

// SampleBytes is how long the keys of a sample may be together, written as JSON
// in a Terraform state: a sample of long keys has fewer of them.
const SampleBytes = 1536

// Sample is the first keys of many: as many as somebody wants to read, and as fit
// in where they are kept.
type Sample struct {
	Keys []string

	size, bytes int // what there is still room for
	full        bool
}

// NewSample returns a sample of at most so many keys and bytes.
func NewSample(size, bytes int) *Sample { return &Sample{size: size, bytes: bytes} }

// Add appends a key, and reports whether there was room. After the first key
// without room there is none for any other.
func (s *Sample) Add(key string) bool {
	if s.full {
		return false
	}
	s.size--
	s.bytes -= stateBytes(key)
	if s.full = s.size < 0 || s.bytes < 0; s.full {
		return false
	}
	s.Keys = append(s.Keys, strings.Clone(key)) // which may be a part of something long
	return true
}

// stateBytes is what a key takes in a Terraform state, which has one on a line and
// escapes what HTML does.
func stateBytes(key string) int {
	const indent = 20
	escaped := strings.Count(key, "<") + strings.Count(key, ">") + strings.Count(key, "&")
	return indent + len(appendString(nil, key)) + escaped*(len(`\u0026`)-1)
}
