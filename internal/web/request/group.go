package request

import (
	"embed"

	"verigate/internal/web/site"
)

//go:embed *.html text.*.json assets
var files embed.FS

// Group is what it serves.
func Group() site.Group {
	pages := []site.Page{
		{Pattern: "GET /requests/{id}", Handle: show},
		{Pattern: "GET /requests/{id}/triage", Handle: showTriage},
		{Pattern: "POST /requests/{id}/routing", Handle: route},
		{Pattern: "POST /requests/{id}/answers", Handle: answerAtDesk},
		{Pattern: "GET /requests/{id}/clocks", Handle: showClocks},
		{Pattern: "GET /requests/{id}/history", Handle: showHistory},
		{Pattern: "GET /requests/{id}/readers", Handle: showReaders},
	}
	for _, c := range commands() {
		pages = append(pages, site.Page{Pattern: "POST /requests/{id}/" + c.path, Handle: c.handle})
	}
	return site.Group{Files: files, Pages: pages}
}
