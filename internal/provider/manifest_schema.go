package provider

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64default"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/listdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/parafovea/terraform-provider-fovea/internal/keyscan"
	"github.com/parafovea/terraform-provider-fovea/internal/publish"
	"github.com/parafovea/terraform-provider-fovea/internal/tftype"
)

const (
	defaultManifestKey       = "manifest.json"
	defaultMaxRemovedPercent = 50
	defaultSnapshotPrefix    = "manifests/"
	defaultSnapshotsKept     = 30
)

var defaultSuffixes = []string{".mp4"}

func manifestSchema(ctx context.Context) schema.Schema {
	return schema.Schema{
		MarkdownDescription: "The list of a bucket's videos, published as `manifest.json` in the bucket:\n\n" +
			"```json\n{\"videos\":[{\"key\":\"a.mp4\",\"size\":1,\"lastModified\":\"2026-01-02T03:04:05Z\"}],\"generatedAt\":\"2026-01-02T03:05:00Z\"}\n```\n\n" +
			"Every plan lists the bucket, when it refreshes the state, and shows in `detected_changes` what an apply would add and remove; a bucket whose videos are the published ones plans no change at all. " +
			"The list itself never enters the state, only its digest, counts and samples; and, of a large bucket, up to 63 keys that make the next plan faster, which Terraform does not show.\n\n" +
			"The manifest is written on the condition that nobody else changed it meanwhile, and only after the whole bucket was listed. " +
			"A manifest that exists already is taken over, since it follows from the bucket; anything else at its key is left alone. " +
			"An apply that is cancelled, even killed, leaves the manifest as it was, or the new one as a whole. " +
			"A list of more than 64 MiB is uploaded in parts; parts that a killed apply left in the bucket are removed by the next one that uploads, with the permissions `s3:ListBucketMultipartUploads` and `s3:AbortMultipartUpload`, or by a lifecycle rule.\n\n" +
			"A bucket of many millions of objects need not be listed: with `source = \"inventory\"` the manifest is made of the newest inventory that S3 delivered, byte for byte what a listing at that time gives. " +
			"Every file of it is verified, one that is damaged or older than `max_inventory_age` is refused, and `inventory_time` says of when it is. " +
			"A plan without changes then reads the `manifest.json` of the inventory, and none of its other files.\n\n" +
			"Destroying the resource deletes the manifest and, in a bucket with versioning, the old versions of its key, so that a bucket with nothing else in it can be destroyed without `force_destroy`. " +
			"Snapshots stay. So does an old version that is not a manifest: one is recognized by the mark `fovea-manifest: list` in its metadata, or else by its content (by the first MiB of a larger one). " +
			"The old versions need the permissions `s3:ListBucketVersions`, `s3:GetObjectVersion` and `s3:DeleteObjectVersion`; without them they stay, with a warning.\n\n" +
			"A destroy leaves the manifest alone when another resource of the same run has created or adopted it, as with `create_before_destroy`. " +
			"Two resources for one manifest are refused at plan. When you rename the block, add a `moved` block. Two `provider` blocks, or aliases, do not see each other.",
		Attributes: map[string]schema.Attribute{
			"id":     idAttribute("Bucket and key, with a slash in between."),
			"bucket": bucketAttribute("Name of the bucket."),
			"key": schema.StringAttribute{
				Optional: true, Computed: true,
				MarkdownDescription: "Key of the manifest. Defaults to `manifest.json`.",
				Default:             stringdefault.StaticString(defaultManifestKey),
				PlanModifiers:       []planmodifier.String{stringplanmodifier.RequiresReplace()},
				Validators:          []validator.String{tftype.ObjectKey()},
			},
			"prefix": schema.StringAttribute{
				Optional: true, Computed: true,
				MarkdownDescription: "List only keys that begin with this. Defaults to all.",
				Default:             stringdefault.StaticString(""),
				Validators:          []validator.String{tftype.KeyPrefix()},
			},
			"suffixes": unorderedStrings(schema.ListAttribute{
				Optional: true, Computed: true,
				MarkdownDescription: "What the keys of videos end with, in any case. Defaults to `.mp4`.",
				Default:             listdefault.StaticValue(listOf(defaultSuffixes)),
				Validators:          []validator.List{listvalidator.SizeAtLeast(1), listvalidator.UniqueValues(), listvalidator.ValueStringsAre(tftype.VideoSuffix())},
			}),
			"exclude_prefixes": unorderedStrings(schema.ListAttribute{
				Optional: true, Computed: true,
				MarkdownDescription: "Leave out keys that begin with one of these. They are not even listed. Defaults to none.",
				Default:             listdefault.StaticValue(listOf(nil)),
				Validators:          []validator.List{listvalidator.ValueStringsAre(tftype.SomeKeyPrefix())},
			}),
			"detail": schema.StringAttribute{
				Optional: true, Computed: true,
				MarkdownDescription: "`basic`, or `full`, which adds `etag`, `storageClass` and `info`, the key of the sidecar or null, to every video. `full` lists the root of the bucket once more. Defaults to `basic`.",
				Default:             stringdefault.StaticString("basic"),
				Validators:          []validator.String{stringvalidator.OneOf("basic", "full")},
			},
			"max_removed_percent": schema.Int64Attribute{
				Optional: true, Computed: true,
				MarkdownDescription: "Refuse, at plan and at apply, to publish a list that lacks more than this share of the videos in the last one. Defaults to `50`.",
				Default:             int64default.StaticInt64(defaultMaxRemovedPercent),
				Validators:          []validator.Int64{int64validator.Between(0, 100)},
			},
			"scan_on_plan": schema.BoolAttribute{
				Optional: true, Computed: true,
				MarkdownDescription: "List the bucket at every plan that refreshes the state. `terraform plan -refresh=false`, and `-minimal-refresh` (Terraform 1.17), do not read the bucket and show no update that became due since the last refresh. With `false` only a change of an argument, such as `triggers`, publishes a new list; until then a manifest that somebody else wrote stays as well. Defaults to `true`.",
				Default:             booldefault.StaticBool(true),
			},
			"triggers": schema.MapAttribute{
				Optional:            true,
				ElementType:         types.StringType,
				MarkdownDescription: "Any values; with `scan_on_plan = false`, a change of one makes the next apply list the bucket.",
			},
			"snapshots": schema.SingleNestedAttribute{
				Optional:            true,
				MarkdownDescription: "Keep a copy of every manifest that is published, as a backup of the list. Defaults to none.",
				Attributes: map[string]schema.Attribute{
					"prefix": schema.StringAttribute{
						Optional: true, Computed: true,
						MarkdownDescription: "Prefix of the keys of the copies. The rest of the key is the time, preceded by the manifest's key and a slash unless that key is `manifest.json`. Defaults to `manifests/`.",
						Default:             stringdefault.StaticString(defaultSnapshotPrefix),
						Validators:          []validator.String{tftype.SomeKeyPrefix()},
					},
					"keep": schema.Int64Attribute{
						Optional: true, Computed: true,
						MarkdownDescription: "How many copies stay; the oldest go first. Defaults to `30`.",
						Default:             int64default.StaticInt64(defaultSnapshotsKept),
						Validators:          []validator.Int64{int64validator.Between(1, 10000)},
					},
				},
			},
			"retain_on_destroy": schema.BoolAttribute{
				Optional: true, Computed: true,
				MarkdownDescription: "Leave the manifest and its versions in the bucket when the resource is destroyed. Defaults to `false`.",
				Default:             booldefault.StaticBool(false),
			},
			"concurrency": schema.Int64Attribute{
				Optional: true, Computed: true,
				MarkdownDescription: "Maximum number of concurrent list requests, 1 to 256. Reduced automatically while the server throttles. Defaults to `32`.",
				Default:             int64default.StaticInt64(keyscan.DefaultConcurrency),
				Validators:          []validator.Int64{int64validator.Between(1, 256)},
			},

			"source":            manifestSourceAttribute(),
			"inventory":         manifestInventoryAttribute(),
			"max_inventory_age": maxInventoryAgeAttribute(),

			"video_count":        schema.Int64Attribute{Computed: true, MarkdownDescription: "Number of videos."},
			"total_bytes":        schema.Int64Attribute{Computed: true, MarkdownDescription: "Size of all videos together, in bytes."},
			"digest":             schema.StringAttribute{Computed: true, MarkdownDescription: "SHA-256 of the list, in hexadecimal digits, which changes only when the list does."},
			"generated_at":       schema.StringAttribute{Computed: true, MarkdownDescription: "When the list was published, in RFC 3339."},
			"etag":               schema.StringAttribute{Computed: true, MarkdownDescription: "ETag of the manifest."},
			"version_id":         schema.StringAttribute{Computed: true, MarkdownDescription: "Version of the manifest; null in a bucket without versions."},
			"inventory_time":     schema.StringAttribute{Computed: true, MarkdownDescription: "When S3 took the inventory that the last plan or apply looked at, in RFC 3339; null with `source = \"list\"`."},
			"detected_changes":   detectedChangesAttribute(),
			"missing_info_count": schema.Int64Attribute{Computed: true, MarkdownDescription: "Number of videos without a sidecar, `<name>.info.json` at the root of the bucket, when the list was published. FOVEA shows these without duration and resolution."},
			"missing_info":       computedStrings("Keys of the first 20 of these, or of fewer when they are long."),
			"archived_count":     schema.Int64Attribute{Computed: true, MarkdownDescription: "Number of videos in GLACIER or DEEP_ARCHIVE, and of those in an archive tier of INTELLIGENT_TIERING if an inventory says so, when the list was published: they are listed, but do not play until they are restored."},
			"other_video_count":  schema.Int64Attribute{Computed: true, MarkdownDescription: "Number of videos of the other kinds that FOVEA lists (`.webm`, `.mp4`, `.ogg`, `.mov`, `.avi`, `.mkv`), which `suffixes` leaves out of this list, when the list was published. Keys outside of `prefix` or below `exclude_prefixes` do not count. While `suffixes` is not set, a plan that updates the manifest warns of them."},
			"duplicate_names": schema.ListAttribute{
				Computed:            true,
				ElementType:         types.ListType{ElemType: types.StringType},
				MarkdownDescription: "The first 20 groups of videos that share the name behind the last slash, when the list was published, or fewer when their keys are long. FOVEA takes the videos of a group for one.",
			},
		},
		Blocks: map[string]schema.Block{
			"timeouts": timeouts.Block(ctx, timeouts.Opts{
				Create: true, Read: true, Update: true, Delete: true,
				CreateDescription: "Defaults to `1h`.",
				ReadDescription:   "Defaults to `20m`.",
				UpdateDescription: "Defaults to `1h`.",
				DeleteDescription: "Defaults to `10m`.",
			}),
		},
	}
}

