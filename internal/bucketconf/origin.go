package bucketconf

import (
	"errors"

	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// origin is what an answer tells of the server that it came from. Its zero value
// tells nothing.
type origin struct {
	name   string // what it calls itself
	host   string // with the port
	region string // of the bucket in question
}

// refuser returns the origin of an error.
func refuser(err error) origin {
	var resp *smithyhttp.ResponseError
	if errors.As(err, &resp) {
		return originOf(resp.Response)
	}
	return origin{}
}

// answerer returns the origin of a success.
func answerer(metadata middleware.Metadata) origin {
	resp, _ := awsmiddleware.GetRawResponse(metadata).(*smithyhttp.Response)
	return originOf(resp)
}

func originOf(resp *smithyhttp.Response) origin {
	if resp == nil || resp.Response == nil {
		return origin{}
	}
	o := origin{name: resp.Header.Get("Server"), region: resp.Header.Get("X-Amz-Bucket-Region")}
	if resp.Request != nil && resp.Request.URL != nil {
		o.host = resp.Request.URL.Host
	}
	return o
}

func (o origin) isAWS() bool { return o.name == "AmazonS3" }

// notAWS is not the opposite of isAWS: a server may keep its name to itself.
func (o origin) notAWS() bool { return o.name != "" && !o.isAWS() }

// String names the server, in words such as "MinIO at localhost:9000".
func (o origin) String() string {
	if o.name == "" || o.host == "" {
		return o.name + o.host
	}
	return o.name + " at " + o.host
}
