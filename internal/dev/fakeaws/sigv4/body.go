package sigv4

import (
	"bufio"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Values of X-Amz-Content-Sha256 that are not a hash.
const (
	UnsignedPayload       = "UNSIGNED-PAYLOAD"
	streamSigned          = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
	streamSignedTrailer   = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"
	streamUnsignedTrailer = "STREAMING-UNSIGNED-PAYLOAD-TRAILER"
)

var hexHash = regexp.MustCompile(`^[0-9a-f]{64}$`)

// Body reads the decoded body of a request. A body that is not what was
// signed gives an *Error in place of io.EOF: what was read before is not to
// be used.
type Body struct {
	io.Reader
	// Length is the decoded length in bytes, or -1 when the request does not say.
	Length int64

	trailer *http.Header
}

// Trailer holds the headers sent after the body. It is complete once Read has
// answered io.EOF.
func (b *Body) Trailer() http.Header {
	if b.trailer == nil {
		return http.Header{}
	}
	return *b.trailer
}

// Body gives the decoded, verified body of r. It is called after Verify, with
// the same secret. A nil Signature stands for an anonymous request, whose
// body is taken as it comes, chunk encoding aside.
func (s *Signature) Body(r *http.Request, secret string) (*Body, error) {
	payload := r.Header.Get("X-Amz-Content-Sha256")
	if s != nil {
		payload = s.PayloadHash
	}
	switch {
	case payload == "" && s != nil && !s.Presigned:
		return nil, refuse(400, "InvalidRequest", "Missing required header for this request: x-amz-content-sha256")
	case payload == "" || payload == UnsignedPayload:
		return &Body{Reader: r.Body, Length: r.ContentLength}, nil
	case payload == streamUnsignedTrailer:
		return chunkedBody(r, nil)
	case payload == streamSigned || payload == streamSignedTrailer:
		if s == nil {
			return nil, refuse(400, "InvalidRequest", "The payload is signed, but the request is not.")
		}
		return chunkedBody(r, &chunkSigner{
			key: s.key(secret), time: s.Time.Format(timeLayout), scope: s.scope(), previous: s.value,
			trailer: payload == streamSignedTrailer,
		})
	case hexHash.MatchString(payload):
		return &Body{Reader: &hashedReader{src: r.Body, hash: sha256.New(), want: payload}, Length: r.ContentLength}, nil
	}
	return nil, refuse(400, "InvalidArgument", "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER or a valid sha256 value.",
		Detail{"ArgumentName", "x-amz-content-sha256"}, Detail{"ArgumentValue", payload})
}

func chunkedBody(r *http.Request, signer *chunkSigner) (*Body, error) {
	text := r.Header.Get("X-Amz-Decoded-Content-Length")
	if text == "" {
		return nil, refuse(411, "MissingContentLength", "You must provide the Content-Length HTTP header.")
	}
	length, err := strconv.ParseInt(text, 10, 64)
	if err != nil || length < 0 {
		return nil, refuse(400, "InvalidArgument", "x-amz-decoded-content-length is not a length.")
	}
	c := newChunkReader(r.Body, signer, r.Header.Values("X-Amz-Trailer"), length)
	return &Body{Reader: c, Length: length, trailer: &c.trailer}, nil
}

// hashedReader compares the hash of all it has read at the end.
type hashedReader struct {
	src  io.Reader
	hash hash.Hash
	want string
}

func (h *hashedReader) Read(p []byte) (int, error) {
	n, err := h.src.Read(p)
	h.hash.Write(p[:n])
	if err == io.EOF {
		if got := hex.EncodeToString(h.hash.Sum(nil)); got != h.want {
			return n, refuse(400, "XAmzContentSHA256Mismatch", "The provided 'x-amz-content-sha256' header does not match what was computed.",
				Detail{"ClientComputedContentSHA256", h.want}, Detail{"S3ComputedContentSHA256", got})
		}
	}
	return n, err
}

// maxChunk bounds what a client can make the reader hold at once; S3's own
// clients send 64 KiB to 1 MiB.
const maxChunk = 16 << 20

// maxTrailerLines bounds the trailer of a body.
const maxTrailerLines = 32

var emptyHash = hex.EncodeToString(sha256.New().Sum(nil))

// chunkReader decodes the aws-chunked content encoding:
//
//	hex-size[;chunk-signature=hex]\r\n data \r\n ... 0[;chunk-signature=hex]\r\n
//	[name:value\r\n ...] [x-amz-trailer-signature:hex\r\n] \r\n
//
// A signed chunk is handed on only after its signature was found right.
type chunkReader struct {
	src      *bufio.Reader
	signer   *chunkSigner // nil: chunks are not signed
	declared []string     // trailer names announced by X-Amz-Trailer, lower case
	want     int64        // decoded length
	got      int64
	chunk    []byte // what is left of the present chunk
	trailer  http.Header
	err      error
}

func newChunkReader(src io.Reader, signer *chunkSigner, announced []string, length int64) *chunkReader {
	c := &chunkReader{src: bufio.NewReader(src), signer: signer, want: length, trailer: http.Header{}}
	for _, list := range announced {
		for name := range strings.SplitSeq(list, ",") {
			c.declared = append(c.declared, strings.ToLower(strings.TrimSpace(name)))
		}
	}
	return c
}

func (c *chunkReader) Read(p []byte) (int, error) {
	for len(c.chunk) == 0 && c.err == nil {
		c.err = c.next()
	}
	if len(c.chunk) == 0 {
		return 0, c.err
	}
	n := copy(p, c.chunk)
	c.chunk = c.chunk[n:]
	return n, nil
}

// next reads one chunk; after the last one it reads the trailer and answers
// io.EOF.
func (c *chunkReader) next() error {
	line, err := c.line()
	if errors.Is(err, errEnd) {
		return incomplete(nil)
	}
	if err != nil {
		return err
	}
	sizeText, extension, _ := strings.Cut(line, ";")
	size, err := strconv.ParseInt(sizeText, 16, 64)
	if err != nil || size < 0 || size > maxChunk {
		return refuse(400, "InvalidRequest", "The chunk header is malformed.")
	}
	data := make([]byte, size)
	if _, err := io.ReadFull(c.src, data); err != nil {
		return incomplete(err)
	}
	if c.signer != nil {
		signature, ok := strings.CutPrefix(extension, "chunk-signature=")
		if !ok {
			return refuse(400, "InvalidRequest", "A chunk carries no signature.")
		}
		if err := c.signer.checkChunk(data, signature); err != nil {
			return err
		}
	}
	if size == 0 {
		return c.finish()
	}
	if blank, err := c.line(); errors.Is(err, errEnd) {
		return incomplete(nil)
	} else if err != nil {
		return err
	} else if blank != "" {
		return refuse(400, "InvalidRequest", "A chunk is longer than its header says.")
	}
	c.got += size
	if c.got > c.want {
		return incomplete(nil)
	}
	c.chunk = data
	return nil
}

// finish reads the trailer and checks that everything announced has come.
func (c *chunkReader) finish() error {
	if c.got != c.want {
		return incomplete(nil)
	}
	var signed strings.Builder
	signature := ""
	for range maxTrailerLines {
		line, err := c.line()
		if err != nil {
			// The blank line at the end is left out by some clients.
			if errors.Is(err, errEnd) {
				line = ""
			} else {
				return err
			}
		}
		if line == "" {
			return c.checkTrailer(signed.String(), signature)
		}
		name, value, ok := strings.Cut(line, ":")
		if !ok {
			return refuse(400, "MalformedTrailerError", "The request contained trailing data that was not well-formed or did not conform to our published schema.")
		}
		name, value = strings.ToLower(strings.TrimSpace(name)), strings.TrimSpace(value)
		if name == "x-amz-trailer-signature" {
			signature = value
			continue
		}
		if !slices.Contains(c.declared, name) {
			return refuse(400, "MalformedTrailerError", "The trailer "+name+" was not announced by x-amz-trailer.")
		}
		c.trailer.Add(name, value)
		signed.WriteString(name + ":" + value + "\n")
	}
	return refuse(400, "MalformedTrailerError", "The request has too many trailers.")
}

func (c *chunkReader) checkTrailer(signed, signature string) error {
	for _, name := range c.declared {
		if c.trailer.Get(name) == "" {
			return refuse(400, "MalformedTrailerError", "The trailer "+name+" was announced and did not come.")
		}
	}
	if c.signer != nil && c.signer.trailer {
		if err := c.signer.checkTrailer(signed, signature); err != nil {
			return err
		}
	}
	return io.EOF
}

var errEnd = errors.New("end of the body")

// line reads up to CRLF, which it takes off. errEnd says that nothing at all
// was left to read.
func (c *chunkReader) line() (string, error) {
	line, err := c.src.ReadSlice('\n')
	switch {
	case errors.Is(err, io.EOF) && len(line) == 0:
		return "", errEnd
	case errors.Is(err, bufio.ErrBufferFull):
		return "", refuse(400, "InvalidRequest", "The chunk header is malformed.")
	case err != nil:
		return "", incomplete(err)
	}
	return strings.TrimSuffix(strings.TrimSuffix(string(line), "\n"), "\r"), nil
}

func incomplete(err error) error {
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return err
	}
	return refuse(400, "IncompleteBody", "The request body terminated unexpectedly")
}

// chunkSigner follows the chain of chunk signatures, each of which covers the
// one before.
type chunkSigner struct {
	key         []byte
	time, scope string
	previous    string
	trailer     bool // the trailer is signed, too
}

func (s *chunkSigner) checkChunk(data []byte, signature string) error {
	sum := sha256.Sum256(data)
	return s.check("AWS4-HMAC-SHA256-PAYLOAD", []string{emptyHash, hex.EncodeToString(sum[:])}, signature)
}

func (s *chunkSigner) checkTrailer(canonical, signature string) error {
	sum := sha256.Sum256([]byte(canonical))
	return s.check("AWS4-HMAC-SHA256-TRAILER", []string{hex.EncodeToString(sum[:])}, signature)
}

func (s *chunkSigner) check(kind string, hashes []string, signature string) error {
	lines := append([]string{kind, s.time, s.scope, s.previous}, hashes...)
	want := hex.EncodeToString(mac(s.key, strings.Join(lines, "\n")))
	if !hmac.Equal([]byte(want), []byte(signature)) {
		return refuse(403, "SignatureDoesNotMatch", "The chunk signature we calculated does not match the signature you provided.")
	}
	s.previous = signature
	return nil
}
