package provider

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/parafovea/terraform-provider-fovea/internal/awsdiag"
	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
	"github.com/parafovea/terraform-provider-fovea/internal/inventory"
	"github.com/parafovea/terraform-provider-fovea/internal/manifest"
	"github.com/parafovea/terraform-provider-fovea/internal/publish"
	"github.com/parafovea/terraform-provider-fovea/internal/s3bucket"
)

// title names the manifest in messages.
func (m manifestModel) title() string {
	return "The manifest " + m.Key.ValueString() + " of the bucket " + m.Bucket.ValueString()
}

// explain puts an error on the argument that it is about. What the provider itself
// refuses has a code.
func (m manifestModel) explain(err error, verb string, diags *diag.Diagnostics) {
	bucket := m.Bucket.ValueString()
	name := m.Key.ValueString() + " of the bucket " + bucket
	refuse := func(code messageCode, attribute, more string) {
		diags.AddAttributeError(path.Root(attribute), code.summary("Could not %s the manifest %s", verb, name), more+awsdiag.Detail(err))
	}
	var shrink *publish.ShrinkError
	var stale *inventory.StaleError
	var unusable *inventory.Error
	switch {
	case errors.As(err, &stale):
		refuse(manifestInventoryUnusable, "max_inventory_age", "")
	case errors.As(err, &unusable):
		refuse(manifestInventoryUnusable, "inventory", "")
	case errors.Is(err, inventory.ErrRequest):
		awsdiag.AddAttribute(diags, path.Root("inventory"), "read the inventory for the manifest", name, err)
	case errors.Is(err, manifest.ErrNotManifest):
		refuse(manifestKeyTaken, "key", "There is something else at this key, and it is left alone. Move it away, or choose another key for the manifest. "+
			"To give the manifest up, take it out of the state with terraform state rm.\n\n")
	case errors.As(err, &shrink):
		refuse(manifestShrinks, "max_removed_percent", "")
	case errors.Is(err, s3bucket.ErrNoBucket):
		awsdiag.AddAttribute(diags, path.Root("bucket"), "find the bucket", bucket, err)
	case errors.Is(err, publish.ErrListing):
		awsdiag.AddAttribute(diags, path.Root("bucket"), "list the videos of the bucket", bucket, err)
	default:
		awsdiag.Add(diags, verb+" the manifest", name, err)
	}
}

// meetsDestroy ends the refusal of a create plan.
const meetsDestroy = "terraform destroy plans the configuration first and meets this refusal too. Run it with -refresh=false, or remove the block."

// addCreateRefusals reports what a create plan found, and adds to its errors that a
// destroy meets them.
func addCreateRefusals(found diag.Diagnostics, diags *diag.Diagnostics) {
	for _, d := range found {
		detail := d.Detail() + "\n\n" + meetsDestroy
		at, attributed := d.(diag.DiagnosticWithPath)
		switch {
		case d.Severity() != diag.SeverityError:
			diags.Append(d)
		case attributed:
			diags.AddAttributeError(at.Path(), d.Summary(), detail)
		default:
			diags.AddError(d.Summary(), detail)
		}
	}
}

