package s3api

import (
	"encoding/xml"
	"net/http"
	"slices"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/documents"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/wire"
)

// initialDocuments gives a new bucket what every one has: SSE-S3, no public
// access, and an ownership, which switches ACLs off unless told otherwise.
func (c *Call) initialDocuments(b *bucket, ownership string, tags []documents.Tag) error {
	if len(tags) > 0 {
		if err := documents.CheckTags(tags, "Bucket", documents.MaxBucketTags); err != nil {
			return err
		}
		if err := c.authorize("s3:TagResource", wire.BucketARN(b.name)); err != nil {
			return err
		}
	}
	closed := true
	access := documents.PublicAccessBlock{BlockPublicAcls: &closed, IgnorePublicAcls: &closed, BlockPublicPolicy: &closed, RestrictPublicBuckets: &closed}
	sse := documents.NewBucketEncryption()
	b.access, b.encryption, b.ownership = access.Effect(), defaultEncryption(sse), ownership
	for _, doc := range []struct {
		kind, root string
		value      any
	}{
		{documents.EncryptionKind, documents.EncryptionRoot, sse},
		{documents.PublicAccessKind, documents.PublicAccessRoot, access},
		{documents.OwnershipKind, documents.OwnershipRoot, documents.OwnershipControls{Rule: []documents.OwnershipRule{{ObjectOwnership: ownership}}}},
	} {
		body, err := wire.Canonical(doc.root, doc.value)
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

var versioningOperations = []operation{
	{
		name: "GetBucketVersioning", method: http.MethodGet, level: bucketLevel, sub: []string{"versioning"},
		action: "s3:GetBucketVersioning", do: getDocumentOrEmpty("versioning", documents.VersioningRoot),
	},
	{
		name: "PutBucketVersioning", method: http.MethodPut, level: bucketLevel, sub: []string{"versioning"},
		reads:  mfaReads,
		action: "s3:PutBucketVersioning", configures: true, do: (*Call).putVersioning,
	},
}

func (c *Call) putVersioning() error {
	var config documents.Versioning
	if err := c.readConfiguration(documents.VersioningRoot, &config); err != nil {
		return err
	}
	if config.Status == nil {
		return wire.Fail(400, "IllegalVersioningConfigurationException", "The Versioning element must be specified")
	}
	if *config.Status != "Enabled" && *config.Status != "Suspended" {
		return wire.MalformedXML()
	}
	if config.MfaDelete != nil && *config.MfaDelete != "Disabled" {
		return wire.NotImplemented("MFA delete")
	}
	config.MfaDelete = nil
	if *config.Status == "Suspended" && c.bucket.replicates() {
		return wire.Fail(409, "InvalidBucketState", "A replication configuration is present on this bucket, so you cannot change the versioning state. To change the versioning state, first delete the replication configuration.")
	}
	return c.putXML("versioning", documents.VersioningRoot, config, func(b *bucket) { b.versioning = *config.Status })
}

// versioned tells whether new objects of the bucket get versions of their own.
func (b *bucket) versioned() bool {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.versioning == "Enabled"
}

var encryptionOperations = []operation{
	{
		name: "GetBucketEncryption", method: http.MethodGet, level: bucketLevel, sub: []string{documents.EncryptionKind},
		action: "s3:GetEncryptionConfiguration",
		do: getDocument(documents.EncryptionKind,
			wire.Fail(404, "ServerSideEncryptionConfigurationNotFoundError", "The server side encryption configuration was not found")),
	},
	{
		name: "PutBucketEncryption", method: http.MethodPut, level: bucketLevel, sub: []string{documents.EncryptionKind},
		action: "s3:PutEncryptionConfiguration", configures: true, do: (*Call).putEncryption,
	},
	{
		name: "DeleteBucketEncryption", method: http.MethodDelete, level: bucketLevel, sub: []string{documents.EncryptionKind},
		action: "s3:PutEncryptionConfiguration", configures: true, do: (*Call).deleteEncryption,
	},
}

// defaultEncryption is how a bucket with this configuration encrypts new objects.
func defaultEncryption(e documents.Encryption) encryption {
	rule := e.Rule[0]
	effect := encryption{Algorithm: rule.Default.SSEAlgorithm, BucketKey: *rule.BucketKey}
	if id := rule.Default.KMSMasterKeyID; id != nil {
		effect.KMSKeyID = *id
	}
	return effect
}

func (c *Call) putEncryption() error {
	var config documents.Encryption
	if err := c.readConfiguration(documents.EncryptionRoot, &config); err != nil {
		return err
	}
	if len(config.Rule) != 1 {
		return wire.MalformedXML()
	}
	rule := &config.Rule[0]
	if err := rule.Check(); err != nil {
		return err
	}
	if rule.BucketKey == nil {
		rule.BucketKey = new(bool)
	}
	if rule.Default == nil {
		rule.Default = &documents.EncryptionDefault{SSEAlgorithm: "AES256"}
	}
	return c.putXML(documents.EncryptionKind, documents.EncryptionRoot, config, func(b *bucket) { b.encryption = defaultEncryption(config) })
}

// deleteEncryption sets the default of a new bucket: no bucket is without.
func (c *Call) deleteEncryption() error {
	config := documents.NewBucketEncryption()
	body, err := wire.Canonical(documents.EncryptionRoot, config)
	if err != nil {
		return err
	}
	err = c.change(documentKey{kind: documents.EncryptionKind}, &content{body: body}, func(b *bucket) { b.encryption = defaultEncryption(config) })
	if err != nil {
		return err
	}
	c.w.WriteHeader(http.StatusNoContent)
	return nil
}

var ownershipOperations = []operation{
	{
		name: "GetBucketOwnershipControls", method: http.MethodGet, level: bucketLevel, sub: []string{documents.OwnershipKind},
		action: "s3:GetBucketOwnershipControls",
		do:     getDocument(documents.OwnershipKind, wire.Fail(404, "OwnershipControlsNotFoundError", "The bucket ownership controls were not found")),
	},
	{
		name: "PutBucketOwnershipControls", method: http.MethodPut, level: bucketLevel, sub: []string{documents.OwnershipKind},
		action: "s3:PutBucketOwnershipControls", configures: true, do: (*Call).putOwnership,
	},
	{
		name: "DeleteBucketOwnershipControls", method: http.MethodDelete, level: bucketLevel, sub: []string{documents.OwnershipKind},
		action: "s3:PutBucketOwnershipControls", configures: true,
		do: deleteDocument(documents.OwnershipKind, func(b *bucket) { b.ownership = "" }),
	},
}

func (c *Call) putOwnership() error {
	var config documents.OwnershipControls
	if err := c.readConfiguration(documents.OwnershipRoot, &config); err != nil {
		return err
	}
	if len(config.Rule) != 1 || !slices.Contains(documents.Ownerships, config.Rule[0].ObjectOwnership) {
		return wire.MalformedXML()
	}
	return c.putXML(documents.OwnershipKind, documents.OwnershipRoot, config, func(b *bucket) { b.ownership = config.Rule[0].ObjectOwnership })
}

// refusesACLs tells whether ACLs are switched off.
func (b *bucket) refusesACLs() bool {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.ownership == documents.BucketOwnerEnforced
}

var aclOperations = []operation{
	{
		name: "GetBucketAcl", method: http.MethodGet, level: bucketLevel, sub: []string{"acl"},
		action: "s3:GetBucketAcl", do: (*Call).getACL,
	},
	{
		name: "PutBucketAcl", method: http.MethodPut, level: bucketLevel, sub: []string{"acl"},
		reads:  []string{"x-amz-acl", "x-amz-grant-"},
		action: "s3:PutBucketAcl", configures: true, do: (*Call).putACL,
	},
}

type accessControlPolicy struct {
	XMLName xml.Name `xml:"http://s3.amazonaws.com/doc/2006-03-01/ AccessControlPolicy"`
	Owner   owner
	Grant   aclGrant `xml:"AccessControlList>Grant"`
}

type aclGrant struct {
	Grantee    aclGrantee
	Permission string
}

type aclGrantee struct {
	XSI  string `xml:"xmlns:xsi,attr"`
	Type string `xml:"xsi:type,attr"`
	ID   string
}

// getACL sends the only ACL that a bucket can have here: the owner's.
func (c *Call) getACL() error {
	id := wire.OwnerID(c.bucket.owner)
	return c.writeXML(accessControlPolicy{
		Owner: owner{id},
		Grant: aclGrant{
			Grantee:    aclGrantee{XSI: "http://www.w3.org/2001/XMLSchema-instance", Type: "CanonicalUser", ID: id},
			Permission: "FULL_CONTROL",
		},
	})
}

// putACL takes the one ACL that changes nothing, where it takes any.
func (c *Call) putACL() error {
	if c.r.Header.Get("X-Amz-Acl") == "private" {
		c.w.WriteHeader(http.StatusOK)
		return nil
	}
	if c.bucket.refusesACLs() {
		return wire.Fail(400, "AccessControlListNotSupported", "The bucket does not allow ACLs")
	}
	return wire.NotImplemented("ACLs other than private")
}

var taggingOperations = []operation{
	{
		name: "GetBucketTagging", method: http.MethodGet, level: bucketLevel, sub: []string{"tagging"},
		action: "s3:GetBucketTagging", do: getDocument("tagging", wire.Fail(404, "NoSuchTagSet", "The TagSet does not exist")),
	},
	{
		name: "PutBucketTagging", method: http.MethodPut, level: bucketLevel, sub: []string{"tagging"},
		action: "s3:PutBucketTagging", configures: true, do: (*Call).putTagging,
	},
	{
		name: "DeleteBucketTagging", method: http.MethodDelete, level: bucketLevel, sub: []string{"tagging"},
		action: "s3:PutBucketTagging", configures: true, do: deleteDocument("tagging", nil),
	},
}

func (c *Call) putTagging() error {
	if err := c.requireDigest(); err != nil {
		return err
	}
	var config documents.Tagging
	if err := c.readConfiguration(documents.TaggingRoot, &config); err != nil {
		return err
	}
	tags, err := config.Tags("Bucket", documents.MaxBucketTags)
	if err != nil {
		return err
	}
	doc, err := taggingDocument(tags)
	if err != nil {
		return err
	}
	if err := c.change(documentKey{kind: "tagging"}, doc, nil); err != nil {
		return err
	}
	c.w.WriteHeader(http.StatusNoContent)
	return nil
}

// taggingDocument is nil for no tags: S3 keeps no empty tag set.
func taggingDocument(tags []documents.Tag) (*content, error) {
	if len(tags) == 0 {
		return nil, nil
	}
	body, err := wire.Canonical(documents.TaggingRoot, documents.Tagging{TagSet: &documents.TagSet{Tag: tags}})
	return &content{body: body}, err
}

// fixedOperations read what no bucket can have changed here: clients that ask
// for everything a bucket has get an answer, and writes get 501.
var fixedOperations = []operation{
	{
		name: "GetBucketLocation", method: http.MethodGet, level: bucketLevel, sub: []string{"location"},
		action: "s3:GetBucketLocation", do: (*Call).getBucketLocation,
	},
	{
		name: "GetBucketAccelerateConfiguration", method: http.MethodGet, level: bucketLevel, sub: []string{"accelerate"},
		action: "s3:GetAccelerateConfiguration", do: getDocumentOrEmpty("accelerate", "AccelerateConfiguration"),
	},
	{
		name: "GetBucketRequestPayment", method: http.MethodGet, level: bucketLevel, sub: []string{"requestPayment"},
		action: "s3:GetBucketRequestPayment", do: (*Call).getRequestPayment,
	},
	{
		name: "GetBucketWebsite", method: http.MethodGet, level: bucketLevel, sub: []string{"website"},
		action: "s3:GetBucketWebsite",
		do:     getDocument("website", wire.Fail(404, "NoSuchWebsiteConfiguration", "The specified bucket does not have a website configuration")),
	},
	{
		name: "GetObjectLockConfiguration", method: http.MethodGet, level: bucketLevel, sub: []string{"object-lock"},
		action: "s3:GetBucketObjectLockConfiguration",
		do:     getDocument("object-lock", wire.Fail(404, "ObjectLockConfigurationNotFoundError", "Object Lock configuration does not exist for this bucket")),
	},
}

func (c *Call) getRequestPayment() error {
	body, err := wire.Canonical("RequestPaymentConfiguration", struct{ Payer string }{"BucketOwner"})
	if err != nil {
		return err
	}
	return c.send(&content{body: body}, nil)
}
