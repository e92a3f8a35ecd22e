// Package publish finds the videos of a bucket and publishes the list of them as
// manifest.json, in the form of package manifest.
//
// Nothing is published that is not whole: a listing is spooled to a temporary
// file before the first byte is sent, and the object is replaced on the condition
// that nobody else replaced it meanwhile.
package publish
