package provider

import (
	"slices"
	"testing"
)

// TestManifestClaims asks for plans of one manifest in every order that Terraform may
// choose.
func TestManifestClaims(t *testing.T) {
	object := remoteObject{manifestObject, "videos/manifest.json"}
	keep := func(w *register) conflict { return claimUpdate(w, object, false) }
	move := func(w *register) conflict { return claimUpdate(w, object, true) }
	create := func(w *register) conflict { return claimCreate(w, object) }
	destroy := func(w *register) conflict { return claimDelete(w, object) }
	write := func(w *register) conflict { w.noteWrite(object); return noConflict }
	read := func(w *register) conflict { w.noteRead(object); return noConflict }
	for name, tt := range map[string]struct {
		plans []func(*register) conflict
		want  []conflict
	}{
		"an update":                        {[]func(*register) conflict{read, keep}, []conflict{noConflict, noConflict}},
		"a taint":                          {[]func(*register) conflict{read, create}, []conflict{noConflict, noConflict}},
		"two blocks, new":                  {[]func(*register) conflict{create, create}, []conflict{noConflict, managedTwice}},
		"two blocks, old":                  {[]func(*register) conflict{keep, keep}, []conflict{noConflict, managedTwice}},
		"a new block beside an old one":    {[]func(*register) conflict{keep, create}, []conflict{noConflict, managedTwice}},
		"an old block beside a new one":    {[]func(*register) conflict{create, keep}, []conflict{noConflict, managedTwice}},
		"renamed, create first":            {[]func(*register) conflict{create, destroy}, []conflict{noConflict, createdFirst}},
		"renamed, destroy first":           {[]func(*register) conflict{destroy, create}, []conflict{noConflict, createdAndDestroyed}},
		"deposed, destroy first":           {[]func(*register) conflict{destroy, keep}, []conflict{noConflict, keptAndDestroyed}},
		"deposed, update first":            {[]func(*register) conflict{keep, destroy}, []conflict{noConflict, keptAndDestroyed}},
		"deposed, and the other one moves": {[]func(*register) conflict{move, destroy}, []conflict{noConflict, keptAndDestroyed}},
		"both destroyed":                   {[]func(*register) conflict{destroy, destroy}, []conflict{noConflict, noConflict}},
		"left and taken":                   {[]func(*register) conflict{move, create}, []conflict{noConflict, noConflict}},
		"taken and left":                   {[]func(*register) conflict{create, move}, []conflict{noConflict, noConflict}},
		"kept and left":                    {[]func(*register) conflict{keep, move}, []conflict{noConflict, managedTwice}},
		"left and kept":                    {[]func(*register) conflict{move, keep}, []conflict{noConflict, managedTwice}},
		"deposed by the create of an apply": {
			[]func(*register) conflict{create, write, destroy}, []conflict{noConflict, noConflict, noConflict},
		},
	} {
		t.Run(name, func(t *testing.T) {
			walk := newRegister()
			var got []conflict
			for _, plan := range tt.plans {
				got = append(got, plan(walk))
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}
