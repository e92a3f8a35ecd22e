package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/parafovea/terraform-provider-fovea/internal/keyscan"
	"github.com/parafovea/terraform-provider-fovea/internal/publish"
)

const lossDetail = "force_destroy is true, so destroying the bucket deletes all its objects first, with all their versions. They cannot be brought back. " +
	"To keep them, set force_destroy to false and apply that alone before anything else."

// foretellLoss speaks of a plan that replaces the bucket: with force_destroy it
// empties it, without it will fail on the first video.
func (r *videoBucket) foretellLoss(ctx context.Context, before, after videoBucketModel, resp *resource.ModifyPlanResponse) {
	var cause string
	known := true
	switch {
	case !after.Bucket.Equal(before.Bucket):
		cause, known = "bucket", !after.Bucket.IsUnknown()
	case namesAnother(after.BucketPrefix, before.Bucket):
		cause, known = "bucket_prefix", !after.BucketPrefix.IsUnknown()
	case !after.Region.Equal(before.Region):
		cause, known = "region", !after.Region.IsUnknown()
	default:
		return
	}
	switch {
	case before.ForceDestroy.ValueBool():
		resp.Diagnostics.AddAttributeWarning(path.Root(cause), "Every video in "+before.Bucket.ValueString()+" will be deleted",
			"A bucket can be neither renamed nor moved, so this plan destroys it and makes another, empty one. "+lossDetail)
	case known: // else it may turn out to be the same, which the plan within the apply knows
		r.refuseLoss(ctx, before, path.Root(cause), resp)
	}
}

// refuseLoss refuses to plan the end of a bucket that holds videos. S3 would refuse
// it too, but only once all that depends on the bucket is gone: FOVEA's access, its
// CORS rules, its manifest. FOVEA would then take the bucket for empty.
func (r *videoBucket) refuseLoss(ctx context.Context, before videoBucketModel, at path.Path, resp *resource.ModifyPlanResponse) {
	if r.providerData == nil {
		return
	}
	bucket := before.Bucket.ValueString()
	video := r.someVideo(ctx, bucket)
	if video == "" {
		return
	}
	summary := "The bucket " + bucket + " holds videos, and is not planned to be destroyed"
	detail := fmt.Sprintf("%q is one of them. S3 deletes no bucket that holds something, but what depends on the bucket would be gone by then: access, CORS rules, manifest. "+
		"FOVEA would take the bucket for empty, and delete the annotations of its videos. "+
		"To keep the videos, take the bucket out of the state instead, with a removed block or terraform state rm. "+
		"To delete them for good, set force_destroy to true, apply that alone, and plan again.", video)
	if at.Equal(path.Empty()) {
		resp.Diagnostics.AddError(summary, detail)
		return
	}
	resp.Diagnostics.AddAttributeError(at, summary, "A bucket can be neither renamed nor moved: this plan would destroy it and make another, empty one. "+detail)
}

// appSuffixes end the keys of what FOVEA lists as videos.
var appSuffixes = []string{".mp4", ".webm", ".ogg", ".mov", ".avi", ".mkv"}

// enoughKeys is how far a look for a video goes.
const enoughKeys = 10_000

// someVideo gives the key of a video in the bucket, or "" if none is found among the
// first keys, or the bucket cannot be listed: then the destruction itself decides.
func (r *videoBucket) someVideo(ctx context.Context, bucket string) string {
	client, err := r.s3Of(ctx, bucket)
	if err != nil {
		return ""
	}
	videos := publish.Selection{Suffixes: appSuffixes}
	seen := 0
	for object, err := range keyscan.Scan(ctx, client, keyscan.Options{Bucket: bucket, Concurrency: 1, OmitETags: true}) {
		if seen++; err != nil || seen > enoughKeys {
			return ""
		}
		if videos.Matches(object.Key) {
			return object.Key
		}
	}
	return ""
}
