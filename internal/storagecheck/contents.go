package storagecheck

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/parafovea/terraform-provider-fovea/internal/usage"
)

// unlisted is the result of a check that needs a listing when there is none.
func (r *run) unlisted(name Name) Result {
	if r.includes(List) && r.reader().err != nil {
		return notReached(name, List)
	}
	if result, refused := r.refused(name, r.own); refused {
		return result
	}
	return r.unreadable(name, "s3:ListBucket", r.own.err)
}

// checkArchived counts the videos that are listed and do not play.
func (r *run) checkArchived(context.Context) Result {
	if r.listing == nil {
		return r.unlisted(ArchivedVideos)
	}
	var archived []string
	for _, o := range r.listing.videos() {
		if o.archived() {
			archived = append(archived, fmt.Sprintf("%q (%s)", o.key, o.class))
		}
	}
	result := Result{Name: ArchivedVideos, Status: Pass, Code: OK, Detail: fmt.Sprintf("No video among %s is archived.", r.listing.extent())}
	if len(archived) > 0 {
		result.Status, result.Code = Fail, VideosArchived
		result.Detail = fmt.Sprintf("Videos among %s are listed but do not play until they are restored: %s.", r.listing.extent(), some(archived))
	}
	return result
}

// checkCosts estimates what the listed objects cost.
func (r *run) checkCosts(context.Context) Result {
	if r.listing == nil {
		return r.unlisted(Costs)
	}
	u := usage.Usage{Classes: map[string]usage.Class{}}
	var total int64
	for _, o := range r.listing.objects {
		name := o.class
		if name == "" {
			name = "STANDARD"
		}
		class := u.Classes[name]
		class.Current.Objects++
		class.Current.Bytes += o.size
		u.Classes[name] = class
		total += o.size
	}
	dollars, unpriced := u.MonthlyCost(usage.DefaultPrices())
	const gigabyte = 1 << 30
	result := Result{Name: Costs, Status: Pass, Code: OK}
	result.Detail = fmt.Sprintf("%s: %.2f GB, about $%.2f of storage a month at the prices of us-east-1, without old versions and requests.", capital(r.listing.extent()), float64(total)/gigabyte, dollars)
	if len(unpriced) > 0 {
		result.Status, result.Code = Warn, CostUnknown
		result.Detail += " Without those in storage classes of no known price: " + strings.Join(slices.Sorted(slices.Values(unpriced)), ", ") + "."
	}
	return result
}

func capital(text string) string { return strings.ToUpper(text[:1]) + text[1:] }
