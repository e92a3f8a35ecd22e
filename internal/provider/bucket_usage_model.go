package provider

import (
	"context"
	"fmt"
	"maps"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/parafovea/terraform-provider-fovea/internal/usage"
)

type bucketUsageModel struct {
	Bucket             types.String `tfsdk:"bucket"`
	Prefix             types.String `tfsdk:"prefix"`
	Suffixes           types.List   `tfsdk:"suffixes"`
	NoncurrentVersions types.Bool   `tfsdk:"noncurrent_versions"`
	PricePerGBMonth    types.Map    `tfsdk:"price_per_gb_month"`

	ObjectCount          types.Int64                  `tfsdk:"object_count"`
	TotalBytes           types.Int64                  `tfsdk:"total_bytes"`
	VideoCount           types.Int64                  `tfsdk:"video_count"`
	VideoBytes           types.Int64                  `tfsdk:"video_bytes"`
	NoncurrentCount      types.Int64                  `tfsdk:"noncurrent_count"`
	NoncurrentBytes      types.Int64                  `tfsdk:"noncurrent_bytes"`
	ByStorageClass       map[string]storageClassModel `tfsdk:"by_storage_class"`
	EstimatedMonthlyCost types.Float64                `tfsdk:"estimated_monthly_cost"`
}

type storageClassModel struct {
	ObjectCount          types.Int64   `tfsdk:"object_count"`
	TotalBytes           types.Int64   `tfsdk:"total_bytes"`
	NoncurrentCount      types.Int64   `tfsdk:"noncurrent_count"`
	NoncurrentBytes      types.Int64   `tfsdk:"noncurrent_bytes"`
	EstimatedMonthlyCost types.Float64 `tfsdk:"estimated_monthly_cost"`
}

// prices are the default ones with those that are configured laid over them.
func (m bucketUsageModel) prices(ctx context.Context, diags *diag.Diagnostics) map[string]float64 {
	prices, own := usage.DefaultPrices(), map[string]float64{}
	if !m.PricePerGBMonth.IsNull() {
		diags.Append(m.PricePerGBMonth.ElementsAs(ctx, &own, false)...)
	}
	maps.Copy(prices, own)
	return prices
}

func (m *bucketUsageModel) flatten(ctx context.Context, u usage.Usage, diags *diag.Diagnostics) {
	prices := m.prices(ctx, diags)
	m.ObjectCount, m.TotalBytes = types.Int64Value(u.Current.Objects), types.Int64Value(u.Current.Bytes)
	m.VideoCount, m.VideoBytes = types.Int64Value(u.Videos.Objects), types.Int64Value(u.Videos.Bytes)
	m.NoncurrentCount, m.NoncurrentBytes = m.noncurrent(u.Noncurrent)
	m.ByStorageClass = map[string]storageClassModel{}
	for name, class := range u.Classes {
		c := storageClassModel{ObjectCount: types.Int64Value(class.Current.Objects), TotalBytes: types.Int64Value(class.Current.Bytes)}
		c.NoncurrentCount, c.NoncurrentBytes = m.noncurrent(class.Noncurrent)
		c.EstimatedMonthlyCost = types.Float64Null()
		if price, ok := prices[name]; ok {
			c.EstimatedMonthlyCost = types.Float64Value(class.MonthlyCost(price))
		}
		m.ByStorageClass[name] = c
	}
	cost, unpriced := u.MonthlyCost(prices)
	m.EstimatedMonthlyCost = types.Float64Value(cost)
	if len(unpriced) > 0 {
		m.EstimatedMonthlyCost = types.Float64Null()
		diags.AddAttributeWarning(path.Root("price_per_gb_month"), costUnknown.summary("The cost of the bucket %s cannot be estimated", m.Bucket.ValueString()),
			fmt.Sprintf("The bucket %s has objects in storage classes without a known price: %s. Give each of them a price in price_per_gb_month.",
				m.Bucket.ValueString(), strings.Join(unpriced, ", ")))
	}
}

// noncurrent gives null for what was not counted.
func (m *bucketUsageModel) noncurrent(c usage.Count) (count, bytes types.Int64) {
	if !m.NoncurrentVersions.ValueBool() {
		return types.Int64Null(), types.Int64Null()
	}
	return types.Int64Value(c.Objects), types.Int64Value(c.Bytes)
}
