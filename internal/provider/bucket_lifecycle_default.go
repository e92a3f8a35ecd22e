package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/types"
)

// defaultLifecycleRules move old videos to cheaper classes in which they still
// play, and clean up after uploads that were broken off, whose parts are paid for
// and never listed.
func defaultLifecycleRules(ctx context.Context) types.List {
	list, problems := types.ListValueFrom(ctx, lifecycleRuleObject().Type(), []lifecycleRuleModel{
		{
			ID: types.StringValue("ArchiveOldVideos"), Status: types.StringValue("Enabled"),
			Transitions: []transitionModel{
				{Days: types.Int64Value(90), StorageClass: types.StringValue("STANDARD_IA")},
				{Days: types.Int64Value(365), StorageClass: types.StringValue("GLACIER_IR")},
			},
		},
		{
			ID: types.StringValue("AbortIncompleteUploads"), Status: types.StringValue("Enabled"),
			AbortIncompleteMultipartUploadDays: types.Int64Value(7),
		},
	})
	if problems.HasError() {
		panic(problems) // the model does not fit the schema
	}
	return list
}
