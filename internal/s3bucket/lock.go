package s3bucket

import (
	"context"
	"sync"
)

// keyedLock lets one caller in at a time for each key. Its zero value is ready
// for use. Keys are never dropped: there are as many as buckets in a
// configuration.
type keyedLock struct {
	mu    sync.Mutex
	slots map[string]chan struct{}
}

// acquire waits for its turn, or for the end of ctx. The caller calls release
// when done.
func (l *keyedLock) acquire(ctx context.Context, key string) (release func(), err error) {
	slot := l.slot(key)
	select {
	case slot <- struct{}{}:
		return func() { <-slot }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (l *keyedLock) slot(key string) chan struct{} {
	l.mu.Lock()
	defer l.mu.Unlock()
	slot, ok := l.slots[key]
	if !ok {
		if l.slots == nil {
			l.slots = map[string]chan struct{}{}
		}
		slot = make(chan struct{}, 1)
		l.slots[key] = slot
	}
	return slot
}
