package listpage

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// bodyTransport answers every request with the same body.
type bodyTransport func() io.Reader

func (b bodyTransport) RoundTrip(*http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode:    http.StatusOK,
		Header:        http.Header{"Content-Type": {"application/xml"}, "X-Amz-Request-Id": {"EXAMPLE"}},
		Body:          io.NopCloser(b()),
		ContentLength: -1,
	}, nil
}

func clientOf(body func() io.Reader) *s3.Client {
	return s3.New(s3.Options{
		Region:       "us-east-1",
		BaseEndpoint: aws.String("http://s3.test"),
		UsePathStyle: true,
		HTTPClient:   &http.Client{Transport: bodyTransport(body)},
		Retryer:      aws.NopRetryer{},
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "AKIAEXAMPLE", SecretAccessKey: "example"}, nil
		}),
	})
}

const pageSize = 1000

// counter returns the keys of a page that is full.
func counter() []string {
	keys := make([]string, pageSize)
	for i := range keys {
		keys[i] = fmt.Sprintf("videos/%08d.mp4", i)
	}
	return keys
}

// listing is a page with URL-encoded keys, as S3 writes it.
func listing(keys ...string) string {
	b := []byte(head + common)
	modified := time.Date(2024, 2, 29, 23, 0, 0, 0, time.UTC)
	for i, key := range keys {
		hex := strconv.FormatUint(uint64(i)*0x9E3779B97F4A7C15|1<<63, 16)
		parts, class := "", "STANDARD"
		if i%50 == 7 {
			parts, class = "-"+strconv.Itoa(1+i%90), "GLACIER_IR"
		}
		b = fmt.Appendf(b, "<Contents><Key>%s</Key><LastModified>%s</LastModified><ETag>&quot;%s%s%s&quot;</ETag><Size>%d</Size><StorageClass>%s</StorageClass></Contents>",
			strings.ReplaceAll(url.QueryEscape(key), "%2F", "/"), modified.Add(time.Duration(i)*1234*time.Millisecond).Format("2006-01-02T15:04:05.000Z"), hex, hex, parts, i*7919, class)
	}
	return string(append(b, tail...))
}

// decodeBySDK is what our decoder is measured against.
func decodeBySDK(body []byte) (*Page, error) {
	client := clientOf(func() io.Reader { return bytes.NewReader(body) })
	out, err := client.ListObjectsV2(context.Background(), &s3.ListObjectsV2Input{Bucket: aws.String("videos")})
	if err != nil {
		return nil, err
	}
	var p Page
	return &p, p.Convert(out, "videos", false)
}

func samePage(a, b *Page) error {
	if a.Count != b.Count || a.Truncated != b.Truncated || a.Token != b.Token || a.Unordered != b.Unordered || a.Text != b.Text {
		return fmt.Errorf("%d objects, truncated %t, token %q, unordered %t; the SDK has %d, %t, %q, %t",
			a.Count, a.Truncated, a.Token, a.Unordered, b.Count, b.Truncated, b.Token, b.Unordered)
	}
	ours, theirs := objectsOf(a), objectsOf(b)
	for i := range ours {
		if ours[i] != theirs[i] {
			return fmt.Errorf("object %d: %+v; the SDK has %+v", i, ours[i], theirs[i])
		}
	}
	if !bytes.Equal(a.Packed, b.Packed) || !bytes.Equal(a.First, b.First) || !bytes.Equal(a.Last, b.Last) || !slices.EqualFunc(a.Samples, b.Samples, bytes.Equal) {
		return errors.New("equal objects are packed differently")
	}
	return nil
}

func objectsOf(p *Page) []Object {
	var all []Object
	Each(p.Packed, p.Kept, p.Text, func(o Object, _ error) bool {
		all = append(all, o)
		return true
	})
	return all
}

const (
	head   = `<?xml version="1.0" encoding="UTF-8"?>` + "\n" + `<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">`
	common = `<Name>videos</Name><Prefix/><KeyCount>1</KeyCount><MaxKeys>1000</MaxKeys><EncodingType>url</EncodingType><IsTruncated>false</IsTruncated>`
	tail   = `</ListBucketResult>`
	object = `<Contents><Key>a</Key><LastModified>2024-02-29T23:59:59.123Z</LastModified><ETag>&quot;d41d8cd98f00b204e9800998ecf8427e&quot;</ETag><Size>5</Size><StorageClass>STANDARD</StorageClass></Contents>`
)

