package request

import (
	"regexp"
	"strconv"
	"time"
)

// whole is a duration as the contract writes one: days, hours, minutes and seconds.
var whole = regexp.MustCompile(`^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.\d+)?S)?)?$`)

// duration reads one; fractions of a second are left out. A day is 24 hours: the contract writes counted time.
func duration(iso string) (time.Duration, bool) {
	m := whole.FindStringSubmatch(iso)
	if m == nil {
		return 0, false
	}
	var d time.Duration
	for i, unit := range []time.Duration{24 * time.Hour, time.Hour, time.Minute, time.Second} {
		n, err := strconv.Atoi("0" + m[i+1])
		if err != nil {
			return 0, false
		}
		d += time.Duration(n) * unit
	}
	return d, true
}
