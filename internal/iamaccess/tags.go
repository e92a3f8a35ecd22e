package iamaccess

import (
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
)

// maxTags is how many tags a user, a role or an instance profile can have.
const maxTags = 50

func tagList(tags map[string]string) []types.Tag {
	var list []types.Tag
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		list = append(list, types.Tag{Key: aws.String(key), Value: aws.String(tags[key])})
	}
	return list
}

func tagMap(list []types.Tag) map[string]string {
	tags := make(map[string]string, len(list))
	for _, tag := range list {
		tags[aws.ToString(tag.Key)] = aws.ToString(tag.Value)
	}
	return tags
}

// retag changes the tags of something from have to want. Tags are set before others are
// removed, so that a policy that asks for a tag is satisfied throughout, unless there is
// no room for that.
func retag(have, want map[string]string, tag func([]types.Tag) error, untag func(keys []string) error) error {
	set := map[string]string{}
	for key, value := range want {
		if old, ok := have[key]; !ok || old != value {
			set[key] = value
		}
	}
	gone := untagged(have, want)
	tagFirst := len(gone) == 0 || len(have)+len(set) <= maxTags

	if len(gone) > 0 && !tagFirst {
		if err := untag(gone); err != nil {
			return err
		}
	}
	if len(set) > 0 {
		if err := tag(tagList(set)); err != nil {
			return err
		}
	}
	if len(gone) > 0 && tagFirst {
		return untag(gone)
	}
	return nil
}

// untagged lists the keys to take away. IAM's tag keys differ by more than case:
// setting "team" replaces "Team", and taking "Team" away would take "team".
func untagged(have, want map[string]string) []string {
	var gone []string
	for _, key := range slices.Sorted(maps.Keys(have)) {
		kept := slices.ContainsFunc(slices.Collect(maps.Keys(want)), func(w string) bool { return strings.EqualFold(w, key) })
		if !kept {
			gone = append(gone, key)
		}
	}
	return gone
}
