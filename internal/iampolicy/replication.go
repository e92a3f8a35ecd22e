package iampolicy

import "errors"

// Replication says what S3 copies on behalf of a replication role.
type Replication struct {
	SourceBucketARN       string
	DestinationBucketARNs []string
	SourceKMSKeyARNs      []string // keys that encrypt the source's objects
	ReplicaKMSKeyARNs     []string // keys that encrypt the copies
}

// ReplicationTrust lets S3 assume a replication role.
func ReplicationTrust() Trust {
	return Trust{Services: []string{"s3.amazonaws.com"}}
}

// Policy returns the policy of a replication role. KMS keys can be used for these
// buckets alone: S3 names the object to KMS, or the bucket when it has a bucket
// key. It fails without a source or a destination.
func (r Replication) Policy() (Document, error) {
	if r.SourceBucketARN == "" || len(r.DestinationBucketARNs) == 0 {
		return Document{}, errors.New("replication needs the ARNs of a source and of a destination bucket")
	}
	destinations := sorted(r.DestinationBucketARNs)
	doc := Document{Version: Version, Statements: []Statement{
		{
			Sid: "ReadReplication", Effect: "Allow",
			Actions:   []string{"s3:GetReplicationConfiguration", "s3:ListBucket"},
			Resources: []string{r.SourceBucketARN},
		},
		{
			Sid: "ReadVersions", Effect: "Allow",
			Actions:   []string{"s3:GetObjectVersionAcl", "s3:GetObjectVersionForReplication", "s3:GetObjectVersionTagging"},
			Resources: objectsOf(r.SourceBucketARN),
		},
		{
			Sid: "WriteReplicas", Effect: "Allow",
			Actions:   []string{"s3:ReplicateDelete", "s3:ReplicateObject", "s3:ReplicateTags"},
			Resources: objectsOf(destinations...),
		},
	}}
	if len(r.SourceKMSKeyARNs) > 0 {
		doc.Statements = append(doc.Statements, Statement{
			Sid: "DecryptSource", Effect: "Allow",
			Actions:   []string{"kms:Decrypt"},
			Resources: sorted(r.SourceKMSKeyARNs),
			Condition: forObjectsOf(r.SourceBucketARN),
		})
	}
	if len(r.ReplicaKMSKeyARNs) > 0 {
		doc.Statements = append(doc.Statements, Statement{
			Sid: "EncryptReplicas", Effect: "Allow",
			Actions:   []string{"kms:Encrypt", "kms:GenerateDataKey"},
			Resources: sorted(r.ReplicaKMSKeyARNs),
			Condition: forObjectsOf(destinations...),
		})
	}
	return doc, nil
}

func objectsOf(bucketARNs ...string) []string {
	var arns []string
	for _, bucket := range bucketARNs {
		arns = append(arns, bucket+"/*")
	}
	return arns
}

func forObjectsOf(bucketARNs ...string) Condition {
	contexts := sorted(append(objectsOf(bucketARNs...), bucketARNs...))
	return Condition{"StringLike": {"kms:EncryptionContext:aws:s3:arn": contexts}}
}