func detectedChangesAttribute() schema.Attribute {
	count := func(description string) schema.Attribute {
		return schema.Int64Attribute{Computed: true, MarkdownDescription: description}
	}
	return schema.SingleNestedAttribute{
		Computed: true,
		MarkdownDescription: "What the last update changed in the manifest. It is known in the plan of an update, so that a reviewer sees what an apply will publish; " +
			"a video that comes or goes between plan and apply is published, but not counted here. When the manifest is made or taken over, or arguments change what it lists, it is known after apply, and a warning of the plan says what will change.\n\n" +
			"While an update is due, the refresh sets the counts to 0 and empties the lists here, and `missing_info` and `duplicate_names`, so that the plan shows what comes and goes with a plus sign: `+ \"new.mp4\"`, `0 -> 1`. " +
			"`terraform plan -refresh-only`, and \"Objects have changed outside of Terraform\" when an output reads the lists, show the keys of the last update as removed then. No video is meant by that: the plan of the update says what changes. " +
			"While no update is due, `terraform plan -detailed-exitcode` exits with 0. With `-refresh-only`, Terraform before 1.15 exits with 2 for every resource that has a number, although it prints that there are no changes.",
		Attributes: map[string]schema.Attribute{
			"added_count":   count("Number of videos that are new."),
			"removed_count": count("Number of videos that are gone."),
			"changed_count": count("Number of videos with another size, time or, in full detail, ETag, storage class or sidecar."),
			"added":         computedStrings("Keys of the first 20 that are new, or of fewer when they are long."),
			"removed":       computedStrings("Keys of the first 20 that are gone, or of fewer when they are long."),
			"changed":       computedStrings("Keys of the first 20 that changed, or of fewer when they are long."),
		},
	}
}

