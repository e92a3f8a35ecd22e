package tftype

import "testing"

func TestGitHubSubject(t *testing.T) {
	check(t, GitHubSubject(), map[string]string{
		"repo:owner/name:ref:refs/heads/main": "", "repo:owner/name:environment:production": "",
		"":                                    "it is empty",
		"repo:owner/name:*":                   "it is a pattern",
		"repo:owner/na?e:ref:refs/heads/main": "it is a pattern",
		"repo:${aws:username}":                "takes for a variable",
		"owner/name":                          "it has no colon",
	})
}

func TestServicePrincipal(t *testing.T) {
	check(t, ServicePrincipal(), map[string]string{
		"ec2.amazonaws.com": "", "ec2.amazonaws.com.cn": "", "logging.s3.amazonaws.com": "",
		"":                   "not the name of a service",
		"ec2":                "not the name of a service",
		"EC2.amazonaws.com":  "not the name of a service",
		"*.amazonaws.com":    "not the name of a service",
		"ec2.example.com":    "not the name of a service",
		"ec2.amazonaws.com.": "not the name of a service",
	})
}

func TestBucketARN(t *testing.T) {
	check(t, BucketARN(), map[string]string{
		"arn:aws:s3:::fovea-videos": "", "arn:aws-cn:s3:::a.b": "",
		"":                            "it is not an ARN",
		"fovea-videos":                "perhaps the name of a bucket",
		"arn:aws:s3":                  "it is not an ARN",
		"arn:aws:sqs:us-east-1:1:q":   "it is an ARN of sqs",
		"arn:aws:s3:::fovea-videos/*": "it is the ARN of objects",
		"arn:aws:s3:::*":              "something else than a bucket",
		"arn:aws:s3:us-east-1:123456789012:accesspoint:a": "something else than a bucket",
		"arn:aws:s3:::": "something else than a bucket",
	})
}
