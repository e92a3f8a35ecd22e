package iampolicy

import (
	"encoding/json"
	"fmt"
	"slices"
)

// BucketPolicy says whom a bucket lets in, and how.
type BucketPolicy struct {
	Partition string // "" means "aws"
	Bucket    string
	// DenyInsecureTransport refuses every request without TLS.
	DenyInsecureTransport bool
	// CloudFrontDistributionARNs may get objects, through origin access control.
	CloudFrontDistributionARNs []string
	// AccessLogSourceARNs are buckets whose access logs the bucket takes.
	AccessLogSourceARNs []string
	// InventorySourceARNs are buckets whose inventories the bucket takes.
	InventorySourceARNs []string
	// SourceAccount owns all of these; "" lets the services in for any account that
	// has one of the buckets.
	SourceAccount string
	// SourceDocuments are policies whose statements are added as they are.
	SourceDocuments []string
}

// The Sids of the statements that JSON makes.
const (
	SidDenyInsecureTransport = "DenyInsecureTransport"
	sidCloudFront            = "AllowCloudFront"
	sidAccessLogs            = "AllowAccessLogs"
	sidInventory             = "AllowInventory"
)

// JSON encodes the policy. It fails on a source document that is not a policy, and
// on a Sid that is there twice. A policy without statements is "".
func (p BucketPolicy) JSON() (string, error) {
	own, err := p.own().JSON()
	if err != nil {
		return "", err
	}
	var merged struct {
		Version   string
		Statement []json.RawMessage
	}
	if err := json.Unmarshal([]byte(own), &merged); err != nil {
		return "", fmt.Errorf("encoding the policy: %w", err)
	}
	sids := map[string]bool{}
	for _, s := range p.own().Statements {
		sids[s.Sid] = true
	}
	for i, document := range p.SourceDocuments {
		statements, err := statementsOf(document)
		if err != nil {
			return "", fmt.Errorf("source document %d: %w", i+1, err)
		}
		for _, s := range statements {
			if s.sid != "" && sids[s.sid] {
				return "", fmt.Errorf("source document %d: the Sid %q is there already", i+1, s.sid)
			}
			sids[s.sid] = true
			merged.Statement = append(merged.Statement, s.raw)
		}
	}
	if len(merged.Statement) == 0 {
		return "", nil
	}
	encoded, err := marshalPlain(merged)
	if err != nil {
		return "", fmt.Errorf("encoding the policy: %w", err)
	}
	return string(encoded), nil
}

// own gives the statements that do not come from source documents.
func (p BucketPolicy) own() Document {
	bucket := Grant{Partition: p.Partition}.bucketARN(p.Bucket)
	doc := Document{Version: Version}
	if p.DenyInsecureTransport {
		doc.Statements = append(doc.Statements, Statement{
			Sid: SidDenyInsecureTransport, Effect: "Deny", Principal: &Principal{Everyone: true},
			Actions: []string{"s3:*"}, Resources: []string{bucket, bucket + "/*"},
			Condition: Condition{"Bool": {"aws:SecureTransport": {"false"}}},
		})
	}
	if len(p.CloudFrontDistributionARNs) > 0 {
		doc.Statements = append(doc.Statements, Statement{
			Sid: sidCloudFront, Effect: "Allow", Principal: &Principal{Service: []string{"cloudfront.amazonaws.com"}},
			Actions: []string{"s3:GetObject"}, Resources: []string{bucket + "/*"},
			Condition: Condition{"StringEquals": {"aws:SourceArn": sorted(p.CloudFrontDistributionARNs)}},
		})
	}
	for _, service := range []struct {
		sid, principal string
		sources        []string
	}{
		{sidAccessLogs, "logging.s3.amazonaws.com", p.AccessLogSourceARNs},
		{sidInventory, "s3.amazonaws.com", p.InventorySourceARNs},
	} {
		if len(service.sources) == 0 {
			continue
		}
		condition := Condition{"ArnLike": {"aws:SourceArn": sorted(service.sources)}}
		if p.SourceAccount != "" {
			condition["StringEquals"] = map[string][]string{"aws:SourceAccount": {p.SourceAccount}}
		}
		doc.Statements = append(doc.Statements, Statement{
			Sid: service.sid, Effect: "Allow", Principal: &Principal{Service: []string{service.principal}},
			Actions: []string{"s3:PutObject"}, Resources: []string{bucket + "/*"}, Condition: condition,
		})
	}
	return doc
}

// RecognizeBucketPolicy finds out what a bucket's policy is made of, for one that
// was made elsewhere. What it does not know becomes one source document.
func RecognizeBucketPolicy(partition, bucket, document string) (BucketPolicy, error) {
	p := BucketPolicy{Partition: partition, Bucket: bucket}
	statements, err := statementsOf(document)
	if err != nil {
		return BucketPolicy{}, err
	}
	var others []json.RawMessage
	for _, s := range statements {
		if !p.recognize(s) {
			others = append(others, s.raw)
		}
	}
	if len(others) == 0 {
		return p, nil
	}
	rest, err := marshalPlain(struct {
		Version   string
		Statement []json.RawMessage
	}{Version, others})
	p.SourceDocuments = []string{string(rest)}
	return p, err
}

// recognize adds what a statement grants, if it is one that own makes.
func (p *BucketPolicy) recognize(s rawStatement) bool {
	var grant struct {
		Condition map[string]map[string]oneOrMany
	}
	if json.Unmarshal(s.raw, &grant) != nil {
		return false
	}
	alone := BucketPolicy{Partition: p.Partition, Bucket: p.Bucket}
	switch s.sid {
	case SidDenyInsecureTransport:
		alone.DenyInsecureTransport = true
	case sidCloudFront:
		alone.CloudFrontDistributionARNs = slices.Clone(grant.Condition["StringEquals"]["aws:SourceArn"])
	case sidAccessLogs:
		alone.AccessLogSourceARNs = slices.Clone(grant.Condition["ArnLike"]["aws:SourceArn"])
	case sidInventory:
		alone.InventorySourceARNs = slices.Clone(grant.Condition["ArnLike"]["aws:SourceArn"])
	default:
		return false
	}
	if account := grant.Condition["StringEquals"]["aws:SourceAccount"]; len(account) == 1 {
		alone.SourceAccount = account[0]
	}
	mine, err := alone.JSON()
	if err != nil || !Equivalent(mine, s.alone()) {
		return false
	}
	p.DenyInsecureTransport = p.DenyInsecureTransport || alone.DenyInsecureTransport
	p.CloudFrontDistributionARNs = append(p.CloudFrontDistributionARNs, alone.CloudFrontDistributionARNs...)
	p.AccessLogSourceARNs = append(p.AccessLogSourceARNs, alone.AccessLogSourceARNs...)
	p.InventorySourceARNs = append(p.InventorySourceARNs, alone.InventorySourceARNs...)
	if alone.SourceAccount != "" {
		p.SourceAccount = alone.SourceAccount
	}
	return true
}
