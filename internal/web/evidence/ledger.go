package evidence

import (
	"verigate/api/client"
	"verigate/internal/access"
	"verigate/internal/web/site"
	"verigate/internal/web/text"
)

// proof is the page on which an auditor sees how far the record is proved, and by which keys.
var proof = site.Page{Pattern: "GET /evidence/ledger", Handle: showLedger}

// toProof leads there.
var toProof = site.Entry{Text: "evidence.ledger.menu", Path: "/evidence/ledger", Operation: access.OpGetLedger, Place: 85}

type ledgerView struct {
	site.Frame
	Logs []ledgerLog
	Keys []ledgerKey
}

// ledgerLog is the state of one log.
type ledgerLog struct {
	client.LedgerLog
	At          text.Moment
	Unwitnessed int // messages that no witness knows of
}

// ledgerKey is a key of the trust file, under each of its names.
type ledgerKey struct {
	client.LedgerKey
	Since, Until text.Moment // Until: when it was retired
}

func showLedger(v *site.Visit) error {
	ledger, err := site.Read[client.Ledger](v.API.GetLedger(v.Context()))
	if err != nil {
		return err
	}
	page := ledgerView{Frame: v.Frame("evidence.ledger.title")}
	for _, l := range ledger.Logs {
		shown := ledgerLog{LedgerLog: l, Unwitnessed: int(l.Taken - min(l.Taken, l.Witnessed))}
		if !l.SignedAt.IsZero() {
			shown.At = v.Moment(l.SignedAt)
		}
		page.Logs = append(page.Logs, shown)
	}
	for _, k := range ledger.Keys {
		shown := ledgerKey{LedgerKey: k, Since: v.Moment(k.CreatedAt)}
		if !k.RetiredAt.IsZero() {
			shown.Until = v.Moment(k.RetiredAt)
		}
		page.Keys = append(page.Keys, shown)
	}
	return v.Show("ledger", page)
}
