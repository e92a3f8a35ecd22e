package publish

// Every object that publishing writes carries a mark in its user metadata, so that
// it is recognized without being downloaded: x-amz-meta-fovea-manifest. An object
// without the mark may still be a manifest, from before there were marks or from
// another program; its content decides then.
const (
	markName     = "fovea-manifest"
	markList     = "list"     // a manifest: it follows from the bucket, so nothing is lost with it
	markSnapshot = "snapshot" // a copy of an earlier manifest, which may be the only record of a list
)
