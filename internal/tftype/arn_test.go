package tftype

import "testing"

func TestKMSKeyARN(t *testing.T) {
	check(t, KMSKeyARN(), map[string]string{
		"arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab": "",
		"arn:aws-cn:kms:cn-north-1:123456789012:key/mrk-1":                            "",
		"arn:aws:kms:*:123456789012:key/*":                                            "",
		"arn:aws:kms:us-east-1:*:*":                                                   "",
		"alias/videos":                                                                "it is an alias, and a policy that names one grants nothing",
		"arn:aws:kms:us-east-1:123456789012:alias/videos":                             "For an alias, give target_key_arn of data.aws_kms_alias",
		"arn:aws:kms:us-east-1:123456789012:key/":                                     "the ARN of something else",
		"arn:aws:kms:us-east-1:123456789012:grant/x":                                  "the ARN of something else",
		"arn:aws:kms::123456789012:key/x":                                             "it has no region",
		"arn:aws:kms:us-east-1::key/x":                                                "it has no account",
		"arn:aws:s3:::videos":                                                         "it is an ARN of s3",
		"1234abcd-12ab-34cd-56ef-1234567890ab":                                        "it is not an ARN",
		"":                                                                            "it is not an ARN",
	})
}

func TestDistributionARN(t *testing.T) {
	check(t, DistributionARN(), map[string]string{
		"arn:aws:cloudfront::123456789012:distribution/E1EXAMPLE":           "",
		"arn:aws:cloudfront:us-east-1:123456789012:distribution/E1EXAMPLE":  `it has a region, and CloudFront has none, so it matches nothing. It must be the ARN of one distribution, like "arn:aws:cloudfront::123456789012:distribution/E1EXAMPLE"`,
		"arn:aws:cloudfront::123456789012:distribution/*":                   "it has a wildcard",
		"arn:aws:cloudfront:::distribution/E1EXAMPLE":                       "it has no account",
		"arn:aws:cloudfront::123456789012:distribution/":                    "the ARN of something else",
		"arn:aws:cloudfront::123456789012:origin-access-control/E1EXAMPLE":  "the ARN of something else",
		"arn:aws:cloudfront::123456789012:distribution/d111.cloudfront.net": "is not the ID of a distribution",
		"E1EXAMPLE": "it is not an ARN",
	})
}

func TestARNOfAServiceWithoutRegions(t *testing.T) {
	check(t, ARN("iam", "policy/"), map[string]string{
		"arn:aws:iam::123456789012:policy/boundary":          "",
		"arn:aws:iam:us-east-1:123456789012:policy/boundary": "it has a region, and iam has none",
		"arn:aws:iam::123456789012:role/x":                   `It must be an ARN like "arn:aws:iam::123456789012:policy/example"`,
	})
}
