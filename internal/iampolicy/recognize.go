package iampolicy

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws/arn"
)

// Recognize finds the grant whose policy a document is, for one that was made
// elsewhere. Of several buckets, the first one in the document is Bucket. ok is false when
// no grant has that policy.
func Recognize(document string) (grant Grant, ok bool) {
	found, err := resources(document)
	if err != nil {
		return Grant{}, false
	}
	var buckets, objects []string
	for _, resource := range found {
		switch {
		case resource.Service == "kms":
			grant.KMSKeyARNs = append(grant.KMSKeyARNs, resource.String())
		case resource.Service != "s3":
			return Grant{}, false
		case strings.Contains(resource.Resource, "/"):
			objects = append(objects, resource.Resource)
		default:
			grant.Partition = resource.Partition
			buckets = append(buckets, resource.Resource)
		}
	}
	if len(buckets) == 0 {
		return Grant{}, false
	}
	grant.Bucket = buckets[0]
	if len(buckets) > 1 {
		grant.AdditionalBuckets = sorted(buckets[1:])
	}
	grant.KMSKeyARNs = sorted(grant.KMSKeyARNs)
	for _, object := range objects {
		bucket, key, _ := strings.Cut(object, "/")
		if !slices.Contains(buckets, bucket) {
			return Grant{}, false
		}
		if prefix, isPattern := strings.CutSuffix(key, "*"); !isPattern {
			grant.ManifestKey = key
		} else if prefix != "" {
			grant.Prefixes = append(grant.Prefixes, prefix)
		}
	}
	grant.Prefixes = sorted(grant.Prefixes)
	for _, grant.Access = range Accesses() {
		policy, err := grant.Policy()
		if err != nil {
			continue
		}
		if own, err := policy.JSON(); err == nil && Equivalent(own, document) {
			return grant, true
		}
	}
	return Grant{}, false
}

// BucketARNs returns the ARNs of the buckets that a policy gives access to, in the
// order in which they are mentioned, for a policy that Recognize does not know.
// Patterns are left out.
func BucketARNs(document string) []string {
	var policy struct {
		Statement oneOrManyStatements
	}
	if json.Unmarshal([]byte(document), &policy) != nil {
		return nil
	}
	var found []string
	for _, s := range policy.Statement {
		for _, resource := range s.Resource {
			parsed, err := arn.Parse(resource)
			if s.Effect != "Allow" || err != nil || parsed.Service != "s3" || parsed.AccountID != "" {
				continue
			}
			parsed.Resource, _, _ = strings.Cut(parsed.Resource, "/")
			if parsed.Resource != "" && !strings.ContainsAny(parsed.Resource, "*?$") && !slices.Contains(found, parsed.String()) {
				found = append(found, parsed.String())
			}
		}
	}
	return found
}

// resourceStatement is the part of a statement that BucketARNs reads.
type resourceStatement struct {
	Effect   string
	Resource oneOrMany
}

// oneOrManyStatements are those of a policy, which may have one without a list.
type oneOrManyStatements []resourceStatement

// UnmarshalJSON implements [json.Unmarshaler].
func (l *oneOrManyStatements) UnmarshalJSON(data []byte) error {
	var one resourceStatement
	if json.Unmarshal(data, &one) == nil {
		*l = oneOrManyStatements{one}
		return nil
	}
	return json.Unmarshal(data, (*[]resourceStatement)(l))
}

// resources returns the ARNs that a policy names, each once, in the order of the document.
func resources(document string) ([]arn.ARN, error) {
	var policy struct {
		Statement []struct{ Resource oneOrMany }
	}
	if err := json.Unmarshal([]byte(document), &policy); err != nil {
		return nil, err
	}
	var names []string
	for _, s := range policy.Statement {
		names = append(names, s.Resource...)
	}
	var out []arn.ARN
	for i, name := range names {
		if slices.Contains(names[:i], name) {
			continue
		}
		parsed, err := arn.Parse(name)
		if err != nil {
			return nil, err
		}
		out = append(out, parsed)
	}
	return out, nil
}

// UnmarshalJSON implements [json.Unmarshaler].
func (l *oneOrMany) UnmarshalJSON(data []byte) error {
	var one string
	if json.Unmarshal(data, &one) == nil {
		*l = oneOrMany{one}
		return nil
	}
	return json.Unmarshal(data, (*[]string)(l))
}
