package provider

import (
	"context"
	"errors"
	"fmt"
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/parafovea/terraform-provider-fovea/internal/awsdiag"
	"github.com/parafovea/terraform-provider-fovea/internal/publish"
	"github.com/parafovea/terraform-provider-fovea/internal/s3bucket"
)

// The guard refuses plans that lose a bucket. What Terraform tells a provider decides
// how:
//
//   - A destroy is a plan with a prior state and no new one.
//   - A replacement is an update plan, then a create plan without a prior state. The
//     create plan receives the private data that the update plan returned, and its
//     warnings are dropped. So the update plan leaves the bucket's name there, in
//     every update plan, since -replace and replace_triggered_by do not show in one.
//   - A tainted resource is refreshed, then gets a create plan without private data.
//     The register tells that the bucket was refreshed in this walk.
//   - A renamed block is a destroy plan and a create plan of one bucket, in any order.
//   - The delete of a replacement has no plan of its own. Delete tells it by the mark
//     that every destroy plan leaves, and empties no bucket without it.
//
// terraform destroy plans the configuration first, so what is in no state is a warning
// here and a refusal in Create.
const createPlanNote = "\n\n`terraform destroy` runs into this refusal as well, because it plans the configuration first: " +
	"run `terraform destroy -refresh=false`, or remove the block from the configuration, to get past it."

const dependentsNote = "S3 does not delete a bucket that is not empty, but everything that depends on it would be deleted first: access, CORS rules, the manifest. " +
	"FOVEA would treat the bucket as empty and delete the annotations of its videos."

func videoBucketObject(name string) remoteObject { return remoteObject{bucketObject, name} }

// guardDestroy judges a plan that destroys the bucket.
//
// It leaves a mark for Delete, which empties a bucket only then: a replacement has no
// destroy plan, so nobody was told what the bucket holds by the time it is applied.
func (r *videoBucket) guardDestroy(ctx context.Context, before videoBucketModel, resp *resource.ModifyPlanResponse) {
	bucket, diags := before.Bucket.ValueString(), &resp.Diagnostics
	leavePlanMark(ctx, resp.Private, planMark{Destroy: true}, diags)
	switch seen := r.walk.noteDeletePlan(videoBucketObject(bucket)); {
	case seen.createPlans > 0:
		refuseRename(bucket, "", diags)
		return
	case seen.existingPlans() > 0:
		refuseTwoAddresses(bucket, "", diags)
		return
	}
	if before.ForceDestroy.ValueBool() {
		diags.AddWarning(bucketContentDeleted.summary("Everything in the bucket %s will be deleted", bucket),
			"force_destroy is true, so every object is deleted first, with all its versions. They cannot be restored. "+
				"To keep them, set force_destroy to false and apply that alone before anything else.")
		return
	}
	found, err := r.contents(ctx, bucket)
	content := found.Content
	switch {
	case errors.Is(err, s3bucket.ErrNoBucket):
	case err != nil:
		refuseUnreadable(bucket, "destroy", path.Empty(), err, "", diags)
	case content != nil:
		diags.AddError(bucketNotEmpty.summary("The bucket %s is not empty", bucket),
			fmt.Sprintf("The plan destroys the bucket, and it holds %s. %s%s "+
				"To keep the bucket, take it out of the state: replace the block by a removed block with destroy = false. If its block was only renamed, add a moved block. "+
				"To delete everything in it, set force_destroy to true, apply that alone, and destroy it then. "+
				"If create_before_destroy left this bucket behind as a deposed object, run `terraform state rm` with the address and import the current bucket.", content, unreadNote(content), dependentsNote))
	default:
		r.warnOfManifests(ctx, bucket, found.Manifests, diags)
	}
}

// warnOfManifests warns of manifests that stay in a bucket which is destroyed, so that
// S3 will refuse to delete it: no resource of this run deletes them.
func (r *videoBucket) warnOfManifests(ctx context.Context, bucket string, keys []string, diags *diag.Diagnostics) {
	var objects []remoteObject
	for _, key := range keys {
		objects = append(objects, remoteObject{manifestObject, bucket + "/" + key})
	}
	left := r.walk.notDestroyed(ctx, objects)
	if len(left) == 0 {
		return
	}
	diags.AddWarning(bucketManifestStays.summary("The manifest in the bucket %s is not destroyed with it", bucket),
		fmt.Sprintf("The plan destroys the bucket, but not %q in it: it is retained, or in no state. S3 will refuse to delete the bucket, once all that depends on it is gone. "+
			"Delete the object first, or manage it with fovea_manifest and retain_on_destroy = false.", left[0].name))
}

