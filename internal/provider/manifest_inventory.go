package provider

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/parafovea/terraform-provider-fovea/internal/inventory"
	"github.com/parafovea/terraform-provider-fovea/internal/publish"
	"github.com/parafovea/terraform-provider-fovea/internal/s3bucket"
	"github.com/parafovea/terraform-provider-fovea/internal/tftype"
)

// The values of a manifest's source.
const (
	sourceList      = "list"
	sourceInventory = "inventory"
)

const defaultMaxInventoryAge = "48h"

// manifestInventoryModel is where the inventory is that a manifest is made of.
type manifestInventoryModel struct {
	Bucket types.String `tfsdk:"bucket"`
	Prefix types.String `tfsdk:"prefix"`
	Name   types.String `tfsdk:"name"`
}

func manifestSourceAttribute() schema.StringAttribute {
	return schema.StringAttribute{
		Optional: true, Computed: true,
		MarkdownDescription: "Where the list comes from: `list`, which asks the bucket for it, or `inventory`, which reads the newest list that S3 itself has made of the bucket, see `fovea_bucket_inventory`. " +
			"That is for buckets of many millions of objects: the list is up to `max_inventory_age` old, and a plan without changes reads none of its files twice. Defaults to `list`.",
		Default:    stringdefault.StaticString(sourceList),
		Validators: []validator.String{stringvalidator.OneOf(sourceList, sourceInventory)},
	}
}

func manifestInventoryAttribute() schema.SingleNestedAttribute {
	return schema.SingleNestedAttribute{
		Optional:            true,
		MarkdownDescription: "Where S3 delivers the inventory, with `source = \"inventory\"`. The credentials need `s3:ListBucket` on that bucket and `s3:GetObject` on its objects, and `kms:Decrypt` on the key if a KMS key encrypts it.",
		Attributes: map[string]schema.Attribute{
			"bucket": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "Name of the bucket that takes the inventory.",
				Validators:          []validator.String{tftype.BucketName()},
			},
			"prefix": schema.StringAttribute{
				Optional: true, Computed: true,
				MarkdownDescription: "What its keys begin with before the name of the bucket that is listed: the prefix of the destination, without a slash in the end. Defaults to nothing.",
				Default:             stringdefault.StaticString(""),
				Validators:          []validator.String{tftype.InventoryPrefix()},
			},
			"name": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Name of the inventory's configuration, needed where several of the bucket deliver to one place. Defaults to the only one.",
				Validators:          []validator.String{tftype.ConfigurationName()},
			},
		},
	}
}

func maxInventoryAgeAttribute() schema.StringAttribute {
	return schema.StringAttribute{
		Optional: true, Computed: true,
		MarkdownDescription: "Refuse, at plan and at apply, an inventory that is older than this, such as `36h`, or `192h` for a weekly one. Defaults to `48h`.",
		Default:             stringdefault.StaticString(defaultMaxInventoryAge),
		Validators:          []validator.String{tftype.DurationBetween(time.Hour, 365*24*time.Hour)},
	}
}

// checkSource finds a source that has no inventory, and an inventory that is no
// source.
func (m manifestModel) checkSource(diags *diag.Diagnostics) {
	if m.Source.IsUnknown() || m.Inventory.IsUnknown() {
		return
	}
	switch there := !m.Inventory.IsNull(); {
	case m.inventoried() && !there:
		diags.AddAttributeError(path.Root("inventory"), "No inventory to make the manifest of",
			"With source = \"inventory\", inventory must say where S3 delivers it: its bucket and prefix, as in the destination of the fovea_bucket_inventory.")
	case there && (m.Source.IsNull() || m.Source.ValueString() == sourceList):
		diags.AddAttributeError(path.Root("source"), "An inventory that would not be read",
			"inventory says where an inventory is, and source is \"list\", which does not read it. Set source = \"inventory\", or leave inventory out.")
	}
}

func (m manifestModel) inventoried() bool { return m.Source.ValueString() == sourceInventory }

// newestInventory finds the inventory to read; it gives nil if the bucket is to be
// listed.
func (r *manifestResource) newestInventory(ctx context.Context, m manifestModel, diags *diag.Diagnostics) (*inventory.Report, error) {
	if !m.inventoried() {
		return nil, nil
	}
	place, _ := object[manifestInventoryModel](ctx, m.Inventory, diags)
	bucket := place.Bucket.ValueString()
	at := inventory.Place{Source: m.Bucket.ValueString(), Bucket: bucket, Prefix: place.Prefix.ValueString(), Name: place.Name.ValueString()}
	client, err := r.buckets.Client(ctx, bucket)
	switch {
	case errors.Is(err, s3bucket.ErrNoBucket):
		return nil, inventory.NoBucket(at)
	case err != nil:
		return nil, fmt.Errorf("%w: %w", inventory.ErrRequest, err)
	}
	return inventory.Newest(ctx, client, at)
}

// freshInventory is newestInventory for one that is to be published.
func (r *manifestResource) freshInventory(ctx context.Context, m manifestModel, diags *diag.Diagnostics) (*inventory.Report, error) {
	report, err := r.newestInventory(ctx, m, diags)
	if err == nil && report != nil {
		err = report.CheckAge(r.clients.Now(), m.maxInventoryAge())
	}
	return report, err
}

// checkInventoryAge refuses to plan with an inventory that is too old by now, which
// the last refresh looked at.
func (r *manifestResource) checkInventoryAge(m, before manifestModel, diags *diag.Diagnostics) {
	at, err := time.Parse(time.RFC3339, before.InventoryTime.ValueString())
	if err != nil {
		return // none was looked at yet
	}
	if err := inventory.CheckAge(at, r.clients.Now(), m.maxInventoryAge()); err != nil {
		m.explain(err, "plan", diags)
	}
}

func (m manifestModel) maxInventoryAge() time.Duration {
	age, err := time.ParseDuration(m.MaxInventoryAge.ValueString())
	if err != nil {
		age, _ = time.ParseDuration(defaultMaxInventoryAge) // a state of before there was the argument
	}
	return age
}

// flattenInventory says of when the list is; a listing is of now.
func (m *manifestModel) flattenInventory(report *inventory.Report) {
	m.InventoryTime = types.StringNull()
	if report != nil {
		m.InventoryTime = types.StringValue(report.Time.Format(time.RFC3339))
	}
}

// inventoryTrouble reports whether an error is about the inventory, not about the
// manifest or the bucket.
func inventoryTrouble(err error) bool {
	var bad *inventory.Error
	return errors.As(err, &bad) || errors.Is(err, inventory.ErrRequest)
}

// describeSource adds to a description of a list where it comes from.
func describeSource(s publish.Selection) string {
	if s.Inventory == nil {
		return ""
	}
	return "The list is that of the inventory which S3 took at " + s.Inventory.Time.Format(time.RFC3339) + "; what came or went later is not in it."
}
