package s3bucket

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
)

var (
	free      = noBucket
	ownedByMe = refusal(http.StatusConflict, "BucketAlreadyOwnedByYou", "")
)

func TestCreate(t *testing.T) {
	s, server := play(t, script{"GET": {free}, "PUT": {{}}})
	if err := s.Create(t.Context(), "videos", ""); err != nil {
		t.Fatal(err)
	}
	if body := server.bodies["PUT"]; strings.Contains(body, "LocationConstraint") {
		t.Errorf("us-east-1 is named: %s", body)
	}
	if err := s.Create(t.Context(), "backup", "eu-west-1"); err != nil {
		t.Fatal(err)
	}
	if body := server.bodies["PUT"]; !strings.Contains(body, "<LocationConstraint>eu-west-1</LocationConstraint>") {
		t.Errorf("no region: %s", body)
	}
	clients, ok := s.clients.(*fixedClients)
	if !ok {
		t.Fatal("other clients")
	}
	if region, _ := clients.remembered.Load("backup"); region != "eu-west-1" {
		t.Errorf("remembered %v", region)
	}
}

func TestCreateNeverTakesOverABucket(t *testing.T) {
	elsewhere := reply{status: http.StatusMovedPermanently, header: http.Header{"X-Amz-Bucket-Region": {"eu-west-1"}}}
	for name, test := range map[string]struct {
		finds  []reply
		puts   []reply
		exists string // the region of an ExistsError
		taken  bool
	}{
		"mine":                        {finds: []reply{{}}, exists: "us-east-1"},
		"mine, elsewhere":             {finds: []reply{elsewhere, {}}, exists: "eu-west-1"},
		"another's":                   {finds: []reply{denied}, taken: true},
		"another's, elsewhere":        {finds: []reply{elsewhere, denied}, taken: true},
		"mine since a moment":         {finds: []reply{free}, puts: []reply{ownedByMe}, exists: "us-east-1"},
		"another's since a moment":    {finds: []reply{free}, puts: []reply{refusal(http.StatusConflict, "BucketAlreadyExists", "")}, taken: true},
		"mine by another creation":    {finds: []reply{free}, puts: []reply{aborted, ownedByMe}, exists: "us-east-1"},
		"mine, after being throttled": {finds: []reply{free}, puts: []reply{refusal(http.StatusServiceUnavailable, "SlowDown", ""), ownedByMe}, exists: "us-east-1"},
	} {
		t.Run(name, func(t *testing.T) {
			s, server := play(t, script{"GET": test.finds, "PUT": test.puts})
			err := s.Create(t.Context(), "videos", "")
			var (
				exists *ExistsError
				taken  *TakenError
			)
			if errors.As(err, &taken) != test.taken {
				t.Errorf("got %v", err)
			}
			if test.exists != "" && (!errors.As(err, &exists) || exists.Region != test.exists) {
				t.Errorf("got %v", err)
			}
			if len(test.puts) == 0 && server.sent("PUT") {
				t.Error("sent a PUT")
			}
		})
	}
}

func TestCreateDoesNotTakeErrorsForAFreeName(t *testing.T) {
	for _, find := range []reply{{status: http.StatusNotFound}, {status: http.StatusNotFound, body: "404 page not found"}, refusal(http.StatusNotFound, "NoSuchKey", ""), {status: http.StatusInternalServerError}, {status: http.StatusMovedPermanently}, {status: http.StatusBadRequest}, {lost: true}} {
		s, server := play(t, script{"GET": {find}, "PUT": {{}}})
		if err := s.Create(t.Context(), "videos", ""); err == nil || server.sent("PUT") {
			t.Errorf("%+v: %v, %v", find, err, server.requests)
		}
	}
}

