package fakeaws

import (
	"net/http"
	"strings"
)

const (
	replicationRoot = "ReplicationConfiguration"

	maxReplicationRules = 1000
)

var replicationOperations = []operation{
	{
		name: "GetBucketReplication", method: http.MethodGet, level: bucketLevel, sub: []string{"replication"},
		action: "s3:GetReplicationConfiguration",
		do:     getDocument("replication", fail(404, "ReplicationConfigurationNotFoundError", "The replication configuration was not found")),
	},
	{
		name: "PutBucketReplication", method: http.MethodPut, level: bucketLevel, sub: []string{"replication"},
		action: "s3:PutReplicationConfiguration", configures: true, do: (*call).putReplication,
	},
	{
		name: "DeleteBucketReplication", method: http.MethodDelete, level: bucketLevel, sub: []string{"replication"},
		action: "s3:PutReplicationConfiguration", configures: true, do: deleteDocument("replication", nil),
	},
}

type replicationConfiguration struct {
	Role string
	Rule []replicationRule
}

func (c *call) putReplication() error {
	if err := c.requireDigest(); err != nil {
		return err
	}
	var config replicationConfiguration
	if err := c.readConfiguration(replicationRoot, &config); err != nil {
		return err
	}
	if err := config.check(); err != nil {
		return err
	}
	if err := c.passRole(config.Role, "s3.amazonaws.com"); err != nil {
		return err
	}
	if !c.bucket.versioned() {
		return invalidRequest("Versioning must be 'Enabled' on the bucket to apply a replication configuration")
	}
	for _, rule := range config.Rule {
		if err := c.checkDestination(rule.Destination); err != nil {
			return err
		}
	}
	return c.putXML("replication", replicationRoot, config, nil)
}

// passRole checks that the caller may hand a role of his account to a
// service, and that the service can assume it.
func (c *call) passRole(arn, service string) error {
	account := accountOfARN(arn)
	if !strings.HasPrefix(arn, "arn:aws:iam::") || !strings.Contains(arn, ":role/") {
		return invalidArgument("Role", arn, "Invalid Role ARN")
	}
	if account != c.caller.Principal.AccountID {
		return c.accessDenied("iam:PassRole", arn)
	}
	if err := c.authorizeOn(nil, "iam:PassRole", arn, map[string][]string{"iam:passedtoservice": {service}}); err != nil {
		return err
	}
	if !c.s.opts.Principals.ServiceMayAssume(arn, service) {
		return invalidRequest("The role " + arn + " does not exist or cannot be assumed by " + service + ".")
	}
	return nil
}

func (c *call) checkDestination(d replicationDestination) error {
	name, ok := strings.CutPrefix(d.Bucket, "arn:aws:s3:::")
	if !ok || strings.Contains(name, "/") {
		return invalidArgument("Bucket", d.Bucket, "Invalid bucket ARN")
	}
	b := c.s.store.get(name)
	switch {
	case b == nil:
		return invalidRequest("Destination bucket must exist.")
	case b == c.bucket:
		return invalidRequest("Destination bucket cannot be the same as the source bucket.")
	case !b.versioned():
		return invalidRequest("Destination bucket must have versioning enabled.")
	case d.Account != nil && *d.Account != b.owner:
		return invalidRequest("Account does not own the destination bucket.")
	}
	return nil
}

// replicates tells whether the bucket is the source of a replication.
func (b *bucket) replicates() bool {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.documents[documentKey{kind: "replication"}].now != nil
}
