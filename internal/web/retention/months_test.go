package retention_test

import (
	"testing"
	"time"

	"verigate/internal/web/webtest"
)

type monthsSpoken struct{ language, tab, empty, proposed, mine, dropped, sure, ended string }

func monthSentences() []monthsSpoken {
	return []monthsSpoken{
		{"vi", "Theo tháng", "Chưa có tháng nào hủy khóa được", "Đã đề xuất hủy khóa của tháng", "người khác phải xác nhận", "khóa được giữ lại", "khóa bị hủy hẳn", "Đã hủy khóa của tháng"},
		{"en", "Months", "No key of a month may be destroyed yet", "Destroying the month's key is proposed", "another person confirms it", "the key is kept", "its key is destroyed for good", "The key of the month is destroyed"},
	}
}

// A month of which all is erased is proposed by one lead, kept by another, proposed again and ended; the first alone cannot. In
// English it is done without scripts.
func TestTwoLeadsEndAMonth(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: a browser's journey of 10 s")
	}
	t.Parallel()
	for _, said := range monthSentences() {
		t.Run(said.language, func(t *testing.T) {
			t.Parallel()
			w, passes := daysLater(t, 100)
			id, month := closed(t, w, "month"), w.Parts.Now().UTC().Format("2006-01")
			w.Must(t, "lead", "POST", "/v1/verification-requests/"+id+"/above-ceiling", map[string]any{"code": "state_secret_content"})
			passes()
			secondLead(t, w)
			lead, deputy := w.Open(t), w.Open(t)
			lead.Enter("lead", "/retention")
			lead.Speak(said.language)
			deputy.Enter("desk:2", "/retention")
			if said.language == "en" {
				deputy.WithoutScripts()
			}
			deputy.Speak(said.language)
			endMonth(t, w, lead, deputy, said, "#month-"+month)
		})
	}
}

func endMonth(t *testing.T, w *webtest.World, lead, deputy *webtest.Tab, said monthsSpoken, at string) {
	t.Helper()
	webtest.Eventually(t, 20*time.Second, "the month is due", func() bool {
		lead.Go("/retention/months")
		return lead.Has(at + "[data-standing=due]")
	})
	propose := func(tab *webtest.Tab, reason string) {
		t.Helper()
		tab.Go("/retention/months")
		tab.Click(at + " summary")
		tab.Fill(at+" textarea", reason)
		tab.Submit(at + " button[value=propose]")
		has(t, tab, "proposed", said.proposed, reason)
	}
	lead.Screens("retention-month-due-" + said.language)
	propose(lead, "Retention is over.")
	has(t, lead, "proposed by oneself", said.mine)
	if lead.Has(at + " button[value=confirm]") {
		t.Error("who proposed may confirm")
	}
	deputy.Go("/retention/months")
	deputy.Click(at + " details:has(button[value=drop]) summary")
	deputy.Fill(at+" textarea", "A court asks.")
	deputy.Submit(at + " button[value=drop]")
	has(t, deputy, "dropped", said.dropped)
	propose(lead, "The court has its copy.")
	deputy.Go("/retention/months")
	deputy.Screens("retention-month-waits-" + said.language)
	if said.language == "vi" { // with scripts
		deputy.Accessible("a month that waits for a second person")
	}
	deputy.Click(at + " details:has(button[value=confirm]) summary")
	has(t, deputy, "asked once", said.sure)
	deputy.Screens("retention-month-sure-" + said.language)
	lead.Go("/retention/months")
	deputy.Submit(at + " button[value=confirm]")
	has(t, deputy, "ended", said.ended, "The court has its copy.")
	deputy.Screens("retention-month-ended-" + said.language)
	lead.Click(at + " details summary") // a page of before
	lead.Fill(at+" textarea", "No, after all.")
	lead.Submit(at + " button[value=drop]")
	if !lead.Has("#trouble[data-code=content_erased]") {
		t.Errorf("dropped behind its end: %s", lead.Text("main"))
	}
	group := "group." + at[len("#month-"):]
	webtest.Eventually(t, 20*time.Second, "the key is destroyed", func() bool {
		held, err := w.Parts.Conn.Keys().Held(t.Context())
		return err == nil && held[group].Tombstone && !held[group].Key
	})
}

func TestTheMonthsAreTheLeadsAlone(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: a browser's journey of 3 s")
	}
	t.Parallel()
	w := webtest.Start(t)
	tab := w.Open(t)
	tab.Enter("desk:1", "/retention/months")
	if !tab.Has("#trouble[data-code=not_permitted]") {
		t.Errorf("a duty officer sees %s", tab.Text("main"))
	}
	tab.Enter("lead", "/retention")
	for _, said := range monthSentences() {
		tab.Speak(said.language)
		tab.Submit(`.retention-tabs a[href="/retention/months"]`)
		has(t, tab, "nothing may be ended", said.tab, said.empty)
		if said.language == "vi" {
			tab.Screens("retention-months-empty")
		}
	}
}
