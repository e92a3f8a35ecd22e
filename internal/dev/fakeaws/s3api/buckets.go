package s3api

import (
	"cmp"
	"encoding/base64"
	"encoding/xml"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/documents"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/wire"
)

// createBucketConfiguration is the body of CreateBucket.
type createBucketConfiguration struct {
	XMLName            xml.Name `xml:"CreateBucketConfiguration"`
	LocationConstraint string
	Tags               []documents.Tag `xml:"Tags>Tag"`
	Location           *struct{}
	Bucket             *struct{}
}

func (c *Call) createBucket() error {
	if !wire.ValidBucketName(c.bucketName) {
		return wire.Fail(400, "InvalidBucketName", "The specified bucket is not valid.", wire.Field("BucketName", c.bucketName))
	}
	if err := c.checkCreateHeaders(); err != nil {
		return err
	}
	var body createBucketConfiguration
	if err := c.readXML(&body, true); err != nil {
		return err
	}
	if body.Location != nil || body.Bucket != nil {
		return wire.NotImplemented("CreateBucket of a directory bucket")
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
			return wire.Fail(409, "BucketAlreadyExists", "The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.", wire.Field("BucketName", c.bucketName))
		case old.region != wire.DefaultRegion || region != wire.DefaultRegion:
			return wire.Fail(409, "BucketAlreadyOwnedByYou", "Your previous request to create the named bucket succeeded and you already own it.", wire.Field("BucketName", c.bucketName))
		}
	} else {
		s.buckets[c.bucketName] = b
	}
	c.w.Header().Set("Location", "/"+c.bucketName)
	c.w.Header().Set("X-Amz-Bucket-Arn", wire.BucketARN(c.bucketName))
	c.w.WriteHeader(http.StatusOK)
	return nil
}

func (c *Call) checkCreateHeaders() error {
	h := c.r.Header
	granted := func(name string) bool { return strings.HasPrefix(name, "X-Amz-Grant-") }
	if acl := h.Get("X-Amz-Acl"); acl != "" && acl != "private" || slices.ContainsFunc(slices.Collect(maps.Keys(h)), granted) {
		return wire.Fail(400, "InvalidBucketAclWithObjectOwnership", "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting")
	}
	if lock := h.Get("X-Amz-Bucket-Object-Lock-Enabled"); lock != "" && !strings.EqualFold(lock, "false") {
		return wire.NotImplemented("object lock")
	}
	return nil
}

// newBucketRegion judges the location constraint by the region that the
// request was sent to, which is the one it was signed for.
func (c *Call) newBucketRegion(constraint string) (string, error) {
	sentTo := c.caller.Signature.Region
	switch {
	case constraint == "" && sentTo != wire.DefaultRegion:
		return "", wire.Fail(400, "IllegalLocationConstraintException", "The unspecified location constraint is incompatible for the region specific endpoint this request was sent to.")
	case constraint == "":
		return wire.DefaultRegion, nil
	case constraint == "EU":
		constraint = "eu-west-1"
	}
	if constraint == wire.DefaultRegion || !wire.KnownRegion(constraint) {
		return "", wire.Fail(400, "InvalidLocationConstraint", "The specified location-constraint is not valid", wire.Field("LocationConstraint", constraint))
	}
	if sentTo != wire.DefaultRegion && sentTo != constraint {
		return "", wire.Fail(400, "IllegalLocationConstraintException", "The "+constraint+" location constraint is incompatible for the region specific endpoint this request was sent to.")
	}
	return constraint, nil
}

// newBucket makes a bucket with the documents that every new one has.
func (c *Call) newBucket(region string, tags []documents.Tag) (*bucket, error) {
	b := &bucket{
		name: c.bucketName, region: region, owner: c.caller.Principal.AccountID, created: c.now.UTC().Truncate(1e9),
		documents: map[documentKey]document{}, objects: &memoryKeys{}, uploads: map[string]*upload{},
	}
	ownership := cmp.Or(c.r.Header.Get("X-Amz-Object-Ownership"), documents.BucketOwnerEnforced)
	if !slices.Contains(documents.Ownerships, ownership) {
		return nil, wire.InvalidArgument("x-amz-object-ownership", ownership, "Invalid x-amz-object-ownership header")
	}
	return b, c.initialDocuments(b, ownership, tags)
}

