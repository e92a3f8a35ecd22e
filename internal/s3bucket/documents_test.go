package s3bucket

import (
	"context"
	"errors"
	"net/http"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
)

// a document as the tests of all of them see it.
type anyDocument struct {
	subresource string
	absentCode  string // "" for those whose absence is an empty answer
	read        func(context.Context, *Store) error
	put         func(context.Context, *Store) error
	clear       func(context.Context, *Store) error // nil for those that are never cleared
}

func only[T any](_ T, err error) error { return err }

// documents lists every document that a store keeps.
func documents() []anyDocument {
	type s = *Store
	type c = context.Context
	const b = "videos"
	id := aws.String("All")
	return []anyDocument{
		{"cors", "NoSuchCORSConfiguration",
			func(ctx c, s s) error { return only(s.CORS(ctx, b)) },
			func(ctx c, s s) error { return s.PutCORS(ctx, b, []types.CORSRule{rule("https://x")}) },
			func(ctx c, s s) error { return s.DeleteCORS(ctx, b) }},
		{"versioning", "",
			func(ctx c, s s) error { return only(s.Versioning(ctx, b)) },
			func(ctx c, s s) error { return s.PutVersioning(ctx, b, types.BucketVersioningStatusEnabled) }, nil},
		{"encryption", "ServerSideEncryptionConfigurationNotFoundError",
			func(ctx c, s s) error { return only(s.Encryption(ctx, b)) },
			func(ctx c, s s) error { return s.PutEncryption(ctx, b, Encryption{Algorithm: "AES256"}) }, nil},
		{"publicAccessBlock", "NoSuchPublicAccessBlockConfiguration",
			func(ctx c, s s) error { return only(s.PublicAccessBlock(ctx, b)) },
			func(ctx c, s s) error { return s.PutPublicAccessBlock(ctx, b, PublicAccessBlock{}) },
			func(ctx c, s s) error { return s.DeletePublicAccessBlock(ctx, b) }},
		{"ownershipControls", "OwnershipControlsNotFoundError",
			func(ctx c, s s) error { return only(s.Ownership(ctx, b)) },
			func(ctx c, s s) error { return s.PutOwnership(ctx, b, types.ObjectOwnershipBucketOwnerEnforced) },
			func(ctx c, s s) error { return s.DeleteOwnership(ctx, b) }},
		{"tagging", "",
			func(ctx c, s s) error { return only(s.Tags(ctx, b)) },
			func(ctx c, s s) error { return s.PutTags(ctx, b, map[string]string{"a": "b"}) },
			func(ctx c, s s) error { return s.PutTags(ctx, b, nil) }},
		{"lifecycle", "NoSuchLifecycleConfiguration",
			func(ctx c, s s) error { return only(s.Lifecycle(ctx, b)) },
			func(ctx c, s s) error {
				return s.PutLifecycle(ctx, b, Lifecycle{Rules: []types.LifecycleRule{{Status: "Enabled"}}})
			},
			func(ctx c, s s) error { return s.DeleteLifecycle(ctx, b) }},
		{"logging", "",
			func(ctx c, s s) error {
				err := only(s.Logging(ctx, b))
				if err == ErrAbsent { //nolint:errorlint // as is: the answer was empty
					return nil
				}
				return err
			},
			func(ctx c, s s) error {
				return s.PutLogging(ctx, b, types.LoggingEnabled{TargetBucket: aws.String("logs"), TargetPrefix: aws.String("a/")})
			},
			func(ctx c, s s) error { return s.DeleteLogging(ctx, b) }},
		{"metrics", "NoSuchConfiguration",
			func(ctx c, s s) error { return only(s.Metrics(ctx, b, *id)) },
			func(ctx c, s s) error { return s.PutMetrics(ctx, b, types.MetricsConfiguration{Id: id}) },
			func(ctx c, s s) error { return s.DeleteMetrics(ctx, b, *id) }},
		{"intelligent-tiering", "NoSuchConfiguration",
			func(ctx c, s s) error { return only(s.IntelligentTiering(ctx, b, *id)) },
			func(ctx c, s s) error {
				return s.PutIntelligentTiering(ctx, b, types.IntelligentTieringConfiguration{Id: id, Status: "Enabled", Tierings: []types.Tiering{}})
			},
			func(ctx c, s s) error { return s.DeleteIntelligentTiering(ctx, b, *id) }},
		{"policy", "NoSuchBucketPolicy",
			func(ctx c, s s) error { return only(s.Policy(ctx, b)) },
			func(ctx c, s s) error { return s.PutPolicy(ctx, b, "{}") },
			func(ctx c, s s) error { return s.DeletePolicy(ctx, b) }},
		{"replication", "ReplicationConfigurationNotFoundError",
			func(ctx c, s s) error { return only(s.Replication(ctx, b)) },
			func(ctx c, s s) error {
				return s.PutReplication(ctx, b, types.ReplicationConfiguration{Role: aws.String("r"), Rules: []types.ReplicationRule{}})
			},
			func(ctx c, s s) error { return s.DeleteReplication(ctx, b) }},
		{"inventory", "NoSuchConfiguration",
			func(ctx c, s s) error { return only(s.Inventory(ctx, b, *id)) },
			func(ctx c, s s) error {
				return s.PutInventory(ctx, b, types.InventoryConfiguration{
					Id: id, IsEnabled: aws.Bool(true), IncludedObjectVersions: "Current",
					Schedule:    &types.InventorySchedule{Frequency: "Daily"},
					Destination: &types.InventoryDestination{S3BucketDestination: &types.InventoryS3BucketDestination{Bucket: aws.String("b"), Format: "CSV"}},
				})
			},
			func(ctx c, s s) error { return s.DeleteInventory(ctx, b, *id) }},
	}
}

