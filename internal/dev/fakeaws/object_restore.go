package fakeaws

import (
	"encoding/xml"
	"net/http"
	"slices"
	"time"
)

// restoreRequest is the body of RestoreObject, without the long withdrawn
// SELECT type.
type restoreRequest struct {
	XMLName              xml.Name `xml:"RestoreRequest"`
	Days                 *int
	Tier                 string
	GlacierJobParameters *struct{ Tier string }
	Type                 string
	SelectParameters     *struct{}
	OutputLocation       *struct{}
}

func (c *call) restoreObject() error {
	var request restoreRequest
	if err := c.readXML(&request, false); err != nil {
		return err
	}
	if request.Type != "" || request.SelectParameters != nil || request.OutputLocation != nil {
		return notImplemented("RestoreObject with a query")
	}
	if request.Days == nil || *request.Days < 1 {
		return malformedXML()
	}
	tier := request.Tier
	if request.GlacierJobParameters != nil {
		tier = request.GlacierJobParameters.Tier
	}
	if tier != "" && !slices.Contains([]string{"Standard", "Bulk", "Expedited"}, tier) {
		return malformedXML()
	}
	return c.amend(func(v *version) (int, error) { return c.restore(v, *request.Days, tier) })
}

func (c *call) restore(v *version, days int, tier string) (int, error) {
	r := v.restore
	switch {
	case v.storageClass != "GLACIER" && v.storageClass != "DEEP_ARCHIVE":
		return 0, fail(403, "InvalidObjectState", "Restore is not allowed for the object's current storage class", field("StorageClass", v.storageClass))
	case tier == "Expedited" && v.storageClass == "DEEP_ARCHIVE":
		return 0, fail(400, "InvalidArgument", "Retrieval option is not supported by this storage class", field("ArgumentName", "Tier"), field("ArgumentValue", tier))
	case r != nil && c.now.Before(r.ready):
		return 0, fail(409, "RestoreAlreadyInProgress", "Object restore is already in progress")
	case r != nil && c.now.Before(r.until):
		// Only the end of the copy's life moves.
		v.restore = &restoration{ready: r.ready, until: restoredUntil(c.now, days)}
		return http.StatusOK, nil
	}
	ready := c.now.UTC().Add(c.s.opts.RestoreTime)
	v.restore = &restoration{ready: ready, until: restoredUntil(ready, days)}
	return http.StatusAccepted, nil
}

// restoredUntil is the first midnight, UTC, that lies the days or more ahead.
func restoredUntil(from time.Time, days int) time.Time {
	return from.UTC().AddDate(0, 0, days).Add(24*time.Hour - 1).Truncate(24 * time.Hour)
}
