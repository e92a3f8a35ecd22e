package fakeaws

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"hash"
	"hash/crc32"
	"hash/crc64"
	"io"
	"net/http"
	"strings"
)

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
