//go:build race

package keyscan

// raceDetector tells tests that take many times as long with it.
const raceDetector = true
