package s3bucket

import (
	"context"
	"net/http"
	"testing"
)

func TestWritesHoldTheBucketsLock(t *testing.T) {
	for _, d := range documents() {
		t.Run(d.subresource, func(t *testing.T) {
			var (
				s     *Store
				puts  int
				taken int
			)
			s = newStore(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.Method == http.MethodGet { // encryption is read before it is written
					send(w, reply{body: "<ServerSideEncryptionConfiguration/>"})
					return
				}
				puts++
				taken += len(s.writes.slot("videos"))
				send(w, denied)
			}))
			if err := d.put(t.Context(), s); err == nil {
				t.Error("no error")
			}
			if puts != 1 || taken != 1 {
				t.Errorf("%d requests, %d of them under the lock", puts, taken)
			}
			if len(s.writes.slot("videos")) != 0 {
				t.Error("the lock is kept")
			}
		})
	}
}

func TestKeyedLock(t *testing.T) {
	var lock keyedLock
	release, err := lock.acquire(t.Context(), "a")
	if err != nil {
		t.Fatal(err)
	}
	other, err := lock.acquire(t.Context(), "b")
	if err != nil {
		t.Fatalf("another key: %v", err)
	}
	other()

	ended, cancel := context.WithCancel(t.Context())
	cancel()
	for range 50 { // of two ways that are open, select takes either
		if _, err := lock.acquire(ended, "a"); err == nil {
			t.Fatal("two callers at once")
		}
	}
	next := make(chan error)
	go func() {
		_, err := lock.acquire(t.Context(), "a")
		next <- err
	}()
	release()
	if err := <-next; err != nil {
		t.Error(err)
	}
}
