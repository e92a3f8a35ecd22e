package documents

import (
	"slices"
	"strings"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/wire"
)

// VersioningRoot is the root element of Versioning.
const VersioningRoot = "VersioningConfiguration"

// Versioning is the document of the versioning state.
type Versioning struct {
	MfaDelete *string
	Status    *string
}

const (
	// EncryptionKind is the sub-resource of Encryption.
	EncryptionKind = "encryption"
	// EncryptionRoot is its root element.
	EncryptionRoot = "ServerSideEncryptionConfiguration"
)

// Encryption is the document of the default encryption.
type Encryption struct {
	Rule []encryptionRule
}

type encryptionRule struct {
	Default   *EncryptionDefault `xml:"ApplyServerSideEncryptionByDefault"`
	BucketKey *bool              `xml:"BucketKeyEnabled"`
	Blocked   *blockedEncryption `xml:"BlockedEncryptionTypes"`
}

// EncryptionDefault is the algorithm and key of a rule.
type EncryptionDefault struct {
	SSEAlgorithm   string
	KMSMasterKeyID *string
}

type blockedEncryption struct {
	EncryptionType []string
}

// NewBucketEncryption is what a bucket has before anyone says otherwise.
func NewBucketEncryption() Encryption {
	return Encryption{Rule: []encryptionRule{{
		Default:   &EncryptionDefault{SSEAlgorithm: "AES256"},
		BucketKey: new(bool),
		Blocked:   &blockedEncryption{EncryptionType: []string{"SSE-C"}},
	}}}
}

func (r encryptionRule) Check() error {
	if r.Blocked != nil {
		for _, kind := range r.Blocked.EncryptionType {
			if kind != "SSE-C" && kind != "NONE" {
				return wire.MalformedXML()
			}
		}
	}
	if r.Default == nil {
		return nil
	}
	if !slices.Contains([]string{"AES256", "aws:kms", "aws:kms:dsse"}, r.Default.SSEAlgorithm) {
		return wire.MalformedXML()
	}
	id := r.Default.KMSMasterKeyID
	if id == nil {
		return nil
	}
	if r.Default.SSEAlgorithm == "AES256" {
		return wire.InvalidArgument("KMSMasterKeyID", *id, "a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse")
	}
	if *id == "" || strings.HasPrefix(*id, "arn:") && !strings.HasPrefix(*id, "arn:aws:kms:") {
		return wire.Fail(400, "KMS.NotFoundException", "Invalid keyId "+*id)
	}
	return nil
}

const (
	// OwnershipKind is the sub-resource of OwnershipControls.
	OwnershipKind = "ownershipControls"
	// OwnershipRoot is the root element of OwnershipControls.
	OwnershipRoot = "OwnershipControls"
)

// BucketOwnerEnforced switches ACLs off, as in every new bucket.
const BucketOwnerEnforced = "BucketOwnerEnforced"

// Ownerships are the values of an OwnershipRule.
var Ownerships = []string{BucketOwnerEnforced, "BucketOwnerPreferred", "ObjectWriter"}

// OwnershipControls is the document of the object ownership.
type OwnershipControls struct {
	Rule []OwnershipRule
}

// OwnershipRule is the one rule of OwnershipControls.
type OwnershipRule struct {
	ObjectOwnership string
}

// TaggingRoot is the root element of Tagging.
const TaggingRoot = "Tagging"

const (
	// PublicAccessKind is the sub-resource of PublicAccessBlock.
	PublicAccessKind = "publicAccessBlock"
	// PublicAccessRoot is the root element of PublicAccessBlock.
	PublicAccessRoot = "PublicAccessBlockConfiguration"
)

// PublicAccess is what the public access block of a bucket forbids. ACLs are
// not served, so that the two switches of theirs have nothing to act on.
type PublicAccess struct{ BlockPublicPolicy, RestrictPublicBuckets bool }

// PublicAccessBlock is the document of the public access block.
type PublicAccessBlock struct {
	BlockPublicAcls       *bool
	IgnorePublicAcls      *bool
	BlockPublicPolicy     *bool
	RestrictPublicBuckets *bool
}

// Effect is what a whole document forbids.
func (p PublicAccessBlock) Effect() PublicAccess {
	return PublicAccess{BlockPublicPolicy: *p.BlockPublicPolicy, RestrictPublicBuckets: *p.RestrictPublicBuckets}
}
