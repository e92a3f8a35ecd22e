package usage

import (
	"maps"
	"math"
	"slices"
)

// gigabyte is S3's unit of billing, in bytes.
const gigabyte = 1 << 30

// DefaultPrices are dollars for a GB (2^30 bytes) and month in us-east-1, as
// https://aws.amazon.com/s3/pricing/ lists them: the first 50 TB of STANDARD, and
// the Frequent Access tier of INTELLIGENT_TIERING, which is its dearest.
func DefaultPrices() map[string]float64 {
	return map[string]float64{
		"STANDARD":            0.023,
		"INTELLIGENT_TIERING": 0.023,
		"STANDARD_IA":         0.0125,
		"ONEZONE_IA":          0.01,
		"GLACIER_IR":          0.004,
		"GLACIER":             0.0036,
		"DEEP_ARCHIVE":        0.00099,
		"REDUCED_REDUNDANCY":  0.024,
	}
}

// MonthlyCost is what the storage of a class costs in a month, in dollars, at a
// price for a GB and month.
func (c Class) MonthlyCost(price float64) float64 {
	return rounded(float64(c.Current.Bytes+c.Noncurrent.Bytes) / gigabyte * price)
}

// MonthlyCost is what the storage costs in a month, in dollars, at prices for a GB
// and month by storage class. Classes in use that have no price are returned
// sorted: the cost is then that of the others.
func (u Usage) MonthlyCost(prices map[string]float64) (dollars float64, unpriced []string) {
	for _, name := range slices.Sorted(maps.Keys(u.Classes)) {
		price, ok := prices[name]
		if !ok {
			unpriced = append(unpriced, name)
			continue
		}
		dollars += u.Classes[name].MonthlyCost(price)
	}
	return rounded(dollars), unpriced
}

// rounded drops what is left over by binary fractions, far below a cent.
func rounded(dollars float64) float64 {
	const millionth = 1e6
	return math.Round(dollars*millionth) / millionth
}
