package fakeaws

// initialDocuments gives a new bucket what every one has: SSE-S3, no public
// access, and an ownership, which switches ACLs off unless told otherwise.
func (c *call) initialDocuments(b *bucket, ownership string, tags []tag) error {
	if len(tags) > 0 {
		if err := checkTags(tags, "Bucket", maxBucketTags); err != nil {
			return err
		}
		if err := c.authorize("s3:TagResource", bucketARN(b.name)); err != nil {
			return err
		}
	}
	closed := true
	access := publicAccessBlock{BlockPublicAcls: &closed, IgnorePublicAcls: &closed, BlockPublicPolicy: &closed, RestrictPublicBuckets: &closed}
	sse := newBucketEncryption()
	b.access, b.encryption, b.ownership = access.effect(), defaultEncryption(sse), ownership
	for _, doc := range []struct {
		kind, root string
		value      any
	}{
		{encryptionKind, encryptionRoot, sse},
		{publicAccessKind, publicAccessRoot, access},
		{ownershipKind, ownershipRoot, ownershipControls{Rule: []ownershipRule{{ObjectOwnership: ownership}}}},
	} {
		body, err := canonicalXML(doc.root, doc.value)
		if err != nil {
			return err
		}
		b.set(documentKey{kind: doc.kind}, &content{body: body})
	}
	tagged, err := taggingDocument(tags)
	if err != nil {
		return err
	}
	b.set(documentKey{kind: "tagging"}, tagged)
	return nil
}