func (c *Call) headBucket() error {
	c.w.Header().Set("X-Amz-Access-Point-Alias", "false")
	c.w.Header().Set("X-Amz-Bucket-Arn", wire.BucketARN(c.bucketName))
	c.w.Header().Set("Content-Type", "application/xml")
	c.w.WriteHeader(http.StatusOK)
	return nil
}

func (c *Call) getBucketLocation() error {
	location := struct {
		XMLName xml.Name `xml:"http://s3.amazonaws.com/doc/2006-03-01/ LocationConstraint"`
		Region  string   `xml:",chardata"`
	}{}
	if c.bucket.region != wire.DefaultRegion {
		location.Region = c.bucket.region
	}
	return c.writeXML(location)
}

func (c *Call) deleteBucket() error {
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
		return wire.Fail(409, "BucketNotEmpty", message, wire.Field("BucketName", b.name))
	}
	b.gone = true
	delete(s.buckets, b.name)
	s.deleted[b.name] = b
	c.w.WriteHeader(http.StatusNoContent)
	return nil
}

const maxBucketsPage = 10000

type owner struct {
	ID string
}

type bucketEntry struct {
	Name         string
	CreationDate string
	BucketRegion string `xml:",omitempty"`
	BucketArn    string
}

type listBucketsResult struct {
	XMLName           xml.Name `xml:"http://s3.amazonaws.com/doc/2006-03-01/ ListAllMyBucketsResult"`
	Owner             owner
	Buckets           []bucketEntry `xml:"Buckets>Bucket"`
	Prefix            string        `xml:",omitempty"`
	ContinuationToken string        `xml:",omitempty"`
}

func (c *Call) listBuckets() error {
	page := maxBucketsPage
	if text := c.query.Get("max-buckets"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n > maxBucketsPage {
			return wire.InvalidArgument("max-buckets", text, "max-buckets must be between 1 and 10000")
		}
		page = n
	}
	after, err := readToken(c.query.Get("continuation-token"))
	if err != nil {
		return err
	}
	account := c.caller.Principal.AccountID
	result := listBucketsResult{Owner: owner{wire.OwnerID(account)}, Prefix: c.query.Get("prefix")}
	for _, b := range c.s.store.of(account) {
		if b.name <= after || !strings.HasPrefix(b.name, result.Prefix) {
			continue
		}
		if region := c.query.Get("bucket-region"); region != "" && region != b.region {
			continue
		}
		if len(result.Buckets) == page {
			result.ContinuationToken = makeToken(result.Buckets[page-1].Name)
			break
		}
		result.Buckets = append(result.Buckets, bucketEntry{b.name, b.created.Format(wire.TimeFormat), b.region, wire.BucketARN(b.name)})
	}
	return c.writeXML(result)
}

// of gives the buckets of an account by name.
func (s *store) of(account string) []*bucket {
	s.mu.RLock()
	defer s.mu.RUnlock()
	var own []*bucket
	for _, b := range s.buckets {
		if b.owner == account {
			own = append(own, b)
		}
	}
	slices.SortFunc(own, func(a, b *bucket) int { return strings.Compare(a.name, b.name) })
	return own
}

// tokenPrefix makes other strings in base64 fail as tokens.
const tokenPrefix = "fakeaws:"

// makeToken hides the last thing listed in an opaque continuation token.
func makeToken(last string) string {
	return base64.URLEncoding.EncodeToString([]byte(tokenPrefix + last))
}

func readToken(token string) (string, error) {
	if token == "" {
		return "", nil
	}
	plain, err := base64.URLEncoding.DecodeString(token)
	last, ok := strings.CutPrefix(string(plain), tokenPrefix)
	if err != nil || !ok {
		return "", wire.InvalidArgument("continuation-token", token, "The continuation token provided is incorrect")
	}
	return last, nil
}
