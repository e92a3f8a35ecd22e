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
	Partition   string   // "aws", "aws-cn" or "aws-us-gov"; empty means "aws"
	Bucket      string   // the bucket's name
	Access      Access   // the profile
	Prefixes    []string // key prefixes to keep to; none means the whole bucket
	ManifestKey string   // the one key of Manifest
	KMSKeyARNs  []string // keys that encrypt the bucket's objects
}

// Policy returns the identity policy for the grant. Bucket and object actions
// stand in statements of their own: only so can each be narrowed by prefix. It
// fails on an unknown profile, and on Manifest without a key.
func (g Grant) Policy() (Document, error) {
	bucket := g.bucketARN()
	doc := Document{Version: Version}
	add := func(s Statement) {
		s.Effect = "Allow"
		doc.Statements = append(doc.Statements, s)
	}

	switch g.Access {
	case Read, Upload:
		g.list(add, bucket)
		objects := []string{"s3:GetObject"}
		sid := "ReadVideos"
		if g.Access == Upload {
			sid = "ReadAndUploadVideos"
			objects = []string{"s3:AbortMultipartUpload", "s3:GetObject", "s3:ListMultipartUploadParts", "s3:PutObject"}
		}
		add(Statement{Sid: sid, Actions: objects, Resources: g.objectARNs(bucket)})
	case Manifest:
		if g.ManifestKey == "" {
			return Document{}, fmt.Errorf("access %q needs the manifest's key", Manifest)
		}
		g.list(add, bucket)
		add(Statement{
			Sid:       "PublishManifest",
			Actions:   []string{"s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject"},
			Resources: []string{bucket + "/" + g.ManifestKey},
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
func (g Grant) list(add func(Statement), bucket string) {
	if g.Access == Manifest { // which finds uploads that an interrupted run has left
		add(Statement{Sid: "ListVideos", Actions: []string{"s3:ListBucket", "s3:ListBucketMultipartUploads"}, Resources: []string{bucket}})
		return
	}
	if len(g.Prefixes) == 0 {
		add(Statement{
			Sid:       "ListVideos",
			Actions:   []string{"s3:GetBucketLocation", "s3:ListBucket"},
			Resources: []string{bucket},
		})
		return
	}
	var patterns []string
	for _, p := range sorted(g.Prefixes) {
		patterns = append(patterns, p+"*")
	}
	add(Statement{Sid: "LocateBucket", Actions: []string{"s3:GetBucketLocation"}, Resources: []string{bucket}})
	add(Statement{
		Sid:       "ListVideos",
		Actions:   []string{"s3:ListBucket"},
		Resources: []string{bucket},
		Condition: Condition{"StringLike": {"s3:prefix": patterns}},
	})
}

func (g Grant) objectARNs(bucket string) []string {
	if len(g.Prefixes) == 0 {
		return []string{bucket + "/*"}
	}
	var arns []string
	for _, p := range sorted(g.Prefixes) {
		arns = append(arns, bucket+"/"+p+"*")
	}
	return arns
}

func (g Grant) bucketARN() string {
	partition := g.Partition
	if partition == "" {
		partition = "aws"
	}
	return "arn:" + partition + ":s3:::" + g.Bucket
}

func sorted(list []string) []string {
	out := slices.Clone(list)
	slices.Sort(out)
	return slices.Compact(out)
}
