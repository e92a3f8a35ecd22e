package sigv4

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func signedChunk(size int, signature string) string {
	return fmt.Sprintf("%x;chunk-signature=%s\r\n%s\r\n", size, signature, strings.Repeat("a", size))
}

func chunkedPut(body, signed, signature string, headers map[string]string) *http.Request {
	r := httptest.NewRequestWithContext(context.Background(), "PUT", "http://s3.amazonaws.com/examplebucket/chunkObject.txt", strings.NewReader(body))
	r.Header.Set("X-Amz-Date", "20130524T000000Z")
	r.Header.Set("X-Amz-Storage-Class", "REDUCED_REDUNDANCY")
	r.Header.Set("Content-Encoding", "aws-chunked")
	r.Header.Set("X-Amz-Decoded-Content-Length", "66560")
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential="+exampleScope+",SignedHeaders="+signed+",Signature="+signature)
	for name, value := range headers {
		r.Header.Set(name, value)
	}
	return r
}

// The signed example of "Signature Calculations: Transferring Payload in
// Multiple Chunks".
func publishedChunks(body string) *http.Request {
	r := chunkedPut(body, "content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-storage-class",
		"4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9",
		map[string]string{"X-Amz-Content-Sha256": streamSigned})
	r.Header.Set("Content-Length", "66824")
	return r
}

const (
	chunk1 = "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648"
	chunk2 = "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497"
	chunk3 = "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9"
)

func readChunked(t *testing.T, r *http.Request) (string, http.Header, error) {
	t.Helper()
	s, err := Parse(r)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Verify(r, exampleSecret, ""); err != nil {
		t.Fatal(err)
	}
	b, err := s.Body(r, exampleSecret)
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(b)
	return string(data), b.Trailer(), err
}

func TestPublishedChunks(t *testing.T) {
	body := signedChunk(65536, chunk1) + signedChunk(1024, chunk2) + signedChunk(0, chunk3)
	data, _, err := readChunked(t, publishedChunks(body))
	if err != nil {
		t.Fatal(err)
	}
	if data != strings.Repeat("a", 66560) {
		t.Errorf("decoded %d bytes, want 66560 times a", len(data))
	}
}

func TestPublishedChunksWithTrailer(t *testing.T) {
	body := signedChunk(65536, "b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2") +
		signedChunk(1024, "1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7") +
		"0;chunk-signature=2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992\r\n" +
		"x-amz-checksum-crc32c:sOO8/Q==\r\n" +
		"x-amz-trailer-signature:d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435\r\n\r\n"
	put := func(body string) *http.Request {
		return chunkedPut(body, "content-encoding;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-storage-class;x-amz-trailer",
			"106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e",
			map[string]string{"X-Amz-Content-Sha256": streamSignedTrailer, "X-Amz-Trailer": "x-amz-checksum-crc32c"})
	}
	data, trailer, err := readChunked(t, put(body))
	if err != nil {
		t.Fatal(err)
	}
	if len(data) != 66560 || trailer.Get("X-Amz-Checksum-Crc32c") != "sOO8/Q==" {
		t.Errorf("decoded %d bytes, trailer %v", len(data), trailer)
	}
	_, _, err = readChunked(t, put(strings.Replace(body, "sOO8", "sOO9", 1)))
	wantCode(t, err, "SignatureDoesNotMatch")
}

func TestBrokenChunks(t *testing.T) {
	tests := map[string]struct{ body, code string }{
		"changed data":      {strings.Replace(signedChunk(65536, chunk1), "aaaa", "aaab", 1) + signedChunk(1024, chunk2) + signedChunk(0, chunk3), "SignatureDoesNotMatch"},
		"chunks swapped":    {signedChunk(1024, chunk2) + signedChunk(65536, chunk1) + signedChunk(0, chunk3), "SignatureDoesNotMatch"},
		"no last chunk":     {signedChunk(65536, chunk1) + signedChunk(1024, chunk2), "IncompleteBody"},
		"chunk left out":    {signedChunk(65536, chunk1) + signedChunk(0, chunk3), "SignatureDoesNotMatch"},
		"cut in a chunk":    {signedChunk(65536, chunk1)[:1000], "IncompleteBody"},
		"unsigned chunk":    {"400\r\n" + strings.Repeat("a", 1024) + "\r\n0\r\n\r\n", "InvalidRequest"},
		"size is not hex":   {"zz\r\n", "InvalidRequest"},
		"size out of range": {"7fffffffffffffff;chunk-signature=00\r\n", "InvalidRequest"},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			_, _, err := readChunked(t, publishedChunks(tc.body))
			wantCode(t, err, tc.code)
		})
	}
}

func TestUnsignedChunks(t *testing.T) {
	tests := map[string]struct{ body, length, code string }{
		"right":             {"5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n", "5", ""},
		"no trailer":        {"5\r\nhello\r\n0\r\n\r\n", "5", "MalformedTrailerError"},
		"other trailer":     {"5\r\nhello\r\n0\r\nx-amz-meta-a:b\r\n\r\n", "5", "MalformedTrailerError"},
		"shorter than said": {"5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n", "6", "IncompleteBody"},
		"longer than said":  {"5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n", "4", "IncompleteBody"},
		"no length":         {"0\r\n\r\n", "", "MissingContentLength"},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			r := httptest.NewRequestWithContext(context.Background(), "PUT", "http://h/b/k", strings.NewReader(tc.body))
			r.Header.Set("X-Amz-Content-Sha256", streamUnsignedTrailer)
			r.Header.Set("X-Amz-Trailer", "x-amz-checksum-crc32")
			if tc.length != "" {
				r.Header.Set("X-Amz-Decoded-Content-Length", tc.length)
			}
			var anonymous *Signature
			b, err := anonymous.Body(r, "")
			var data []byte
			if err == nil {
				data, err = io.ReadAll(b)
			}
			if tc.code != "" {
				wantCode(t, err, tc.code)
				return
			}
			if err != nil || string(data) != "hello" || b.Trailer().Get("X-Amz-Checksum-Crc32") != "NhCmhg==" {
				t.Errorf("got %q, trailer %v, error %v", data, b.Trailer(), err)
			}
		})
	}
}
