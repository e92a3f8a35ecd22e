package sigv4

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// CheckTime refuses a signature made more than MaxSkew away from now, and a
// presigned one that has run out or is not yet valid.
func (s *Signature) CheckTime(now time.Time) error {
	now = now.UTC()
	if s.Presigned {
		end := s.Time.Add(s.Expires)
		switch {
		case now.After(end):
			return refuse(403, "AccessDenied", "Request has expired",
				Detail{"X-Amz-Expires", strconv.Itoa(int(s.Expires / time.Second))},
				Detail{"Expires", end.Format(time.RFC3339)},
				Detail{"ServerTime", now.Format(time.RFC3339)})
		case s.Time.Sub(now) > MaxSkew:
			return refuse(403, "AccessDenied", "Request is not valid yet")
		}
		return nil
	}
	if skew := now.Sub(s.Time); skew > MaxSkew || skew < -MaxSkew {
		return refuse(403, "RequestTimeTooSkewed", "The difference between the request time and the current time is too large.",
			Detail{"RequestTime", s.Time.Format(timeLayout)},
			Detail{"ServerTime", now.Format(time.RFC3339)},
			Detail{"MaxAllowedSkewMilliseconds", strconv.Itoa(int(MaxSkew / time.Millisecond))})
	}
	return nil
}

// Verify checks the signature of r against the secret of its access key.
// payloadHash is the hash of the body that was signed, for services other
// than S3; it is not looked at when the request names one itself or is
// presigned.
func (s *Signature) Verify(r *http.Request, secret, payloadHash string) error {
	if s.PayloadHash != "" {
		payloadHash = s.PayloadHash
	} else if s.Presigned && s.Service == "s3" {
		payloadHash = UnsignedPayload
	}
	if err := s.checkCoverage(r); err != nil {
		return err
	}
	toSign := s.stringToSign(canonicalRequest(r, s.SignedHeaders, payloadHash))
	want := hex.EncodeToString(mac(s.key(secret), toSign))
	if !hmac.Equal([]byte(want), []byte(s.value)) {
		return refuse(403, "SignatureDoesNotMatch", "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
			Detail{"AWSAccessKeyId", s.AccessKeyID},
			Detail{"StringToSign", toSign},
			Detail{"SignatureProvided", s.value})
	}
	return nil
}

// checkCoverage refuses a request whose host or x-amz-* headers are not all
// signed: a proxy could change the others.
func (s *Signature) checkCoverage(r *http.Request) error {
	var missing []string
	if !slices.Contains(s.SignedHeaders, "host") {
		missing = append(missing, "host")
	}
	for name := range r.Header {
		lower := strings.ToLower(name)
		if !strings.HasPrefix(lower, "x-amz-") || slices.Contains(s.SignedHeaders, lower) {
			continue
		}
		// The signature covers this value already, as the payload hash.
		if lower == "x-amz-content-sha256" && s.Service != "s3" {
			continue
		}
		missing = append(missing, lower)
	}
	if len(missing) == 0 {
		return nil
	}
	slices.Sort(missing)
	return refuse(403, "AccessDenied", "There were headers present in the request which were not signed",
		Detail{"HeadersNotSigned", strings.Join(missing, ", ")})
}

func (s *Signature) scope() string {
	return s.Date + "/" + s.Region + "/" + s.Service + "/aws4_request"
}

func (s *Signature) stringToSign(canonical string) string {
	sum := sha256.Sum256([]byte(canonical))
	return strings.Join([]string{algorithm, s.Time.Format(timeLayout), s.scope(), hex.EncodeToString(sum[:])}, "\n")
}

// key derives the signing key of the credential scope.
func (s *Signature) key(secret string) []byte {
	k := mac([]byte("AWS4"+secret), s.Date)
	k = mac(k, s.Region)
	k = mac(k, s.Service)
	return mac(k, "aws4_request")
}

func mac(key []byte, data string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(data))
	return h.Sum(nil)
}

// canonicalRequest is the text that is hashed and signed.
func canonicalRequest(r *http.Request, signed []string, payloadHash string) string {
	var b strings.Builder
	b.WriteString(r.Method + "\n")
	b.WriteString(canonicalPath(r.URL) + "\n")
	b.WriteString(canonicalQuery(r.URL.RawQuery) + "\n")
	for _, name := range signed {
		b.WriteString(name + ":" + canonicalHeader(r, name) + "\n")
	}
	b.WriteString("\n" + strings.Join(signed, ";") + "\n" + payloadHash)
	return b.String()
}

// canonicalPath encodes the decoded path once and keeps its slashes, dots and
// doubled slashes: S3 does not normalise.
func canonicalPath(u *url.URL) string {
	if u.Path == "" {
		return "/"
	}
	return escape(u.Path, true)
}

func canonicalQuery(raw string) string {
	type pair struct{ name, value string }
	var pairs []pair
	for part := range strings.SplitSeq(raw, "&") {
		if part == "" {
			continue
		}
		name, value, _ := strings.Cut(part, "=")
		name, value = unescapeQuery(name), unescapeQuery(value)
		if name == "X-Amz-Signature" {
			continue
		}
		pairs = append(pairs, pair{escape(name, false), escape(value, false)})
	}
	slices.SortFunc(pairs, func(a, b pair) int {
		if c := strings.Compare(a.name, b.name); c != 0 {
			return c
		}
		return strings.Compare(a.value, b.value)
	})
	var b strings.Builder
	for i, p := range pairs {
		if i > 0 {
			b.WriteByte('&')
		}
		b.WriteString(p.name + "=" + p.value)
	}
	return b.String()
}

// unescapeQuery leaves what is not valid escaping as it came, so that a
// malformed query fails by its signature.
func unescapeQuery(s string) string {
	if plain, err := url.QueryUnescape(s); err == nil {
		return plain
	}
	return s
}

// canonicalHeader joins the values of a header, with runs of blanks made one.
// The server has taken host and content-length out of the header map.
func canonicalHeader(r *http.Request, name string) string {
	switch name {
	case "host":
		return r.Host
	case "content-length":
		if v := r.Header.Get(name); v != "" {
			return v
		}
		return strconv.FormatInt(r.ContentLength, 10)
	case "transfer-encoding":
		return strings.Join(r.TransferEncoding, ",")
	}
	values := slices.Clone(r.Header.Values(name))
	for i, v := range values {
		values[i] = strings.Join(strings.Fields(v), " ")
	}
	return strings.Join(values, ",")
}

const upperHex = "0123456789ABCDEF"

// escape percent-encodes every byte outside RFC 3986's unreserved set.
func escape(s string, keepSlash bool) string {
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		switch {
		case 'A' <= c && c <= 'Z', 'a' <= c && c <= 'z', '0' <= c && c <= '9',
			c == '-', c == '_', c == '.', c == '~', c == '/' && keepSlash:
			b.WriteByte(c)
		default:
			b.WriteByte('%')
			b.WriteByte(upperHex[c>>4])
			b.WriteByte(upperHex[c&15])
		}
	}
	return b.String()
}
