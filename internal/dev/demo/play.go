package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/samplevideo"
)

// played is the clip that the signed link leads to.
func played() samplevideo.Clip { return samplevideo.Library()[0] }

// origin is where a FOVEA page would be served from: the example lets it in.
const origin = "http://localhost:3000"

// playRange asks for the first bytes, as a player does, and insists on an MP4
// file's first box and on the headers that a page's scripts need.
func (d *demo) playRange(ctx context.Context) (string, error) {
	got, err := d.get(ctx, "bytes=0-31")
	if err != nil {
		return "", err
	}
	if got.code != http.StatusPartialContent {
		return "", fmt.Errorf("answered %s, not 206: %s", got.status, got.body)
	}
	if len(got.body) != 32 || string(got.body[4:8]) != "ftyp" {
		return "", fmt.Errorf("%q is not the start of an MP4 file", got.body)
	}
	if allowed := got.header.Get("Access-Control-Allow-Origin"); allowed != origin {
		return "", fmt.Errorf("a page of %s may not read it: Access-Control-Allow-Origin is %q", origin, allowed)
	}
	return fmt.Sprintf("%s, Content-Range: %s, box %q, open to %s",
		got.status, got.header.Get("Content-Range"), got.body[4:12], origin), nil
}

// playAll insists that the link serves the file that was uploaded.
func (d *demo) playAll(ctx context.Context) (string, error) {
	got, err := d.get(ctx, "")
	if err != nil {
		return "", err
	}
	video := played().Video
	if got.code != http.StatusOK || !bytes.Equal(got.body, video) {
		return "", fmt.Errorf("answered %s with %d bytes, not the %d of %s", got.status, len(got.body), len(video), played().Name)
	}
	return fmt.Sprintf("%s, %s, the %d bytes of %s", got.status, got.header.Get("Content-Type"), len(got.body), played().Name), nil
}

type answer struct {
	code   int
	status string
	header http.Header
	body   []byte
}

// get follows the signed link with no credentials but the link itself.
func (d *demo) get(ctx context.Context, byteRange string) (answer, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, d.outputs.VideoURL.Value, http.NoBody)
	if err != nil {
		return answer{}, err
	}
	request.Header.Set("Origin", origin)
	if byteRange != "" {
		request.Header.Set("Range", byteRange)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return answer{}, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return answer{response.StatusCode, response.Status, response.Header, body}, err
}