func computedStrings(description string) schema.ListAttribute {
	return schema.ListAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: description}
}

// ValidateConfig checks what arguments say together.
func (r *manifestResource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	m, ok := decode[manifestModel](ctx, req.Config, &resp.Diagnostics)
	if !ok {
		return
	}
	key := defaultManifestKey
	if !m.Key.IsNull() {
		key = m.Key.ValueString() // "" while it is unknown, which is nothing's suffix
	}
	suffixes := defaultSuffixes
	if !m.Suffixes.IsNull() {
		suffixes = knownStrings(m.Suffixes)
	}
	for _, suffix := range suffixes {
		if suffix != "" && strings.HasSuffix(strings.ToLower(key), strings.ToLower(suffix)) {
			resp.Diagnostics.AddAttributeError(path.Root("key"), "The manifest would list itself",
				"Its key ends in "+suffix+", as the keys of videos do. Choose another key.")
		}
	}
	exclusions := knownStrings(m.ExcludePrefixes)
	checkOverlap(exclusions, &resp.Diagnostics)
	for _, p := range exclusions {
		if p != "" && strings.HasPrefix(m.Prefix.ValueString(), p) {
			resp.Diagnostics.AddAttributeError(path.Root("exclude_prefixes"), "No video is left",
				"Only keys that begin with \""+m.Prefix.ValueString()+"\" are listed, as prefix says, and \""+p+"\" leaves all of them out.")
		}
	}
	m.checkSource(&resp.Diagnostics)
	snapshots, ok := object[snapshotsModel](ctx, m.Snapshots, &resp.Diagnostics)
	if !ok || snapshots.Prefix.IsUnknown() {
		return
	}
	for _, suffix := range suffixes {
		if strings.EqualFold(suffix, publish.SnapshotSuffix) {
			resp.Diagnostics.AddAttributeError(path.Root("snapshots"), "The manifest would list its snapshots",
				"The keys of snapshots end in "+publish.SnapshotSuffix+", which suffixes has for videos. Leave one of the two out.")
		}
	}
	prefix := defaultSnapshotPrefix
	if !snapshots.Prefix.IsNull() {
		prefix = snapshots.Prefix.ValueString()
	}
	if prefix != "" && strings.HasPrefix(key, prefix) {
		resp.Diagnostics.AddAttributeError(path.Root("key"), "The manifest lies among its snapshots",
			"Its key begins with the prefix of the snapshots, "+prefix+", where old copies are deleted. Choose another key or another prefix.")
	}
}

// checkOverlap refuses a prefix that another one covers already: one of the two is
// a mistake.
func checkOverlap(prefixes []string, diags *diag.Diagnostics) {
	for i, p := range prefixes {
		for j, q := range prefixes {
			if i == j || !strings.HasPrefix(p, q) || p == q && i < j {
				continue
			}
			diags.AddAttributeError(path.Root("exclude_prefixes"), "Overlapping prefixes",
				"Keys that begin with \""+p+"\" begin with \""+q+"\" too. Leave one of the two out.")
		}
	}
}
