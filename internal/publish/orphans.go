package publish

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/parafovea/terraform-provider-fovea/internal/s3wire"
)

// abortOrphans aborts uploads of the manifest that were begun before this run, or in
// the same second, since S3 tells seconds only; but not its own. One whose process was
// killed stays behind like that, and its parts are paid for. That of a run that is
// still going is aborted too, and that run begins again; it leaves ours alone, which
// began later than it did.
//
// What cannot be cleared does no harm to the manifest and waits for the next run,
// or for a lifecycle rule, so that errors are passed over.
func (u *upload) abortOrphans(ctx context.Context, own *string) {
	var out *s3.ListMultipartUploadsOutput
	var err error
	// One page is enough: what has the very key comes before what begins with it.
	for out, err = range s3wire.Uploads(ctx, u.client, s3.ListMultipartUploadsInput{Bucket: &u.bucket, Prefix: &u.key}) {
		break
	}
	if err != nil {
		return
	}
	for _, other := range out.Uploads {
		later := aws.ToTime(other.Initiated).Truncate(time.Second).After(u.began) // ours may not seem so when our clock is ahead
		if aws.ToString(other.Key) == u.key && !later && aws.ToString(other.UploadId) != aws.ToString(own) {
			_ = u.abort(ctx, other.UploadId)
		}
	}
}
