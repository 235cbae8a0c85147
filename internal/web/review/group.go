package review

import (
	"embed"
	"fmt"
	"net/http"

	"verigate/api/client"
	"verigate/internal/access"
	"verigate/internal/web/site"
)

//go:embed *.html text.*.json assets
var files embed.FS

// Group is what it serves.
func Group() site.Group {
	return site.Group{Files: files, Pages: []site.Page{
		{Pattern: "GET /requests/{id}/package", Handle: editor},
		{Pattern: "POST /requests/{id}/package", Handle: prepare},
		{Pattern: "POST /requests/{id}/package/marks", Handle: marks},
		{Pattern: "GET /requests/{id}/review", Handle: reviewer},
		{Pattern: "POST /requests/{id}/review/release", Handle: release},
		{Pattern: "POST /requests/{id}/review/return", Handle: sendBack},
		{Pattern: "POST /requests/{id}/review/consent", Handle: askConsent},
	}}
}

// hidden is what somebody reads for whom these pages are not: as if there were none.
func hidden() error {
	return fmt.Errorf("not for this role: %w", &site.Problem{Problem: client.Problem{Status: http.StatusNotFound, Code: "not_found"}})
}

func mayRead(v *site.Visit) bool { return v.May(access.OpGetPackage) }

func reviewPath(id string) string { return "/requests/" + id + "/review" }
