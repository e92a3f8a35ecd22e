package inventory

import (
	"context"
	"iter"
	"runtime"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"
)

// Object is what an inventory says of an object.
type Object struct {
	Key          string
	Size         int64     // bytes
	LastModified time.Time // UTC
	ETag         string    // "" unless it is asked for
	StorageClass string
	AccessTier   string // within INTELLIGENT_TIERING, if the inventory says
}

// Archived reports whether S3 does not serve the object until it is restored.
func (o Object) Archived() bool {
	switch o.StorageClass {
	case "GLACIER", "DEEP_ARCHIVE":
		return true
	case "INTELLIGENT_TIERING":
		switch o.AccessTier {
		case "ARCHIVE", "ARCHIVE_ACCESS", "DEEP_ARCHIVE", "DEEP_ARCHIVE_ACCESS":
			return true
		}
	}
	return false
}

// Options says what to read of an inventory.
type Options struct {
	Keep    func(key string) bool // the objects that are wanted; several goroutines ask
	ETags   bool                  // of these objects
	TempDir string                // for a few files at a time; "" means os.TempDir
}

// batchSize is how many objects go from one goroutine to another at a time.
const batchSize = 512

// Objects yields the objects that are wanted, in no order: of each key the version
// that is current. A few files are read at a time, so that memory is bounded
// however many there are. An error ends the list.
func (r *Report) Objects(ctx context.Context, o Options) iter.Seq2[Object, error] {
	return func(yield func(Object, error) bool) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		workers := max(1, min(len(r.files), 8, 2*runtime.GOMAXPROCS(0)))
		batches := make(chan []Object, workers)
		group, ctx := errgroup.WithContext(ctx)
		var next atomic.Int64
		for range workers {
			group.Go(func() error {
				for {
					i := int(next.Add(1)) - 1
					if i >= len(r.files) {
						return nil
					}
					if err := r.read(ctx, r.files[i], o, batches); err != nil {
						return err
					}
				}
			})
		}
		ended := make(chan error, 1)
		go func() {
			ended <- group.Wait()
			close(batches)
		}()
		for batch := range batches {
			for _, object := range batch {
				if yield(object, nil) {
					continue
				}
				cancel()
				for range batches { // until all have noticed
				}
				return
			}
		}
		if err := <-ended; err != nil {
			yield(Object{}, err)
		}
	}
}

// read sends the objects of a file.
func (r *Report) read(ctx context.Context, f file, o Options, to chan<- []Object) error {
	d, err := r.download(ctx, f)
	if err != nil {
		return err
	}
	defer d.Close()
	out := &batcher{ctx: ctx, to: to}
	if r.format == formatParquet {
		err = readParquet(d, r.place.Source, o, out.add)
	} else {
		err = r.readCSV(d, o, out.add)
	}
	if err != nil {
		return err
	}
	return out.flush()
}

// batcher sends objects, many at a time.
type batcher struct {
	ctx   context.Context // as long as the channel is written to
	to    chan<- []Object
	batch []Object
}

func (b *batcher) add(o Object) error {
	if b.batch = append(b.batch, o); len(b.batch) < batchSize {
		return nil
	}
	return b.flush()
}

func (b *batcher) flush() error {
	if len(b.batch) == 0 {
		return nil
	}
	select {
	case b.to <- b.batch:
		b.batch = make([]Object, 0, batchSize)
		return nil
	case <-b.ctx.Done():
		return b.ctx.Err()
	}
}
