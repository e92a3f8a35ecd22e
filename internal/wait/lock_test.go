package wait

import (
	"context"
	"testing"
)

func TestKeyedLock(t *testing.T) {
	var lock KeyedLock
	release, err := lock.Acquire(t.Context(), "a")
	if err != nil {
		t.Fatal(err)
	}
	other, err := lock.Acquire(t.Context(), "b")
	if err != nil {
		t.Fatalf("another key: %v", err)
	}
	other()

	ended, cancel := context.WithCancel(t.Context())
	cancel()
	for range 50 { // of two ways that are open, select takes either
		if _, err := lock.Acquire(ended, "a"); err == nil {
			t.Fatal("two callers at once")
		}
	}
	next := make(chan error)
	go func() {
		_, err := lock.Acquire(t.Context(), "a")
		next <- err
	}()
	release()
	if err := <-next; err != nil {
		t.Error(err)
	}
}
