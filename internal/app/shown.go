package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"verigate/internal/evidence"
	"verigate/internal/follow"
	"verigate/internal/httpapi"
	"verigate/internal/seal"
)

// evidenceKeys is how many keys of evidence are written ahead: a run of a gateway takes one a month.
const evidenceKeys = 2

// openEvidence is where it is written who was shown what. It is sealed under keys whose months end by themselves.
func (p *Parts) openEvidence(ctx context.Context) error {
	p.evidenceVault = seal.New(seal.Settings{Store: p.Conn.Keys(), Root: p.Root, Now: p.Now, Group: "evidence", Slots: evidenceKeys})
	before, err := readLeft(p.Data)
	if err != nil {
		return err
	}
	p.Evidence = evidence.NewWriter(evidence.Parts{
		Store: p.Conn.Evidence(), Vault: p.evidenceVault, Now: p.Now, Failed: func(err error) {
			p.Log.Warn("evidence is not taken", slog.Any("error", err))
		},
		Before: before, Left: p.evidenceLeft, Told: p.evidenceTold,
	})
	p.witnesses = &evidence.Readers{Log: evidence.Log{Store: p.Conn.Evidence(), Vault: p.evidenceVault}, Damaged: p.evidenceDamaged}
	if err := p.evidenceVault.OpenGroups(ctx); err != nil {
		return fmt.Errorf("open the keys of evidence: %w", err)
	}
	if err := p.fill(ctx, p.evidenceVault); err != nil {
		return fmt.Errorf("write keys of evidence ahead: %w", err)
	}
	return nil
}

// evidenceDamaged is told where the evidence is not as it was written: that is evidence itself.
func (p *Parts) evidenceDamaged(f evidence.Flaw) {
	p.Log.Error("evidence cannot be read: who read what from there on is not all known", slog.String("where", f.Where()), slog.String("code", f.Code))
	p.cameUpon(followsEvidence, f)
}

// compareEvidence adds to a report what of the evidence does not open, or is not there, by the sequences that its ledger names.
func (p *Parts) compareEvidence(ctx context.Context, report *follow.Report) error {
	flaws, err := p.witnesses.Log.Flaws(ctx)
	if errors.Is(err, evidence.ErrLost) {
		return nil // as the ledger says
	}
	if err != nil {
		return fmt.Errorf("read the evidence: %w", err)
	}
	for _, f := range flaws {
		report.Differences = append(report.Differences, follow.Difference{Where: follow.InEvidence, What: f.Error()})
	}
	return nil
}

// noting writes evidence before anything else runs, until the returned function is called.
func (p *Parts) noting(ctx context.Context) func() {
	ctx, stop := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = p.Evidence.Run(ctx) // nil, by its promise
	}()
	return func() {
		stop()
		<-done
	}
}

// nearlyFull is how much of its room evidence may take, in per cent, before operators are told.
const nearlyFull = 80

// evidence says whether it can be written who reads: without that no content from L2 up is shown, and all else goes on.
func (h *health) evidence(ctx context.Context) httpapi.Check {
	check := httpapi.Check{Name: "evidence", Status: "ok"}
	state := h.parts.Evidence.State()
	extent, err := h.parts.Conn.Evidence().Extent(ctx)
	if state.Away != nil {
		err = state.Away
	}
	switch {
	case errors.Is(err, evidence.ErrFull):
		check.Status, check.Code = "unavailable", "full"
	case errors.Is(err, evidence.ErrLost):
		check.Status, check.Code = "unavailable", "lost"
	case err != nil:
		check.Status, check.Code = "unavailable", "no_answer"
	case h.parts.witnesses.Flawed() > 0:
		check.Status, check.Code = "degraded", "damaged"
	case h.parts.witnesses.Missing() > 0:
		check.Status, check.Code = "degraded", "missing"
	case extent.Limit > 0 && extent.Bytes > extent.Limit/100*nearlyFull:
		check.Status, check.Code = "degraded", "nearly_full"
	}
	check.Since, check.Lag = state.Since, int64(state.Kept)
	return check
}

// evidenceMetrics are how much of the evidence cannot be read.
func (h *health) evidenceMetrics(gauge func(name, help string, value func() float64)) {
	gauge("evidence_damaged", "Messages of the evidence that are not as they were written.", func() float64 { return float64(h.parts.witnesses.Flawed()) })
	gauge("evidence_missing", "Messages of the evidence that their gateway numbered and nobody has read.", func() float64 { return float64(h.parts.witnesses.Missing()) })
}
