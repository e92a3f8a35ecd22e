// Package inventory reads the inventories that S3 delivers of a bucket: lists of
// all its objects, made by S3 itself once a day or a week, for buckets that are
// too large to be listed.
//
// An inventory is a manifest.json, which a manifest.checksum verifies, and the
// data files that it names with the MD5 sum of each:
//
//	<prefix>/<source bucket>/<name of the configuration>/2026-01-02T01-00Z/manifest.json
//	<prefix>/<source bucket>/<name of the configuration>/2026-01-02T01-00Z/manifest.checksum
//	<prefix>/<source bucket>/<name of the configuration>/data/...
//
// Nothing that fails verification comes out as a shorter list: it is an error.
package inventory
