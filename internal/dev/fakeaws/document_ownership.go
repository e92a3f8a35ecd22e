package fakeaws

import (
	"net/http"
	"slices"
)

const (
	ownershipKind = "ownershipControls"
	ownershipRoot = "OwnershipControls"
)

// bucketOwnerEnforced switches ACLs off, as in every new bucket.
const bucketOwnerEnforced = "BucketOwnerEnforced"

var ownerships = []string{bucketOwnerEnforced, "BucketOwnerPreferred", "ObjectWriter"}

var ownershipOperations = []operation{
	{
		name: "GetBucketOwnershipControls", method: http.MethodGet, level: bucketLevel, sub: []string{ownershipKind},
		action: "s3:GetBucketOwnershipControls",
		do:     getDocument(ownershipKind, fail(404, "OwnershipControlsNotFoundError", "The bucket ownership controls were not found")),
	},
	{
		name: "PutBucketOwnershipControls", method: http.MethodPut, level: bucketLevel, sub: []string{ownershipKind},
		action: "s3:PutBucketOwnershipControls", configures: true, do: (*call).putOwnership,
	},
	{
		name: "DeleteBucketOwnershipControls", method: http.MethodDelete, level: bucketLevel, sub: []string{ownershipKind},
		action: "s3:PutBucketOwnershipControls", configures: true,
		do: deleteDocument(ownershipKind, func(b *bucket) { b.ownership = "" }),
	},
}

type ownershipControls struct {
	Rule []ownershipRule
}

type ownershipRule struct {
	ObjectOwnership string
}

func (c *call) putOwnership() error {
	var config ownershipControls
	if err := c.readConfiguration(ownershipRoot, &config); err != nil {
		return err
	}
	if len(config.Rule) != 1 || !slices.Contains(ownerships, config.Rule[0].ObjectOwnership) {
		return malformedXML()
	}
	return c.putXML(ownershipKind, ownershipRoot, config, func(b *bucket) { b.ownership = config.Rule[0].ObjectOwnership })
}

// refusesACLs tells whether ACLs are switched off.
func (b *bucket) refusesACLs() bool {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.ownership == bucketOwnerEnforced
}
