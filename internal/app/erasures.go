package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"verigate/internal/follow"
	"verigate/internal/jet"
	"verigate/internal/ledger"
	"verigate/internal/month"
	"verigate/internal/notary"
	"verigate/internal/record"
	"verigate/internal/seal"
)

// Eraser destroys what the record says is erased.
func (p *Parts) Eraser() follow.Eraser {
	return follow.Eraser{
		Journal: p.window, Log: p.Requests, Keys: p.vaults(), Months: p.registrar.Log, Drafts: p.Conn.Drafts(),
		Done: p.Conn.Erasures(), Forget: p.forget, Ended: p.wakeSearch, Retry: p.retried("erasure"),
	}
}

// forget is told that the keys of what was decided up to a sequence are destroyed.
func (p *Parts) forget(s record.Subject, upto uint64) {
	p.window.Forget(s, upto)
	p.steps.Forget(s, upto)
	p.wakeSearch()
}

// wakeSearch wakes the search of the own store.
func (p *Parts) wakeSearch() {
	select {
	case p.erasing <- struct{}{}:
	default: // it is said already
	}
}

// teller gives the witness what is erased. There is a witness.
func (p *Parts) teller() follow.Teller {
	return follow.Teller{
		Journal: p.window, Log: p.Requests, Months: p.registrar.Log, List: witnessed{p.Notary, p.Log}, Keys: heldKeys{p.vaults(), p.Conn.Keys()},
		Done: p.Conn.Erasures(), Retry: p.retried("erasure_witness"),
	}
}

// erase carries out, before a door opens, what the record knows to be erased, and then what the witness knows. A witness
// that is away is no reason to stay closed, nor is what nobody vouches for or what is missing: whoever can write to its directory
// would close every gateway. Why it was not carried out is kept in unheard, for health and for a restore.
func (p *Parts) erase(ctx context.Context) (err error) {
	if p.untouched {
		return nil
	}
	if p.erased, err = p.Eraser().CatchUp(ctx); err != nil || p.Witness == "" {
		return err
	}
	unsaid, err := p.teller().EraseAgain(ctx)
	for _, u := range unsaid {
		p.Log.Error("the witness knows of an erasure that this record lacks: it was put back to before. The key is destroyed again: nothing of the request can be read in this record",
			slog.String("kind", u.Of.Kind), slog.String("request", u.Of.ID), slog.String("key", u.KID))
	}
	p.unheard = err
	if errors.Is(err, record.ErrUnavailable) {
		return err
	}
	if errors.Is(err, follow.ErrUnvouched) {
		p.Log.Error("erasures at the witness are signed by a key that is not known here, and are not carried out: bring the newest ledger.key of this record and start again",
			slog.Any("error", err))
	}
	if errors.Is(err, follow.ErrMissing) {
		p.Log.Error("notes of erasures are missing at the witness: somebody took them away, or it lost them. What only they know to be erased is not destroyed again: bring them back and start again",
			slog.Any("error", err))
	}
	if err != nil && !errors.Is(err, follow.ErrUnvouched) && !errors.Is(err, follow.ErrMissing) {
		p.Log.Error("the witness's list of erasures cannot be read: what only it knows to be erased is not destroyed again", slog.Any("error", err))
	}
	return nil
}

// witnessed is the list of a witness.
type witnessed struct {
	notary *notary.Notary
	log    *slog.Logger
}

var _ follow.List = witnessed{}

// Erasures implements follow.List. What is no erasure under any key is in the log; of what an unknown key has signed the error
// says how much there is, for there may be as much as somebody likes, and of what is missing the numbers.
func (w witnessed) Erasures(after uint64) (all []follow.Erasure, last uint64, err error) {
	var unknown int
	var first, missing error
	given, last, err := w.notary.Erasures(after, func(err error) {
		switch {
		case errors.Is(err, notary.ErrMissing):
			missing = fmt.Errorf("%w: %w", follow.ErrMissing, err)
		case !errors.Is(err, ledger.ErrUnknownSigner):
			w.log.Error("an entry in the witness's list of erasures is not believed", slog.Any("error", err))
		default:
			if unknown++; first == nil {
				first = err
			}
		}
	})
	for _, e := range given {
		all = append(all, follow.Erasure(e))
	}
	switch {
	case err != nil:
		return nil, 0, err
	case unknown == 0:
		return all, last, missing
	case missing == nil:
		return all, last, fmt.Errorf("%w: %d, the first is %w", follow.ErrUnvouched, unknown, first)
	}
	return all, last, fmt.Errorf("%w; and %w: %d, the first is %w", missing, follow.ErrUnvouched, unknown, first)
}

// GiveErasure implements follow.List.
func (w witnessed) GiveErasure(e follow.Erasure) error {
	return w.notary.GiveErasure(ledger.Erasure(e))
}

// allVaults is the vault of content; the others have its groups open too.
type allVaults struct {
	*seal.Vault
	others []*seal.Vault
}

func (p *Parts) vaults() allVaults {
	return allVaults{p.Vault, []*seal.Vault{p.lasting, p.evidenceVault}}
}

// EndMonth is seal.Vault.EndMonth.
func (a allVaults) EndMonth(ctx context.Context, group string) error {
	for _, other := range a.others {
		defer other.ForgetMonth(group)
	}
	return a.Vault.EndMonth(ctx, group)
}

// heldKeys are the keys of content, in memory and where they are stored.
type heldKeys struct {
	allVaults
	store *jet.Keys
}

// Erase is the end of the month when it is the key of one.
func (k heldKeys) Erase(ctx context.Context, kid string) error {
	if m, is := month.Of(kid); is {
		return k.EndMonth(ctx, month.Group(m))
	}
	return k.allVaults.Erase(ctx, kid)
}

// Holds says whether a key is stored and was not erased.
func (k heldKeys) Holds(ctx context.Context, kid string) (bool, error) {
	_, err := k.store.Get(ctx, kid)
	if errors.Is(err, record.ErrErased) || errors.Is(err, record.ErrKeyMissing) {
		return false, nil
	}
	return err == nil, err
}
