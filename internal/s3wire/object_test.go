package s3wire

import "testing"

func TestETags(t *testing.T) {
	for given, want := range map[string]struct{ bare, ifMatch string }{
		`"abc"`:     {"abc", `"abc"`},
		`W/"abc-2"`: {"abc-2", `"abc-2"`},
		`abc`:       {"abc", "abc"},
		`""`:        {"", ""},
		``:          {"", ""},
	} {
		if bare, ifMatch := BareETag(given), IfMatch(given); bare != want.bare || ifMatch != want.ifMatch {
			t.Errorf("%s: got %s and If-Match %s, want %s and %s", given, bare, ifMatch, want.bare, want.ifMatch)
		}
	}
}

func TestCopySource(t *testing.T) {
	for key, want := range map[string]string{
		"2025+2026.json": "videos/2025%2B2026.json?versionId=v%2B1",
		"a b%2B/é?#&=":   "videos/a%20b%252B/%C3%A9%3F%23%26%3D?versionId=v%2B1",
		"-._~":           "videos/-._~?versionId=v%2B1",
	} {
		if got := CopySource("videos", key, "v+1"); got != want {
			t.Errorf("%s: got %s, want %s", key, got, want)
		}
	}
}