// ourPages are pages as servers write them: our decoder must know them.
func ourPages() map[string]string {
	with := func(from, to string) string { return head + common + strings.Replace(object, from, to, 1) + tail }
	pages := map[string]string{
		"of S3":             listing("a +&<%2F.mp4", "b\x01\x1f.mp4", "c/é世\U0010ffff.mp4", "d"+strings.Repeat("\U0001F3AC", 255)),
		"a thousand":        listing(counter()...),
		"not URL-encoded":   head + "<IsTruncated>false</IsTruncated>" + strings.Replace(object, ">a<", ">a&amp;&lt;&gt;é.mp4<", 1) + strings.Replace(object, ">a<", ">b]&gt;&#13;.mp4<", 1) + tail,
		"empty":             head + common + tail,
		"without namespace": strings.Replace(head, ` xmlns="http://s3.amazonaws.com/doc/2006-03-01/"`, "", 1) + common + object + tail,
		"without head":      head[strings.Index(head, "<List"):] + common + object + tail,
		"indented":          strings.ReplaceAll(head+common+object+object+tail, "><", ">\n\t <"),
		"encoding last":     head + object + common + tail,
		"text behind it":    head + common + object + tail + "\ngarbage",
	}
	for name, change := range map[string][2]string{
		"owner":            {"<Size>", "<Owner><ID>1</ID><DisplayName>me&amp;you</DisplayName></Owner><Size>"},
		"checksum":         {"<Size>", "<ChecksumAlgorithm>CRC64NVME</ChecksumAlgorithm><ChecksumType>FULL_OBJECT</ChecksumType><Size>"},
		"odd class":        {"STANDARD", "COLD_LINE"},
		"no class":         {"<StorageClass>STANDARD</StorageClass>", ""},
		"parts":            {"427e&quot;", "427e-10000&quot;"},
		"odd part count":   {"427e&quot;", "427e-012&quot;"},
		"bare ETag":        {"&quot;d41d8cd98f00b204e9800998ecf8427e&quot;", "d41d8cd98f00b204e9800998ecf8427e"},
		"upper-case ETag":  {"d41d8", "D41D8"},
		"other quotes":     {"&quot;d41d8cd98f00b204e9800998ecf8427e&quot;", "&#34;d41d8cd98f00b204e9800998ecf8427e&#34;"},
		"ETag of markup":   {"&quot;d41d8cd98f00b204e9800998ecf8427e&quot;", "&lt;&#x26;&apos;"},
		"whole seconds":    {"59.123Z", "59Z"},
		"nanoseconds":      {"59.123Z", "59.123456789Z"},
		"zone":             {"59.123Z", "59.123+02:00"},
		"empty key escape": {"<Key>a<", "<Key>%00%7f+%2b<"},
		"time long ago":    {"2024-02-29", "0001-01-01"},
	} {
		pages[name] = with(change[0], change[1])
	}
	return pages
}

