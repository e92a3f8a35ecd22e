package iampolicy

import (
	"fmt"
	"slices"
)

// Access is a profile of what a principal may do with a video bucket.
type Access string

// The access profiles.
const (
	// Read lists the bucket and gets its objects: all that the app needs.
	Read Access = "read"
	// Upload is Read, and puts objects, in parts if they are large.
	Upload Access = "upload"
	// Manifest lists the bucket, and reads and writes the manifest alone, in parts if
	// it is large.
	Manifest Access = "manifest"
)

// Accesses lists every profile.
func Accesses() []Access { return []Access{Read, Upload, Manifest} }

// Grant says what a principal is given.
type Grant struct {
	Partition         string   // "aws", "aws-cn" or "aws-us-gov"; empty means "aws"
	Bucket            string   // the bucket's name
	AdditionalBuckets []string // further buckets with the same access
	Access            Access   // the profile
	Prefixes          []string // key prefixes to keep to; none means the whole of each bucket
	ManifestKey       string   // the one key of Manifest, in each bucket
	KMSKeyARNs        []string // keys that encrypt the objects of the buckets
}

// Policy returns the identity policy for the grant. Bucket and object actions
// stand in statements of their own: only so can each be narrowed by prefix. It
// fails on an unknown profile, and on Manifest without a key.
func (g Grant) Policy() (Document, error) {
	buckets := g.bucketARNs()
	doc := Document{Version: Version}
	add := func(s Statement) {
		s.Effect = "Allow"
		doc.Statements = append(doc.Statements, s)
	}

	switch g.Access {
	case Read, Upload:
		g.list(add, buckets)
		objects := []string{"s3:GetObject"}
		sid := "ReadVideos"
		if g.Access == Upload {
			sid = "ReadAndUploadVideos"
			objects = []string{"s3:AbortMultipartUpload", "s3:GetObject", "s3:ListMultipartUploadParts", "s3:PutObject"}
		}
		add(Statement{Sid: sid, Actions: objects, Resources: g.objectARNs(buckets)})
	case Manifest:
		if g.ManifestKey == "" {
			return Document{}, fmt.Errorf("access %q needs the manifest's key", Manifest)
		}
		g.list(add, buckets)
		add(Statement{
			Sid:       "PublishManifest",
			Actions:   []string{"s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject"},
			Resources: inEach(buckets, g.ManifestKey),
		})
	default:
		return Document{}, fmt.Errorf("unknown access profile %q: use one of %q", g.Access, Accesses())
	}

	if len(g.KMSKeyARNs) > 0 {
		actions := []string{"kms:Decrypt"}
		if g.Access != Read {
			actions = append(actions, "kms:GenerateDataKey")
		}
		add(Statement{Sid: "UseVideoKeys", Actions: actions, Resources: sorted(g.KMSKeyARNs)})
	}
	return doc, nil
}

// list grants the actions on the bucket itself. s3:prefix is in the request of
// a listing only: a condition on it would deny GetBucketLocation for good, so
// that action gets its own statement when there are prefixes.
func (g Grant) list(add func(Statement), buckets []string) {
	if g.Access == Manifest { // which finds uploads that an interrupted run has left
		add(Statement{Sid: "ListVideos", Actions: []string{"s3:ListBucket", "s3:ListBucketMultipartUploads"}, Resources: buckets})
		return
	}
	if len(g.Prefixes) == 0 {
		add(Statement{
			Sid:       "ListVideos",
			Actions:   []string{"s3:GetBucketLocation", "s3:ListBucket"},
			Resources: buckets,
		})
		return
	}
	var patterns []string
	for _, p := range sorted(g.Prefixes) {
		patterns = append(patterns, p+"*")
	}
	add(Statement{Sid: "LocateBucket", Actions: []string{"s3:GetBucketLocation"}, Resources: buckets})
	add(Statement{
		Sid:       "ListVideos",
		Actions:   []string{"s3:ListBucket"},
		Resources: buckets,
		Condition: Condition{"StringLike": {"s3:prefix": patterns}},
	})
}

// objectARNs are patterns for the objects of each bucket.
func (g Grant) objectARNs(buckets []string) []string {
	if len(g.Prefixes) == 0 {
		return inEach(buckets, "*")
	}
	var patterns []string
	for _, p := range sorted(g.Prefixes) {
		patterns = append(patterns, p+"*")
	}
	return inEach(buckets, patterns...)
}

// inEach returns the ARNs of keys, or patterns of keys, in each bucket.
func inEach(buckets []string, keys ...string) []string {
	var arns []string
	for _, bucket := range buckets {
		for _, key := range keys {
			arns = append(arns, bucket+"/"+key)
		}
	}
	return arns
}

// bucketARNs returns the ARN of Bucket first, by which Recognize knows it, then those of
// AdditionalBuckets, sorted.
func (g Grant) bucketARNs() []string {
	arns := []string{g.bucketARN(g.Bucket)}
	for _, name := range sorted(g.AdditionalBuckets) {
		if name != g.Bucket {
			arns = append(arns, g.bucketARN(name))
		}
	}
	return arns
}

func (g Grant) bucketARN(name string) string {
	partition := g.Partition
	if partition == "" {
		partition = "aws"
	}
	return "arn:" + partition + ":s3:::" + name
}

func sorted(list []string) []string {
	out := slices.Clone(list)
	slices.Sort(out)
	return slices.Compact(out)
}
