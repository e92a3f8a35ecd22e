package s3bucket

import (
	"errors"
	"net/http"
	"testing"
)

func TestAnEmptyBucketIsNotPutAtRisk(t *testing.T) {
	const there = "<MetricsConfiguration><Id>All</Id></MetricsConfiguration>"
	list := func(server, contents string) reply {
		return reply{header: http.Header{"Server": {server}}, body: "<ListBucketResult><IsTruncated>false</IsTruncated>" + contents + "</ListBucketResult>"}
	}
	deletedInstead := refusal(http.StatusConflict, "BucketNotEmpty", "")
	var (
		atRisk      *BucketAtRiskError
		unsupported *UnsupportedError
	)
	for name, test := range map[string]struct {
		list, remove reply
		sent         bool
		is           func(error) bool
	}{
		"empty":            {list("Werkzeug", ""), reply{}, false, func(err error) bool { return errors.As(err, &atRisk) }},
		"empty, nameless":  {list("", ""), reply{}, false, func(err error) bool { return errors.As(err, &atRisk) }},
		"cannot be listed": {denied, reply{}, false, func(err error) bool { return err != nil }},
		"empty, on AWS":    {list("AmazonS3", ""), reply{}, true, func(err error) bool { return err == nil }},
		"not empty":        {list("Werkzeug", "<Contents><Key>a</Key></Contents>"), reply{}, true, func(err error) bool { return err == nil }},
		"not empty, and misunderstood": {list("Werkzeug", "<Contents><Key>a</Key></Contents>"), deletedInstead, true,
			func(err error) bool { return errors.As(err, &unsupported) }},
	} {
		t.Run(name, func(t *testing.T) {
			s, server := play(t, script{
				"GET metrics":    {{body: there}, refusal(http.StatusNotFound, "NoSuchConfiguration", "")},
				"GET":            {test.list},
				"DELETE metrics": {test.remove},
			})
			if err := Metrics.Remove(t.Context(), s, ID{Bucket: "videos", Name: "All"}); !test.is(err) {
				t.Errorf("got %v", err)
			}
			if server.sent("DELETE") != test.sent {
				t.Errorf("sent %v", server.requests)
			}
		})
	}
}
