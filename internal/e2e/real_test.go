package e2e

import (
	"net/http"
	"testing"
	"time"

	"verigate/internal/config"
)

// A record that is no demonstration, founded on the real day: its people are bound to the units of that day, and S01 is
// routed by rule to the region of the port, accepted, answered and released.
func TestARealRecordFoundedTodayBringsAnAnswer(t *testing.T) {
	t.Parallel()
	h := foundOn(t, config.Stores{}, time.Now)
	if units := h.said(0, "unit", "list"); len(units) != 33 || units[2] != "KVIII  Chi cục Hải quan khu vực III" {
		t.Errorf("units %v", units)
	}
	h.refused(`no unit "03" today, only KVI, `, 1, "person", "create", "--label", "Officer", "--unit", "03")
	h.said(1, "partner", "add", "NG", "IP Abuja", "--country", "NG")
	partner := h.said(1, "key", "create", "--label", "IP Abuja", "--role", "PARTNER", "--partner", "NG", "--system")[1]
	editor, reviewer := h.admit("editor", "A1K1", "DESK").settle(), h.admit("reviewer", "A1K1", "DESK").settle()
	officer := h.admit("officer", "KVIII", "UNIT").settle()

	created := h.must(201, partner, http.MethodPost, requests, named(t, "k"), "Idempotency-Key", "k")
	if created.text("status") != "in_progress" {
		t.Fatalf("not routed by rule: %s", created.Raw)
	}
	id, at := created.text("id"), created.Header.Get("Location")
	units := editor.must(200, http.MethodGet, at+"/candidates", nil)
	if first, _ := units.items()[0].(map[string]any); first["name_en"] != "Regional Customs Sub-Department III" {
		t.Errorf("candidates: %s", units.Raw)
	}
	editor.must(200, http.MethodPost, at+"/claim", map[string]any{})
	officer.must(200, http.MethodPost, "/v1/tasks/"+id+"-01/acceptance", map[string]any{})
	officer.must(200, http.MethodPost, "/v1/tasks/"+id+"-01/answer", []byte(sample(t, 3)))
	prepared := editor.must(200, http.MethodPut, at+"/package", map[string]any{"kind": "final", "conditions_of_use": "H2"})
	reviewer.must(200, http.MethodPost, at+"/release", map[string]any{"hash": prepared.text("hash")})
	h.mustPull(partner, at, 1)
	if report, err := h.parts.Verify(t.Context()); err != nil || len(report.Differences) > 0 {
		t.Errorf("verify: %+v, %v", report, err)
	}
}
