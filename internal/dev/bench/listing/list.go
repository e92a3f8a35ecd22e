package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/parafovea/terraform-provider-fovea/internal/awsclient"
	"github.com/parafovea/terraform-provider-fovea/internal/keyscan"
	"github.com/parafovea/terraform-provider-fovea/internal/manifest"
	"github.com/parafovea/terraform-provider-fovea/internal/publish"
)

// The bench starts itself with this argument and listSettings as JSON, so that a
// scan is measured in a process of its own.
const listArgument = "list"

func isChild(args []string) bool { return len(args) == 3 && args[1] == listArgument }

// listSettings say what to list, and how. Server and credentials come from the
// environment, as for the other programs.
type listSettings struct {
	Bucket    string
	Workers   int      // maximum number of concurrent requests
	SDK       bool     // use the SDK's paginator, which sends one request at a time
	Quantiles []string // those that an earlier scan printed
}

// list lists the videos of a bucket and prints the publish.Scan.
func list(ctx context.Context, settings string, stdout io.Writer) error {
	var s listSettings
	if err := json.Unmarshal([]byte(settings), &s); err != nil {
		return fmt.Errorf("reading the settings: %w", err)
	}
	// The client is the provider's own, because its cost is part of the figures.
	clients, problems := awsclient.New(ctx, awsclient.Settings{
		PathStyle: true, SkipCredentialsValidation: true, SkipRequestingAccountID: true,
	})
	if clients == nil {
		text, err := json.Marshal(problems)
		return errors.Join(errors.New("no client: "+string(text)), err)
	}
	selection := publish.Selection{Bucket: s.Bucket, Suffixes: []string{".mp4"}, Concurrency: s.Workers, Quantiles: s.Quantiles}
	summarize := publish.Digest
	if s.SDK {
		summarize = digestWithSDK
	}
	scan, err := summarize(ctx, clients.S3(""), selection)
	if err != nil {
		return err
	}
	return json.NewEncoder(stdout).Encode(scan)
}

// digestWithSDK is publish.Digest written with the SDK alone.
func digestWithSDK(ctx context.Context, client keyscan.Lister, s publish.Selection) (publish.Scan, error) {
	digester := manifest.NewDigester()
	pages := s3.NewListObjectsV2Paginator(client, &s3.ListObjectsV2Input{Bucket: &s.Bucket})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return publish.Scan{}, err
		}
		for _, object := range page.Contents {
			if key := aws.ToString(object.Key); s.Matches(key) {
				digester.Add(manifest.Video{Key: key, Size: aws.ToInt64(object.Size), LastModified: aws.ToTime(object.LastModified)})
			}
		}
	}
	return publish.Scan{Summary: digester.Sum()}, nil
}
