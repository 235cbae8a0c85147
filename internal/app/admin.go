package app

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"verigate/internal/access"
	"verigate/internal/admin"
	"verigate/internal/follow"
	"verigate/internal/gateway"
	"verigate/internal/record"
	"verigate/internal/verification"
)

var _ admin.Service = (*Parts)(nil)

// Verify compares the streams with the ledger, opens all evidence, and compares the keys, the board and the queues with the record; of what is erased it
// also searches the own files. A board that cannot be read is said to be uncompared: it is not what a record may have lost.
func (p *Parts) Verify(ctx context.Context) (report follow.Report, err error) {
	defer func() { p.looked("verify", err) }()
	if p.damaged != nil {
		return p.verifyDamaged(ctx)
	}
	report, err = p.verifyDerived(ctx)
	switch {
	case errors.Is(err, follow.ErrNoBoard) && ctx.Err() == nil:
		report.Uncompared = append(report.Uncompared, err.Error())
	case err != nil:
		return report, err
	}
	if err := p.searchOwn(ctx, &report); err != nil {
		return report, err
	}
	if err := p.compareEvidence(ctx, &report); err != nil {
		return report, err
	}
	if err := p.compareLedger(ctx, &report); err != nil {
		return report, err
	}
	p.judged(report)
	return report, nil
}

// verifyDerived compares the board and the queues with the record. Followers are given time to finish what was recorded
// while it looked; what still differs then is reported.
func (p *Parts) verifyDerived(ctx context.Context) (follow.Report, error) {
	verifier := p.Verifier()
	for try := 0; ; try++ {
		reached, err := p.settled(ctx)
		if err != nil {
			return follow.Report{}, err
		}
		report, err := verifier.Verify(ctx)
		if err != nil || len(report.Differences) == 0 || !reached || try == 10 {
			return report, err
		}
		select {
		case <-time.After(200 * time.Millisecond):
		case <-ctx.Done():
			return report, ctx.Err()
		}
	}
}

// settlesEvery is how often the followers' positions are looked at, and standsStill after how long without a change they
// are taken to stand. A store that is asked has five seconds to answer, and one that was away is asked again after five at the
// latest.
const (
	settlesEvery = 20 * time.Millisecond
	standsStill  = 12 * time.Second
)

// settled waits until the board and the queues have reached the end of the record, and says false when they stand still
// before that, or one of their two followers has stopped for good. A board that is being filled from the beginning may take minutes, and is waited for.
func (p *Parts) settled(ctx context.Context) (bool, error) {
	end, err := p.Journal.Last(ctx)
	if err != nil {
		return false, fmt.Errorf("end of the record: %w", err)
	}
	var reached uint64
	for moved := time.Now(); time.Since(moved) < standsStill && !p.halted.Load(); {
		var at record.Position
		if queues := p.queuesAt.Load(); queues != nil {
			at = *queues
		}
		done := at.Count()
		if board, err := p.Store.Position(ctx); err == nil {
			if board.Record.Covers(end) && at.Covers(end) {
				return true, nil
			}
			done += board.Record.Count()
		}
		if done > reached {
			reached, moved = done, time.Now()
		}
		select {
		case <-time.After(settlesEvery):
		case <-ctx.Done():
			return false, ctx.Err()
		}
	}
	return false, nil // the comparison will say what is missing
}

// Rebuild destroys again the keys of what is erased, and makes the board and the queues again from the record.
func (p *Parts) Rebuild(ctx context.Context) (out admin.Rebuilt, err error) {
	defer func() { p.looked("rebuild", err) }()
	began := p.Now()
	if err := p.Eraser().Again(ctx); err != nil {
		return admin.Rebuilt{}, err
	}
	if err := p.Boarder.Rebuild(ctx); err != nil {
		return admin.Rebuilt{}, fmt.Errorf("rebuild the board: %w", err)
	}
	if err := p.Conn.Queue().Clear(ctx); err != nil {
		return admin.Rebuilt{}, fmt.Errorf("empty the queues: %w", err)
	}
	if err := p.Queuer().Rebuild(ctx); err != nil {
		return admin.Rebuilt{}, fmt.Errorf("rebuild the queues: %w", err)
	}
	end, err := p.Journal.Last(ctx)
	return admin.Rebuilt{Messages: end.Count(), Took: p.Now().Sub(began)}, err
}

// Key administers principals and their keys, as whoever the credential proves.
func (p *Parts) Key(ctx context.Context, r admin.KeyRequest) (out admin.KeyResult, err error) {
	by, err := p.actor(ctx, r.By)
	if err == nil {
		out, err = p.key(ctx, by, r)
	}
	p.acted(act{by: by, what: "key", kind: r.Act, about: r.Person, looked: r.Act == "list"}, err)
	return out, err
}

func (p *Parts) key(ctx context.Context, by verification.Actor, r admin.KeyRequest) (admin.KeyResult, error) {
	switch r.Act {
	case "create":
		return p.createPrincipal(ctx, by, r)
	case "issue":
		return p.issue(ctx, by, r.Person, r.Terms())
	case "rotate":
		return p.rotate(ctx, by, r)
	case "signer":
		return p.addSigner(ctx, by, r)
	case "certificate":
		return p.bindCertificate(ctx, by, r)
	case "tls":
		return admin.KeyResult{Person: r.Person}, p.Registry.Principal(ctx, by, r.Person, access.SetCertificateUse{Use: r.Use})
	case "revoke":
		return admin.KeyResult{Person: r.Person}, p.Registry.Principal(ctx, by, r.Person, access.RevokeKey{Key: r.Key, Reason: r.Reason})
	case "disable":
		return admin.KeyResult{Person: r.Person}, p.Registry.Principal(ctx, by, r.Person, access.DisablePrincipal{Reason: r.Reason})
	case "partner":
		return admin.KeyResult{}, p.Registry.AddPartner(ctx, by, access.AddPartner{Code: r.Partner, Name: r.Name, Country: r.Country, Kind: r.Kind})
	case "list":
		return p.list(), nil
	}
	return admin.KeyResult{}, fmt.Errorf("%q is no act of administration", r.Act)
}

func (p *Parts) createPrincipal(ctx context.Context, by verification.Actor, r admin.KeyRequest) (admin.KeyResult, error) {
	if err := p.bound(r); err != nil {
		return admin.KeyResult{}, err
	}
	person := gateway.NewPersonID()
	err := p.Registry.Principal(ctx, by, person, access.CreatePrincipal{
		Person: person, System: r.System, Label: r.Label, Roles: r.Roles, Partner: r.Partner, Unit: r.Unit,
	})
	if err != nil {
		return admin.KeyResult{}, err
	}
	return p.issue(ctx, by, person, r.Terms())
}

// bound refuses a partner or a unit that the directory does not have on this day: a key bound to a slip of the pen, or
// to a department that has ended, sees nothing.
func (p *Parts) bound(r admin.KeyRequest) error {
	if _, ok := p.Registry.Directory().Partner(string(r.Partner)); r.Partner != "" && !ok {
		return errors.New("the directory has no such partner: add it with partner add")
	}
	units := p.Registry.Directory()
	if _, ok := units.Unit(string(r.Unit), p.Now()); r.Unit != "" && !ok {
		var codes []string
		for _, u := range units.UnitsValid(p.Now()) {
			codes = append(codes, u.Code)
		}
		return fmt.Errorf("the directory has no unit %q today, only %s", r.Unit, strings.Join(codes, ", "))
	}
	return nil
}
