package fakeaws

import (
	"bytes"
	"encoding/xml"
	"net/http"
	"regexp"
	"slices"
	"strings"
)

const (
	maxNamed  = 1000
	namedPage = 100 // of a listing
)

// namedKind is a kind of document of which a bucket has many, told apart by
// an id: metrics, Intelligent-Tiering and inventory configurations.
type namedKind struct {
	kind     string // the sub-resource
	root     string
	listRoot string
	what     string // in AWS's names of operations
	action   string // what follows s3:Get and s3:Put
}

// operations are get, put, delete and list; put is different for every kind.
func (k namedKind) operations(put func(*call) error) []operation {
	withID := []string{k.kind, "id"}
	return []operation{
		{
			name: "GetBucket" + k.what, method: http.MethodGet, level: bucketLevel, sub: withID,
			action: "s3:Get" + k.action, do: k.get,
		},
		{
			name: "ListBucket" + k.what + "s", method: http.MethodGet, level: bucketLevel, sub: []string{k.kind},
			params: []string{"continuation-token"},
			action: "s3:Get" + k.action, do: k.list,
		},
		{
			name: "PutBucket" + k.what, method: http.MethodPut, level: bucketLevel, sub: withID,
			action: "s3:Put" + k.action, configures: true, do: put,
		},
		{
			name: "DeleteBucket" + k.what, method: http.MethodDelete, level: bucketLevel, sub: withID,
			action: "s3:Put" + k.action, configures: true, do: k.delete,
		},
	}
}

var errNoConfiguration = fail(404, "NoSuchConfiguration", "The specified configuration does not exist.")

func (k namedKind) key(c *call) documentKey { return documentKey{kind: k.kind, id: c.query.Get("id")} }

func (k namedKind) get(c *call) error { return c.send(c.document(k.key(c)), errNoConfiguration) }

var namedID = regexp.MustCompile(`^[A-Za-z0-9._-]{1,64}$`)

// checkID refuses an id that is not one, or that the document has differently
// from the request.
func (k namedKind) checkID(c *call, id string) error {
	if !namedID.MatchString(id) {
		return invalidArgument("id", id, "The configuration id is invalid")
	}
	if asked := c.query.Get("id"); asked != id {
		return invalidArgument("id", asked, "The configuration id in the document does not match the one in the request")
	}
	return nil
}

// put stores v, which has been checked.
func (k namedKind) put(c *call, v any) error {
	body, err := canonicalXML(k.root, v)
	if err != nil {
		return err
	}
	b, key := c.bucket, k.key(c)
	if err := b.lock(); err != nil {
		return err
	}
	defer b.mu.Unlock()
	if b.documents[key].now == nil && k.number(b) >= maxNamed {
		return fail(400, "TooManyConfigurations", "You are attempting to create a new configuration but have already reached the 1,000-configuration limit.")
	}
	b.set(key, &content{body: body})
	c.w.WriteHeader(http.StatusOK)
	return nil
}

func (k namedKind) number(b *bucket) int {
	n := 0
	for key, doc := range b.documents {
		if key.kind == k.kind && doc.now != nil {
			n++
		}
	}
	return n
}

func (k namedKind) delete(c *call) error {
	b, key := c.bucket, k.key(c)
	if err := b.lock(); err != nil {
		return err
	}
	defer b.mu.Unlock()
	if b.documents[key].now == nil {
		return errNoConfiguration
	}
	b.set(key, nil)
	c.w.WriteHeader(http.StatusNoContent)
	return nil
}

// list sends a page of the configurations, in the order of their ids.
func (k namedKind) list(c *call) error {
	token := c.query.Get("continuation-token")
	after, err := readToken(token)
	if err != nil {
		return err
	}
	found := k.after(c, after)
	var b bytes.Buffer
	b.WriteString(xml.Header + "<" + k.listRoot + ` xmlns="` + s3Namespace + `">`)
	if token != "" {
		b.WriteString("<ContinuationToken>" + token + "</ContinuationToken>")
	}
	if len(found) > namedPage {
		found = found[:namedPage]
		b.WriteString("<IsTruncated>true</IsTruncated><NextContinuationToken>" + makeToken(found[namedPage-1].id) + "</NextContinuationToken>")
	} else {
		b.WriteString("<IsTruncated>false</IsTruncated>")
	}
	for _, f := range found {
		b.Write(bytes.TrimPrefix(f.doc.body, []byte(xml.Header)))
	}
	b.WriteString("</" + k.listRoot + ">")
	c.writeDocument("application/xml", b.Bytes())
	return nil
}

type namedDocument struct {
	id  string
	doc *content
}

func (k namedKind) after(c *call, after string) []namedDocument {
	c.bucket.mu.RLock()
	defer c.bucket.mu.RUnlock()
	var found []namedDocument
	for key, doc := range c.bucket.documents {
		if seen := c.pick(doc); key.kind == k.kind && key.id > after && seen != nil {
			found = append(found, namedDocument{key.id, seen})
		}
	}
	slices.SortFunc(found, func(a, b namedDocument) int { return strings.Compare(a.id, b.id) })
	return found
}