func rule(origin string) types.CORSRule {
	return types.CORSRule{AllowedOrigins: []string{origin}, AllowedMethods: []string{"GET"}}
}

func TestReadTellsAbsentFromEverythingElse(t *testing.T) {
	for _, d := range documents() {
		t.Run(d.subresource, func(t *testing.T) {
			ask := func(answer reply) error {
				s, _ := play(t, script{"GET " + d.subresource: {answer}})
				return d.read(t.Context(), s)
			}
			if d.absentCode != "" {
				err := ask(refusal(http.StatusNotFound, d.absentCode, ""))
				if !errors.Is(err, ErrAbsent) || errors.Is(err, ErrNoBucket) || !awserr.Is(err, d.absentCode) {
					t.Errorf("no document: %v", err)
				}
			}
			if err := ask(refusal(http.StatusNotFound, "NoSuchBucket", "")); !errors.Is(err, ErrNoBucket) || !errors.Is(err, ErrAbsent) {
				t.Errorf("no bucket: %v", err)
			}
			if err := ask(refusal(http.StatusForbidden, "AccessDenied", "")); errors.Is(err, ErrAbsent) || !awserr.Denied(err) {
				t.Errorf("denied: %v", err)
			}
			if err := ask(refusal(http.StatusMovedPermanently, "PermanentRedirect", "")); err == nil || errors.Is(err, ErrAbsent) {
				t.Errorf("elsewhere: %v", err)
			}
			var unsupported *UnsupportedError
			if err := ask(refusal(http.StatusNotImplemented, "NotImplemented", "")); !errors.As(err, &unsupported) {
				t.Errorf("unsupported: %v", err)
			}
		})
	}
}

func TestClearingNothingIsNoError(t *testing.T) {
	for _, d := range documents() {
		if d.clear == nil {
			continue
		}
		t.Run(d.subresource, func(t *testing.T) {
			answer := reply{}
			if d.absentCode != "" {
				answer = refusal(http.StatusNotFound, d.absentCode, "")
			}
			s, server := play(t, script{"GET " + d.subresource: {answer}})
			if err := d.clear(t.Context(), s); err != nil {
				t.Error(err)
			}
			if server.sent("DELETE") || server.sent("PUT") {
				t.Errorf("sent %v", server.requests)
			}
		})
	}
}
