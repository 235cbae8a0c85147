package duty

import (
	"embed"

	"verigate/internal/access"
	"verigate/internal/verification"
	"verigate/internal/web/site"
)

//go:embed *.html text.*.json assets
var files embed.FS

// Group is what the package serves.
func Group() site.Group {
	return site.Group{
		Files: files,
		Pages: []site.Page{
			{Pattern: "GET /now", Handle: now},
			{Pattern: "POST /now/claim", Handle: claim},
			{Pattern: "POST /now/call", Handle: call},
			{Pattern: "GET /shift", Handle: shift},
			{Pattern: "POST /shift/give", Handle: give},
			{Pattern: "POST /shift/take", Handle: take},
			{Pattern: "POST /shift/on-call", Handle: setOnCall},
			{Pattern: "GET /briefing", Handle: briefing},
			{Pattern: "POST /briefing", Handle: sign},
			{Pattern: "GET /briefing/list", Handle: tell},
			{Pattern: "GET /briefing/waiting", Handle: waiting},
		},
		Menu: []site.Entry{
			{Text: "duty.menu_now", Path: "/now", Operation: access.OpClaimRequest, Place: 10},
			{Text: "duty.menu_now", Path: "/now", Operation: access.OpAcceptTask, Place: 10},
			{Text: "duty.menu_briefing", Path: "/briefing", Operation: access.OpAnnulBreach, Place: 60},
			{Text: "duty.menu_briefing", Path: "/briefing", Operation: access.OpListMilestones, Role: verification.RoleSupervisor, Place: 60},
			{Text: "duty.menu_shift", Path: "/shift", Operation: access.OpClaimRequest, Place: 65},
			{Text: "duty.menu_shift", Path: "/shift", Operation: access.OpSetOnCall, Place: 65},
		},
	}
}
