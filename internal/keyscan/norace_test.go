//go:build !race

package keyscan

const raceDetector = false
