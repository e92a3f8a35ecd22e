package wait

import (
	"context"
	"sync"
)

// KeyedLock lets one caller in at a time for each key. Its zero value is ready
// for use. Keys are never dropped: there are as many as buckets, or users, in a
// configuration.
type KeyedLock struct {
	mu    sync.Mutex
	slots map[string]chan struct{}
}

// Acquire waits for its turn. A caller whose ctx ends leaves the queue with ctx's error.
// The caller calls release when done.
func (l *KeyedLock) Acquire(ctx context.Context, key string) (release func(), err error) {
	slot := l.slot(key)
	release = func() { <-slot }
	select {
	case slot <- struct{}{}:
		return release, nil
	default:
	}
	select {
	case slot <- struct{}{}:
		return release, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (l *KeyedLock) slot(key string) chan struct{} {
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
