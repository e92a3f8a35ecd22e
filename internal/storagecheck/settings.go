package storagecheck

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
	"github.com/parafovea/terraform-provider-fovea/internal/iampolicy"
	"github.com/parafovea/terraform-provider-fovea/internal/s3bucket"
	"github.com/parafovea/terraform-provider-fovea/internal/s3wire"
)

// fixedClients has the one client of the provider's credentials, for s3bucket.
type fixedClients struct {
	client *s3.Client
	region string
	atAWS  bool
}

func (c fixedClients) S3(string) *s3.Client                                 { return c.client }
func (c fixedClients) BucketRegion(context.Context, string) (string, error) { return c.region, nil }
func (c fixedClients) AtAWS() bool                                          { return c.atAWS }
func (c fixedClients) RememberRegion(string, string)                        {}
func (c fixedClients) RememberGone(string, error)                           {}
func (c fixedClients) ForgetRegion(string)                                  {}
func (c fixedClients) ExpectOwner(string)                                   {}
func (c fixedClients) ForgetOwner(string)                                   {}

// read reads a document of the bucket. s3bucket.ErrAbsent means that it has none.
func read[T any](ctx context.Context, r *run, document *s3bucket.Document[T]) (T, error) {
	ctx, cancel := bounded(ctx)
	defer cancel()
	store := s3bucket.New(fixedClients{r.own.client, r.region, r.AtAWS})
	return document.Read(ctx, store, s3bucket.Of(r.Bucket))
}

// setting is the check of a document: judge gets it, or its zero value if the bucket has
// none.
func setting[T any](ctx context.Context, r *run, name Name, permission string, document *s3bucket.Document[T], judge func(T) Result) Result {
	if result, refused := r.refused(name, r.own); refused {
		return result
	}
	got, err := read(ctx, r, document)
	if err != nil && (!errors.Is(err, s3bucket.ErrAbsent) || errors.Is(err, s3bucket.ErrNoBucket)) {
		return r.unreadable(name, permission, err)
	}
	result := judge(got)
	result.Name, result.Facts.Region = name, r.region
	return result
}

// unreadable skips a check whose document could not be read, whatever the reason: nothing
// follows for the bucket from that.
func (r *run) unreadable(name Name, permission string, err error) Result {
	result := Result{Name: name, Status: Skipped}
	var unsupported *s3bucket.UnsupportedError
	switch {
	case errors.As(err, &unsupported):
		result.Code = Unsupported
		result.Detail = fmt.Sprintf("The server%s does not implement the %s of a bucket.", withSpace(unsupported.Server), unsupported.Document)
	case awserr.Denied(err):
		result.Code, result.Detail, result.Facts.Action = NotPermitted, "needs "+permission, permission
	default:
		result = r.failed(name, r.own, err)
		result.Status = Skipped
		if result.Code == OtherError || result.Code == ServerError {
			result.Code = Unreadable
		}
	}
	return result
}

func withSpace(name string) string {
	if name == "" {
		return ""
	}
	return " " + name
}

func (r *run) checkVersioning(ctx context.Context) Result {
	return setting(ctx, r, Versioning, "s3:GetBucketVersioning", s3bucket.Versioning, func(status types.BucketVersioningStatus) Result {
		switch status {
		case types.BucketVersioningStatusEnabled:
			return Result{Status: Pass, Code: OK, Detail: "Versioning is enabled: a video that is overwritten or deleted can be brought back."}
		case types.BucketVersioningStatusSuspended:
			return Result{Status: Warn, Code: VersioningOff, Detail: "Versioning is suspended: a video that is overwritten or deleted is lost."}
		}
		return Result{Status: Warn, Code: VersioningOff, Detail: "Versioning is not enabled: a video that is overwritten or deleted is lost."}
	})
}

func (r *run) checkEncryption(ctx context.Context) Result {
	return setting(ctx, r, Encryption, "s3:GetEncryptionConfiguration", s3bucket.Encryption, func(e s3bucket.EncryptionSettings) Result {
		switch {
		case e.Algorithm == "":
			return Result{Status: Warn, Code: EncryptionOff, Detail: "The bucket has no default encryption."}
		case e.KMSKeyARN != "":
			return Result{Status: Pass, Code: OK, Detail: fmt.Sprintf("New objects are encrypted with %s and the key %s.", e.Algorithm, e.KMSKeyARN)}
		}
		return Result{Status: Pass, Code: OK, Detail: fmt.Sprintf("New objects are encrypted with %s.", e.Algorithm)}
	})
}

