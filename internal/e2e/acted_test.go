package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"
	"time"

	"verigate/internal/config"
)

// What is done over the socket with the ledger's key, or with a bundle, is evidence: who did it, and that the console did.
// Sessions of nobody cannot be ended.
func TestWhoHandlesTheLedgersKeyIsInTheEvidence(t *testing.T) {
	t.Parallel()
	h := found(t, config.Stores{})
	auditor := h.admit("an", "A1K1", "AUDITOR").settle()
	h.said(1, "evidence", "keys", "--rotate")
	h.said(0, "evidence", "keys")
	h.refused("no message of request", 2, "evidence", "bundle", "nothing")
	h.refused("unknown_principal", 1, "person", "sign-out", "p_nobody")
	h.said(1, "person", "sign-out", h.appoint("ba", "03", "UNIT"))
	type act struct {
		Operation, Outcome, Code string
		Proved                   bool // whoever did it had a credential; else it was the console
	}
	want := []act{
		{"admin key ledger-rotate", "served", "", true},
		{"admin key ledger-list", "served", "", false},
		{"admin evidence bundle", "refused", "failed", true},
		{"admin person sign-out", "refused", "unknown_principal", true},
		{"admin person sign-out", "served", "", true},
	}
	eventually(t, 10*time.Second, func() error {
		var list struct {
			Items []struct{ Operation, Outcome, Code, Who string }
		}
		if err := json.Unmarshal(auditor.must(200, http.MethodGet, "/v1/evidence?limit=200", nil).Raw, &list); err != nil {
			return err
		}
		for _, w := range want {
			found := false
			for _, got := range list.Items {
				found = found || act{got.Operation, got.Outcome, got.Code, got.Who != ""} == w
			}
			if !found {
				return fmt.Errorf("no %+v in %+v", w, list.Items)
			}
		}
		return nil
	})
}
