package provider

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"golang.org/x/text/unicode/norm"

	"github.com/parafovea/terraform-provider-fovea/internal/awsdiag"
	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
	"github.com/parafovea/terraform-provider-fovea/internal/mp4probe"
	"github.com/parafovea/terraform-provider-fovea/internal/s3bucket"
	"github.com/parafovea/terraform-provider-fovea/internal/tftype"
)

var _ datasource.DataSourceWithConfigure = (*videoDataSource)(nil)

type videoDataSource struct{ dataSourceBase }

func newVideoDataSource() datasource.DataSource { return &videoDataSource{} }

func (d *videoDataSource) Metadata(_ context.Context, _ datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = "fovea_video"
}

func (d *videoDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Reads from an MP4 file in a bucket what a player needs to know: codecs, size, frame rate, duration, and whether browsers play it. " +
			"It needs `s3:GetObject` on the object.\n\n" +
			"The video itself is not downloaded. The data source sends at most 5 ranged GET requests and reads less than 1 MiB, whatever the size of the file; " +
			"most files take 1 or 2. These requests are sent at each plan.\n\n" +
			"A file that is damaged, truncated, archived, encrypted or not a video is an answer, not an error: `browser_playable` is `false` and `browser_playable_reason` says why. " +
			"An object that does not exist or may not be read is an error.",
		Attributes: map[string]schema.Attribute{
			"bucket": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "Name of the bucket.",
				Validators:          []validator.String{tftype.BucketName()},
			},
			"key": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "Key of the video. If it does not exist, its decomposed form (Unicode NFD, as macOS uploads names with accents) is tried.",
				Validators:          []validator.String{tftype.AnyObjectKey()},
			},
			"container": schema.StringAttribute{
				Computed: true,
				MarkdownDescription: "Format of the file: `mp4` or `quicktime`. For other files it names what they are, such as `webm`, `matroska`, `avi`, `jpeg` or `html`, " +
					"`empty` or `unknown`; of these nothing else is read. Null if the content cannot be read because the object is archived.",
			},
			"video_codec": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "Codec of the first video track, as ffmpeg names it, such as `h264`, `hevc`, `av1` or `prores`; for a codec that is not known, the four-character code of the file. Null without a video track.",
			},
			"audio_codec": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "Codec of the first audio track, such as `aac`, `mp3`, `opus` or `ac3`. Null without one.",
			},
			"width":  schema.Int64Attribute{Computed: true, MarkdownDescription: "Width in pixels as a player shows it: after rotation, with square pixels. Null if it is not known."},
			"height": schema.Int64Attribute{Computed: true, MarkdownDescription: "Height in pixels as a player shows it. Null if it is not known."},
			"frame_rate": schema.Float64Attribute{
				Computed: true,
				MarkdownDescription: "Frames per second, rounded to three decimals. With a variable frame rate it is the average; " +
					"in files with very large tables, that of the first frames. Null if it is not known, as in fragmented files.",
			},
			"duration":  schema.Float64Attribute{Computed: true, MarkdownDescription: "Length in seconds. Null if the file does not say."},
			"bit_rate":  schema.Int64Attribute{Computed: true, MarkdownDescription: "Average bits per second of the whole file: its size divided by its duration. Null if the duration is not known."},
			"size":      schema.Int64Attribute{Computed: true, MarkdownDescription: "Size of the object in bytes. Null if it is archived."},
			"faststart": schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether the index (`moov`) precedes the video, so that playback starts without a request for the end of the file. Null if no index was found."},
			"fragmented": schema.BoolAttribute{
				Computed:            true,
				MarkdownDescription: "Whether the file is fragmented, as for streaming with DASH or HLS. Null if no index was found.",
			},
			"browser_playable": schema.BoolAttribute{
				Computed: true,
				MarkdownDescription: "Whether current versions of Chrome, Edge, Firefox and Safari all play the file, on any hardware: unencrypted MP4 with H.264 in 8 bits and 4:2:0, " +
					"and AAC, MP3, Opus, FLAC or no sound. `false` therefore includes files that some browsers play; the reason says which. " +
					"Null if it cannot be told: for WebM, and for files whose index is out of reach within the limits.",
			},
			"browser_playable_reason": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "Why `browser_playable` is not `true`, and what to do. Null if it is.",
			},
			"storage_class": schema.StringAttribute{Computed: true, MarkdownDescription: "Storage class of the object, such as `STANDARD` or `GLACIER_IR`. Null if the server does not say for an archived object."},
		},
	}
}

