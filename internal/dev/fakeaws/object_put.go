package fakeaws

import "net/http"

func (c *call) putObject() error {
	conditions, err := c.writeConditions()
	if err != nil {
		return err
	}
	v, err := c.newVersion()
	if err != nil {
		return err
	}
	p, err := c.storeBody()
	if err != nil {
		return err
	}
	v.body, v.size, v.checksum = p.body, p.size, p.checksum
	v.etag = v.encryption.etag(p)
	if err := c.store(v, conditions, nil); err != nil {
		return err
	}
	h := c.w.Header()
	h.Set("ETag", quoted(v.etag))
	v.checksum.setHeaders(h)
	c.w.WriteHeader(http.StatusOK)
	return nil
}

// store makes v the current version of the request's key, if the conditions
// hold, and names it and its encryption in the answer's headers. An upload
// that v was made of ends with it, unless it has ended before.
func (c *call) store(v *version, conditions writeConditions, of *upload) error {
	b := c.bucket
	if err := b.lock(); err != nil {
		return err
	}
	defer b.mu.Unlock()
	if of != nil {
		if _, err := c.findUpload(); err != nil {
			return err
		}
	}
	if err := conditions.check(b, c.key); err != nil {
		return err
	}
	b.put(c.key, v)
	if of != nil {
		delete(b.uploads, of.id)
	}
	if b.versioning == "Enabled" {
		c.w.Header().Set("X-Amz-Version-Id", v.id)
	}
	v.encryption.setHeaders(c.w.Header(), b)
	return nil
}
