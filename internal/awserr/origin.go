package awserr

import (
	"errors"
	"net"
	"net/http"
	"slices"
	"strings"

	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// Origin is what an answer tells about the server that it came from. The zero value
// is that of no answer.
type Origin struct {
	Host   string // that the request was sent to, with the port
	Name   string // what the server calls itself; many servers send no name
	Region string // of the bucket in question
}

// OriginOf returns the origin of an error.
func OriginOf(err error) Origin {
	if resp := response(err); resp != nil {
		return originOf(resp.Response)
	}
	return Origin{}
}

// OriginOfSuccess returns the origin of a success, from the result's metadata.
func OriginOfSuccess(metadata middleware.Metadata) Origin {
	resp, _ := awsmiddleware.GetRawResponse(metadata).(*smithyhttp.Response)
	if resp == nil {
		return Origin{}
	}
	return originOf(resp.Response)
}

func originOf(resp *http.Response) Origin {
	if resp == nil {
		return Origin{}
	}
	o := Origin{Name: resp.Header.Get("Server"), Region: resp.Header.Get("X-Amz-Bucket-Region")}
	if resp.Request != nil && resp.Request.URL != nil {
		o.Host = resp.Request.URL.Host
	}
	return o
}

// IsAWS reports whether the answer came from AWS: from an endpoint of AWS, or from a
// server elsewhere that says so, such as a reverse proxy in front of S3. A server
// elsewhere that keeps its name to itself is not AWS's.
func (o Origin) IsAWS() bool { return AWSHost(o.Host) || o.Name == "AmazonS3" }

// String names the server, in words such as "MinIO at localhost:9000".
func (o Origin) String() string {
	if o.Name == "" || o.Host == "" {
		return o.Name + o.Host
	}
	return o.Name + " at " + o.Host
}

// Server names the server that err came from, in words such as "MinIO at
// localhost:9000", or "" when there was no answer.
func Server(err error) string { return OriginOf(err).String() }

// awsDomains are the domains of AWS's endpoints, VPC endpoints included.
var awsDomains = []string{
	".amazonaws.com", ".amazonaws.com.cn", ".api.aws", ".amazonaws.eu", ".api.amazonwebservices.eu",
	".c2s.ic.gov", ".sc2s.sgov.gov", ".cloud.adc-e.uk", ".csp.hci.ic.gov",
}

// AWSHost reports whether a host, with or without a port, is an endpoint of AWS.
func AWSHost(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.ToLower(host)
	return slices.ContainsFunc(awsDomains, func(domain string) bool { return strings.HasSuffix(host, domain) })
}

// response returns the answer that err is about, or nil.
func response(err error) *smithyhttp.Response {
	var resp *smithyhttp.ResponseError
	if !errors.As(err, &resp) || resp.Response == nil || resp.Response.Response == nil {
		return nil
	}
	return resp.Response
}
