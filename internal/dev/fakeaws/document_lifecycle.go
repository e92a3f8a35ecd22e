package fakeaws

import (
	"cmp"
	"encoding/hex"
	"net/http"
	"slices"
	"unicode/utf8"
)

const (
	lifecycleRoot = "LifecycleConfiguration"

	maxLifecycleRules = 1000

	// minimumSizeHeader carries the one part of a lifecycle configuration that
	// is not in its document.
	minimumSizeHeader = "X-Amz-Transition-Default-Minimum-Object-Size"
)

var minimumSizes = []string{"all_storage_classes_128K", "varies_by_storage_class"}

var lifecycleOperations = []operation{
	{
		name: "GetBucketLifecycleConfiguration", method: http.MethodGet, level: bucketLevel, sub: []string{"lifecycle"},
		action: "s3:GetLifecycleConfiguration",
		do:     getDocument("lifecycle", fail(404, "NoSuchLifecycleConfiguration", "The lifecycle configuration does not exist")),
	},
	{
		name: "PutBucketLifecycleConfiguration", method: http.MethodPut, level: bucketLevel, sub: []string{"lifecycle"},
		reads:  []string{"x-amz-transition-default-minimum-object-size"},
		action: "s3:PutLifecycleConfiguration", configures: true, do: (*call).putLifecycle,
	},
	{
		name: "DeleteBucketLifecycle", method: http.MethodDelete, level: bucketLevel, sub: []string{"lifecycle"},
		action: "s3:PutLifecycleConfiguration", configures: true, do: deleteDocument("lifecycle", nil),
	},
}

type lifecycleConfiguration struct {
	Rule []lifecycleRule
}

type lifecycleRule struct {
	Expiration            *lifecycleExpiration
	ID                    *string
	Prefix                *string
	Filter                *lifecycleFilter
	Status                string
	Transition            []lifecycleTransition
	NoncurrentTransitions []noncurrentTransition `xml:"NoncurrentVersionTransition"`
	NoncurrentExpiration  *noncurrentExpiration  `xml:"NoncurrentVersionExpiration"`
	AbortUploads          *abortUploads          `xml:"AbortIncompleteMultipartUpload"`
}

type lifecycleExpiration struct {
	Date                      *string
	Days                      *int32
	ExpiredObjectDeleteMarker *bool
}

type lifecycleTransition struct {
	Date         *string
	Days         *int32
	StorageClass string
}

type noncurrentTransition struct {
	NoncurrentDays          *int32
	StorageClass            string
	NewerNoncurrentVersions *int32
}

type noncurrentExpiration struct {
	NoncurrentDays          *int32
	NewerNoncurrentVersions *int32
}

type abortUploads struct {
	DaysAfterInitiation *int32
}

func (c *call) putLifecycle() error {
	if err := c.requireDigest(); err != nil {
		return err
	}
	size := cmp.Or(c.r.Header.Get(minimumSizeHeader), minimumSizes[0])
	if !slices.Contains(minimumSizes, size) {
		return invalidRequest("Invalid TransitionDefaultMinimumObjectSize found: " + size)
	}
	var config lifecycleConfiguration
	if err := c.readConfiguration(lifecycleRoot, &config); err != nil {
		return err
	}
	if err := config.check(); err != nil {
		return err
	}
	for i := range config.Rule {
		if rule := &config.Rule[i]; rule.ID == nil {
			id := hex.EncodeToString(randomBytes(24))
			rule.ID = &id
		}
	}
	body, err := canonicalXML(lifecycleRoot, config)
	if err != nil {
		return err
	}
	doc := &content{body: body, header: map[string]string{minimumSizeHeader: size}}
	if err := c.change(documentKey{kind: "lifecycle"}, doc, nil); err != nil {
		return err
	}
	c.w.Header().Set(minimumSizeHeader, size)
	c.w.WriteHeader(http.StatusOK)
	return nil
}

func (l lifecycleConfiguration) check() error {
	if n := len(l.Rule); n == 0 || n > maxLifecycleRules {
		return malformedXML()
	}
	ids := map[string]bool{}
	for _, rule := range l.Rule {
		if (rule.Filter == nil) != (l.Rule[0].Filter == nil) {
			return invalidRequest("Base level prefix cannot be used in Lifecycle V2, prefixes are only supported in the Filter.")
		}
		if err := rule.check(); err != nil {
			return err
		}
		if rule.ID == nil {
			continue
		}
		if utf8.RuneCountInString(*rule.ID) > maxRuleID {
			return invalidArgument("ID", *rule.ID, "ID length should not exceed allowed limit of 255")
		}
		if ids[*rule.ID] {
			return invalidArgument("ID", *rule.ID, "RuleId must be unique. Found same ID for more than one rule")
		}
		ids[*rule.ID] = true
	}
	return nil
}
