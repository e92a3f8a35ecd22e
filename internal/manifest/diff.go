package manifest

import "iter"

// SampleSize is how many keys of each kind a Diff names.
const SampleSize = 20

// Diff says how one list of videos differs from another. The samples hold the
// first keys in byte order, at most SampleSize of each kind.
type Diff struct {
	AddedCount, RemovedCount, ChangedCount int64
	Added, Removed, Changed                []string
}

// Compare walks two lists side by side, in memory that does not grow with them.
// It fails with the first error of either list, and with ErrUnsorted when the
// keys of one do not rise.
func Compare(before, after iter.Seq2[Video, error]) (Diff, error) {
	var d Diff
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
	for haveOld || haveNew {
		takeOld := haveOld && (!haveNew || older.Key <= newer.Key)
		takeNew := haveNew && (!haveOld || newer.Key <= older.Key)
		switch {
		case takeOld && takeNew:
			if !same(older, newer) {
				d.Changed = sample(d.Changed, &d.ChangedCount, newer.Key)
			}
		case takeOld:
			d.Removed = sample(d.Removed, &d.RemovedCount, older.Key)
		case takeNew:
			d.Added = sample(d.Added, &d.AddedCount, newer.Key)
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
	return d, nil
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

func sample(keys []string, count *int64, key string) []string {
	*count++
	if len(keys) < SampleSize {
		keys = append(keys, key)
	}
	return keys
}
