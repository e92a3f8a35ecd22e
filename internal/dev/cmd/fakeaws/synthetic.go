package main

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws"
)

// synthetics are the buckets of made-up keys that the flags ask for.
type synthetics []syntheticBucket

type syntheticBucket struct {
	bucket  string
	content fakeaws.Synthetic
}

// String implements flag.Value.
func (s *synthetics) String() string { return "" }

// Set implements flag.Value: it reads "name=shape:count".
func (s *synthetics) Set(text string) error {
	bucket, rest, ok := strings.Cut(text, "=")
	shape, number, ok2 := strings.Cut(rest, ":")
	if !ok || !ok2 {
		return errors.New("want name=shape:count")
	}
	count, err := strconv.Atoi(number)
	if err != nil || count < 0 {
		return fmt.Errorf("%q is not a number of keys", number)
	}
	if !slices.Contains(fakeaws.Shapes, fakeaws.Shape(shape)) {
		return fmt.Errorf("unknown shape %q; there are %s", shape, shapeNames())
	}
	*s = append(*s, syntheticBucket{bucket, fakeaws.Synthetic{Keys: count, Shape: fakeaws.Shape(shape)}})
	return nil
}

func shapeNames() string {
	var names []string
	for _, shape := range fakeaws.Shapes {
		names = append(names, string(shape))
	}
	return strings.Join(names, ", ")
}
