package admin

import "time"

// Moment is a time as commands tell it.
func Moment(at time.Time) string { return at.UTC().Format(time.RFC3339) }
