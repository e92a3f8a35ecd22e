package provider

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/arn"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/parafovea/terraform-provider-fovea/internal/iamaccess"
	"github.com/parafovea/terraform-provider-fovea/internal/iampolicy"
	"github.com/parafovea/terraform-provider-fovea/internal/s3bucket"
)

const s3Service = "s3.amazonaws.com"

// checkRole refuses a role that S3 cannot assume. S3 itself may accept it, and then
// copies nothing. A role that cannot be looked at is left to S3.
func (r *bucketReplication) checkRole(ctx context.Context, m bucketReplicationModel, diags *diag.Diagnostics) {
	parsed, err := arn.Parse(m.RoleARN.ValueString())
	if err != nil || parsed.AccountID != r.clients.AccountID {
		return
	}
	name := parsed.Resource[strings.LastIndex(parsed.Resource, "/")+1:]
	role, err := r.iam.Role(ctx, name)
	switch {
	case errors.Is(err, iamaccess.ErrAbsent):
		diags.AddAttributeError(path.Root("role_arn"), replicationRoleUnusable.summary("The replication of the bucket %s: There is no role %s", m.Bucket.ValueString(), name),
			fmt.Sprintf("The replication of %s is to assume %s, which does not exist. Make it first, for example with fovea_replication_role, and refer to its arn.", m.Bucket.ValueString(), m.RoleARN.ValueString()))
	case err == nil && !iampolicy.TrustsService(role.TrustPolicy, s3Service):
		diags.AddAttributeError(path.Root("role_arn"), replicationRoleUnusable.summary("The replication of the bucket %s: S3 cannot assume the role %s", m.Bucket.ValueString(), name),
			fmt.Sprintf("The replication of %s is to assume %s, whose trust policy does not let S3 in: %s\n\n"+
				"Let it allow sts:AssumeRole to the service %s, as that of a fovea_replication_role does.", m.Bucket.ValueString(), m.RoleARN.ValueString(), role.TrustPolicy, s3Service))
	}
}

// faultOfReplication is the attribute that names whom a refusal is about.
func faultOfReplication(m bucketReplicationModel, err error) path.Path {
	var (
		unversioned   *s3bucket.UnversionedError
		noDestination *s3bucket.NoDestinationError
		role          *s3bucket.ReplicationRoleError
	)
	switch {
	case errors.As(err, &role):
		return path.Root("role_arn")
	case errors.As(err, &noDestination), errors.As(err, &unversioned) && unversioned.Buckets[0] != m.Bucket.ValueString():
		return path.Root("rules")
	}
	return path.Root("bucket")
}

// warnOfReplaced tells of rules that a new resource removes: they are in no state,
// so that no plan can show it.
func (r *bucketReplication) warnOfReplaced(ctx context.Context, m bucketReplicationModel, diags *diag.Diagnostics) {
	bucket := m.Bucket.ValueString()
	there, err := r.buckets.Replication(ctx, bucket)
	if err != nil {
		return // there is none, or the apply meets the same error
	}
	configured := m.rules(ctx, diags)
	var lost []string
	for _, rule := range there.Rules {
		kept := false
		for _, c := range configured {
			kept = kept || c.ID.ValueString() == aws.ToString(rule.ID)
		}
		if !kept {
			lost = append(lost, fmt.Sprintf("%q", aws.ToString(rule.ID)))
		}
	}
	warnOfTakeover("replication", "rules", bucket, lost, diags)
}
