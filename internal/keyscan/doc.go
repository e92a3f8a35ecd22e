// Package keyscan lists the objects of a bucket, in the byte order of their
// keys, as fast as the server answers and in memory that does not grow with the
// bucket.
//
// A small bucket is listed page after page, with exactly as many requests as it
// has pages. A larger one is cut into ranges that are listed at the same time;
// where to cut is learned from the keys seen so far, and a range that proves
// long is cut again. What comes out is what a sequential listing gives, key by
// key: a page that cannot be had ends the scan with an error, never with a
// shorter list.
//
// The SDK signs, sends and judges every request. Only the decoding of a page is
// done here, because the SDK's takes longer than the network.
package keyscan
