package inventory

import (
	"context"
	"crypto/md5" // what S3 publishes of its inventories
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
	"github.com/parafovea/terraform-provider-fovea/internal/s3wire"
)

// download is a data file on its way. It survives broken connections, and knows in
// the end whether the file is the one that S3 delivered.
type download struct {
	ctx    context.Context // as long as the reader, which has no other way to get it
	client getter
	bucket string
	file   file

	body   io.ReadCloser
	etag   *string
	at     int64 // bytes that were read
	sum    hash.Hash
	broken int // times
}

// maxBroken is how often a download goes on after its connection broke.
const maxBroken = 10

func (r *Report) download(ctx context.Context, f file) (*download, error) {
	d := &download{ctx: ctx, client: r.client, bucket: r.place.Bucket, file: f, sum: md5.New()}
	out, err := d.get()
	if awserr.ObjectGone(err) && !awserr.BucketGone(err) {
		return nil, &Error{Kind: FileMissing, Place: r.place, problem: "there is no file " + f.Key + ", which " + r.key + " names"}
	}
	if err != nil {
		return nil, refused(err)
	}
	d.body, d.etag = out.Body, out.ETag
	if n := aws.ToInt64(out.ContentLength); n != f.Size {
		d.Close()
		return nil, damaged(f.Key, fmt.Sprintf("has %d bytes, and the manifest of the inventory says %d", n, f.Size), nil)
	}
	return d, nil
}

func (d *download) get() (*s3.GetObjectOutput, error) {
	in := &s3.GetObjectInput{Bucket: &d.bucket, Key: &d.file.Key}
	if d.at > 0 {
		in.Range = aws.String(fmt.Sprintf("bytes=%d-", d.at))
		if etag := s3wire.IfMatch(aws.ToString(d.etag)); etag != "" {
			in.IfMatch = &etag
		}
	}
	return d.client.GetObject(d.ctx, in)
}

// Read implements io.Reader.
func (d *download) Read(p []byte) (int, error) {
	n, err := d.body.Read(p)
	d.at += int64(n)
	d.sum.Write(p[:n])
	if err == nil || d.at >= d.file.Size {
		return n, err
	}
	if d.broken++; d.broken > maxBroken || d.ctx.Err() != nil {
		return n, refused(fmt.Errorf("%s after %d of %d bytes: %w", d.file.Key, d.at, d.file.Size, err))
	}
	out, problem := d.get()
	if problem != nil {
		return n, refused(problem)
	}
	d.Close()
	d.body = out.Body
	return n, nil
}

// verify reads what is left, and reports whether the whole is what S3 delivered.
func (d *download) verify() error {
	if _, err := io.Copy(io.Discard, d); err != nil {
		return err
	}
	if got := hex.EncodeToString(d.sum.Sum(nil)); !strings.EqualFold(got, d.file.MD5) {
		return damaged(d.file.Key, fmt.Sprintf("has the MD5 sum %s, and the manifest of the inventory says %.40q", got, d.file.MD5), nil)
	}
	return nil
}

// Close ends the download.
func (d *download) Close() { _ = d.body.Close() } // it was read or given up: nothing can be lost
