package wire

import (
	"strings"
	"testing"
)

func TestBucketNames(t *testing.T) {
	for name, valid := range map[string]bool{
		"abc": true, "a.b-c": true, strings.Repeat("a", 63): true, "1bucket1": true,
		"ab": false, strings.Repeat("a", 64): false, "Videos": false, "a_b": false, "-abc": false, "abc-": false, "a..b": false,
		"192.168.0.1": false, "xn--videos": false, "sthree-videos": false, "amzn-s3-demo-videos": false,
		"videos-s3alias": false, "videos--ol-s3": false, "videos.mrap": false, "videos--x-s3": false, "videos--table-s3": false,
	} {
		if got := ValidBucketName(name); got != valid {
			t.Errorf("%q: got valid %t, want %t", name, got, valid)
		}
	}
}
