package admin

import "verigate/internal/sla"

// DecreeLimit is how large a decree may be, in bytes: hundreds of days.
const DecreeLimit = 256 << 10

// CalendarRequest is one act on the calendars.
type CalendarRequest struct {
	Act  string    `json:"act"` // decree, list
	To   string    `json:"to,omitempty"`
	Days []sla.Day `json:"days,omitempty"`
}

// CalendarResult is the version that a decree made, or all of them.
type CalendarResult struct {
	Current  string            `json:"current"`
	Versions []CalendarVersion `json:"versions"`
}

// CalendarVersion is what people are told of a version.
type CalendarVersion struct {
	Version string    `json:"version"`
	From    string    `json:"from"`
	To      string    `json:"to"` // the first day that is not covered
	Listed  int       `json:"listed"`
	Added   []sla.Day `json:"added,omitempty"` // that the version before did not have so
}
