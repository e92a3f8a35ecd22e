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
			func(ctx c, s s) error { return only(CORS.Read(ctx, s, Of(b))) },
			func(ctx c, s s) error { return CORS.Write(ctx, s, Of(b), []types.CORSRule{rule("https://x")}, nil) },
			func(ctx c, s s) error { return CORS.Remove(ctx, s, Of(b)) }},
		{"versioning", "",
			func(ctx c, s s) error { return only(Versioning.Read(ctx, s, Of(b))) },
			func(ctx c, s s) error {
				return Versioning.Write(ctx, s, Of(b), types.BucketVersioningStatusEnabled, nil)
			}, nil},
		{"encryption", "ServerSideEncryptionConfigurationNotFoundError",
			func(ctx c, s s) error { return only(Encryption.Read(ctx, s, Of(b))) },
			func(ctx c, s s) error {
				return Encryption.Write(ctx, s, Of(b), EncryptionSettings{Algorithm: "AES256"}, nil)
			}, nil},
		{"publicAccessBlock", "NoSuchPublicAccessBlockConfiguration",
			func(ctx c, s s) error { return only(PublicAccessBlock.Read(ctx, s, Of(b))) },
			func(ctx c, s s) error { return PublicAccessBlock.Write(ctx, s, Of(b), PublicAccess{}, nil) },
			func(ctx c, s s) error { return PublicAccessBlock.Remove(ctx, s, Of(b)) }},
		{"ownershipControls", "OwnershipControlsNotFoundError",
			func(ctx c, s s) error { return only(Ownership.Read(ctx, s, Of(b))) },
			func(ctx c, s s) error {
				return Ownership.Write(ctx, s, Of(b), types.ObjectOwnershipBucketOwnerEnforced, nil)
			},
			func(ctx c, s s) error { return Ownership.Remove(ctx, s, Of(b)) }},
		{"tagging", "",
			func(ctx c, s s) error { return only(Tags.Read(ctx, s, Of(b))) },
			func(ctx c, s s) error { return Tags.Write(ctx, s, Of(b), map[string]string{"a": "b"}, nil) },
			func(ctx c, s s) error { return Tags.Write(ctx, s, Of(b), nil, nil) }},
		{"lifecycle", "NoSuchLifecycleConfiguration",
			func(ctx c, s s) error { return only(Lifecycle.Read(ctx, s, Of(b))) },
			func(ctx c, s s) error {
				return Lifecycle.Write(ctx, s, Of(b), LifecycleConfiguration{Rules: []types.LifecycleRule{{Status: "Enabled"}}}, nil)
			},
			func(ctx c, s s) error { return Lifecycle.Remove(ctx, s, Of(b)) }},
		{"logging", "",
			func(ctx c, s s) error {
				err := only(Logging.Read(ctx, s, Of(b)))
				if err == ErrAbsent { //nolint:errorlint // as is: the answer was empty
					return nil
				}
				return err
			},
			func(ctx c, s s) error {
				return Logging.Write(ctx, s, Of(b), types.LoggingEnabled{TargetBucket: aws.String("logs"), TargetPrefix: aws.String("a/")}, nil)
			},
			func(ctx c, s s) error { return Logging.Remove(ctx, s, Of(b)) }},
		{"metrics", "NoSuchConfiguration",
			func(ctx c, s s) error { return only(Metrics.Read(ctx, s, ID{Bucket: b, Name: *id})) },
			func(ctx c, s s) error {
				return Metrics.Write(ctx, s, ID{Bucket: b, Name: *id}, types.MetricsConfiguration{Id: id}, nil)
			},
			func(ctx c, s s) error { return Metrics.Remove(ctx, s, ID{Bucket: b, Name: *id}) }},
		{"intelligent-tiering", "NoSuchConfiguration",
			func(ctx c, s s) error { return only(IntelligentTiering.Read(ctx, s, ID{Bucket: b, Name: *id})) },
			func(ctx c, s s) error {
				return IntelligentTiering.Write(ctx, s, ID{Bucket: b, Name: *id}, types.IntelligentTieringConfiguration{Id: id, Status: "Enabled", Tierings: []types.Tiering{}}, nil)
			},
			func(ctx c, s s) error { return IntelligentTiering.Remove(ctx, s, ID{Bucket: b, Name: *id}) }},
		{"policy", "NoSuchBucketPolicy",
			func(ctx c, s s) error { return only(Policy.Read(ctx, s, Of(b))) },
			func(ctx c, s s) error { return Policy.Write(ctx, s, Of(b), "{}", nil) },
			func(ctx c, s s) error { return Policy.Remove(ctx, s, Of(b)) }},
		{"replication", "ReplicationConfigurationNotFoundError",
			func(ctx c, s s) error { return only(Replication.Read(ctx, s, Of(b))) },
			func(ctx c, s s) error {
				return Replication.Write(ctx, s, Of(b), types.ReplicationConfiguration{Role: aws.String("r"), Rules: []types.ReplicationRule{}}, nil)
			},
			func(ctx c, s s) error { return Replication.Remove(ctx, s, Of(b)) }},
		{"inventory", "NoSuchConfiguration",
			func(ctx c, s s) error { return only(Inventory.Read(ctx, s, ID{Bucket: b, Name: *id})) },
			func(ctx c, s s) error {
				return Inventory.Write(ctx, s, ID{Bucket: b, Name: *id}, types.InventoryConfiguration{
					Id: id, IsEnabled: aws.Bool(true), IncludedObjectVersions: "Current",
					Schedule:    &types.InventorySchedule{Frequency: "Daily"},
					Destination: &types.InventoryDestination{S3BucketDestination: &types.InventoryS3BucketDestination{Bucket: aws.String("b"), Format: "CSV"}},
				}, nil)
			},
			func(ctx c, s s) error { return Inventory.Remove(ctx, s, ID{Bucket: b, Name: *id}) }},
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
