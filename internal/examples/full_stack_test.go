package examples

import "testing"

func testFullStack(t *testing.T) { t.Skip("being written") }
