package iamapi

import (
	"encoding/base64"
	"slices"
	"strconv"
	"strings"
)

// page is the end of every listing.
type page struct {
	IsTruncated bool
	Marker      string `xml:",omitempty"`
}

// paginate sorts the items by name and cuts out the page that was asked for.
// The marker holds the last name of the page before, so that it stays good
// when items come and go.
func paginate[T any](c *call, items []T, name func(T) string) ([]T, page, error) {
	slices.SortStableFunc(items, func(a, b T) int { return strings.Compare(name(a), name(b)) })
	if marker := c.get("Marker"); marker != "" {
		last, err := base64.RawURLEncoding.DecodeString(marker)
		if err != nil {
			return nil, page{}, invalid("Invalid Marker.")
		}
		i, found := slices.BinarySearchFunc(items, string(last), func(item T, last string) int {
			return strings.Compare(name(item), last)
		})
		if found {
			i++
		}
		items = items[i:]
	}
	size := 100
	if text := c.get("MaxItems"); text != "" {
		size, _ = strconv.Atoi(text) // was found to be a number
	}
	if len(items) <= size {
		return items, page{}, nil
	}
	items = items[:size]
	marker := base64.RawURLEncoding.EncodeToString([]byte(name(items[size-1])))
	return items, page{IsTruncated: true, Marker: marker}, nil
}
