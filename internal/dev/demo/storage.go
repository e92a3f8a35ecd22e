package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/samplevideo"
)

const region = "us-east-1"

// client acts with an access key. Its settings come from here alone, not from
// the machine's environment or profiles.
func (d *demo) client(accessKeyID, secretAccessKey string) *s3.Client {
	return s3.New(s3.Options{
		BaseEndpoint:     aws.String(d.server.URL()),
		Region:           region,
		UsePathStyle:     true,
		Credentials:      credentials.NewStaticCredentialsProvider(accessKeyID, secretAccessKey, ""),
		RetryMaxAttempts: 1,
	})
}

// reader acts with the key that the example made for FOVEA.
func (d *demo) reader() *s3.Client {
	return d.client(d.outputs.AccessKeyID.Value, d.outputs.SecretAccessKey.Value)
}

func (d *demo) uploadLibrary(ctx context.Context) (string, error) {
	return d.upload(ctx, samplevideo.Library()...)
}

func (d *demo) uploadLate(ctx context.Context) (string, error) {
	return d.upload(ctx, samplevideo.Late())
}

func (d *demo) upload(ctx context.Context, clips ...samplevideo.Clip) (string, error) {
	root := d.server.Root()
	admin := d.client(root.AccessKeyID, root.SecretAccessKey)
	var done []string
	for _, clip := range clips {
		sidecar, err := clip.Sidecar()
		if err != nil {
			return "", err
		}
		if err := d.put(ctx, admin, clip.Name, "video/mp4", clip.Video); err != nil {
			return "", err
		}
		if err := d.put(ctx, admin, clip.SidecarName(), "application/json", sidecar); err != nil {
			return "", err
		}
		done = append(done, fmt.Sprintf("%s (%d kB)", clip.Name, len(clip.Video)/1000))
	}
	return strings.Join(done, ", "), nil
}

func (d *demo) put(ctx context.Context, client *s3.Client, key, contentType string, content []byte) error {
	_, err := client.PutObject(ctx, &s3.PutObjectInput{
		Bucket: aws.String(d.outputs.Bucket.Value), Key: aws.String(key),
		ContentType: aws.String(contentType), Body: bytes.NewReader(content),
	})
	return err
}

func (d *demo) readManifest(ctx context.Context) (string, error) {
	object, err := d.reader().GetObject(ctx, &s3.GetObjectInput{
		Bucket: aws.String(d.outputs.Bucket.Value), Key: aws.String("manifest.json"),
	})
	if err != nil {
		return "", err
	}
	defer object.Body.Close()
	document, err := io.ReadAll(object.Body)
	if err != nil {
		return "", err
	}
	var manifest struct {
		Videos []struct {
			Key string `json:"key"`
		} `json:"videos"`
	}
	if err := json.Unmarshal(document, &manifest); err != nil {
		return "", fmt.Errorf("reading the manifest: %w", err)
	}
	if got, want := len(manifest.Videos), len(samplevideo.Library()); got != want {
		return "", fmt.Errorf("the manifest lists %d videos, not %d: %s", got, want, document)
	}
	return fmt.Sprintf("200, %d videos: %s", len(manifest.Videos), shortened(document)), nil
}

func shortened(document []byte) string {
	const most = 90
	text := strings.Join(strings.Fields(string(document)), "")
	if len(text) > most {
		return text[:most] + "..."
	}
	return text
}

func (d *demo) listVideos(ctx context.Context) (string, error) {
	page, err := d.reader().ListObjectsV2(ctx, &s3.ListObjectsV2Input{Bucket: aws.String(d.outputs.Bucket.Value)})
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("200, %d objects", len(page.Contents)), nil
}

func (d *demo) overwriteIsDenied(ctx context.Context) (string, error) {
	return denied(d.put(ctx, d.reader(), played().Name, "video/mp4", []byte("not a video")))
}

func (d *demo) deleteIsDenied(ctx context.Context) (string, error) {
	_, err := d.reader().DeleteObject(ctx, &s3.DeleteObjectInput{
		Bucket: aws.String(d.outputs.Bucket.Value), Key: aws.String(played().Name),
	})
	return denied(err)
}

// denied insists that a request was refused for want of permission.
func denied(err error) (string, error) {
	if err == nil {
		return "", errors.New("the user that may only read was let through")
	}
	if response := new(awshttp.ResponseError); errors.As(err, &response) && response.HTTPStatusCode() == http.StatusForbidden {
		return "403, as it should be: the key may only read", nil
	}
	return "", err
}
