package publish

// Report says what of a list of videos will trouble FOVEA. Its samples have the
// first keys, see [manifest.Sample].
type Report struct {
	// MissingInfo has the first videos without a sidecar, in byte order.
	MissingInfo      []string
	MissingInfoCount int64
	// ArchivedCount counts videos that S3 lists but does not serve until they are
	// restored.
	ArchivedCount int64
	// OtherVideoCount counts the videos of kinds that FOVEA lists and the selection
	// leaves out by its suffixes.
	OtherVideoCount int64
	// DuplicateNames has the first groups of videos that FOVEA takes for one,
	// because it knows a video by the name behind the last slash.
	DuplicateNames [][]string
}
