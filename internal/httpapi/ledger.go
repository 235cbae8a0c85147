package httpapi

import (
	"bytes"
	"context"

	"verigate/api/server"
	"verigate/internal/ledger"
	"verigate/internal/notary"
)

// Ledger is what proves what was recorded; *notary.Notary is one.
type Ledger interface {
	// States says of each log how far it is.
	States() []notary.State
	// Public are the keys with which it is checked, the one that signs first.
	Public() ([]ledger.PublicKey, error)
}

// GetLedger says how far the record is proved. It counts what is recorded, sealed matters too, for those alone who are
// shown the checkpoints at the witness anyway.
func (e *edge) GetLedger(context.Context, server.GetLedgerRequestObject) (server.GetLedgerResponseObject, error) {
	keys, err := e.Ledger.Public()
	if err != nil {
		return nil, err
	}
	view := server.LedgerReplyJSONResponse{Logs: items(e.Ledger.States(), logState), Keys: items(keys, ledgerKey)}
	return server.GetLedger200JSONResponse{LedgerReplyJSONResponse: view}, nil
}

// GetLedgerKeys is the public keys of the ledger, as package ledger reads them.
func (e *edge) GetLedgerKeys(context.Context, server.GetLedgerKeysRequestObject) (server.GetLedgerKeysResponseObject, error) {
	keys, err := e.LedgerKeys()
	if err != nil {
		return nil, err
	}
	return server.GetLedgerKeys200TextPlainCharsetUTF8Response{
		LedgerKeysReplyTextPlainCharsetUTF8Response: server.LedgerKeysReplyTextPlainCharsetUTF8Response{
			Body: bytes.NewReader(keys), ContentLength: int64(len(keys)),
		},
	}, nil
}

func logState(s notary.State) server.LedgerLog {
	view := server.LedgerLog{
		Origin: s.Origin, State: server.LedgerLogStateOk, Taken: messages(s.Taken), Signed: messages(s.Signed.Size), SignedAt: s.SignedAt,
		Witnessed: messages(s.Witnessed),
	}
	if s.Signed.Size > 0 {
		view.Root = s.Signed.Root.String()
	}
	switch {
	case s.Broken != nil:
		view.State, view.BrokenFrom, view.BrokenWhy = server.LedgerLogStateBroken, messages(s.Broken.Sequence), s.Broken.Why
	case !s.Witness:
		view.State = server.LedgerLogStateNoWitness
	case s.Witnessed < s.Taken:
		view.State = server.LedgerLogStateNotWitnessed
	}
	return view
}

func messages(n uint64) int64 { return int64(n) } //nolint:gosec // messages of a store

func ledgerKey(k ledger.PublicKey) server.LedgerKey {
	return server.LedgerKey{Lines: k.Lines, CreatedAt: k.Created, RetiredAt: k.Retired}
}
