package storagecheck

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
)

// judged is what an error means that does not depend on the check. It is false for an
// error that the check itself has to judge, such as a denial.
func (r *run) judged(p *party, err error) (Result, bool) {
	var (
		foreign *awserr.ForeignAnswer
		network net.Error
	)
	result := Result{Status: Fail, Facts: Facts{App: p.app, Region: r.region}}
	say := func(code Code, format string, args ...any) (Result, bool) {
		result.Code, result.Detail = code, fmt.Sprintf(format, args...)
		return result, true
	}
	switch {
	case errors.Is(err, errTooMany):
		result.Status = Skipped
		return say(TooMany, "The limit of requests was reached, because some were sent twice.")
	case errors.As(err, &foreign) && foreign.NotImplemented, awserr.Unsupported(err):
		result.Status = Skipped
		return say(Unsupported, "The server does not implement this part of S3. %s", said(err))
	case errors.As(err, &foreign):
		return say(ForeignAnswer, "The answer of %s is %s, and not one of S3: something in between answers, such as a proxy.", foreign.Host, foreign.What)
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return say(NoAnswer, "The server did not answer within %s.", requestLimit)
	case awserr.Is(err, "RequestTimeTooSkewed") || r.skewed() && (awserr.CredentialsRefused(err) || awserr.Denied(err)):
		return say(ClockSkewed, "The clock of this machine is off by more than %s, so that S3 refuses what it signs.", skewLimit)
	case awserr.Is(err, "InvalidAccessKeyId", "InvalidClientTokenId", "UnrecognizedClientException"):
		return say(KeyUnknown, "%s %s not accepted: the access key was deleted, is not active, or belongs to another server.", p.whose(), p.are())
	case awserr.Is(err, "SignatureDoesNotMatch"):
		return say(SecretWrong, "%s %s not accepted: the secret does not belong to the access key.", p.whose(), p.are())
	case awserr.CredentialsRefused(err):
		return say(SessionEnded, "%s %s not accepted: the session has ended, or its token is not valid.", p.whose(), p.are())
	case awserr.BucketGone(err):
		return say(BucketMissing, "The bucket %s does not exist.", r.Bucket)
	case awserr.WrongRegion(err):
		return say(RegionUnknown, "The bucket %s is in another region, and the server does not say in which. %s", r.Bucket, said(err))
	case awserr.Throttled(err), awserr.Status(err) >= http.StatusInternalServerError:
		return say(ServerError, "The server failed to answer. %s", said(err))
	case awserr.Status(err) == 0 && errors.As(err, &network):
		return say(Unreachable, "The server could not be reached: %s.", reason(err))
	}
	return result, false
}

func (p *party) are() string {
	if p.app {
		return "is"
	}
	return "are"
}

// accessTrouble reports whether an access key cannot do anything.
func accessTrouble(err error) bool {
	return awserr.CredentialsRefused(err) || awserr.Is(err, "RequestTimeTooSkewed")
}

// blocks reports whether a code is about all requests.
func blocks(code Code) bool {
	switch code {
	case Unreachable, NoAnswer, ForeignAnswer, BucketMissing:
		return true
	}
	return false
}

// failed is a result for an error that no check judges.
func (r *run) failed(name Name, p *party, err error) Result {
	result, ok := r.judged(p, err)
	if !ok {
		result.Code, result.Detail = OtherError, "The request failed. "+said(err)
	}
	result.Name = name
	return result
}

// longestSaid is how much of a server's message a detail has.
const longestSaid = 300

// keyIDs are access key IDs, which some servers repeat.
var keyIDs = regexp.MustCompile(`\b(?:AKIA|ASIA)[A-Z0-9]{12,}\b`)

// said is what the server said, as a sentence. It has no secret.
func said(err error) string {
	code, message := awserr.Code(err), awserr.Message(err)
	if code == "" {
		return "The error is: " + clean(reason(err)) + "."
	}
	text := "The server says " + clean(code)
	if message != "" {
		text += ": " + strings.TrimSuffix(clean(message), ".")
	}
	if status := awserr.Status(err); status != 0 {
		text += fmt.Sprintf(" (HTTP status %d)", status)
	}
	return text + "."
}

// reason is the innermost cause of an error of the network, without the URL.
func reason(err error) string {
	var (
		request *url.Error
		dial    *net.OpError
	)
	switch {
	case errors.As(err, &request):
		return clean(request.Err.Error())
	case errors.As(err, &dial):
		return clean(dial.Error())
	}
	return clean(err.Error())
}

// clean makes one short line of a text of a server, without access key IDs and queries of
// URLs, in which signatures are.
func clean(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	text = queries.ReplaceAllString(text, "?(query)")
	text = keyIDs.ReplaceAllString(text, "(access key)")
	if runes := []rune(text); len(runes) > longestSaid {
		text = string(runes[:longestSaid]) + "..."
	}
	return text
}

var queries = regexp.MustCompile(`\?[^ "'<>]*(?i:X-Amz-)[^ "'<>]*`)
