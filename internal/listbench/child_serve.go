package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"time"

	"github.com/parafovea/terraform-provider-fovea/internal/fakeaws"
)

// serverSettings say what a server holds, and how slow it is.
type serverSettings struct {
	Buckets   []bucket
	Latency   time.Duration
	PerSecond float64 // listing requests that it allows; 0 for any number
}

// bucket is a bucket of made-up keys.
type bucket struct {
	Name  string
	Keys  int
	Shape fakeaws.Shape
}

// serverAddress is the first that a server says.
type serverAddress struct{ URL, AccessKeyID, SecretAccessKey string }

// serverCounts is what a server says of the requests since it was last asked.
type serverCounts struct {
	Requests int
	Lists    int // of these, those that list
	Refused  int // of these, with SlowDown
}

// serve runs a server until stdin ends, and answers every line there with the
// counts.
func serve(s serverSettings, stdin io.Reader, stdout io.Writer) (err error) {
	server, err := fakeaws.Start(fakeaws.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, server.Close()) }()
	for _, b := range s.Buckets {
		if err := server.AddSyntheticBucket(b.Name, fakeaws.Synthetic{Keys: b.Keys, Shape: b.Shape}); err != nil {
			return err
		}
	}
	if s.PerSecond > 0 {
		server.Inject(fakeaws.Fault{Operation: "ListObjectsV2", PerSecond: s.PerSecond})
	}
	if s.Latency > 0 {
		server.Inject(fakeaws.Fault{Latency: s.Latency})
	}
	root := server.Root()
	out := json.NewEncoder(stdout)
	if err := out.Encode(serverAddress{server.URL(), root.AccessKeyID, root.SecretAccessKey}); err != nil {
		return err
	}
	questions := bufio.NewScanner(stdin)
	for questions.Scan() {
		if err := out.Encode(countsOf(server.Requests())); err != nil {
			return err
		}
		server.Requests().Reset()
	}
	return questions.Err()
}

func countsOf(log *fakeaws.RequestLog) serverCounts {
	counts := serverCounts{Requests: log.Total(), Lists: log.Count("ListObjectsV2")}
	for _, e := range log.Entries() {
		if e.Code == "SlowDown" {
			counts.Refused++
		}
	}
	return counts
}
