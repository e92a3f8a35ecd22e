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
	refuse := func(code messageCode, attribute, remedy string) {
		diags.AddAttributeError(path.Root(attribute), code.summary("Could not %s the manifest %s", verb, name), awsdiag.Detail(awsdiag.WithRemedy(err, remedy)))
	}
	var shrink *publish.ShrinkError
	var stale *inventory.StaleError
	var unusable *inventory.Error
	switch {
	case errors.As(err, &stale):
		refuse(manifestInventoryUnusable, "max_inventory_age", "Check that the inventory is still enabled and that S3 may write it; a weekly one needs a max_inventory_age of more than 168h. "+
			"To publish this list all the same, raise max_inventory_age; to list the bucket now, set source = \"list\".")
	case errors.As(err, &unusable):
		refuse(manifestInventoryUnusable, "inventory", inventoryRemedy(unusable))
	case errors.Is(err, inventory.ErrRequest):
		awsdiag.AddAttribute(diags, path.Root("inventory"), "read the inventory for the manifest", name, err)
	case errors.Is(err, manifest.ErrNotManifest):
		refuse(manifestKeyTaken, "key", "There is something else at this key, and it is left alone. Move it away, or choose another key for the manifest. "+
			"To give the manifest up, take it out of the state with terraform state rm.")
	case errors.As(err, &shrink):
		refuse(manifestShrinks, "max_removed_percent", "Nothing was published. If prefix, suffixes or exclude_prefixes leave them out by mistake, correct these. "+
			"If the videos are gone by mistake, bring them back first: with versioning, deleting the delete markers does it. If it is right so, raise max_removed_percent for this one apply. "+
			"To destroy the manifest, plan with -refresh=false: a destroy begins with a plan like this one.")
	case errors.Is(err, s3bucket.ErrNoBucket):
		awsdiag.AddAttribute(diags, path.Root("bucket"), "find the bucket", bucket, err)
	case errors.Is(err, publish.ErrListing):
		awsdiag.AddAttribute(diags, path.Root("bucket"), "list the videos of the bucket", bucket, err)
	default:
		awsdiag.Add(diags, verb+" the manifest", name, err)
	}
}

// inventoryRemedy says what to do about an inventory that cannot be used.
func inventoryRemedy(e *inventory.Error) string {
	switch e.Kind {
	case inventory.NotDelivered:
		return "S3 delivers the first inventory within 48 hours after it was configured; until then, use source = \"list\". " +
			"If it was configured earlier, check that bucket, prefix and name are those of its configuration, that it is enabled, and that the policy of the bucket " + e.Place.Bucket + " lets S3 write: inventory_source_arns of fovea_bucket_policy does."
	case inventory.NoDestination:
		return "bucket of inventory must name the bucket that takes the inventory. If the same apply makes it, no inventory is there before S3 delivers the first one, within 48 hours; " +
			"until then, use source = \"list\"."
	case inventory.Ambiguous:
		return "One of them may list a part of the bucket only. Say which one to read, with name."
	case inventory.FileMissing:
		return "Something deleted it, perhaps a lifecycle rule that expires inventories before max_inventory_age. " +
			"A destination prefix that ends in a slash does it too: S3 then writes the file to another key than it says. Correct that and wait for the next inventory."
	case inventory.FieldsMissing:
		return "Configure the inventory with these fields, as fovea_bucket_inventory does, and wait for the next one. " +
			"If several configurations deliver to this place, check name."
	case inventory.OtherSource:
		return "Publishing it would replace the list of videos by that of another bucket. Set bucket and prefix of inventory to where the inventory of " + e.Place.Source + " is delivered."
	case inventory.OtherDestination:
		return "Its files lie elsewhere, or it is a copy, which may be of another time. Set bucket and prefix of inventory to where S3 delivers the inventory of " + e.Place.Source + "."
	case inventory.UnknownFormat:
		return "Inventories in CSV and in Parquet can be read. Configure one of these, with format of fovea_bucket_inventory, and wait for the next inventory."
	case inventory.FromTheFuture:
		return "S3 does not deliver inventories ahead of time, so it was not used. Set the clock of this machine if it is slow; " +
			"otherwise delete that inventory, which S3 did not write."
	case inventory.Damaged:
	}
	return "The inventory was not used, because it is not as S3 delivered it, or something else lies in its place. " +
		"Restore it or wait for the next one; source = \"list\" does without."
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
	if _, err := r.buckets.Client(ctx, bucket); !errors.Is(err, s3bucket.ErrNoBucket) || old.RetainOnDestroy.ValueBool() {
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
	diags.AddAttributeWarning(path.Root("suffixes"), manifestOtherVideos.summary("%s leaves out %s", m.title(), plural(others, "video")),
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
	fmt.Fprintf(&text, "It has %s. %s, %d will be added, %d removed, and %d changed.", plural(due.Before, "video"), now, due.AddedCount, due.RemovedCount, due.ChangedCount)
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
