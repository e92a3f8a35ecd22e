package s3api

import (
	"bytes"
	"encoding/xml"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/wire"
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
func (k namedKind) operations(put func(*Call) error) []operation {
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

var errNoConfiguration = wire.Fail(404, "NoSuchConfiguration", "The specified configuration does not exist.")

func (k namedKind) key(c *Call) documentKey { return documentKey{kind: k.kind, id: c.query.Get("id")} }

func (k namedKind) get(c *Call) error { return c.send(c.document(k.key(c)), errNoConfiguration) }

var namedID = regexp.MustCompile(`^[A-Za-z0-9._-]{1,64}$`)

// checkID refuses an id that is not one, or that the document has differently
// from the request.
func (k namedKind) checkID(c *Call, id string) error {
	if !namedID.MatchString(id) {
		return wire.InvalidArgument("id", id, "The configuration id is invalid")
	}
	if asked := c.query.Get("id"); asked != id {
		return wire.InvalidArgument("id", asked, "The configuration id in the document does not match the one in the request")
	}
	return nil
}

// put stores v, which has been checked.
func (k namedKind) put(c *Call, v any) error {
	body, err := wire.Canonical(k.root, v)
	if err != nil {
		return err
	}
	b, key := c.bucket, k.key(c)
	if err := b.lock(); err != nil {
		return err
	}
	defer b.mu.Unlock()
	if b.documents[key].now == nil && k.number(b) >= maxNamed {
		return wire.Fail(400, "TooManyConfigurations", "You are attempting to create a new configuration but have already reached the 1,000-configuration limit.")
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

func (k namedKind) delete(c *Call) error {
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
func (k namedKind) list(c *Call) error {
	token := c.query.Get("continuation-token")
	after, err := readToken(token)
	if err != nil {
		return err
	}
	found := k.after(c, after)
	var b bytes.Buffer
	b.WriteString(xml.Header + "<" + k.listRoot + ` xmlns="` + wire.Namespace + `">`)
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

func (k namedKind) after(c *Call, after string) []namedDocument {
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

// documentKey names a document of a bucket.
type documentKey struct {
	kind string // the sub-resource, such as "cors"
	id   string // tells apart those of which a bucket has many
}

// content is a document as it is sent: canonical XML, or JSON for the policy.
type content struct {
	body   []byte
	header map[string]string // sent along with it
}

// document is what a bucket has now and what it had before the last write.
// nil stands for nothing.
type document struct{ now, before *content }

// set writes a document, or removes it when to is nil. The caller holds the
// bucket's lock.
func (b *bucket) set(key documentKey, to *content) {
	b.documents[key] = document{now: to, before: b.documents[key].now}
}

// document gives a document of the request's bucket, nil when there is none.
func (c *Call) document(key documentKey) *content {
	c.bucket.mu.RLock()
	defer c.bucket.mu.RUnlock()
	return c.pick(c.bucket.documents[key])
}

// pick is what the request sees of a document.
func (c *Call) pick(d document) *content {
	if c.stale {
		return d.before
	}
	return d.now
}

// getDocument makes the handler that sends a document, or absent when there
// is none.
func getDocument(kind string, absent *wire.Error) func(*Call) error {
	return func(c *Call) error { return c.send(c.document(documentKey{kind: kind}), absent) }
}

// getDocumentOrEmpty makes the handler that sends a document, or an empty
// root element when there is none.
func getDocumentOrEmpty(kind, root string) func(*Call) error {
	return func(c *Call) error {
		doc := c.document(documentKey{kind: kind})
		if doc == nil {
			doc = &content{body: wire.Empty(root)}
		}
		return c.send(doc, nil)
	}
}

func (c *Call) send(doc *content, absent *wire.Error) error {
	if doc == nil {
		return absent
	}
	for name, value := range doc.header {
		c.w.Header().Set(name, value)
	}
	c.writeDocument("application/xml", doc.body)
	return nil
}

// change writes a document of the request's bucket, or removes it when to is
// nil. learn brings what the bucket knows of its documents in step; it may be
// nil.
func (c *Call) change(key documentKey, to *content, learn func(*bucket)) error {
	if err := c.bucket.lock(); err != nil {
		return err
	}
	defer c.bucket.mu.Unlock()
	c.bucket.set(key, to)
	if learn != nil {
		learn(c.bucket)
	}
	return nil
}

// putXML stores v as the document of a kind and answers with success.
func (c *Call) putXML(kind, root string, v any, learn func(*bucket)) error {
	body, err := wire.Canonical(root, v)
	if err != nil {
		return err
	}
	if err := c.change(documentKey{kind: kind}, &content{body: body}, learn); err != nil {
		return err
	}
	c.w.WriteHeader(http.StatusOK)
	return nil
}

// deleteDocument makes the handler that removes a document; to remove one that
// is not there is no error.
func deleteDocument(kind string, learn func(*bucket)) func(*Call) error {
	return func(c *Call) error {
		if err := c.change(documentKey{kind: kind}, nil, learn); err != nil {
			return err
		}
		c.w.WriteHeader(http.StatusNoContent)
		return nil
	}
}