// warnOfRemains says which versions of a deleted manifest are left, and why.
func (m manifestModel) warnOfRemains(remains publish.Remains, diags *diag.Diagnostics) {
	if !remains.Any() {
		return
	}
	var text strings.Builder
	text.WriteString("The manifest is deleted. ")
	switch {
	case remains.Unlisted != nil && awserr.Denied(remains.Unlisted):
		text.WriteString("The old versions of its key stay, because the credentials may not list them. " +
			"To have them deleted as well, grant s3:ListBucketVersions on the bucket, and s3:GetObjectVersion and s3:DeleteObjectVersion on the key.")
	case remains.Unlisted != nil:
		text.WriteString("The old versions of its key stay, because the server does not list versions.")
	case remains.Written:
		text.WriteString("Something else wrote its key while it was being deleted. That stays, with the older versions below it.")
	}
	if remains.Foreign > 0 {
		fmt.Fprintf(&text, "%d old versions of its key are not manifests and stay: each may be the only copy of something. Look at them, and delete them by hand. ", remains.Foreign)
	}
	if remains.Locked > 0 {
		fmt.Fprintf(&text, "%d old versions are under S3 Object Lock and stay until it ends. ", remains.Locked)
	}
	if other := remains.Refused - remains.Locked; other > 0 {
		fmt.Fprintf(&text, "%d old versions could not be deleted and stay. ", other)
		if awserr.Denied(remains.Refusal) {
			text.WriteString("The credentials need s3:GetObjectVersion and s3:DeleteObjectVersion on the key. ")
		}
	}
	text.WriteString("\n\nS3 does not delete a bucket while versions are in it.")
	if err := errors.Join(remains.Unlisted, remains.Refusal); err != nil {
		text.WriteString("\n\n" + awsdiag.Detail(err))
	}
	diags.AddWarning(manifestVersionsLeft.summary("%s has old versions that stay", m.title()), text.String())
}

// warnOfLoss warns when a manifest goes before it can be replaced: a bucket that does not
// exist may be one that the same apply makes, or a typing error.
func (r *manifestResource) warnOfLoss(ctx context.Context, m, old manifestModel, diags *diag.Diagnostics) {
	bucket := m.Bucket.ValueString()
	if _, err := r.s3Of(ctx, bucket); !errors.Is(err, s3bucket.ErrNoBucket) || old.RetainOnDestroy.ValueBool() {
		return
	}
	diags.AddAttributeWarning(path.Root("bucket"), manifestBucketMissing.summary("The bucket %s of the manifest %s does not exist yet", bucket, m.Key.ValueString()),
		"Unless the same apply makes it, the manifest "+old.Key.ValueString()+" of the bucket "+old.Bucket.ValueString()+" will be deleted, and no other one published. "+
			"If the name is wrong, correct it. With create_before_destroy = true in the lifecycle block of the resource, the new manifest is there before the old one goes.")
}

// warnOfOthers warns of videos that the manifest leaves out for no reason that the
// configuration gives.
func (r *manifestResource) warnOfOthers(ctx context.Context, m manifestModel, others int64, from source, diags *diag.Diagnostics) {
	config, ok := decode[manifestModel](ctx, from, diags)
	if !ok || others == 0 || !config.Suffixes.IsNull() {
		return
	}
	all := `"` + strings.Join(publish.AppSuffixes, `", "`) + `"`
	diags.AddAttributeWarning(path.Root("suffixes"), manifestOtherVideos.summary("%s leaves out %d videos", m.title(), others),
		"FOVEA lists videos of more kinds than the default of suffixes, which is .mp4 alone. To have all of them in the manifest, set suffixes = ["+all+"]. "+
			"To leave these out and not be warned again, set suffixes = [\".mp4\"].")
}

// describeChanges puts an update into words, for a list that comes from the bucket
// unless source says otherwise.
func describeChanges(due publish.Pending, source string) string {
	var text strings.Builder
	now := "As the bucket is now"
	if source != "" {
		now = source + "\n\nAs it is"
	}
	fmt.Fprintf(&text, "It has %d videos. %s, %d will be added, %d removed, and %d changed.", due.Before, now, due.AddedCount, due.RemovedCount, due.ChangedCount)
	for _, part := range []struct {
		name  string
		count int64
		keys  []string
	}{{"Added", due.AddedCount, due.Added}, {"Removed", due.RemovedCount, due.Removed}, {"Changed", due.ChangedCount, due.Changed}} {
		if part.count == 0 {
			continue
		}
		text.WriteString("\n\n" + part.name + ":")
		for _, key := range part.keys {
			fmt.Fprintf(&text, "\n  %q", key)
		}
		if more := part.count - int64(len(part.keys)); more > 0 {
			fmt.Fprintf(&text, "\n  and %d more", more)
		}
	}
	return text.String()
}