// foreignPages are left to the SDK, or refused by it.
func foreignPages() map[string]string {
	with := func(from, to string) string { return head + common + strings.Replace(object, from, to, 1) + tail }
	pages := map[string]string{
		"nothing":           "",
		"cut":               head + common + object[:60],
		"unclosed":          head + common + object,
		"error":             `<Error><Code>InternalError</Code></Error>`,
		"other root":        strings.ReplaceAll(head+common+object+tail, "ListBucketResult", "ListBucket"),
		"no IsTruncated":    head + object + tail,
		"comment":           head + "<!-- x -->" + common + object + tail,
		"common prefixes":   head + common + "<CommonPrefixes><Prefix>a/</Prefix></CommonPrefixes>" + tail,
		"plus, not encoded": head + "<IsTruncated>false</IsTruncated>" + strings.Replace(object, ">a<", ">a+b<", 1) + tail,
		"text between":      head + common + "text" + object + tail,
		"HTML":              "<html><body>busy</body></html>",
		"unknown element":   head + common + "<Extra><IsTruncated>true</IsTruncated></Extra>" + object + tail,
	}
	for name, change := range map[string][2]string{
		"CDATA":         {">a<", "><![CDATA[a]]><"},
		"attribute":     {"<Key>", `<Key x="1">`},
		"namespace":     {"<Key>a</Key>", "<s3:Key>a</s3:Key>"},
		"other case":    {"<Key>a</Key>", "<key>a</key>"},
		"bad escape":    {">a<", ">a%2<"},
		"worse escape":  {">a<", ">%\x16\x16<"},
		"bad entity":    {">a<", ">a&nbsp;<"},
		"null":          {">a<", ">a&#0;<"},
		"bad UTF-8":     {">a<", ">a\xff<"},
		"no key":        {"<Key>a</Key>", ""},
		"bad size":      {"<Size>5<", "<Size>5MB<"},
		"negative size": {"<Size>5<", "<Size>-5<"},
		"bad time":      {"2024-02-29", "2023-02-29"},
		"nested":        {">a<", "><b>a</b><"},
		"]]>":           {">a<", ">a]]><"},
		"raw CR":        {">a<", ">a\r\nb<"},
	} {
		pages[name] = with(change[0], change[1])
	}
	return pages
}

func TestDecodesWhatTheSDKDecodes(t *testing.T) {
	for name, body := range ourPages() {
		var d Decoder
		if err := d.Decode(iotest.HalfReader(strings.NewReader(body))); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		theirs, err := decodeBySDK([]byte(body))
		if err != nil {
			t.Errorf("%s: the SDK refuses it: %v", name, err)
		} else if err := samePage(&d.Page, theirs); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestLeavesForeignPagesToTheSDK(t *testing.T) {
	for name, body := range foreignPages() {
		var d Decoder
		if err := d.Decode(strings.NewReader(body)); !errors.Is(err, ErrForeign) {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

func TestDecodeReportsAnAnswerThatBreaksOff(t *testing.T) {
	for at := range len(head + common + object) {
		var d Decoder
		body := io.MultiReader(strings.NewReader((head + common + object)[:at]), iotest.ErrReader(io.ErrUnexpectedEOF))
		if err := d.Decode(body); !BrokenOff(err) {
			t.Fatalf("after %d bytes: %v", at, err)
		}
	}
}

func FuzzDecode(f *testing.F) {
	for _, body := range ourPages() {
		if len(body) < 8<<10 {
			f.Add([]byte(body))
		}
	}
	for _, body := range foreignPages() {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		var d Decoder
		if d.Decode(bytes.NewReader(body)) != nil {
			return
		}
		theirs, err := decodeBySDK(body)
		if err != nil {
			t.Fatalf("the SDK refuses it: %v", err)
		}
		if err := samePage(&d.Page, theirs); err != nil {
			t.Fatal(err)
		}
	})
}

func BenchmarkDecode(b *testing.B) {
	body := []byte(listing(counter()...))
	perKey := func(b *testing.B) {
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/pageSize, "ns/key")
		b.ReportAllocs()
	}
	b.Run("ours", func(b *testing.B) {
		var d Decoder
		for b.Loop() {
			d.Reset()
			if err := d.Decode(bytes.NewReader(body)); err != nil {
				b.Fatal(err)
			}
		}
		perKey(b)
	})
	b.Run("SDK", func(b *testing.B) {
		client := clientOf(func() io.Reader { return bytes.NewReader(body) })
		for b.Loop() {
			if _, err := client.ListObjectsV2(b.Context(), &s3.ListObjectsV2Input{Bucket: aws.String("videos")}); err != nil {
				b.Fatal(err)
			}
		}
		perKey(b)
	})
	b.Run("unpack", func(b *testing.B) {
		var d Decoder
		if err := d.Decode(bytes.NewReader(body)); err != nil {
			b.Fatal(err)
		}
		for b.Loop() {
			Each(d.Page.Packed, d.Page.Kept, d.Page.Text, func(Object, error) bool { return true })
		}
		perKey(b)
		b.ReportMetric(float64(len(d.Page.Packed))/pageSize, "packedB/key")
	})
}
