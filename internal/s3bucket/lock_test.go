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
				if isHeld(r.Context(), s) {
					taken++
				}
				send(w, denied)
			}))
			if err := d.put(t.Context(), s); err == nil {
				t.Error("no error")
			}
			if puts != 1 || taken != 1 {
				t.Errorf("%d requests, %d of them under the lock", puts, taken)
			}
			if isHeld(t.Context(), s) {
				t.Error("the lock is kept")
			}
		})
	}
}

// isHeld reports whether a write to the bucket has the lock.
func isHeld(ctx context.Context, s *Store) bool {
	ended, cancel := context.WithCancel(ctx)
	cancel()
	release, err := s.writes.Acquire(ended, "videos")
	if err == nil {
		release()
	}
	return err != nil
}
