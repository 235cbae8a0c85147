package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"

	"verigate/internal/admin"
	"verigate/internal/evidence"
	"verigate/internal/follow"
	"verigate/internal/jet"
	"verigate/internal/ledger"
	"verigate/internal/notary"
	"verigate/internal/receipt"
	"verigate/internal/record"
	"verigate/internal/verification"
)

// openLedger opens the ledger of a record that is known by a fingerprint: one log for each stream of the record, and one for
// the evidence as it has begun.
func (p *Parts) openLedger(ctx context.Context, fingerprint string) (err error) {
	if p.ledgerKeys, err = openLedgerKeys(p.Data, p.Now); err != nil {
		return err
	}
	parts := notary.Parts{
		Record: fingerprint, Book: p.Conn.Ledger(), Keys: p.ledgerKeys.get, Dir: filepath.Join(p.Data, ledgerDir), Now: p.Now,
		Retry: func(log string, err error) {
			p.Log.Warn("the ledger is behind and tries again", slog.String("log", log), slog.Any("error", err))
		},
	}
	for _, stream := range p.Conn.RecordStreams() {
		parts.Sources = append(parts.Sources, p.Conn.Source(stream))
	}
	if err := p.evidenceLogs(ctx, &parts); err != nil {
		return err
	}
	if p.Witness != "" {
		parts.Witness = &notary.Witness{Dir: p.Witness}
	}
	if p.Notary, err = notary.Open(parts); err != nil {
		return err
	}
	p.onClose(p.Notary.Close)
	return nil
}

// evidenceLogs adds the log of the evidence that there is, and the names of those that were lost before it. Evidence that is
// lost and not begun again has its log too, which then waits for it.
func (p *Parts) evidenceLogs(ctx context.Context, parts *notary.Parts) error {
	source := p.Conn.Evidence().Source()
	known, err := p.Conn.Ledger().EvidenceLogs(ctx)
	for _, n := range known {
		if log := jet.EvidenceLog(n); log != source.Name() {
			parts.Former = append(parts.Former, log)
		}
	}
	parts.Sources = append(parts.Sources, source)
	return err
}

// beginEvidence begins evidence again under a log of its own, so that the ledger of what was lost stays as it was signed.
func (p *Parts) beginEvidence(ctx context.Context) error {
	store := p.Conn.Evidence()
	if _, err := store.Extent(ctx); !errors.Is(err, evidence.ErrLost) {
		return errors.Join(errors.New("evidence is not lost, or cannot be looked at: nothing was begun again"), err)
	}
	known, err := p.Conn.Ledger().EvidenceLogs(ctx)
	if err != nil {
		return err
	}
	next := int64(1)
	if len(known) > 0 {
		next = known[len(known)-1] + 1
	}
	if err := p.Notary.Begin(ctx, jet.EvidenceLog(next)); err != nil {
		return fmt.Errorf("begin a ledger of it: %w", err)
	}
	return store.Begin(ctx, p.Replicas, next)
}

// compareLedger adds to a report what the streams do not have as it was taken and signed, and what was lost long ago.
func (p *Parts) compareLedger(ctx context.Context, report *follow.Report) error {
	found, err := p.Notary.Verify(ctx)
	for _, d := range found {
		report.Differences = append(report.Differences, follow.Difference{Where: follow.InLedger, What: d.String()})
	}
	lost, unread := p.Notary.Lost(ctx)
	report.Notes = append(report.Notes, lost...)
	return errors.Join(err, unread)
}

// ledgerHead is the head of the ledger in which a request is recorded.
func (p *Parts) ledgerHead(id verification.RequestID) []byte {
	streams := p.Conn.RecordStreams()
	return p.Notary.Head(streams[record.Request(string(id)).In(len(streams))])
}

// Bundle makes the file that proves a request without a server. That somebody had one made is evidence.
func (p *Parts) Bundle(ctx context.Context, r admin.BundleRequest) (file []byte, err error) {
	by, err := p.actor(ctx, r.By)
	if err == nil {
		file, err = p.bundle(ctx, r)
	}
	p.acted(act{by: by, what: "evidence", kind: admin.EvidenceBundle, looked: true}, err)
	return file, err
}

func (p *Parts) bundle(ctx context.Context, r admin.BundleRequest) ([]byte, error) {
	subject := record.Request(r.Request)
	if !subject.Valid() {
		return nil, errors.New("that is no id of a request: name the id, as lists and pages show it")
	}
	streams := p.Conn.RecordStreams()
	partition := subject.In(len(streams))
	wanted := notary.Wanted{
		Request: r.Request, Since: r.Since, ReceiptKeys: p.Receipts.JWKS(),
		Subjects: map[string]string{streams[partition]: subject.Name(partition)},
	}
	if r.Receipt != "" {
		claims, err := receipt.VerifyOf(wanted.ReceiptKeys, r.Receipt, r.Request)
		if err != nil {
			return nil, err
		}
		if claims.LedgerCommitment != "" {
			wanted.Head = claims.MadeAfter
		}
	}
	return p.Notary.Bundle(ctx, wanted)
}

// publishedKeys are what everybody may check the logs of the record, and bundles, with. How often the evidence was begun again is
// for auditors (LedgerKeys).
func (p *Parts) publishedKeys() ([]byte, error) {
	keys, err := p.ledgerKeys.get().Public(p.Genesis.IDKeyFingerprint, p.Conn.RecordStreams())
	return ledger.TrustFile(keys), err
}

// LedgerKeys are the keys that sign or signed, the current one first. It is evidence, as what is done with any key of the
// house.
func (p *Parts) LedgerKeys(ctx context.Context, r admin.LedgerKeysRequest) (keys []ledger.PublicKey, err error) {
	kind := admin.LedgerList
	if r.Rotate {
		kind = admin.LedgerRotate
	}
	by, err := p.actor(ctx, r.By)
	if err == nil && r.Rotate {
		err = p.ledgerKeys.rotate()
	}
	if err == nil {
		keys, err = p.Notary.Public()
	}
	p.acted(act{by: by, what: "key", kind: kind, looked: true}, err)
	return keys, err
}
