package fakeaws

import "net/http"

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
func (c *call) document(key documentKey) *content {
	c.bucket.mu.RLock()
	defer c.bucket.mu.RUnlock()
	return c.pick(c.bucket.documents[key])
}

// pick is what the request sees of a document.
func (c *call) pick(d document) *content {
	if c.stale {
		return d.before
	}
	return d.now
}

// getDocument makes the handler that sends a document, or absent when there
// is none.
func getDocument(kind string, absent *apiError) func(*call) error {
	return func(c *call) error { return c.send(c.document(documentKey{kind: kind}), absent) }
}

// getDocumentOrEmpty makes the handler that sends a document, or an empty
// root element when there is none.
func getDocumentOrEmpty(kind, root string) func(*call) error {
	return func(c *call) error {
		doc := c.document(documentKey{kind: kind})
		if doc == nil {
			doc = &content{body: emptyXML(root)}
		}
		return c.send(doc, nil)
	}
}

func (c *call) send(doc *content, absent *apiError) error {
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
func (c *call) change(key documentKey, to *content, learn func(*bucket)) error {
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
func (c *call) putXML(kind, root string, v any, learn func(*bucket)) error {
	body, err := canonicalXML(root, v)
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
func deleteDocument(kind string, learn func(*bucket)) func(*call) error {
	return func(c *call) error {
		if err := c.change(documentKey{kind: kind}, nil, learn); err != nil {
			return err
		}
		c.w.WriteHeader(http.StatusNoContent)
		return nil
	}
}