// checkLifecycle looks for rules that take videos away from FOVEA.
func (r *run) checkLifecycle(ctx context.Context) Result {
	return setting(ctx, r, Lifecycle, "s3:GetLifecycleConfiguration", s3bucket.Lifecycle, func(c s3bucket.LifecycleConfiguration) Result {
		var archives Result
		for _, rule := range c.Rules {
			if rule.Status != types.ExpirationStatusEnabled {
				continue
			}
			id := aws.ToString(rule.ID)
			if e := rule.Expiration; e != nil && (aws.ToInt32(e.Days) > 0 || e.Date != nil) {
				return Result{
					Status: Warn, Code: LifecycleDeletes, Facts: Facts{Rule: id},
					Detail: fmt.Sprintf("The lifecycle rule %q deletes objects. FOVEA deletes the annotations of videos that it does not find.", id),
				}
			}
			for _, t := range rule.Transitions {
				if s3wire.Archived(string(t.StorageClass)) {
					archives = Result{
						Status: Warn, Code: LifecycleArchives, Facts: Facts{Rule: id},
						Detail: fmt.Sprintf("The lifecycle rule %q moves objects to %s, where videos are listed but do not play until they are restored.", id, t.StorageClass),
					}
				}
			}
		}
		switch {
		case archives.Code != "":
			return archives
		case len(c.Rules) == 0:
			return Result{Status: Pass, Code: OK, Detail: "The bucket has no lifecycle rules: videos stay as they are."}
		}
		return Result{Status: Pass, Code: OK, Detail: "No lifecycle rule deletes videos, or archives them where they do not play."}
	})
}

// checkTLSOnly reads the policy, as checkPublicAccess does.
func (r *run) checkTLSOnly(ctx context.Context) Result {
	if result, refused := r.refused(TLSOnly, r.own); refused {
		return result
	}
	policy, err := r.policy(ctx)
	if err != nil && (!errors.Is(err, s3bucket.ErrAbsent) || errors.Is(err, s3bucket.ErrNoBucket)) {
		return r.unreadable(TLSOnly, "s3:GetBucketPolicy", err)
	}
	result := Result{Name: TLSOnly, Status: Pass, Code: OK}
	switch {
	case iampolicy.RequiresTLS(policy, r.Bucket):
		result.Detail = "The policy of the bucket denies requests without TLS."
	case r.WithoutTLS:
		result.Status, result.Code = Skipped, Unconfigured
		result.Detail = "The endpoint is an http:// one, so that the bucket cannot require TLS."
	default:
		result.Status, result.Code = Warn, TLSOptional
		result.Detail = "No policy of the bucket denies requests without TLS."
	}
	return result
}

func (r *run) checkPublicAccess(ctx context.Context) Result {
	if result, refused := r.refused(PublicAccess, r.own); refused {
		return result
	}
	block, blockErr := read(ctx, r, s3bucket.PublicAccessBlock)
	if errors.Is(blockErr, s3bucket.ErrAbsent) && !errors.Is(blockErr, s3bucket.ErrNoBucket) {
		blockErr = nil // nothing is blocked
	}
	policy, err := r.policy(ctx)
	if err != nil {
		policy = ""
	}
	result := Result{Name: PublicAccess, Status: Pass, Code: OK}
	missing := notBlocked(block)
	if open := iampolicy.Public(policy); len(open) > 0 && !block.RestrictPublicBuckets {
		result.Status, result.Code = Fail, PublicPolicy
		result.Detail = fmt.Sprintf("The policy lets everyone in, with the statement %s. FOVEA needs no public bucket.", some(open))
		if awserr.Denied(blockErr) {
			result.Status = Warn
			result.Detail += " Whether a public access block prevents that is not known: needs s3:GetBucketPublicAccessBlock."
		}
		return result
	}
	switch {
	case blockErr != nil:
		return r.unreadable(PublicAccess, "s3:GetBucketPublicAccessBlock", blockErr)
	case len(missing) > 0:
		result.Status, result.Code = Warn, PublicNotBlocked
		result.Detail = fmt.Sprintf("The bucket itself is not protected from becoming public: it lacks %s. A block of the whole account may still protect it.", strings.Join(missing, ", "))
	default:
		result.Detail = "Public access to the bucket is blocked."
	}
	return result
}

