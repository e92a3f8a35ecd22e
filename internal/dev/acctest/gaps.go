package acctest

import (
	"regexp"
	"slices"
	"testing"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest/compat"
)

// gaps is the one table of what servers lack, and so of which tests are skipped
// there. TestPartsThatTheServerLacks expects the provider to say so for each kind
// of resource in it. Tests that disturb the server, or look into it, skip
// themselves with FakeOnly.
var gaps = map[string][]compat.Gap{
	Moto: {
		{
			Part:  "metrics configuration",
			Why:   "it takes the request for one for a request for the bucket itself",
			Kinds: []string{"fovea_bucket_metrics"},
			Tests: []string{"TestBucketMetrics", "TestBucketExamples/fovea_bucket_metrics"},
		},
		{
			Part:  "Intelligent-Tiering configuration",
			Why:   "it takes the request for one for a request for the bucket itself",
			Kinds: []string{"fovea_bucket_intelligent_tiering"},
			Tests: []string{"TestBucketIntelligentTiering", "TestBucketExamples/fovea_bucket_intelligent_tiering"},
		},
		{
			Part:  "a check of the origin",
			Why:   "it lets pages of every origin read objects",
			Tests: []string{"TestVideoPlaysInABrowser"},
		},
	},
	VersityGW: {
		{
			Part:  "IAM",
			Why:   "it has no IAM API",
			Kinds: []string{"fovea_access_user", "fovea_access_key", "fovea_access_role", "fovea_replication_role"},
			Tests: []string{"TestAccess(Key|Role|User)", "TestAccess(Import)?Examples", "TestAccess(Identity|Limits|NeverLapses|Requests)\\b", "TestAccessSurvivesARefusedDestroy", "TestAccessSecrets", "TestRole", "TestReplicationRole", "TestReplicationTogether", "TestBucketPolicyForNewPrincipals", "TestPolicy(Import)?Examples/.*_role", "TestMoved(Key|ReplicationRole|Role|User)", "TestFoundProfile", "TestAdditionalBucketsImport", "TestDeletedOutsideOfTerraform"},
		},
		{
			Part:  "default encryption",
			Why:   "NotImplemented",
			Tests: []string{"TestVideoBucket(Encryption|OfTheGuide|Disappears|Drift|Import)\\b"},
		},
		{
			Part:  "public access block",
			Why:   "NotImplemented",
			Tests: []string{"TestVideoBucket(Lifecycle|LossIsForetold|OfAModule|Suspension)"},
		},
		{
			Part:  "lifecycle configuration",
			Why:   "NotImplemented",
			Kinds: []string{"fovea_bucket_lifecycle"},
			Tests: []string{"TestBucketLifecycle", "TestMovedLifecycle", "TestBucketExamples/fovea_bucket_lifecycle"},
		},
		{
			Part:  "logging configuration",
			Why:   "NotImplemented",
			Kinds: []string{"fovea_bucket_logging"},
			Tests: []string{"TestBucketLogging", "TestBucketExamples/fovea_bucket_logging"},
		},
		{
			Part:  "metrics configuration",
			Why:   "NotImplemented",
			Kinds: []string{"fovea_bucket_metrics"},
			Tests: []string{"TestBucketMetrics", "TestBucketExamples/fovea_bucket_metrics"},
		},
		{
			Part:  "Intelligent-Tiering configuration",
			Why:   "NotImplemented",
			Kinds: []string{"fovea_bucket_intelligent_tiering"},
			Tests: []string{"TestBucketIntelligentTiering", "TestBucketExamples/fovea_bucket_intelligent_tiering"},
		},
		{
			Part:  "inventory configuration",
			Why:   "NotImplemented",
			Kinds: []string{"fovea_bucket_inventory"},
			Tests: []string{"TestBucketInventory", "TestBucketExamples/fovea_bucket_inventory"},
		},
		{
			Part:  "replication configuration",
			Why:   "NotImplemented",
			Kinds: []string{"fovea_bucket_replication"},
			Tests: []string{"TestBucketReplication", "TestPolicy(Import)?Examples/.*fovea_bucket_replication"},
		},
		{
			Part:  "buckets in several regions",
			Why:   "it has one region",
			Tests: []string{"TestVideoBucketInAnotherRegion", "TestVideoBucketIsNotAdopted/eu-west-1", "TestBucketExamples/fovea_video_bucket"},
		},
		{
			Part:  "bucket policies for AWS's services and accounts",
			Why:   "it knows its own users alone: MalformedPolicy, Invalid principal",
			Tests: []string{"TestBucketPolicy(Import|Drift|InOtherWords|ChangesInPlace)\\b", "TestPolicy(Import)?Examples/.*fovea_bucket_policy"},
		},
		{
			Part:  "a new object behind a delete marker, if there is none",
			Why:   "it answers If-None-Match with 412 there",
			Tests: []string{"TestManifestOfAnInventory/"},
		},
		{
			Part:  "storage classes",
			Why:   "every object is STANDARD",
			Tests: []string{"TestManifestReport"},
		},
	},
}

// everywhere are the resources that every server in gaps has all of.
var everywhere = []string{"fovea_bucket_cors", "fovea_bucket_policy", "fovea_manifest", "fovea_video_bucket"}

// Judged reports whether it is known of a kind of resource which servers have it.
func Judged(kind string) bool {
	for _, ofServer := range gaps {
		if slices.ContainsFunc(ofServer, func(g compat.Gap) bool { return slices.Contains(g.Kinds, kind) }) {
			return true
		}
	}
	return slices.Contains(everywhere, kind)
}

// Gaps are what the server under test lacks.
func Gaps() []compat.Gap { return gaps[ServerName()] }

// Lacks reports whether the server under test lacks a part.
func Lacks(part string) bool {
	return slices.ContainsFunc(Gaps(), func(g compat.Gap) bool { return g.Part == part })
}

// skipGaps skips a test that needs what the server lacks.
func skipGaps(t *testing.T) {
	t.Helper()
	for _, gap := range Gaps() {
		for _, pattern := range gap.Tests {
			if regexp.MustCompile("^" + pattern).MatchString(t.Name()) {
				t.Skipf("%s lacks %s: %s", ServerName(), gap.Part, gap.Why)
			}
		}
	}
}