// guardUpdate judges a plan for a bucket that is in the state, and leaves the mark for
// the create plan that may follow.
func (r *videoBucket) guardUpdate(ctx context.Context, before, after videoBucketModel, resp *resource.ModifyPlanResponse) {
	bucket := before.Bucket.ValueString()
	switch seen := r.walk.noteUpdatePlan(videoBucketObject(bucket)); {
	case seen.deletePlans > 0, seen.updatePlans > 0, seen.createPlans > 0:
		refuseTwoAddresses(bucket, "", &resp.Diagnostics)
		return
	}
	leavePlanMark(ctx, resp.Private, planMark{Replaces: bucket}, &resp.Diagnostics)
	cause, known := replacedBy(before, after)
	if cause == "" {
		return
	}
	at := path.Root(cause)
	if cause == "region" && after.BucketPrefix.IsNull() {
		refuseReplacementByItself(bucket, at, "", &resp.Diagnostics)
		return
	}
	content, err := r.content(ctx, bucket)
	switch {
	case errors.Is(err, s3bucket.ErrNoBucket): // -refresh=false has hidden that it is gone
	case err != nil:
		refuseUnreadable(bucket, "replace", at, err, "", &resp.Diagnostics)
	case content != nil:
		unknown := ""
		if !known {
			unknown = fmt.Sprintf("The value of %s is not known yet, so Terraform has already decided to replace the bucket. "+
				"Make the value known when it is planned: use a literal, a variable or a local value, or apply the resource that it comes from first, with -target. ", cause)
		}
		refuseReplacement(bucket, *content, at, unknown, "", &resp.Diagnostics)
	}
}

// replacedBy names the argument that makes Terraform replace the bucket, or returns
// "". A value that is not known counts: Terraform decides before it is.
func replacedBy(before, after videoBucketModel) (cause string, known bool) {
	switch {
	case namesAnother(after.BucketPrefix, before.Bucket): // bucket may keep its value in this plan
		return "bucket_prefix", !after.BucketPrefix.IsUnknown()
	case !after.Bucket.Equal(before.Bucket):
		return "bucket", !after.Bucket.IsUnknown()
	case !after.Region.Equal(before.Region):
		return "region", !after.Region.IsUnknown()
	}
	return "", true
}

// guardCreate judges a plan that creates a bucket.
func (r *videoBucket) guardCreate(ctx context.Context, m videoBucketModel, replaced string, diags *diag.Diagnostics) {
	if replaced != "" {
		r.guardReplacement(ctx, m, replaced, diags)
		return
	}
	if m.Bucket.IsUnknown() {
		r.guardUnnamed(ctx, m, diags)
		return
	}
	bucket := m.Bucket.ValueString()
	object := videoBucketObject(bucket)
	r.walk.noteCreatePlan(object)
	tainted := len(r.walk.unclaimed(ctx, func(o remoteObject) bool { return o == object })) > 0
	switch seen := r.walk.entry(object); {
	case tainted:
		refuseTaint(bucket, diags)
		return
	case seen.deletePlans > 0:
		refuseRename(bucket, createPlanNote, diags)
		return
	case seen.updatePlans > 0, seen.createPlans > 1:
		refuseTwoAddresses(bucket, createPlanNote, diags)
		return
	}
	r.foretell(ctx, m, diags)
}

// guardReplacement judges the create plan of a replacement.
func (r *videoBucket) guardReplacement(ctx context.Context, m videoBucketModel, replaced string, diags *diag.Diagnostics) {
	at := path.Root("bucket")
	if !m.BucketPrefix.IsNull() {
		at = path.Root("bucket_prefix")
	}
	content, err := r.content(ctx, replaced)
	gone := errors.Is(err, s3bucket.ErrNoBucket)
	switch {
	case gone:
	case err != nil:
		refuseUnreadable(replaced, "replace", at, err, createPlanNote, diags)
		return
	case content != nil:
		refuseReplacement(replaced, *content, at, "", createPlanNote, diags)
		return
	case m.Bucket.ValueString() == replaced:
		refuseReplacementByItself(replaced, at, createPlanNote, diags)
		return
	}
	if m.Bucket.IsUnknown() {
		return
	}
	bucket := m.Bucket.ValueString()
	if seen := r.walk.noteCreatePlan(videoBucketObject(bucket)); seen.existingPlans() > 0 && bucket != replaced || seen.createPlans > 0 {
		refuseTwoAddresses(bucket, createPlanNote, diags)
		return
	}
	if err := r.buckets.Look(ctx, bucket, m.Region.ValueString()); isTaken(err) {
		addTaken(err, bucket, createPlanNote, diags)
	}
}

// guardUnnamed judges a create plan without a name. A tainted bucket of a prefix
// cannot be told by its name, but it is the only one that is refreshed and then not
// planned.
func (r *videoBucket) guardUnnamed(ctx context.Context, m videoBucketModel, diags *diag.Diagnostics) {
	matches := func(o remoteObject) bool { return o.kind == bucketObject }
	if prefix := m.BucketPrefix; !prefix.IsNull() && !prefix.IsUnknown() {
		generated := generatedName(prefix.ValueString())
		matches = func(o remoteObject) bool { return o.kind == bucketObject && generated.MatchString(o.name) }
	}
	for _, tainted := range r.walk.unclaimed(ctx, matches) {
		refuseTaint(tainted.name, diags)
		return
	}
	if prefix := m.BucketPrefix; !prefix.IsNull() && !prefix.IsUnknown() {
		r.nameUnfinished(ctx, prefix.ValueString(), diags)
	}
}

