package fakeaws

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"net/http"
	"slices"
	"strings"
)

// createBucketConfiguration is the body of CreateBucket.
type createBucketConfiguration struct {
	XMLName            xml.Name `xml:"CreateBucketConfiguration"`
	LocationConstraint string
	Tags               []tag `xml:"Tags>Tag"`
	Location           *struct{}
	Bucket             *struct{}
}

func (c *call) createBucket() error {
	if !validBucketName(c.bucketName) {
		return fail(400, "InvalidBucketName", "The specified bucket is not valid.", field("BucketName", c.bucketName))
	}
	if err := c.checkCreateHeaders(); err != nil {
		return err
	}
	var body createBucketConfiguration
	if err := c.readXML(&body, true); err != nil {
		return err
	}
	if body.Location != nil || body.Bucket != nil {
		return notImplemented("CreateBucket of a directory bucket")
	}
	region, err := c.newBucketRegion(body.LocationConstraint)
	if err != nil {
		return err
	}
	b, err := c.newBucket(region, body.Tags)
	if err != nil {
		return err
	}
	s := &c.s.store
	s.mu.Lock()
	defer s.mu.Unlock()
	if old := s.buckets[c.bucketName]; old != nil {
		switch {
		case old.owner != c.caller.Principal.AccountID:
			return fail(409, "BucketAlreadyExists", "The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.", field("BucketName", c.bucketName))
		case old.region != defaultRegion || region != defaultRegion:
			return fail(409, "BucketAlreadyOwnedByYou", "Your previous request to create the named bucket succeeded and you already own it.", field("BucketName", c.bucketName))
		}
	} else {
		s.buckets[c.bucketName] = b
	}
	c.w.Header().Set("Location", "/"+c.bucketName)
	c.w.Header().Set("X-Amz-Bucket-Arn", bucketARN(c.bucketName))
	c.w.WriteHeader(http.StatusOK)
	return nil
}

func (c *call) checkCreateHeaders() error {
	h := c.r.Header
	if acl := h.Get("X-Amz-Acl"); acl != "" && acl != "private" {
		return fail(400, "InvalidBucketAclWithObjectOwnership", "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting")
	}
	if lock := h.Get("X-Amz-Bucket-Object-Lock-Enabled"); lock != "" && !strings.EqualFold(lock, "false") {
		return notImplemented("object lock")
	}
	return nil
}

// newBucketRegion judges the location constraint by the region that the
// request was sent to, which is the one it was signed for.
func (c *call) newBucketRegion(constraint string) (string, error) {
	sentTo := c.caller.Signature.Region
	switch {
	case constraint == "" && sentTo != defaultRegion:
		return "", fail(400, "IllegalLocationConstraintException", "The unspecified location constraint is incompatible for the region specific endpoint this request was sent to.")
	case constraint == "":
		return defaultRegion, nil
	case constraint == "EU":
		constraint = "eu-west-1"
	}
	if constraint == defaultRegion || !knownRegion(constraint) {
		return "", fail(400, "InvalidLocationConstraint", "The specified location-constraint is not valid", field("LocationConstraint", constraint))
	}
	if sentTo != defaultRegion && sentTo != constraint {
		return "", fail(400, "IllegalLocationConstraintException", "The "+constraint+" location constraint is incompatible for the region specific endpoint this request was sent to.")
	}
	return constraint, nil
}

// newBucket makes a bucket with the documents that every new one has.
func (c *call) newBucket(region string, tags []tag) (*bucket, error) {
	b := &bucket{
		name: c.bucketName, region: region, owner: c.caller.Principal.AccountID, created: c.now.UTC().Truncate(1e9),
		documents: map[documentKey]document{}, objects: &memoryKeys{}, uploads: map[string]*upload{},
	}
	ownership := cmp.Or(c.r.Header.Get("X-Amz-Object-Ownership"), bucketOwnerEnforced)
	if !slices.Contains(ownerships, ownership) {
		return nil, invalidArgument("x-amz-object-ownership", ownership, "Invalid x-amz-object-ownership header")
	}
	return b, c.initialDocuments(b, ownership, tags)
}

func (c *call) headBucket() error {
	c.w.Header().Set("X-Amz-Access-Point-Alias", "false")
	c.w.Header().Set("X-Amz-Bucket-Arn", bucketARN(c.bucketName))
	c.w.Header().Set("Content-Type", "application/xml")
	c.w.WriteHeader(http.StatusOK)
	return nil
}

func (c *call) getBucketLocation() error {
	location := struct {
		XMLName xml.Name `xml:"http://s3.amazonaws.com/doc/2006-03-01/ LocationConstraint"`
		Region  string   `xml:",chardata"`
	}{}
	if c.bucket.region != defaultRegion {
		location.Region = c.bucket.region
	}
	return c.writeXML(location)
}

func (c *call) deleteBucket() error {
	s := &c.s.store
	s.mu.Lock()
	defer s.mu.Unlock()
	b := c.bucket
	if err := b.lock(); err != nil {
		return err
	}
	defer b.mu.Unlock()
	if b.objects.Len() > 0 {
		message := "The bucket you tried to delete is not empty"
		if b.versioning != "" {
			message += ". You must delete all versions in the bucket."
		}
		return fail(409, "BucketNotEmpty", message, field("BucketName", b.name))
	}
	b.gone = true
	delete(s.buckets, b.name)
	s.deleted[b.name] = b
	c.w.WriteHeader(http.StatusNoContent)
	return nil
}

// ownerID is the canonical user id of an account.
func ownerID(account string) string {
	sum := sha256.Sum256([]byte("fakeaws canonical user " + account))
	return hex.EncodeToString(sum[:])
}
