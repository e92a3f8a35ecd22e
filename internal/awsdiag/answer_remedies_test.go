package awsdiag

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/parafovea/terraform-provider-fovea/internal/awsclient"
	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
	"github.com/parafovea/terraform-provider-fovea/internal/iamaccess"
	"github.com/parafovea/terraform-provider-fovea/internal/s3bucket"
)

func TestAnswerRemedies(t *testing.T) {
	foreign := &awserr.ForeignAnswer{Host: "proxy.example.com", Status: 200, What: "a web page"}
	silence := &awsclient.SilenceError{Operation: "GetUser", Host: "localhost:9000", Limit: time.Minute}
	for name, tt := range map[string]struct {
		err  error
		want string
	}{
		"foreign":                  {foreign, "The answer is a web page, not one of S3, IAM or STS. Check the endpoint: something in between probably answered for proxy.example.com, such as a proxy, a load balancer, or a router without a route."},
		"foreign, perhaps no IAM":  {&awserr.ForeignAnswer{Missing: "IAM"}, "A server without IAM may answer like that as well."},
		"silence":                  {silence, "The server at localhost:9000 accepted the connection and did not answer within 1m0s. Check the endpoint"},
		"broken off":               {&awsclient.BrokenAnswerError{Host: "localhost:9000", Status: 500, Err: io.ErrUnexpectedEOF}, "The answer of the server at localhost:9000 broke off. Check the network"},
		"broken off after success": {&awsclient.BrokenAnswerError{Host: "localhost:9000", Status: 200, Err: io.ErrUnexpectedEOF}, "The server said that it carried the request out."},
		"silence to a creation":    {&iamaccess.LostKeyError{User: "app", Err: errors.Join(silence)}, "The answer to the creation of an access key"},
		"foreign document":         {&s3bucket.UnsupportedError{Document: "CORS configuration", Bucket: "videos", Err: foreign}, "something in between probably answered for proxy.example.com"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Remedy(fmt.Errorf("wrapped: %w", tt.err)); !strings.Contains(got, tt.want) {
				t.Errorf("got the remedy %q, want %q in it", got, tt.want)
			}
		})
	}
}

func TestAGivenRemedyGoesFirst(t *testing.T) {
	err := WithRemedy(&iamaccess.UnknownPrincipalError{Err: errors.New("refused")}, "Ask the operator.")
	if got := Remedy(fmt.Errorf("wrapped: %w", err)); got != "Ask the operator." {
		t.Errorf("got the remedy %q, want the one given", got)
	}
}