func TestCreateWhoseAnswerIsLost(t *testing.T) {
	for name, first := range map[string][]reply{
		"broken connection":        {{lost: true}},
		"failing server":           {refusal(http.StatusInternalServerError, "InternalError", "")},
		"broken, then in progress": {{lost: true}, aborted},
	} {
		t.Run(name, func(t *testing.T) {
			s, _ := play(t, script{"GET": {free}, "PUT": append(first, ownedByMe)})
			if err := s.Create(t.Context(), "videos", ""); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestCreateWhoseAnswersAreAllLost(t *testing.T) {
	cut := reply{header: http.Header{"Content-Length": {"500"}}, body: "<CreateBucketResult><Buck"}
	for name, test := range map[string]struct {
		put  reply
		then reply // to HEAD
		made bool
	}{
		"made":                {reply{lost: true}, reply{}, true},
		"made, by a slow one": {refusal(http.StatusInternalServerError, "InternalError", ""), reply{}, true},
		"answer cut off":      {cut, reply{}, true},
		"not made":            {reply{lost: true}, free, false},
		"nothing is known":    {reply{lost: true}, reply{lost: true}, false},
		"refused":             {refusal(http.StatusForbidden, "AccessDenied", ""), reply{}, false},
		"throttled all along": {refusal(http.StatusServiceUnavailable, "SlowDown", ""), reply{}, false},
	} {
		t.Run(name, func(t *testing.T) {
			s, _ := play(t, script{"GET": {free}, "HEAD": {test.then}, "PUT": {test.put}})
			if err := s.Create(t.Context(), "videos", ""); (err == nil) != test.made {
				t.Errorf("got %v, want success: %t", err, test.made)
			}
		})
	}
}

func TestNewBucketsAreWaitedFor(t *testing.T) {
	s, server := play(t, script{
		"GET": {free}, "PUT": {{}},
		"PUT cors": {noBucket, noBucket, {}}, "GET cors": {noBucket, corsReply("https://x")},
	})
	if err := s.Create(t.Context(), "videos", ""); err != nil {
		t.Fatal(err)
	}
	rules := []types.CORSRule{rule("https://x")}
	if err := CORS.Write(t.Context(), s, Of("videos"), rules, nil); err != nil {
		t.Error(err)
	}
	if n := server.count("PUT cors"); n != 3 {
		t.Errorf("%d requests", n)
	}
}

func TestOtherBucketsAreNotWaitedFor(t *testing.T) {
	s, server := play(t, script{"GET": {free}, "PUT": {{}}, "PUT cors": {noBucket}})
	if err := s.Create(t.Context(), "videos", ""); err != nil {
		t.Fatal(err)
	}
	if err := CORS.Write(t.Context(), s, Of("other"), []types.CORSRule{rule("https://x")}, nil); !errors.Is(err, ErrNoBucket) {
		t.Errorf("got %v", err)
	}
	var err error
	took := elapsed(s, func() { err = CORS.Write(t.Context(), s, Of("videos"), []types.CORSRule{rule("https://x")}, nil) })
	if !errors.Is(err, ErrNoBucket) || took > patience+2*retries.Last {
		t.Errorf("after %s: %v", took, err)
	}
	before := server.count("PUT cors")
	if err := CORS.Write(t.Context(), s, Of("videos"), []types.CORSRule{rule("https://x")}, nil); !errors.Is(err, ErrNoBucket) {
		t.Errorf("got %v", err)
	}
	if n := server.count("PUT cors") - before; n != 1 {
		t.Errorf("%d requests for a bucket that is new no longer", n)
	}
}

func TestCreateWaitsForADeletionOfTheSameName(t *testing.T) {
	s, server := play(t, script{"GET": {free}, "PUT": {aborted}})
	var err error
	took := elapsed(s, func() { err = s.Create(t.Context(), "videos", "") })
	if !awserr.Conflict(err) || took < creation || took > creation+time.Minute {
		t.Errorf("after %s and %d requests: %v", took, len(server.requests), err)
	}
}

func TestCreateWhereLocationsAreRefused(t *testing.T) {
	malformed, illegal := refusal(http.StatusBadRequest, "MalformedXML", ""), refusal(http.StatusBadRequest, "IllegalLocationConstraintException", "")
	for name, test := range map[string]struct {
		region string
		atAWS  bool
		puts   []reply
		sent   int    // PUT requests
		text   string // of the error; "" for success
	}{
		"without a location":       {region: "eu-west-1", puts: []reply{malformed, {}}, sent: 2},
		"by another code":          {region: "eu-west-1", puts: []reply{refusal(http.StatusBadRequest, "InvalidLocationConstraint", ""), {}}, sent: 2},
		"not implemented":          {region: "eu-west-1", puts: []reply{refusal(http.StatusNotImplemented, "NotImplemented", ""), {}}, sent: 2},
		"neither way":              {region: "eu-west-1", puts: []reply{malformed, illegal}, sent: 2, text: "; without a location: "},
		"a region that was chosen": {region: "eu-central-1", puts: []reply{malformed}, sent: 1, text: "refuses the location eu-central-1"},
		"at AWS":                   {region: "eu-west-1", atAWS: true, puts: []reply{malformed}, sent: 1},
		"taken meanwhile":          {region: "eu-west-1", puts: []reply{malformed, ownedByMe}, sent: 2, text: "belongs to this account"},
	} {
		t.Run(name, func(t *testing.T) {
			s, server := play(t, script{"PUT": test.puts})
			s.note(s.free, "videos") // by a Look
			clients, ok := s.clients.(*fixedClients)
			if !ok {
				t.Fatalf("clients: got %T", s.clients)
			}
			clients.region, clients.atAWS = "eu-west-1", test.atAWS
			err := s.Create(t.Context(), "videos", test.region)
			if n := server.count("PUT"); n != test.sent {
				t.Errorf("PUT requests: got %d, want %d", n, test.sent)
			}
			switch {
			case test.text == "" && !test.atAWS && err != nil:
				t.Errorf("got %v, want success", err)
			case test.text != "" && (err == nil || !strings.Contains(err.Error(), test.text)):
				t.Errorf("got %v, want %q in it", err, test.text)
			}
			_, owned := clients.owned.Load("videos")
			if want := err == nil; owned != want {
				t.Errorf("owner expected from now on: got %t, want %t", owned, want)
			}
		})
	}
}
