package s3bucket

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
)

var noCORS = refusal(http.StatusNotFound, "NoSuchCORSConfiguration", "")

func put(t *testing.T, gets ...reply) (s *Store, server *server, err error) {
	t.Helper()
	s, server = play(t, script{"PUT cors": {{}}, "GET cors": gets})
	return s, server, CORS.Write(t.Context(), s, Of("videos"), []types.CORSRule{rule("https://new")}, nil)
}

func TestPutLooksAtOnceAndNoLongerThanNeeded(t *testing.T) {
	var (
		server *server
		err    error
	)
	s, _ := play(t, nil)
	if took := elapsed(s, func() { _, server, err = put(t, corsReply("https://new")) }); took != 0 || err != nil {
		t.Errorf("took %s: %v", took, err)
	}
	if n := len(server.requests); n != 2 {
		t.Errorf("requests %v", server.requests)
	}
}

func TestPutWaitsForStaleReads(t *testing.T) {
	_, server, err := put(t, corsReply("https://old"), noCORS, corsReply("https://old"), corsReply("https://new"))
	if err != nil {
		t.Error(err)
	}
	if n := server.count("GET cors"); n != 4 {
		t.Errorf("%d reads", n)
	}
}

func TestPutReportsASteadyOtherAnswer(t *testing.T) {
	s, _, err := put(t, corsReply("https://rewritten"))
	var rewritten *RewrittenError
	if !errors.As(err, &rewritten) || rewritten.Bucket != "videos" {
		t.Errorf("got %v, want a *RewrittenError", err)
	}
	if took := s.clock.Now().Sub(newClock().now); took < steady || took > steady+2*looks.Last {
		t.Errorf("after %s", took)
	}
}

// TestPutOverAnotherDocument goes on to wait while the server shows what was there
// before, which is no sign that it rewrites documents.
func TestPutOverAnotherDocument(t *testing.T) {
	before := []types.CORSRule{rule("https://old")}
	s, _ := play(t, script{"PUT cors": {{}}, "GET cors": {corsReply("https://old")}})
	var unconfirmed *UnconfirmedError
	err := CORS.Write(t.Context(), s, Of("videos"), []types.CORSRule{rule("https://new")}, &before)
	if !errors.As(err, &unconfirmed) || unconfirmed.Waited < patience {
		t.Errorf("got %v, want an *UnconfirmedError after %s", err, patience)
	}
}

// TestPutThatCannotBeReadBack has been accepted all the same.
func TestPutThatCannotBeReadBack(t *testing.T) {
	for name, answer := range map[string]reply{
		"denied":        refusal(http.StatusForbidden, "AccessDenied", ""),
		"another error": refusal(http.StatusBadRequest, "InvalidRequest", ""),
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := put(t, answer)
			var unconfirmed *UnconfirmedError
			if !errors.As(err, &unconfirmed) || unconfirmed.Err == nil {
				t.Errorf("got %v, want an *UnconfirmedError with the reason", err)
			}
		})
	}
	t.Run("deadline in a read", func(t *testing.T) {
		ctx, end := context.WithCancel(t.Context())
		s := newStore(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodGet {
				end()
				<-r.Context().Done()
				return
			}
			send(w, reply{})
		}))
		err := CORS.Write(ctx, s, Of("videos"), []types.CORSRule{rule("https://new")}, nil)
		if !errors.As(err, new(*UnconfirmedError)) || !errors.Is(err, context.Canceled) {
			t.Errorf("got %v, want an *UnconfirmedError by the cancellation", err)
		}
	})
}

func TestPutThatNeverReadsBack(t *testing.T) {
	s, _, err := put(t, noCORS)
	if err == nil || errors.Is(err, ErrAbsent) || !strings.Contains(err.Error(), "CORS configuration of the bucket videos does not read back") {
		t.Errorf("got %v", err)
	}
	if took := s.clock.Now().Sub(newClock().now); took < patience || took > patience+2*looks.Last {
		t.Errorf("after %s", took)
	}
}

func TestPutThatMayNotBeRead(t *testing.T) {
	if _, _, err := put(t, denied); !awserr.Denied(err) {
		t.Errorf("got %v", err)
	}
}

func TestSettlingEndsWithTheContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	s, _ := play(t, script{"PUT cors": {{}}, "GET cors": {noCORS}})
	s.clock = cancelling{s.clock, cancel}
	if err := CORS.Write(ctx, s, Of("videos"), []types.CORSRule{rule("https://new")}, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestClearWaitsUntilTheDocumentIsGone(t *testing.T) {
	old := corsReply("https://old")
	s, server := play(t, script{"GET cors": {old, old, old, noCORS}, "DELETE cors": {{}}})
	if err := CORS.Remove(t.Context(), s, Of("videos")); err != nil {
		t.Error(err)
	}
	if got := strings.Join(server.requests, ", "); got != "GET cors, DELETE cors, GET cors, GET cors, GET cors" {
		t.Error(got)
	}
}

func TestLoggingIsClearedByAPut(t *testing.T) {
	on := reply{body: "<BucketLoggingStatus><LoggingEnabled><TargetBucket>logs</TargetBucket><TargetPrefix>a/</TargetPrefix></LoggingEnabled></BucketLoggingStatus>"}
	s, server := play(t, script{"GET logging": {on, {body: "<BucketLoggingStatus/>"}}, "PUT logging": {{}}})
	if err := Logging.Remove(t.Context(), s, Of("videos")); err != nil {
		t.Error(err)
	}
	if body := server.bodies["PUT logging"]; !strings.Contains(body, "BucketLoggingStatus") || strings.Contains(body, "LoggingEnabled") {
		t.Error(body)
	}
}

func TestEncryptionKeepsBlockedTypes(t *testing.T) {
	rule := func(algorithm string) reply {
		return reply{body: "<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>" + algorithm + "</SSEAlgorithm></ApplyServerSideEncryptionByDefault>" +
			"<BlockedEncryptionTypes><EncryptionType>SSE-C</EncryptionType></BlockedEncryptionTypes></Rule></ServerSideEncryptionConfiguration>"}
	}
	s, server := play(t, script{"GET encryption": {rule("AES256"), rule("aws:kms")}, "PUT encryption": {{}}})
	if err := Encryption.Write(t.Context(), s, Of("videos"), EncryptionSettings{Algorithm: "aws:kms"}, nil); err != nil {
		t.Error(err)
	}
	if body := server.bodies["PUT encryption"]; !strings.Contains(body, "<EncryptionType>SSE-C</EncryptionType>") || !strings.Contains(body, "aws:kms") {
		t.Error(body)
	}
}

// TestSettlingEndsAtTheDeadline waits as long as the caller allows, longer or
// shorter than without a word.
func TestSettlingEndsAtTheDeadline(t *testing.T) {
	for _, allowed := range []time.Duration{20 * time.Second, 10 * time.Minute} {
		ctx, cancel := context.WithTimeout(t.Context(), allowed)
		defer cancel()
		s, _ := play(t, script{"PUT cors": {{}}, "GET cors": {noCORS}})
		var err error
		took := elapsed(s, func() { err = CORS.Write(ctx, s, Of("videos"), []types.CORSRule{rule("https://new")}, nil) })
		if !errors.As(err, new(*UnconfirmedError)) {
			t.Errorf("got %v, want an *UnconfirmedError", err)
		}
		if took < allowed-time.Second || took > allowed+2*looks.Last {
			t.Errorf("after %s, not %s", took, allowed)
		}
	}
}
