package storagecheck

// Code says what a check has found. Codes do not change from version to version.
type Code string

// The codes of what is well, or was not checked.
const (
	OK           Code = "ok"
	NotPermitted Code = "not-permitted"  // the provider's credentials may not read what the check needs
	Unsupported  Code = "unsupported"    // the server lacks this part of S3
	NoObject     Code = "no-object"      // the bucket has no object to try
	NoOrigin     Code = "no-origin"      // no origin is given
	NotReached   Code = "not-reached"    // another check says why
	TooMany      Code = "request-limit"  // the limit of requests was reached
	Unreadable   Code = "not-readable"   // the server failed to answer
	Unconfigured Code = "not-configured" // there is nothing to check
)

// The codes of what keeps everything from working.
const (
	Unreachable   Code = "unreachable"
	NoAnswer      Code = "no-answer"
	ForeignAnswer Code = "foreign-answer"
	ServerError   Code = "server-error"
	BucketMissing Code = "bucket-missing"
	OtherError    Code = "other-error"
)

// The codes of access keys, regions and clocks.
const (
	KeyUnknown    Code = "access-key-unknown"
	SecretWrong   Code = "secret-key-wrong"
	SessionEnded  Code = "session-expired"
	KeyTemporary  Code = "access-key-temporary"
	RegionOther   Code = "region-differs"
	RegionUnknown Code = "region-unknown"
	ClockOff      Code = "clock-off"
	ClockSkewed   Code = "clock-skewed"
)

// The codes of reading.
const (
	ListDenied      Code = "list-denied"
	TLSRequired     Code = "tls-required"
	GetDenied       Code = "get-denied"
	KMSDenied       Code = "kms-denied"
	KMSKeyUnusable  Code = "kms-key-unusable"
	VideoArchived   Code = "video-archived"
	ObjectMissing   Code = "object-missing"
	ManifestMissing Code = "manifest-missing"
	ManifestInvalid Code = "manifest-invalid"
	ManifestStale   Code = "manifest-stale"
	ManifestPartial Code = "manifest-partial"
	ManifestFuture  Code = "manifest-in-future"
)

// The codes of browsers.
const (
	CORSMissing      Code = "cors-missing"
	CORSRefused      Code = "cors-refused"
	CORSNoRange      Code = "cors-headers-refused"
	CORSHidden       Code = "cors-headers-hidden"
	CORSNotOnGet     Code = "cors-not-on-get"
	PresignedRefused Code = "presigned-url-refused"
	RangeIgnored     Code = "range-ignored"
)

// The codes of settings and content.
const (
	PublicPolicy        Code = "policy-public"
	PublicNotBlocked    Code = "public-access-not-blocked"
	TLSOptional         Code = "tls-optional"
	VersioningOff       Code = "versioning-off"
	EncryptionOff       Code = "encryption-off"
	LifecycleArchives   Code = "lifecycle-archives"
	LifecycleDeletes    Code = "lifecycle-deletes"
	ReplicationOff      Code = "replication-off"
	ReplicationDisabled Code = "replication-disabled"
	ReplicationFailed   Code = "replication-failed"
	ReplicationLate     Code = "replication-late"
	ReplicationPartial  Code = "replication-partial"
	VideosArchived      Code = "videos-archived"
	CostUnknown         Code = "cost-unknown"
)

// Codes lists all codes.
func Codes() []Code {
	return []Code{
		OK, NotPermitted, Unsupported, NoObject, NoOrigin, NotReached, TooMany, Unreadable, Unconfigured,
		Unreachable, NoAnswer, ForeignAnswer, ServerError, BucketMissing, OtherError,
		KeyUnknown, SecretWrong, SessionEnded, KeyTemporary, RegionOther, RegionUnknown, ClockOff, ClockSkewed,
		ListDenied, TLSRequired, GetDenied, KMSDenied, KMSKeyUnusable, VideoArchived, ObjectMissing,
		ManifestMissing, ManifestInvalid, ManifestStale, ManifestPartial, ManifestFuture,
		CORSMissing, CORSRefused, CORSNoRange, CORSHidden, CORSNotOnGet, PresignedRefused, RangeIgnored,
		PublicPolicy, PublicNotBlocked, TLSOptional, VersioningOff, EncryptionOff, LifecycleArchives, LifecycleDeletes,
		ReplicationOff, ReplicationDisabled, ReplicationFailed, ReplicationLate, ReplicationPartial, VideosArchived, CostUnknown,
	}
}