// notBlocked names the parts of a public access block that are off.
func notBlocked(b s3bucket.PublicAccess) []string {
	var missing []string
	for _, part := range []struct {
		name string
		on   bool
	}{
		{"BlockPublicAcls", b.BlockPublicACLs}, {"BlockPublicPolicy", b.BlockPublicPolicy},
		{"IgnorePublicAcls", b.IgnorePublicACLs}, {"RestrictPublicBuckets", b.RestrictPublicBuckets},
	} {
		if !part.on {
			missing = append(missing, part.name)
		}
	}
	return missing
}

// replicationDelay is how long S3 may take by its own promise.
const replicationDelay = 15 * time.Minute

// replicationSamples are the objects whose replication is looked at.
const replicationSamples = 2

// checkReplication reads the rules, and looks at the newest videos.
func (r *run) checkReplication(ctx context.Context) Result {
	enabled := false
	result := setting(ctx, r, Replication, "s3:GetReplicationConfiguration", s3bucket.Replication, func(c types.ReplicationConfiguration) Result {
		enabled = slices.ContainsFunc(c.Rules, func(rule types.ReplicationRule) bool { return rule.Status == types.ReplicationRuleStatusEnabled })
		switch {
		case len(c.Rules) == 0:
			return Result{Status: Warn, Code: ReplicationOff, Detail: "The bucket is not replicated."}
		case !enabled:
			return Result{Status: Warn, Code: ReplicationDisabled, Facts: Facts{Rule: aws.ToString(c.Rules[0].ID)}, Detail: "All replication rules of the bucket are disabled."}
		}
		return Result{Status: Pass, Code: OK, Detail: "The bucket has replication rules, and no video to look at."}
	})
	if !enabled || result.Status != Pass {
		return result
	}
	return r.replicated(ctx, result)
}

// replicated completes a result with the status of the newest videos.
func (r *run) replicated(ctx context.Context, result Result) Result {
	if r.listing == nil {
		result.Detail = "The bucket has replication rules. To look at videos needs s3:ListBucket."
		return result
	}
	newest := r.listing.videos()
	slices.SortStableFunc(newest, func(a, b object) int { return b.modified.Compare(a.modified) })
	copied := 0
	for _, o := range newest[:min(len(newest), replicationSamples)] {
		status, err := r.replicationOf(ctx, o.key)
		if err != nil {
			result.Detail = "The bucket has replication rules. To look at videos needs s3:GetObject."
			if !awserr.Denied(err) {
				result.Detail = "The bucket has replication rules. Its videos could not be looked at. " + said(err)
			}
			return result
		}
		result.Facts.Key = o.key
		switch {
		case status == types.ReplicationStatusFailed:
			result.Status, result.Code = Fail, ReplicationFailed
			result.Detail = fmt.Sprintf("S3 could not copy %q.", o.key)
			return result
		case status == types.ReplicationStatusPending && r.clock.serverNow().Sub(o.modified) > replicationDelay:
			result.Status, result.Code = Warn, ReplicationLate
			result.Detail = fmt.Sprintf("%q was not copied within %s.", o.key, replicationDelay)
			return result
		case status == "":
			result.Status, result.Code = Warn, ReplicationPartial
			result.Detail = fmt.Sprintf("%q is not copied: it is older than the rules, or none of them has its prefix.", o.key)
			return result
		}
		copied++
	}
	if copied > 0 {
		result.Detail = fmt.Sprintf("The bucket is replicated: the newest videos, such as %q, are copied or on their way.", newest[0].key)
	}
	return result
}

func (r *run) replicationOf(ctx context.Context, key string) (types.ReplicationStatus, error) {
	ctx, cancel := bounded(ctx)
	defer cancel()
	out, err := r.own.client.HeadObject(ctx, &s3.HeadObjectInput{Bucket: &r.Bucket, Key: &key})
	if err != nil {
		return "", err
	}
	return out.ReplicationStatus, nil
}