func (d *videoDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	m, ok := decode[videoDataModel](ctx, req.Config, &resp.Diagnostics)
	if !ok {
		return
	}
	client, err := d.buckets.Client(ctx, m.Bucket.ValueString())
	if err != nil {
		awsdiag.AddAttribute(&resp.Diagnostics, path.Root("bucket"), "find the bucket", m.Bucket.ValueString(), err)
		return
	}
	keys := []string{m.Key.ValueString()}
	if decomposed := norm.NFD.String(keys[0]); decomposed != keys[0] {
		keys = append(keys, decomposed)
	}
	video, err := mp4probe.Probe(ctx, client, m.Bucket.ValueString(), keys...)
	if err != nil {
		m.explain(err, &resp.Diagnostics)
		return
	}
	m.flatten(video)
	resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
}

type videoDataModel struct {
	Bucket                types.String  `tfsdk:"bucket"`
	Key                   types.String  `tfsdk:"key"`
	Container             types.String  `tfsdk:"container"`
	VideoCodec            types.String  `tfsdk:"video_codec"`
	AudioCodec            types.String  `tfsdk:"audio_codec"`
	Width                 types.Int64   `tfsdk:"width"`
	Height                types.Int64   `tfsdk:"height"`
	FrameRate             types.Float64 `tfsdk:"frame_rate"`
	Duration              types.Float64 `tfsdk:"duration"`
	BitRate               types.Int64   `tfsdk:"bit_rate"`
	Size                  types.Int64   `tfsdk:"size"`
	FastStart             types.Bool    `tfsdk:"faststart"`
	Fragmented            types.Bool    `tfsdk:"fragmented"`
	BrowserPlayable       types.Bool    `tfsdk:"browser_playable"`
	BrowserPlayableReason types.String  `tfsdk:"browser_playable_reason"`
	StorageClass          types.String  `tfsdk:"storage_class"`
}

func (m *videoDataModel) flatten(v mp4probe.Video) {
	number := func(n int64) types.Int64 {
		if n == 0 {
			return types.Int64Null()
		}
		return types.Int64Value(n)
	}
	decimal := func(f float64) types.Float64 {
		if f == 0 {
			return types.Float64Null()
		}
		return types.Float64Value(f)
	}
	m.Container, m.StorageClass = optionalString(v.Container), optionalString(v.StorageClass)
	m.VideoCodec, m.AudioCodec = optionalString(v.VideoCodec), optionalString(v.AudioCodec)
	m.Width, m.Height, m.BitRate = number(v.Width), number(v.Height), number(v.BitRate)
	m.FrameRate, m.Duration = decimal(v.FrameRate), decimal(v.Duration)
	m.Size = types.Int64Null()
	if v.Container != "" {
		m.Size = types.Int64Value(v.Size)
	}
	m.FastStart, m.Fragmented = types.BoolNull(), types.BoolNull()
	if v.Indexed {
		m.FastStart, m.Fragmented = types.BoolValue(v.FastStart), types.BoolValue(v.Fragmented)
	}
	m.BrowserPlayable = types.BoolNull()
	if v.Playable != mp4probe.PlayableUnknown {
		m.BrowserPlayable = types.BoolValue(v.Playable == mp4probe.PlayableYes)
	}
	m.BrowserPlayableReason = optionalString(v.Reason)
}

// explain reports why the object could not be read.
func (m *videoDataModel) explain(err error, diags *diag.Diagnostics) {
	object, at := "s3://"+m.Bucket.ValueString()+"/"+m.Key.ValueString(), path.Root("key")
	switch {
	case errors.Is(err, mp4probe.ErrChanged):
		diags.AddAttributeError(at, videoUnreadable.summary("The video %s changed while it was read", object),
			"Something overwrote "+object+" between two requests. Run Terraform again when the upload has finished.")
	case awserr.BucketGone(err):
		awsdiag.AddAttribute(diags, path.Root("bucket"), "find the bucket", m.Bucket.ValueString(), errors.Join(s3bucket.ErrNoBucket, err))
	case awserr.ObjectGone(err):
		diags.AddAttributeError(at, videoUnreadable.summary("The video %s does not exist", object),
			"There is no object "+object+". Keys are case-sensitive and include the extension. Correct the key, or upload the video first.\n\n"+awsdiag.Detail(err))
	case awserr.KMSDenied(err):
		diags.AddAttributeError(at, videoUnreadable.summary("The video %s cannot be decrypted", object),
			object+" is encrypted with a KMS key that these credentials may not use; FOVEA needs the same permission to play it. "+
				"Allow kms:Decrypt on the key, in its policy and for these credentials.\n\n"+awsdiag.Detail(err))
	case awserr.Denied(err):
		diags.AddAttributeError(at, videoUnreadable.summary("The video %s may not be read", object),
			"These credentials may not read "+object+", or it does not exist: without s3:ListBucket on the bucket, S3 gives the same answer for both. "+
				"Grant s3:GetObject and s3:ListBucket.\n\n"+awsdiag.Detail(err))
	default:
		awsdiag.AddAttribute(diags, at, "read the video", object, err)
	}
}
