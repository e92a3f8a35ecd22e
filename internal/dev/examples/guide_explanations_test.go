package examples

// explanation says why a document is not as the guide prints it.
type explanation struct {
	document string
	changes  []change
	why      string
}

// change is a difference within a document.
type change struct{ path, guide, ours string }

var explanations = []explanation{
	{
		document: "encryption.json",
		changes: []change{
			{"Rules[0].BlockedEncryptionTypes", "", `{"EncryptionType":["SSE-C"]}`},
			{"Rules[0].BucketKeyEnabled", "", "false"},
		},
		why: "S3's own defaults, which it adds to what is put. The provider leaves them as they are.",
	},
	{
		document: "cors.json",
		changes: []change{
			{"CORSRules[0].ExposeHeaders[]", "", `"Content-Length"`},
			{"CORSRules[0].ExposeHeaders[]", "", `"Content-Range"`},
			{"CORSRules[0].ExposeHeaders[]", "", `"Accept-Ranges"`},
		},
		why: "With `ETag` alone no script can read how long a video is and which part of it came, which players that fetch by themselves need to seek.",
	},
	{
		document: "policy.json",
		changes: []change{
			{"Statement[0].Action[]", `"s3:GetObject"`, ""},
			{"Statement[0].Resource[]", `"arn:aws:s3:::fovea-production-videos/*"`, ""},
			{"Statement[1]", "", `{"Action":"s3:GetObject","Effect":"Allow","Resource":["arn:aws:s3:::fovea-production-videos/*","arn:aws:s3:::fovea-backup-videos/*"],"Sid":"ReadVideos"}`},
			{"Statement[0].Sid", "", `"ListVideos"`},
		},
		why: "Two statements with names in place of one: an action on the bucket and one on its objects are narrowed to a prefix in different ways.",
	},
	{
		document: "policy.json",
		changes:  []change{{"Statement[0].Resource[]", "", `"arn:aws:s3:::fovea-backup-videos"`}},
		why:      "FOVEA may read the backup too, so that it can fail over to it.",
	},
	{
		document: "policy.json",
		changes:  []change{{"Statement[0].Action[]", "", `"s3:GetBucketLocation"`}},
		why:      "Clients that are not told the bucket's region ask for it. It gives away nothing else.",
	},
	{
		document: "lifecycle.json",
		changes: []change{
			{"Rules[0].Id", `"ArchiveOldVideos"`, ""},
			{"Rules[0].ID", "", `"ArchiveOldVideos"`},
		},
		why: "The aws CLI refuses the guide's document: it is `ID`.",
	},
	{
		document: "lifecycle.json",
		changes:  []change{{"Rules[0].Transitions[1].StorageClass", `"GLACIER"`, `"GLACIER_IR"`}},
		why:      "Videos in `GLACIER` are listed but do not play until they are restored. Those in `GLACIER_IR` play at once.",
	},
	{
		document: "lifecycle.json",
		changes:  []change{{"Rules[1]", "", `{"Filter":{"Prefix":"raw/"},"ID":"TierRawFootage","Status":"Enabled","Transitions":[{"Days":0,"StorageClass":"INTELLIGENT_TIERING"}]}`}},
		why:      "The guide's Intelligent-Tiering configuration is for objects of the class `INTELLIGENT_TIERING` alone, and nothing in the guide puts any there.",
	},
	{
		document: "lifecycle.json",
		changes:  []change{{"Rules[2]", "", `{"AbortIncompleteMultipartUpload":{"DaysAfterInitiation":7},"Filter":{"Prefix":""},"ID":"AbortIncompleteUploads","Status":"Enabled"}`}},
		why:      "The parts of an upload that broke off are paid for until something removes them, and no listing shows them.",
	},
	{
		document: "lifecycle.json",
		changes:  []change{{"Rules[3]", "", `{"Expiration":{"ExpiredObjectDeleteMarker":true},"Filter":{"Prefix":""},"ID":"ExpireNoncurrentVersions","NoncurrentVersionExpiration":{"NoncurrentDays":90},"Status":"Enabled"}`}},
		why:      "Versions of videos that were overwritten or deleted are paid for until something deletes them, and no listing shows them.",
	},
	{
		document: "lifecycle.json",
		changes:  []change{{"TransitionDefaultMinimumObjectSize", "", `"all_storage_classes_128K"`}},
		why:      "S3's default, which it adds to its answer: smaller objects cost more to move than they save.",
	},
	{
		document: "intelligent-tiering.json",
		changes:  []change{{"Filter", "", `{"Prefix":"raw/"}`}},
		why:      "Both tiers are archives. Without the filter every video that is uploaded into the storage class stops playing once nobody has read it for 90 days.",
	},
	{
		document: "replication.json",
		changes: []change{
			{"Rules[0].DeleteMarkerReplication", "", `{"Status":"Disabled"}`},
			{"Rules[0].Destination.Metrics", "", `{"EventThreshold":{"Minutes":15},"Status":"Enabled"}`},
		},
		why: "The guide's document is refused without them. `Disabled`, so that a video that is deleted by mistake stays in the backup.",
	},
	{
		document: "replication.json",
		changes: []change{
			{"Rules[0].Filter.Prefix", "", `""`},
			{"Rules[0].ID", "", `"ReplicateVideos"`},
		},
		why: "The same said in full: all objects, and a name for the rule, which S3 would make up otherwise.",
	},
}
