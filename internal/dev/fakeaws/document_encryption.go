package fakeaws

import (
	"net/http"
	"slices"
	"strings"
)

const (
	encryptionKind = "encryption"
	encryptionRoot = "ServerSideEncryptionConfiguration"
)

var encryptionOperations = []operation{
	{
		name: "GetBucketEncryption", method: http.MethodGet, level: bucketLevel, sub: []string{encryptionKind},
		action: "s3:GetEncryptionConfiguration",
		do: getDocument(encryptionKind,
			fail(404, "ServerSideEncryptionConfigurationNotFoundError", "The server side encryption configuration was not found")),
	},
	{
		name: "PutBucketEncryption", method: http.MethodPut, level: bucketLevel, sub: []string{encryptionKind},
		action: "s3:PutEncryptionConfiguration", configures: true, do: (*call).putEncryption,
	},
	{
		name: "DeleteBucketEncryption", method: http.MethodDelete, level: bucketLevel, sub: []string{encryptionKind},
		action: "s3:PutEncryptionConfiguration", configures: true, do: (*call).deleteEncryption,
	},
}

type encryptionConfiguration struct {
	Rule []encryptionRule
}

type encryptionRule struct {
	Default   *encryptionDefault `xml:"ApplyServerSideEncryptionByDefault"`
	BucketKey *bool              `xml:"BucketKeyEnabled"`
	Blocked   *blockedEncryption `xml:"BlockedEncryptionTypes"`
}

type encryptionDefault struct {
	SSEAlgorithm   string
	KMSMasterKeyID *string
}

type blockedEncryption struct {
	EncryptionType []string
}

// newBucketEncryption is what a bucket has before anyone says otherwise.
func newBucketEncryption() encryptionConfiguration {
	return encryptionConfiguration{Rule: []encryptionRule{{
		Default:   &encryptionDefault{SSEAlgorithm: "AES256"},
		BucketKey: new(bool),
		Blocked:   &blockedEncryption{EncryptionType: []string{"SSE-C"}},
	}}}
}

// defaultEncryption is how a bucket with this configuration encrypts new objects.
func defaultEncryption(e encryptionConfiguration) encryption {
	rule := e.Rule[0]
	effect := encryption{Algorithm: rule.Default.SSEAlgorithm, BucketKey: *rule.BucketKey}
	if id := rule.Default.KMSMasterKeyID; id != nil {
		effect.KMSKeyID = *id
	}
	return effect
}

func (c *call) putEncryption() error {
	var config encryptionConfiguration
	if err := c.readConfiguration(encryptionRoot, &config); err != nil {
		return err
	}
	if len(config.Rule) != 1 {
		return malformedXML()
	}
	rule := &config.Rule[0]
	if err := rule.check(); err != nil {
		return err
	}
	if rule.BucketKey == nil {
		rule.BucketKey = new(bool)
	}
	if rule.Default == nil {
		rule.Default = &encryptionDefault{SSEAlgorithm: "AES256"}
	}
	return c.putXML(encryptionKind, encryptionRoot, config, func(b *bucket) { b.encryption = defaultEncryption(config) })
}

func (r encryptionRule) check() error {
	if r.Blocked != nil {
		for _, kind := range r.Blocked.EncryptionType {
			if kind != "SSE-C" && kind != "NONE" {
				return malformedXML()
			}
		}
	}
	if r.Default == nil {
		return nil
	}
	if !slices.Contains([]string{"AES256", "aws:kms", "aws:kms:dsse"}, r.Default.SSEAlgorithm) {
		return malformedXML()
	}
	id := r.Default.KMSMasterKeyID
	if id == nil {
		return nil
	}
	if r.Default.SSEAlgorithm == "AES256" {
		return invalidArgument("KMSMasterKeyID", *id, "a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse")
	}
	if *id == "" || strings.HasPrefix(*id, "arn:") && !strings.HasPrefix(*id, "arn:aws:kms:") {
		return fail(400, "KMS.NotFoundException", "Invalid keyId "+*id)
	}
	return nil
}

// deleteEncryption sets the default of a new bucket: no bucket is without.
func (c *call) deleteEncryption() error {
	config := newBucketEncryption()
	body, err := canonicalXML(encryptionRoot, config)
	if err != nil {
		return err
	}
	err = c.change(documentKey{kind: encryptionKind}, &content{body: body}, func(b *bucket) { b.encryption = defaultEncryption(config) })
	if err != nil {
		return err
	}
	c.w.WriteHeader(http.StatusNoContent)
	return nil
}