// foretell warns of a bucket that exists and is in no state. It is no refusal, for
// terraform destroy and the clean-up of terraform test plan the configuration first.
// An error of any other kind is left to the apply.
func (r *videoBucket) foretell(ctx context.Context, m videoBucketModel, diags *diag.Diagnostics) {
	bucket := m.Bucket.ValueString()
	err := r.buckets.Look(ctx, bucket, m.Region.ValueString())
	var exists *s3bucket.ExistsError
	switch {
	case errors.As(err, &exists):
		detail := "If this address is tainted, the apply destroys the bucket first: run `terraform untaint`. Otherwise the apply refuses: import it, with the block\n\n" + importBlock(bucket)
		if m.ForceDestroy.ValueBool() {
			if content, err := r.content(ctx, bucket); err != nil || content != nil {
				detail = "force_destroy is true and the bucket is not empty: if this address is tainted, which -refresh=false hides, the plan is to delete everything in it.\n\n" + detail
			}
		}
		diags.AddAttributeWarning(path.Root("bucket"), bucketExists.summary("The bucket %s exists and is not in the state", bucket), detail)
	case isTaken(err):
		diags.AddAttributeWarning(path.Root("bucket"), bucketNameTaken.summary("The bucket name %s is taken", bucket), "The apply will fail. "+awsdiag.Detail(err))
	case err != nil:
		tflog.Warn(ctx, "Could not tell whether the bucket exists", map[string]any{"bucket": bucket, "error": err.Error()})
	}
}

// content returns something in the bucket that is not a manifest, or nil. A bucket
// that does not exist holds nothing, and is s3bucket.ErrNoBucket.
func (r *videoBucket) content(ctx context.Context, bucket string) (*publish.Content, error) {
	found, err := r.contents(ctx, bucket)
	return found.Content, err
}

func (r *videoBucket) contents(ctx context.Context, bucket string) (publish.Contents, error) {
	client, err := r.buckets.Client(ctx, bucket)
	if err != nil {
		return publish.Contents{}, err
	}
	found, err := publish.FirstContent(ctx, client, bucket)
	if errors.Is(err, publish.ErrAbsent) {
		return publish.Contents{}, fmt.Errorf("%w: %w", s3bucket.ErrNoBucket, err)
	}
	return found, err
}

// nameUnfinished warns of buckets that an interrupted apply has left.
func (r *videoBucket) nameUnfinished(ctx context.Context, prefix string, diags *diag.Diagnostics) {
	generated := generatedName(prefix)
	left, err := r.buckets.Unfinished(ctx, prefix, func(bucket string) bool {
		return generated.MatchString(bucket) && r.walk.entry(videoBucketObject(bucket)) == registerEntry{}
	})
	if err != nil {
		tflog.Debug(ctx, "Could not look for buckets that an interrupted apply has left", map[string]any{"prefix": prefix, "error": err.Error()})
		return
	}
	for _, bucket := range left {
		diags.AddAttributeWarning(path.Root("bucket_prefix"), bucketUnfinished.summary("The bucket %s is empty and unfinished", bucket),
			"It has a generated name of this prefix, and lacks its public access block or its versioning. An interrupted apply has probably left it. "+
				"If nothing else uses it, delete it, with \"aws s3api delete-bucket --bucket "+bucket+"\". To use it, import it, with the block\n\n"+importBlock(bucket))
	}
}

func generatedName(prefix string) *regexp.Regexp {
	return regexp.MustCompile("^" + regexp.QuoteMeta(prefix) + `[0-9]{14}[0-9a-f]{12}$`)
}

func isTaken(err error) bool {
	var exists *s3bucket.ExistsError
	var taken *s3bucket.TakenError
	return errors.As(err, &exists) || errors.As(err, &taken)
}

// addTaken refuses to create a bucket whose name is taken.
func addTaken(err error, bucket, note string, diags *diag.Diagnostics) {
	var exists *s3bucket.ExistsError
	if errors.As(err, &exists) {
		diags.AddAttributeError(path.Root("bucket"), bucketExists.summary("The bucket %s exists and is not in the state", bucket), awsdiag.Detail(err)+note)
		return
	}
	diags.AddAttributeError(path.Root("bucket"), bucketNameTaken.summary("The bucket name %s is taken", bucket), awsdiag.Detail(err)+note)
}

func importBlock(bucket string) string { return awsdiag.ImportBlock("fovea_video_bucket", bucket) }
