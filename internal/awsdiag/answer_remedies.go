package awsdiag

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/parafovea/terraform-provider-fovea/internal/awsclient"
	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
	"github.com/parafovea/terraform-provider-fovea/internal/s3bucket"
)

// answerRemedy says what to do when the answer to a request is missing, broken off or
// that of something else, "" for all other errors.
func answerRemedy(err error) string {
	var (
		foreign *awserr.ForeignAnswer
		silence *awsclient.SilenceError
		broken  *awsclient.BrokenAnswerError
	)
	switch {
	case errors.As(err, &foreign) && foreign.NotImplemented && errors.As(err, new(*s3bucket.UnsupportedError)):
		return "" // bucketRemedy knows more
	case errors.As(err, &foreign):
		text := fmt.Sprintf("The answer is %s, not one of S3, IAM or STS. Check the endpoint: something in between probably answered for %s, "+
			"such as a proxy, a load balancer, or a router without a route. It does not prove that anything is missing, so the state stays as it is.", foreign.What, foreign.Host)
		if foreign.Missing != "" {
			text += " A server without " + foreign.Missing + " may answer like that as well."
		}
		return text
	case errors.As(err, &silence):
		return fmt.Sprintf("The server at %s accepted the connection and did not answer within %s. Check the endpoint, and any proxy or firewall on the way to it. "+
			"If the server was only overloaded, try again later.", silence.Host, silence.Limit)
	case errors.As(err, &broken):
		text := fmt.Sprintf("The answer of the server at %s broke off. Check the network, and any proxy on the way to the server, and try again.", broken.Host)
		if broken.Status < http.StatusMultipleChoices {
			text += " The server said that it carried the request out."
		}
		return text
	}
	return ""
}
