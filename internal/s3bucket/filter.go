package s3bucket

import (
	"maps"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// filter is what the filters of the documents have in common. S3 writes one
// condition by itself and several in an And; here that makes no difference.
type filter struct {
	prefix          string
	accessPoint     string
	tags            map[string]string
	larger, smaller int64 // bytes; 0 for no bound
}

func (f filter) equal(g filter) bool {
	return f.prefix == g.prefix && f.accessPoint == g.accessPoint &&
		f.larger == g.larger && f.smaller == g.smaller && maps.Equal(f.tags, g.tags)
}

// tag returns the one tag of a filter as a list.
func oneTag(tag *types.Tag) []types.Tag {
	if tag == nil {
		return nil
	}
	return []types.Tag{*tag}
}

func tagMap(tags []types.Tag) map[string]string {
	m := make(map[string]string, len(tags))
	for _, tag := range tags {
		m[aws.ToString(tag.Key)] = aws.ToString(tag.Value)
	}
	return m
}
