package manifest

import "iter"

// Diff says how one list of videos differs from another. The samples hold the
// first keys in byte order, see [Sample].
type Diff struct {
	AddedCount, RemovedCount, ChangedCount int64
	Added, Removed, Changed                []string
}

// Empty reports whether the lists are the same.
func (d Diff) Empty() bool { return d.AddedCount+d.RemovedCount+d.ChangedCount == 0 }

// Compare walks two lists side by side, in memory that does not grow with them.
// It fails with the first error of either list, and with ErrUnsorted when the
// keys of one do not rise.
func Compare(before, after iter.Seq2[Video, error]) (Diff, error) {
	oldNext, stopOld := iter.Pull2(rising(before))
	defer stopOld()
	newNext, stopNew := iter.Pull2(rising(after))
	defer stopNew()

	older, err, haveOld := oldNext()
	if err != nil {
		return Diff{}, err
	}
	newer, err, haveNew := newNext()
	if err != nil {
		return Diff{}, err
	}
	added, removed, changed := newCounted(), newCounted(), newCounted()
	for haveOld || haveNew {
		takeOld := haveOld && (!haveNew || older.Key <= newer.Key)
		takeNew := haveNew && (!haveOld || newer.Key <= older.Key)
		switch {
		case takeOld && takeNew:
			if !same(older, newer) {
				changed.add(newer.Key)
			}
		case takeOld:
			removed.add(older.Key)
		case takeNew:
			added.add(newer.Key)
		}
		if takeOld {
			if older, err, haveOld = oldNext(); err != nil {
				return Diff{}, err
			}
		}
		if takeNew {
			if newer, err, haveNew = newNext(); err != nil {
				return Diff{}, err
			}
		}
	}
	return Diff{
		AddedCount: added.count, RemovedCount: removed.count, ChangedCount: changed.count,
		Added: added.Keys, Removed: removed.Keys, Changed: changed.Keys,
	}, nil
}

// rising passes a list on and fails when its keys do not strictly rise.
func rising(list iter.Seq2[Video, error]) iter.Seq2[Video, error] {
	return func(yield func(Video, error) bool) {
		first, last := true, ""
		for v, err := range list {
			if err == nil && !first && v.Key <= last {
				err = ErrUnsorted
			}
			first, last = false, v.Key
			if !yield(v, err) || err != nil {
				return
			}
		}
	}
}

func same(a, b Video) bool {
	if a.Size != b.Size || !a.LastModified.Equal(b.LastModified) || (a.Details == nil) != (b.Details == nil) {
		return false
	}
	return a.Details == nil || *a.Details == *b.Details
}

// counted is a sample with the number of all keys.
type counted struct {
	*Sample
	count int64
}

func newCounted() counted { return counted{Sample: NewSample(SampleSize, SampleBytes)} }

func (c *counted) add(key string) {
	c.count++
	c.Add(key)
}
