package provider

import (
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
)

// warnOfTakeover tells that a new resource replaces a document that the bucket has
// already, and which of its parts are lost by it.
func warnOfTakeover(document, parts, bucket string, lost []string, diags *diag.Diagnostics) {
	if len(lost) == 0 {
		return
	}
	diags.AddAttributeWarning(path.Root("bucket"), replacesDocument.summary("The bucket %s has a %s already", bucket, document),
		fmt.Sprintf("This resource is not in the state yet, and will replace it. These %s are not configured here, and will be removed: %s.\n\n"+
			"To see the change in the plan, or to keep them, import the resource first: terraform import ADDRESS %s", parts, strings.Join(lost, ", "), bucket))
}
