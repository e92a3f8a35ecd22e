package awsclient

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/hashicorp/aws-sdk-go-base/v2/validation"

	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
)

// checkRegion judges the region that settings, environment and shared files came
// to.
func (s Settings) checkRegion(region string) []Problem {
	if region == "" {
		return []Problem{{
			Setting: "region",
			Summary: "No AWS region is set",
			Detail:  "Set region in the provider block, AWS_REGION in the environment, or region in the profile.",
		}}
	}
	if s.SkipRegionValidation {
		return nil
	}
	if err := validation.SupportedRegion(region); err != nil {
		return []Problem{{
			Setting: "region",
			Summary: "Unknown AWS region",
			Detail: fmt.Sprintf("%q is not a region of AWS, such as \"us-east-1\". Correct it where it is set: region in the provider block, AWS_REGION in the environment, or the profile. "+
				"For a region newer than this provider, or a server with regions of its own, set skip_region_validation to true.", region),
		}}
	}
	return nil
}

// KnowsRegion reports whether AWS has a region of that name. It has every one when
// the settings say not to check.
func (c *Clients) KnowsRegion(region string) bool {
	return c.settings.SkipRegionValidation || validation.SupportedRegion(region) == nil
}

// lookupTime bounds the lookup of a region, which no caller's deadline does: several
// callers may be waiting for it.
const lookupTime = 2 * time.Minute

// BucketRegion returns the bucket's region, or "" when the server has the bucket and
// names no region, as some do that are not AWS's. The region is asked for once and then
// remembered. A caller who may not see the bucket learns its region all the same: S3
// tells everybody.
//
// It fails with an error that is awserr.BucketGone when the bucket does not exist, and
// with ErrNoRegion when the bucket is elsewhere and the server does not say where.
func (c *Clients) BucketRegion(ctx context.Context, bucket string) (string, error) {
	c.mu.Lock()
	region, known := c.ofBucket[bucket]
	missing, missed := c.missing[bucket]
	c.mu.Unlock()
	switch {
	case known:
		return region, nil
	case missed && c.Now().Sub(missing.at) < absenceLasts:
		return "", missing.err
	}
	answer := c.locations.DoChan(bucket, func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lookupTime)
		defer cancel()
		region, err := c.askRegion(ctx, bucket)
		switch {
		case err == nil:
			c.RememberRegion(bucket, region)
		case awserr.BucketGone(err):
			c.RememberGone(bucket, err)
		}
		return region, err
	})
	select {
	case found := <-answer:
		if found.Err != nil {
			return "", found.Err
		}
		return found.Val.(string), nil //nolint:forcetypeassert // the function above returns nothing else
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

// absenceLasts is how long S3's word that a bucket does not exist counts: long enough
// for the plans of all that depends on a new bucket, which come right after its own.
const absenceLasts = 5 * time.Second

// absence is S3's word that a bucket does not exist.
type absence struct {
	err error
	at  time.Time
}

// RememberRegion saves asking for the region of a bucket that was just created, or
// whose HeadBucket answer the caller holds.
func (c *Clients) RememberRegion(bucket, region string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ofBucket[bucket] = region
	delete(c.missing, bucket)
}

// RememberGone saves asking, for a few seconds, for the region of a bucket that does
// not exist. err is what the caller was told, and is awserr.BucketGone.
func (c *Clients) RememberGone(bucket string, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.missing[bucket] = absence{err, c.Now()}
}

// ForgetRegion makes the next call ask again: the name of a deleted bucket can be
// taken in another region.
func (c *Clients) ForgetRegion(bucket string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.ofBucket, bucket)
	delete(c.missing, bucket)
}

func (c *Clients) askRegion(ctx context.Context, bucket string) (string, error) {
	client := c.S3("")
	out, err := client.HeadBucket(ctx, &s3.HeadBucketInput{Bucket: &bucket})
	if err == nil {
		return aws.ToString(out.BucketRegion), nil
	}
	err = awserr.ConfirmBucketGone(ctx, client, bucket, err)
	if awserr.Status(err) == http.StatusNotFound {
		return "", err
	}
	if region := awserr.OriginOf(err).Region; region != "" {
		return region, nil // S3 names it even when it refuses
	}
	if awserr.WrongRegion(err) {
		return "", fmt.Errorf("%w: %w", ErrNoRegion, err)
	}
	if awserr.Denied(err) {
		return "", nil // whatever is asked next says what is denied
	}
	return "", err
}
