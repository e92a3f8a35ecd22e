package provider

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// TestReplicationOfTheFirstVersion reads rules that have a prefix in place of a filter,
// twice: what the second read finds is what the first has found.
func TestReplicationOfTheFirstVersion(t *testing.T) {
	rule := func(id, prefix string) s3types.ReplicationRule {
		return s3types.ReplicationRule{
			ID: &id, Status: s3types.ReplicationRuleStatusEnabled, Prefix: &prefix, //nolint:staticcheck // deprecated, and in use
			Destination: &s3types.Destination{Bucket: aws.String("arn:aws:s3:::backup")},
		}
	}
	got := s3types.ReplicationConfiguration{Role: aws.String("arn:aws:iam::123456789012:role/r"), Rules: []s3types.ReplicationRule{rule("a", "a/"), rule("b", "b/")}}
	m := bucketReplicationModel{documentFields: documentFields{Bucket: types.StringValue("videos")}, Rules: types.ListNull(types.ObjectType{AttrTypes: replicationRuleType})}
	var diags diag.Diagnostics
	m.flatten(t.Context(), nil, got, &diags)
	first := m.Rules
	for i, r := range m.rules(t.Context(), &diags) {
		if want := int64(i + 1); r.Priority.ValueInt64() != want {
			t.Errorf("priority of rule %d: got %d, want %d", i, r.Priority.ValueInt64(), want)
		}
		if !r.DeleteMarkerReplication.ValueBool() {
			t.Errorf("rule %d does not show that it replicates delete markers", i)
		}
	}
	got.Rules[0], got.Rules[1] = got.Rules[1], got.Rules[0]
	m.flatten(t.Context(), nil, got, &diags)
	if !m.Rules.Equal(first) {
		t.Errorf("the second read gives %s, want %s", m.Rules, first)
	}
	for i := range got.Rules { // as some servers answer
		got.Rules[i].Priority = aws.Int32(int32(2 - i))
	}
	m.flatten(t.Context(), nil, got, &diags)
	if !m.Rules.Equal(first) {
		t.Errorf("a read of rules with priorities gives %s, want %s", m.Rules, first)
	}
	if len(diags) > 0 {
		t.Errorf("got diagnostics %v, want none", diags)
	}
}
