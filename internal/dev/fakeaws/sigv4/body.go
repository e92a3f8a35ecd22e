package sigv4

import (
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"io"
	"net/http"
	"regexp"
	"strconv"
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
