package duty

import (
	"strings"

	"verigate/internal/web/site"
)

// charged names who was waited for: desk, all, unit:03, agency:tax.
func charged(v *site.Visit, to string) string {
	kind, code, _ := strings.Cut(to, ":")
	switch kind {
	case "unit":
		return v.Unit(code, v.Now)
	case "agency":
		return v.Word("agency", code)
	case "all":
		return v.T("duty.promise")
	}
	return v.Word("waiting_on", kind)
}
