package text

import (
	"regexp"
	"strconv"
	"strings"
)

// narrow parts the thousands: a full stop is a decimal mark in one language and a thousands' mark in the other.
const narrow = "\u202f"

// Count writes a whole number: 1 240.
func (Language) Count(n int) string {
	digits, negative := strings.CutPrefix(strconv.Itoa(n), "-")
	if negative {
		return "-" + threes(digits)
	}
	return threes(digits)
}

func threes(digits string) string {
	var parts []string
	for ; len(digits) > 3; digits = digits[:len(digits)-3] {
		parts = append([]string{digits[len(digits)-3:]}, parts...)
	}
	return strings.Join(append([]string{digits}, parts...), narrow)
}

// decimal is how the contract writes the value of a quantity.
var decimal = regexp.MustCompile(`^(-?)([0-9]+)(?:\.([0-9]+))?$`)

// Decimal writes the value of a quantity with every digit that it was given: 1 240,50. What is no number stays as it is.
func (l Language) Decimal(value string) string {
	parts := decimal.FindStringSubmatch(value)
	switch {
	case parts == nil:
		return value
	case parts[3] == "":
		return parts[1] + threes(parts[2])
	case l == English:
		return parts[1] + threes(parts[2]) + "." + parts[3]
	}
	return parts[1] + threes(parts[2]) + "," + parts[3]
}

// Percent writes a share as exactly as it is given.
func (l Language) Percent(share float32) string {
	written := strconv.FormatFloat(float64(share), 'f', -1, 32)
	if l == Vietnamese {
		return strings.ReplaceAll(written, ".", ",") + " %"
	}
	return written + "%"
}

// Size writes a number of bytes as a page or a file has it.
func (l Language) Size(bytes int64) string {
	const unit = 1000
	switch {
	case bytes < unit:
		return l.Count(int(bytes)) + narrow + "B"
	case bytes < unit*unit:
		return l.Count(int(bytes/unit)) + narrow + "kB"
	}
	mark := ","
	if l == English {
		mark = "."
	}
	tenths := bytes / (unit * unit / 10)
	return l.Count(int(tenths/10)) + mark + strconv.Itoa(int(tenths%10)) + narrow + "MB"
}
