package s3api

import (
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/wire"
)

// operations is every operation of S3 that the server knows. The first match
// wins, so that those selected by a query parameter come before those that
// nothing selects.
var operations = slices.Concat(
	documentOperations,
	listOperations, multipartOperations, objectOperations,
	bucketOperations,
)

var documentOperations = slices.Concat(
	versioningOperations,
	encryptionOperations,
	publicAccessOperations,
	ownershipOperations,
	taggingOperations,
	corsOperations,
	lifecycleOperations,
	policyOperations,
	replicationOperations,
	loggingOperations,
	tieringOperations,
	metricsOperations,
	inventoryOperations,
	notificationOperations,
	aclOperations,
	fixedOperations,
)

// bucketOperations are those that no query parameter selects.
var bucketOperations = []operation{
	{
		name: "ListBuckets", method: http.MethodGet, level: serviceLevel,
		params: []string{"prefix", "continuation-token", "max-buckets", "bucket-region"},
		action: "s3:ListAllMyBuckets", do: (*Call).listBuckets,
	},
	{
		name: "CreateBucket", method: http.MethodPut, level: bucketLevel,
		reads:  []string{"x-amz-acl", "x-amz-grant-", "x-amz-bucket-object-lock-enabled", "x-amz-object-ownership"},
		action: "s3:CreateBucket", do: (*Call).createBucket,
	},
	{name: "HeadBucket", method: http.MethodHead, level: bucketLevel, action: "s3:ListBucket", do: (*Call).headBucket},
	{name: "DeleteBucket", method: http.MethodDelete, level: bucketLevel, action: "s3:DeleteBucket", configures: true, do: (*Call).deleteBucket},
}

// level is what an operation acts on.
type level int

const (
	serviceLevel level = iota
	bucketLevel
	objectLevel
)

// operation is one S3 operation: how to recognise it, whom to let do it, and
// how. A request that carries a query parameter or an x-amz-* header the
// operation does not list is answered with 501.
type operation struct {
	name   string // in AWS's API model
	method string
	level  level

	sub    []string // query parameters that select it; "name=value" wants that value
	header string   // a request header that selects it
	params []string // query parameters it reads
	reads  []string // x-amz-* headers it reads; one that ends in - is a prefix

	action        string // IAM action checked beforehand; "" when the handler does it all
	versionAction string // in place of action when the request has a versionId
	configures    bool   // writes the configuration of a bucket

	do func(*Call) error
}

// address tells bucket and key from the path, or from the host in requests of
// the virtual-hosted style: <bucket>.localhost or <bucket>.s3.localhost.
func address(r *http.Request) (bucket, key string) {
	path := strings.TrimPrefix(r.URL.Path, "/")
	host := r.Host
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	if name, ok := strings.CutSuffix(host, ".localhost"); ok {
		name = strings.TrimSuffix(name, ".s3")
		if name != "" && name != "s3" {
			return name, path
		}
	}
	bucket, key, _ = strings.Cut(path, "/")
	return bucket, key
}

// match finds the operation of a request.
func match(r *http.Request, query url.Values, bucket, key string) (*operation, error) {
	at := serviceLevel
	switch {
	case key != "":
		at = objectLevel
	case bucket != "":
		at = bucketLevel
	}
	for i := range operations {
		op := &operations[i]
		if op.method == r.Method && op.level == at && selects(op, r, query) {
			return op, checkQuery(op, query)
		}
	}
	if at == objectLevel && len(query) == 0 && r.Method == http.MethodPost ||
		!slices.Contains([]string{"GET", "HEAD", "PUT", "POST", "DELETE"}, r.Method) {
		return nil, wire.Fail(405, "MethodNotAllowed", "The specified method is not allowed against this resource.", wire.Field("Method", r.Method))
	}
	return nil, wire.NotImplemented(r.Method + " with the query " + describe(query))
}

func selects(op *operation, r *http.Request, query url.Values) bool {
	for _, want := range op.sub {
		name, value, hasValue := strings.Cut(want, "=")
		if !query.Has(name) || hasValue && query.Get(name) != value {
			return false
		}
	}
	return op.header == "" || r.Header.Get(op.header) != ""
}

// checkQuery refuses parameters that the operation does not have. A presigned
// URL has headers among its parameters; which ones depends on the SDK, as does
// their case.
func checkQuery(op *operation, query url.Values) error {
	presigned := query.Has("X-Amz-Signature")
	for name := range query {
		known := name == "x-id" || slices.Contains(signingParams, http.CanonicalHeaderKey(name)) || slices.Contains(op.params, name) ||
			presigned && hoisted(name) && op.understands(strings.ToLower(name)) ||
			slices.ContainsFunc(op.sub, func(want string) bool { n, _, _ := strings.Cut(want, "="); return n == name })
		if !known {
			return wire.NotImplemented("the query parameter " + name + " of " + op.name)
		}
	}
	return nil
}

func describe(query url.Values) string {
	var names []string
	for name := range query {
		names = append(names, name)
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}

// everyReads are the x-amz-* headers that every operation understands.
var everyReads = []string{
	"x-amz-date", "x-amz-content-sha256", "x-amz-security-token", "x-amz-user-agent", "x-amz-expected-bucket-owner",
	"x-amz-decoded-content-length", "x-amz-trailer", "x-amz-sdk-checksum-algorithm", "x-amz-checksum-",
	"x-amz-request-payer", // the owner of a bucket pays here, whatever a request offers
}

// understands reports whether the operation has an x-amz-* header, in lower case.
func (op *operation) understands(name string) bool {
	match := func(known string) bool {
		return known == name || strings.HasSuffix(known, "-") && strings.HasPrefix(name, known)
	}
	return strings.EqualFold(op.header, name) || slices.ContainsFunc(everyReads, match) || slices.ContainsFunc(op.reads, match)
}

func checkHeaders(r *http.Request, op *operation) error {
	for name := range r.Header {
		name = strings.ToLower(name)
		if !strings.HasPrefix(name, "x-amz-") || op.understands(name) {
			continue
		}
		switch name {
		case "x-amz-server-side-encryption", "x-amz-server-side-encryption-aws-kms-key-id":
			return wire.InvalidArgument(name, r.Header.Get(name), name+" header is not supported for this operation.")
		default:
			return wire.NotImplemented("the header " + name + " of " + op.name)
		}
	}
	return nil
}

// target is the ARN that the operation's own action is checked on.
func (c *Call) target() string {
	switch c.op.level {
	case bucketLevel:
		return wire.BucketARN(c.bucketName)
	case objectLevel:
		return wire.ObjectARN(c.bucketName, c.key)
	}
	return "*"
}
