package fakeaws

import (
	"bytes"
	"crypto/md5"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"strings"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/sigv4"
)

// maxPut is the largest body of one PUT.
const maxPut = 5 << 30

// payload is a request body that was received in whole and found intact.
type payload struct {
	data     []byte      // of a document
	body     io.ReaderAt // of an object or a part
	size     int64
	md5      []byte
	checksum checksum // the one that the client named, or else defaultChecksum
}

func (p *payload) etag() string { return hex.EncodeToString(p.md5) }

// readBody reads a document of at most limit bytes into memory and verifies
// its checksums.
func (c *call) readBody(limit int64) (*payload, error) {
	var data bytes.Buffer
	p, err := c.receive(&data, limit)
	if err != nil {
		return nil, err
	}
	p.data = data.Bytes()
	return p, nil
}

// storeBody receives the body of an object or a part, whose length must be
// known beforehand.
func (c *call) storeBody() (*payload, error) {
	if c.body.Length < 0 {
		return nil, fail(411, "MissingContentLength", "You must provide the Content-Length HTTP header.")
	}
	if c.body.Length > maxPut {
		return nil, entityTooLarge()
	}
	var p *payload
	body, err := c.s.blobs.receive(c.body.Length, func(w io.Writer) (err error) {
		p, err = c.receive(w, c.body.Length)
		return err
	})
	if err != nil {
		return nil, err
	}
	p.body = body
	return p, nil
}

func entityTooLarge() *apiError {
	return fail(400, "EntityTooLarge", "Your proposed upload exceeds the maximum allowed size")
}

// receive copies the body to dst and compares it with the checksums that the
// request gives.
func (c *call) receive(dst io.Writer, limit int64) (*payload, error) {
	algorithm, err := c.namedChecksum()
	if err != nil {
		return nil, err
	}
	wantMD5, err := contentMD5(c.r.Header)
	if err != nil {
		return nil, err
	}
	computed := algorithm
	if computed == "" {
		computed = defaultChecksum
	}
	d := newDigests(computed)
	n, err := io.Copy(io.MultiWriter(dst, d), io.LimitReader(c.body, limit+1))
	if err != nil {
		var refused *sigv4.Error
		if errors.As(err, &refused) {
			return nil, err
		}
		return nil, fail(400, "IncompleteBody", "The request body terminated unexpectedly")
	}
	if n > limit {
		return nil, entityTooLarge()
	}
	p := &payload{size: n, md5: d.md5.Sum(nil), checksum: d.checksum()}
	if wantMD5 != nil && !bytes.Equal(wantMD5, p.md5) {
		return nil, fail(400, "BadDigest", "The Content-MD5 you specified did not match what we received.",
			field("ExpectedDigest", hex.EncodeToString(wantMD5)), field("CalculatedDigest", p.etag()))
	}
	if algorithm == "" {
		return p, nil
	}
	return p, c.compareChecksum(p.checksum)
}

// namedChecksum tells the algorithm of the checksum that the request sends in
// a header or announces as a trailer, "" for none.
func (c *call) namedChecksum() (string, error) {
	var names []string
	for header := range c.r.Header {
		name, ok := strings.CutPrefix(header, "X-Amz-Checksum-")
		if ok && name != "Algorithm" && name != "Type" && name != "Mode" {
			names = append(names, name)
		}
	}
	for _, trailer := range c.r.Header.Values("X-Amz-Trailer") {
		if name, ok := strings.CutPrefix(strings.ToLower(trailer), "x-amz-checksum-"); ok {
			names = append(names, name)
		}
	}
	announced := c.r.Header.Get("X-Amz-Sdk-Checksum-Algorithm")
	switch {
	case len(names) > 1:
		return "", invalidRequest("Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.")
	case len(names) == 0 && announced != "":
		return "", invalidRequest("x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.")
	case len(names) == 0:
		return "", nil
	case announced != "" && !strings.EqualFold(announced, names[0]):
		return "", invalidRequest("Value for x-amz-sdk-checksum-algorithm header is invalid.")
	}
	algorithm := findChecksum(names[0])
	if algorithm == nil {
		return "", notImplemented("the checksum algorithm " + names[0])
	}
	return algorithm.name, nil
}

// compareChecksum compares what came, by header or trailer, with got.
func (c *call) compareChecksum(got checksum) error {
	header := checksumHeader(got.algorithm)
	want := c.r.Header.Get(header)
	if want == "" {
		want = c.body.Trailer().Get(header)
	}
	if raw, err := base64.StdEncoding.DecodeString(want); err != nil || len(raw) != findChecksum(got.algorithm).new().Size() {
		return invalidRequest("Value for " + strings.ToLower(header) + " header is invalid.")
	}
	if want != got.value {
		return fail(400, "BadDigest", "The "+got.algorithm+" you specified did not match the calculated checksum.")
	}
	return nil
}

// contentMD5 answers nil when the request has none.
func contentMD5(h http.Header) ([]byte, error) {
	text := h.Get("Content-Md5")
	if text == "" {
		return nil, nil
	}
	sum, err := base64.StdEncoding.DecodeString(text)
	if err != nil || len(sum) != md5.Size {
		return nil, fail(400, "InvalidDigest", "The Content-MD5 you specified was invalid.", field("Content-MD5", text))
	}
	return sum, nil
}

// requireDigest refuses a request that guards its body by no checksum, which
// S3 wants of DeleteObjects and of most configurations.
func (c *call) requireDigest() error {
	algorithm, err := c.namedChecksum()
	if err != nil {
		return err
	}
	if algorithm == "" && c.r.Header.Get("Content-Md5") == "" {
		return invalidRequest("Missing required header for this request: Content-MD5 OR x-amz-checksum-*")
	}
	return nil
}
