package fakeaws

import "net/http"

const versioningRoot = "VersioningConfiguration"

var versioningOperations = []operation{
	{
		name: "GetBucketVersioning", method: http.MethodGet, level: bucketLevel, sub: []string{"versioning"},
		action: "s3:GetBucketVersioning", do: getDocumentOrEmpty("versioning", versioningRoot),
	},
	{
		name: "PutBucketVersioning", method: http.MethodPut, level: bucketLevel, sub: []string{"versioning"},
		action: "s3:PutBucketVersioning", configures: true, do: (*call).putVersioning,
	},
}

type versioningConfiguration struct {
	MfaDelete *string
	Status    *string
}

func (c *call) putVersioning() error {
	var config versioningConfiguration
	if err := c.readConfiguration(versioningRoot, &config); err != nil {
		return err
	}
	if config.Status == nil {
		return fail(400, "IllegalVersioningConfigurationException", "The Versioning element must be specified")
	}
	if *config.Status != "Enabled" && *config.Status != "Suspended" {
		return malformedXML()
	}
	if config.MfaDelete != nil && *config.MfaDelete != "Disabled" {
		return notImplemented("MFA delete")
	}
	config.MfaDelete = nil
	if *config.Status == "Suspended" && c.bucket.replicates() {
		return fail(409, "InvalidBucketState", "A replication configuration is present on this bucket, so you cannot change the versioning state. To change the versioning state, first delete the replication configuration.")
	}
	return c.putXML("versioning", versioningRoot, config, func(b *bucket) { b.versioning = *config.Status })
}

// versioned tells whether new objects of the bucket get versions of their own.
func (b *bucket) versioned() bool {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.versioning == "Enabled"
}
