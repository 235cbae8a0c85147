package app

import (
	"context"
	"errors"
	"fmt"

	"golang.org/x/sync/errgroup"

	"verigate/internal/follow"
	"verigate/internal/record"
)

// rotten says whether an error is about what the record holds, not about a store that is away.
func rotten(err error) bool {
	for _, one := range []error{record.ErrGap, record.ErrUnreadable, record.ErrTampered, record.ErrKeyMissing} {
		if errors.Is(err, one) {
			return true
		}
	}
	return false
}

// despite are the parts of a record that was come upon damaged, for whoever only looks. For all others it is why they do not open:
// nothing starts over such a record. That is kept as what the last verify said, so that no health goes on saying that all is well.
func (p *Parts) despite(err error) (*Parts, error) {
	switch {
	case !rotten(err):
		return nil, err
	case p.looking:
		p.damaged = err
		return p, nil
	}
	p.judged(follow.Report{Differences: []follow.Difference{{Where: follow.InRecord, What: err.Error()}}})
	return nil, fmt.Errorf("%w: %w", err, follow.ErrBroken)
}

// looks are what runs while a damaged record is looked at: what it takes to compare it with its ledger, and to note who looked.
func (p *Parts) looks(ctx context.Context) *errgroup.Group {
	group := &errgroup.Group{}
	group.Go(func() error { return p.Evidence.Run(ctx) })
	for _, log := range p.Notary.Logs() {
		group.Go(func() error {
			if err := log.Run(ctx); err != nil && ctx.Err() == nil {
				p.Log.Error("the ledger is not followed", "log", log.Stream(), "error", err)
			}
			return nil
		})
	}
	return group
}

// verifyDamaged compares a record that nothing starts over: with its ledger, which names each place, and the evidence. What is made
// of the record is compared when there is a record again.
func (p *Parts) verifyDamaged(ctx context.Context) (report follow.Report, err error) {
	if report.Upto, err = p.Journal.Last(ctx); err != nil {
		return report, fmt.Errorf("end of the record: %w", err)
	}
	report.Differences = []follow.Difference{{Where: follow.InRecord, What: p.damaged.Error()}}
	report.Notes = []string{"board, statistics and queues were not compared: no gateway makes them of a record that is not whole"}
	if err := p.compareEvidence(ctx, &report); err != nil {
		return report, err
	}
	if err := p.compareLedger(ctx, &report); err != nil {
		return report, err
	}
	p.judged(report)
	return report, nil
}
