// Package memwatch tells how much memory the processes that a benchmark starts
// have used. It knows them by their working directory, so that it finds those too
// that another program starts.
package memwatch
