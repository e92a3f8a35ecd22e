package sigv4

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
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
// signed: whoever sits in between could change them.
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
