package s3api

import (
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/keyspace"
)

// keysFrom collects up to n keys.
func keysFrom(k keySpace, start string, n int) []string {
	var keys []string
	for o := range k.From(start) {
		if len(keys) == n {
			break
		}
		keys = append(keys, o.key)
	}
	return keys
}

// checkKeySpace compares a key space with the keys that it should hold.
func checkKeySpace(t *testing.T, k keySpace, want map[string]bool, r *rand.Rand) {
	t.Helper()
	all := slices.Sorted(maps.Keys(want))
	if got := keysFrom(k, "", len(all)+1); !slices.Equal(got, all) || k.Len() != len(all) {
		t.Fatalf("%d keys in order, Len %d; want %d", len(got), k.Len(), len(all))
	}
	for range 50 {
		i := r.IntN(len(all))
		if o := k.Get(all[i]); o == nil || o.key != all[i] {
			t.Fatalf("Get(%q) = %v", all[i], o)
		}
		if k.Get(all[i]+"x") != nil {
			t.Fatalf("Get finds %q", all[i]+"x")
		}
		for start, first := range map[string]int{all[i]: i, all[i] + "\x00": i + 1} {
			rest := all[first:min(len(all), first+5)]
			if got := keysFrom(k, start, 5); !slices.Equal(got, rest) {
				t.Fatalf("from %q: %q, want %q", start, got, rest)
			}
		}
	}
}

func TestMemoryKeys(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	k := &memoryKeys{}
	want := map[string]bool{}
	keys := RandomKeys(r, 3000)
	for range 8000 {
		key := keys[r.IntN(len(keys))]
		if r.IntN(3) == 0 {
			k.Delete(key)
			delete(want, key)
		} else {
			k.Put(&object{key: key})
			want[key] = true
		}
	}
	checkKeySpace(t, k, want, r)
	for key := range want {
		k.Delete(key)
	}
	if k.Len() != 0 || len(k.blocks) != 0 {
		t.Errorf("%d keys in %d blocks are left", k.Len(), len(k.blocks))
	}
}

func TestSyntheticKeys(t *testing.T) {
	for _, shape := range keyspace.Shapes {
		t.Run(string(shape), func(t *testing.T) {
			const n = 20001
			r := rand.New(rand.NewPCG(7, 8))
			k, err := newSyntheticKeys(keyspace.Synthetic{Keys: n, Shape: shape})
			if err != nil {
				t.Fatal(err)
			}
			want := map[string]bool{}
			for i := range n {
				want[k.made.At(i)] = true
			}
			if len(want) != n {
				t.Fatalf("%d keys of %d differ", len(want), n)
			}
			checkKeySpace(t, k, want, r)

			// Written and deleted keys lie over the made-up ones.
			for i, key := range slices.Sorted(maps.Keys(want)) {
				switch i % 500 {
				case 1:
					k.Delete(key)
					delete(want, key)
				case 2:
					k.Put(&object{key: key})
				case 3:
					k.Put(&object{key: key + "+"})
					want[key+"+"] = true
				case 4:
					k.Delete(key)
					k.Put(&object{key: key})
				}
			}
			k.Delete("absent")
			checkKeySpace(t, k, want, r)
		})
	}
}
