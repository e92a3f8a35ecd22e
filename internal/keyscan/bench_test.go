//go:build unix

package keyscan

import (
	"io"
	"net/http"
	"net/url"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/parafovea/terraform-provider-fovea/internal/manifest"
)

// stamped is a server whose cost is next to nothing, so that a benchmark shows
// the client's: each key is a number stamped into the same piece of XML. Every
// other one is a video.
type stamped struct {
	keys    int
	latency time.Duration
}

const (
	stampedHead   = head + `<Name>videos</Name><Prefix></Prefix><KeyCount>1000</KeyCount><MaxKeys>1000</MaxKeys><EncodingType>url</EncodingType>`
	stampedKey    = "raw/2024/camera-7/00000000.mp4"
	stampedObject = `<Contents><Key>` + stampedKey + `</Key><LastModified>2024-02-29T23:59:59.000Z</LastModified>` +
		`<ETag>&quot;d41d8cd98f00b204e9800998ecf8427e&quot;</ETag><ChecksumAlgorithm>CRC64NVME</ChecksumAlgorithm><ChecksumType>FULL_OBJECT</ChecksumType>` +
		`<Size>1234567890</Size><StorageClass>STANDARD</StorageClass></Contents>`
	stampedDigits = len(`<Contents><Key>raw/2024/camera-7/`)
)

func (s stamped) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := waitFor(r, s.latency); err != nil {
		return nil, err
	}
	query := r.URL.Query()
	first := 0
	if token := query.Get("continuation-token"); token != "" {
		first, _ = strconv.Atoi(token)
	} else if after := query.Get("start-after"); after != "" {
		first = keySpace{s.keys, s.key}.after(after)
	}
	end := min(first+pageSize, s.keys)
	b := make([]byte, 0, len(stampedHead)+(end-first)*len(stampedObject)+300)
	b = append(b, stampedHead...)
	if end < s.keys {
		b = append(append(append(b, "<NextContinuationToken>"...), strconv.Itoa(end)...), "</NextContinuationToken>"...)
	}
	b = append(strconv.AppendBool(append(b, "<IsTruncated>"...), end < s.keys), "</IsTruncated>"...)
	for i := first; i < end; i++ {
		at := len(b) + stampedDigits
		b = append(b, stampedObject...)
		stamp(b[at:], i)
	}
	return respond(http.StatusOK, append(b, tail...)), nil
}

func (s stamped) key(i int) string {
	b := []byte(stampedKey)
	stamp(b[len("raw/2024/camera-7/"):], i)
	return string(b)
}

// stamp writes eight digits and a suffix.
func stamp(b []byte, i int) {
	if i%2 == 1 {
		copy(b[8:], ".txt")
	}
	for at := 7; at >= 0; at-- {
		b[at] = byte('0' + i%10)
		i /= 10
	}
}

// cpu is the processor time that the process has used.
func cpu(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkScan lists, filters and digests a million keys. Its CPU figures
// include making the pages, which "server" shows on its own.
func BenchmarkScan(b *testing.B) {
	const keys = 1_000_000
	perKey := func(b *testing.B, cpuBefore time.Duration) {
		n := float64(b.N) * keys
		b.ReportMetric(float64((cpu(b)-cpuBefore).Nanoseconds())/n, "cpu-ns/key")
		b.ReportMetric(n/b.Elapsed().Seconds(), "keys/s")
	}
	b.Run("server", func(b *testing.B) {
		before := cpu(b)
		for b.Loop() {
			for first := 0; first < keys; first += pageSize {
				r := &http.Request{URL: &url.URL{RawQuery: "continuation-token=" + strconv.Itoa(first)}}
				resp, err := stamped{keys: keys}.RoundTrip(r)
				if err != nil {
					b.Fatal(err)
				}
				if _, err := io.Copy(io.Discard, resp.Body); err != nil {
					b.Fatal(err)
				}
			}
		}
		perKey(b, before)
	})
	for name, latency := range map[string]time.Duration{"no latency": 0, "30 ms": 30 * time.Millisecond} {
		for _, etags := range []bool{false, true} {
			b.Run(name+"/ETags="+strconv.FormatBool(etags), func(b *testing.B) {
				before := cpu(b)
				for b.Loop() {
					scanStamped(b, keys, latency, Options{Concurrency: 64, OmitETags: !etags})
				}
				perKey(b, before)
			})
		}
	}
}

func scanStamped(b *testing.B, keys int, latency time.Duration, o Options) {
	b.Helper()
	o.Bucket = "videos"
	client := clientOver(stamped{keys, latency})
	digest := manifest.NewDigester()
	count := 0
	for object, err := range New(client, o).Objects(b.Context()) {
		if err != nil {
			b.Fatal(err)
		}
		count++
		if strings.HasSuffix(object.Key, ".mp4") {
			digest.Add(manifest.Video{Key: object.Key, Size: object.Size, LastModified: object.LastModified})
		}
	}
	if sum := digest.Sum(); count != keys || sum.Count != int64(keys/2) {
		b.Fatalf("%d keys, %d videos of %d", count, sum.Count, keys)
	}
}

// BenchmarkMemory shows that the heap does not grow with the bucket.
func BenchmarkMemory(b *testing.B) {
	for _, millions := range []int{1, 5} {
		b.Run(strconv.Itoa(millions)+"M", func(b *testing.B) {
			for b.Loop() {
				scanStamped(b, millions*1_000_000, time.Millisecond, Options{Concurrency: 64})
			}
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			b.ReportMetric(float64(m.HeapSys-m.HeapReleased)/(1<<20), "heap-MB")
			b.ReportMetric(float64(m.Sys)/(1<<20), "sys-MB")
		})
	}
}
