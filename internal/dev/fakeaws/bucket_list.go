package fakeaws

import (
	"encoding/base64"
	"encoding/xml"
	"slices"
	"strconv"
	"strings"
)

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

func (c *call) listBuckets() error {
	page := maxBucketsPage
	if text := c.query.Get("max-buckets"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n > maxBucketsPage {
			return invalidArgument("max-buckets", text, "max-buckets must be between 1 and 10000")
		}
		page = n
	}
	after, err := readToken(c.query.Get("continuation-token"))
	if err != nil {
		return err
	}
	account := c.caller.Principal.AccountID
	result := listBucketsResult{Owner: owner{ownerID(account)}, Prefix: c.query.Get("prefix")}
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
		result.Buckets = append(result.Buckets, bucketEntry{b.name, b.created.Format(xmlTime), b.region, bucketARN(b.name)})
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
		return "", invalidArgument("continuation-token", token, "The continuation token provided is incorrect")
	}
	return last, nil
}
