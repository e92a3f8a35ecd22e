package s3api

import (
	"bytes"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"encoding/xml"
	"errors"
	"fmt"
	"hash"
	"hash/crc32"
	"hash/crc64"
	"io"
	"maps"
	"net/http"
	"os"
	"strings"
	"sync"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/sigv4"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/wire"
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
func (c *Call) readBody(limit int64) (*payload, error) {
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
func (c *Call) storeBody() (*payload, error) {
	if c.body.Length < 0 {
		return nil, wire.Fail(411, "MissingContentLength", "You must provide the Content-Length HTTP header.")
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

func entityTooLarge() *wire.Error {
	return wire.Fail(400, "EntityTooLarge", "Your proposed upload exceeds the maximum allowed size")
}

// receive copies the body to dst and compares it with the checksums that the
// request gives.
func (c *Call) receive(dst io.Writer, limit int64) (*payload, error) {
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
		return nil, wire.Fail(400, "IncompleteBody", "The request body terminated unexpectedly")
	}
	if n > limit {
		return nil, entityTooLarge()
	}
	p := &payload{size: n, md5: d.md5.Sum(nil), checksum: d.checksum()}
	if wantMD5 != nil && !bytes.Equal(wantMD5, p.md5) {
		return nil, wire.Fail(400, "BadDigest", "The Content-MD5 you specified did not match what we received.",
			wire.Field("CalculatedDigest", base64.StdEncoding.EncodeToString(p.md5)), wire.Field("ExpectedDigest", hex.EncodeToString(wantMD5)))
	}
	if algorithm == "" {
		return p, nil
	}
	return p, c.compareChecksum(p.checksum)
}

// namedChecksum tells the algorithm of the checksum that the request sends in
// a header or announces as a trailer, "" for none.
func (c *Call) namedChecksum() (string, error) {
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
		return "", wire.InvalidRequest("Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.")
	case len(names) == 0 && announced != "":
		return "", wire.InvalidRequest("x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.")
	case len(names) == 0:
		return "", nil
	case announced != "" && !strings.EqualFold(announced, names[0]):
		return "", wire.InvalidRequest("Value for x-amz-sdk-checksum-algorithm header is invalid.")
	}
	algorithm := findChecksum(names[0])
	if algorithm == nil {
		return "", wire.NotImplemented("the checksum algorithm " + names[0])
	}
	return algorithm.name, nil
}

// compareChecksum compares what came, by header or trailer, with got.
func (c *Call) compareChecksum(got checksum) error {
	header := checksumHeader(got.algorithm)
	want := c.r.Header.Get(header)
	if want == "" {
		want = c.body.Trailer().Get(header)
	}
	if raw, err := base64.StdEncoding.DecodeString(want); err != nil || len(raw) != findChecksum(got.algorithm).new().Size() {
		return wire.InvalidRequest("Value for " + strings.ToLower(header) + " header is invalid.")
	}
	if want != got.value {
		return wire.Fail(400, "BadDigest", "The "+got.algorithm+" you specified did not match the calculated checksum.")
	}
	return nil
}

// contentMD5 answers nil when the request has none.
func contentMD5(h http.Header) ([]byte, error) {
	text := h.Get("Content-Md5")
	if text == "" && len(h["Content-Md5"]) == 0 {
		return nil, nil
	}
	sum, err := base64.StdEncoding.DecodeString(text)
	if err != nil || len(sum) != md5.Size {
		return nil, wire.Fail(400, "InvalidDigest", "The Content-MD5 you specified was invalid.", wire.Field("Content-MD5", text))
	}
	return sum, nil
}

// requireDigest refuses a request that guards its body by no checksum, which
// S3 wants of DeleteObjects and of most configurations.
func (c *Call) requireDigest() error {
	algorithm, err := c.namedChecksum()
	if err != nil {
		return err
	}
	if algorithm == "" && c.r.Header.Get("Content-Md5") == "" {
		return wire.InvalidRequest("Missing required header for this request: Content-MD5 OR x-amz-checksum-*")
	}
	return nil
}

// Kinds of checksum of a multipart object.
const (
	fullObject = "FULL_OBJECT" // of all bytes, as for an object put at once
	composite  = "COMPOSITE"   // of the checksums of the parts, followed by "-" and their number
)

// checksum is an additional checksum of an object or a part: the zero value
// for none.
type checksum struct {
	algorithm string // as S3 names it, such as "CRC32"
	kind      string
	value     string // base64
}

// checksumAlgorithm is one of the algorithms that S3 knows.
type checksumAlgorithm struct {
	name  string
	new   func() hash.Hash
	kinds []string // of a multipart object; the first is the default
}

var (
	castagnoli = crc32.MakeTable(crc32.Castagnoli)
	nvme       = crc64.MakeTable(0x9a6c9329ac4bc9b5)

	checksumAlgorithms = []checksumAlgorithm{
		{"CRC32", func() hash.Hash { return crc32.NewIEEE() }, []string{composite, fullObject}},
		{"CRC32C", func() hash.Hash { return crc32.New(castagnoli) }, []string{composite, fullObject}},
		{"CRC64NVME", func() hash.Hash { return crc64.New(nvme) }, []string{fullObject}},
		{"SHA1", sha1.New, []string{composite}},
		{"SHA256", sha256.New, []string{composite}},
		{"SHA512", sha512.New, []string{composite}},
	}
)

// defaultChecksum is what S3 computes when the client names no algorithm.
const defaultChecksum = "CRC64NVME"

// findChecksum answers nil for an unknown algorithm. Case does not matter.
func findChecksum(name string) *checksumAlgorithm {
	for i := range checksumAlgorithms {
		if strings.EqualFold(checksumAlgorithms[i].name, name) {
			return &checksumAlgorithms[i]
		}
	}
	return nil
}

func checksumHeader(algorithm string) string { return "X-Amz-Checksum-" + algorithm }

// setHeaders sends the checksum along.
func (s checksum) setHeaders(h http.Header) {
	if s.algorithm != "" {
		h.Set(checksumHeader(s.algorithm), s.value)
		h.Set("X-Amz-Checksum-Type", s.kind)
	}
}

// checksumElements are the elements of a checksum in documents of S3. Embedded
// in a document they are read and written.
type checksumElements struct {
	ChecksumCRC32     string `xml:",omitempty"`
	ChecksumCRC32C    string `xml:",omitempty"`
	ChecksumCRC64NVME string `xml:",omitempty"`
	ChecksumSHA1      string `xml:",omitempty"`
	ChecksumSHA256    string `xml:",omitempty"`
	ChecksumSHA512    string `xml:",omitempty"`
}

// value gives the element of an algorithm.
func (e *checksumElements) value(algorithm string) *string {
	switch algorithm {
	case "CRC32":
		return &e.ChecksumCRC32
	case "CRC32C":
		return &e.ChecksumCRC32C
	case "CRC64NVME":
		return &e.ChecksumCRC64NVME
	case "SHA1":
		return &e.ChecksumSHA1
	case "SHA256":
		return &e.ChecksumSHA256
	default:
		return &e.ChecksumSHA512
	}
}

func (s checksum) elements() (e checksumElements) {
	if s.algorithm != "" {
		*e.value(s.algorithm) = s.value
	}
	return e
}

// typedChecksum is checksumElements with the kind, where documents name it.
type typedChecksum struct {
	checksumElements
	ChecksumType string `xml:",omitempty"`
}

func (s checksum) typed() typedChecksum { return typedChecksum{s.elements(), s.kind} }

// digests computes the MD5 and one additional checksum of all that is written.
type digests struct {
	md5       hash.Hash
	sum       hash.Hash
	algorithm string
	io.Writer
}

func newDigests(algorithm string) *digests {
	d := &digests{md5: md5.New(), sum: findChecksum(algorithm).new(), algorithm: algorithm}
	d.Writer = io.MultiWriter(d.md5, d.sum)
	return d
}

func (d *digests) checksum() checksum {
	return checksum{d.algorithm, fullObject, base64.StdEncoding.EncodeToString(d.sum.Sum(nil))}
}

// maxInMemory is the size up to which the body of an object stays in memory.
const maxInMemory = 1 << 20

// blobs keeps bodies of objects. Large ones go to one temporary file that only
// grows and is removed with the server: tests overwrite little, and manifests
// of a benchmark may exceed the memory at hand.
type blobs struct {
	mu   sync.Mutex
	file *os.File
	end  int64
}

// receive takes in size bytes by calling fill with a writer for them.
func (s *blobs) receive(size int64, fill func(io.Writer) error) (io.ReaderAt, error) {
	if size <= maxInMemory {
		buffer := bytes.NewBuffer(make([]byte, 0, size))
		if err := fill(buffer); err != nil {
			return nil, err
		}
		return bytes.NewReader(buffer.Bytes()), nil
	}
	file, at, err := s.reserve(size)
	if err != nil {
		return nil, err
	}
	if err := fill(io.NewOffsetWriter(file, at)); err != nil {
		return nil, err
	}
	return io.NewSectionReader(file, at, size), nil
}

func (s *blobs) reserve(size int64) (*os.File, int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.file == nil {
		file, err := os.CreateTemp("", "fakeaws-*")
		if err != nil {
			return nil, 0, fmt.Errorf("keep a large object: %w", err)
		}
		s.file = file
	}
	at := s.end
	s.end += size
	return s.file, at, nil
}

// Close removes the temporary file, if there is one.
func (s *blobs) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.file == nil {
		return nil
	}
	return errors.Join(s.file.Close(), os.Remove(s.file.Name()))
}

// readDocument reads a body that is a document, and verifies its checksums.
func (c *Call) readDocument() ([]byte, error) {
	body, err := c.readBody(wire.MaxDocument)
	if err != nil {
		return nil, err
	}
	return body.data, nil
}

// readXML decodes the body. optional lets the body be empty.
func (c *Call) readXML(v any, optional bool) error {
	data, err := c.readDocument()
	if err != nil {
		return err
	}
	if len(bytes.TrimSpace(data)) == 0 && optional {
		return nil
	}
	if err := wire.Decode(data, v); err != nil {
		return wire.MalformedXML()
	}
	return nil
}

func (c *Call) writeXML(v any) error {
	data, err := xml.Marshal(v)
	if err != nil {
		return err
	}
	c.writeDocument("application/xml", append([]byte(xml.Header), data...))
	return nil
}

func (c *Call) writeDocument(contentType string, data []byte) {
	c.w.Header().Set("Content-Type", contentType)
	c.w.WriteHeader(http.StatusOK)
	_, _ = c.w.Write(data) // the client may have gone
}

// readConfiguration decodes the body as a document of the element root into
// v. Optional elements of v are pointers, so that what the canonical form has
// too much is required and missing, and what it lacks is unknown to the schema,
// or there twice.
func (c *Call) readConfiguration(root string, v any) error {
	data, err := c.readDocument()
	if err != nil {
		return err
	}
	if len(bytes.TrimSpace(data)) == 0 {
		return wire.Fail(400, "MissingRequestBodyError", "Request Body is empty")
	}
	if err := wire.DecodeRoot(data, root, v); err != nil {
		return wire.MalformedXML()
	}
	canonical, err := wire.Canonical(root, v)
	if err != nil {
		return err
	}
	sent, err := wire.CountElements(data)
	if err != nil {
		return wire.MalformedXML()
	}
	if known, err := wire.CountElements(canonical); err != nil || !maps.Equal(known, sent) {
		return wire.MalformedXML()
	}
	return nil
}
