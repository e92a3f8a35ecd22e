package fakeaws

import "time"

// rateLimit lets requests pass at a rate, and a tenth of a second's worth of
// them at once. The zero value is full.
type rateLimit struct {
	used float64 // requests that passed and are not yet worked off
	at   time.Time
}

// pass tells whether a request at the time now keeps within the rate.
func (r *rateLimit) pass(perSecond float64, now time.Time) bool {
	r.used = max(0, r.used-now.Sub(r.at).Seconds()*perSecond)
	r.at = now
	if r.used+1 > max(1, perSecond/10) {
		return false
	}
	r.used++
	return true
}
