package follow_test

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"verigate/internal/access"
	"verigate/internal/follow"
	"verigate/internal/gateway"
	"verigate/internal/gateway/gatewaytest"
	"verigate/internal/record"
	"verigate/internal/verification"
)

// office is a registry on a world's record with its registrar.
func office(w *gatewaytest.World) (*gateway.Registry, follow.Registrar) {
	log := record.NewLog(w.Journal, w.Vault, access.Codec{})
	r := gateway.NewRegistry(log, gateway.Reference{Directory: w.Directory(), Rules: w.Rules, Demonstration: true}, w.Clock.Now)
	return r, follow.Registrar{Log: log, Registry: r}
}

func TestEveryGatewayKnowsWhoAnyOfThemAdmitted(t *testing.T) {
	t.Parallel()
	w := world(t)
	w.Submit(gatewaytest.Partner("NG"), "between", w.Example("S01", nil))
	one, _ := office(w)
	other, registrar := office(w)
	by := verification.System()
	person := gateway.NewPersonID()
	create := access.CreatePrincipal{Person: person, Label: "somebody", Roles: []verification.Role{verification.RolePartner}, Partner: "XA"}
	if err := one.AddPartner(t.Context(), by, access.AddPartner{Code: "XA", Name: "Somewhere", Country: "FR", Kind: "ncb"}); err != nil {
		t.Fatal(err)
	}
	if err := one.Principal(t.Context(), by, person, create); err != nil {
		t.Fatal(err)
	}
	secret, err := one.IssueKey(t.Context(), by, person, access.Terms{}, zeros{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := other.Keyring().Identify(access.Proof{Key: secret.Reveal(), At: w.Clock.Now()}); err == nil {
		t.Error("it knows before it has read")
	}
	err = other.Principal(t.Context(), by, person, create) // behind: the guard finds out
	if !errors.Is(err, gateway.ErrUnavailable) {
		t.Errorf("got %v", err)
	}
	end, err := registrar.CatchUp(t.Context())
	if err != nil || end.Count() != 4 {
		t.Fatalf("caught up to %v, %v", end, err)
	}
	if c, err := other.Keyring().Identify(access.Proof{Key: secret.Reveal(), At: w.Clock.Now()}); err != nil || c.Person != person {
		t.Errorf("looked up %+v, %v", c, err)
	}
	if _, ok := other.Directory().Partner("XA"); !ok {
		t.Error("the partner is unknown")
	}
	w.Run(func(ctx context.Context) error { return registrar.Run(ctx, end) })
	if err := one.Principal(t.Context(), by, person, access.DisablePrincipal{Reason: "left"}); err != nil {
		t.Fatal(err)
	}
	w.Eventually("the other hears of it", func() bool {
		_, err := other.Keyring().Identify(access.Proof{Key: secret.Reveal(), At: w.Clock.Now()})
		return err != nil
	})
}

func TestWhatDoesNotFitTheDirectoryIsNotRecorded(t *testing.T) {
	t.Parallel()
	w := world(t)
	r, _ := office(w)
	by := verification.System()
	if err := r.AddPartner(t.Context(), by, access.AddPartner{Code: "XA", Name: "Nowhere", Country: "XA", Kind: "ncb"}); err == nil {
		t.Error("a country that does not exist was taken")
	}
	campaign, _ := w.Directory().Campaign("golden-strike-2021")
	campaign.ID, campaign.Peak.To = "backwards-2021", campaign.Peak.From.Add(-time.Hour)
	if err := r.AddCampaign(t.Context(), by, campaign); err == nil {
		t.Error("a campaign that ends before it begins was taken")
	}
	if end, _ := w.Journal.Last(t.Context()); end.Count() != 0 {
		t.Errorf("%d messages were written", end)
	}
	_, registrar := office(w)
	if _, err := registrar.CatchUp(t.Context()); err != nil {
		t.Errorf("a start on that record: %v", err)
	}
}

func TestAChangeWithAnOpenOutcomeIsFoundLater(t *testing.T) {
	t.Parallel()
	w := world(t)
	r, registrar := office(w)
	w.Run(func(ctx context.Context) error { return registrar.Run(ctx, record.Position{}) })
	person := gateway.NewPersonID()
	create := access.CreatePrincipal{Person: person, Label: "somebody", Roles: []verification.Role{verification.RoleUnit}, Unit: "03"}
	w.Journal.FailAfterNext(record.ErrUnavailable)
	if err := r.Principal(t.Context(), verification.System(), person, create); !errors.Is(err, gateway.ErrUnavailable) {
		t.Errorf("got %v", err)
	}
	w.Eventually("it is there", func() bool { _, ok := r.Keyring().Principal(person); return ok })
	if err := r.Principal(t.Context(), verification.System(), person, create); err != nil {
		t.Errorf("the repeat: %v", err)
	}
	if end, _ := w.Journal.Last(t.Context()); end.Count() != 1 {
		t.Errorf("%d messages", end)
	}
}

func TestWhatCannotBeReadStopsTheRegistrarToo(t *testing.T) {
	t.Parallel()
	w := world(t)
	r, registrar := office(w)
	for range 2 {
		create := access.CreatePrincipal{Person: gateway.NewPersonID(), Label: "x", Roles: []verification.Role{verification.RoleUnit}, Unit: "03"}
		if err := r.Principal(t.Context(), verification.System(), create.Person, create); err != nil {
			t.Fatal(err)
		}
	}
	w.Journal.Remove(record.Place{Sequence: 2})
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	var broken *record.SequenceError
	if err := registrar.Run(ctx, record.Position{}); !errors.As(err, &broken) || broken.Sequence != 2 {
		t.Errorf("got %v", err)
	}
	if _, err := registrar.CatchUp(ctx); !errors.As(err, &broken) {
		t.Errorf("got %v", err)
	}
}

// What is certainly a request's concerns no registrar, be it readable or not: a key that is revoked behind it is revoked.
// At a start nothing is passed.
func TestWhatIsARequestsAndCannotBeReadKeepsNoRevocationFromAGateway(t *testing.T) {
	t.Parallel()
	for name, hurts := range map[string]func(w *gatewaytest.World, at record.Place){
		"unreadable": func(w *gatewaytest.World, at record.Place) { w.Journal.Spoil(at) },
		"missing where only requests lie": func(w *gatewaytest.World, at record.Place) {
			if at.Partition == 0 {
				w.Journal.Spoil(at)
				return
			}
			w.Journal.Remove(at)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := world(t)
			one, _ := office(w)
			other, registrar := office(w)
			by, person := verification.System(), gateway.NewPersonID()
			create := access.CreatePrincipal{Person: person, Label: "somebody", Roles: []verification.Role{verification.RoleUnit}, Unit: "03"}
			if err := one.Principal(t.Context(), by, person, create); err != nil {
				t.Fatal(err)
			}
			for n := range 6 { // in both partitions
				id := w.Submit(gatewaytest.Partner("NG"), fmt.Sprint("spoilt-", n), w.Example("S01", nil)).ID
				s := record.Request(string(id))
				all, err := w.Journal.Read(t.Context(), s)
				if err != nil {
					t.Fatal(err)
				}
				hurts(w, all[0].Place)
			}
			w.Run(func(ctx context.Context) error { return registrar.Run(ctx, record.Position{}) })
			if err := one.Principal(t.Context(), by, person, access.DisablePrincipal{Reason: "left"}); err != nil {
				t.Fatal(err)
			}
			w.Eventually("the other hears of it", func() bool {
				p, _ := other.Keyring().Principal(person)
				return p.Disabled
			})
			if err := other.Learnt(t.Context()); err != nil {
				t.Errorf("it has not passed what it need not read: %v", err)
			}
			var broken *record.SequenceError
			if _, err := registrar.CatchUp(t.Context()); !errors.As(err, &broken) {
				t.Errorf("a start passes it: %v", err)
			}
		})
	}
}

func TestAPrincipalsMessageThatCannotBeReadStopsTheRegistrar(t *testing.T) {
	t.Parallel()
	w := world(t)
	r, registrar := office(w)
	create := access.CreatePrincipal{Person: gateway.NewPersonID(), Label: "x", Roles: []verification.Role{verification.RoleUnit}, Unit: "03"}
	if err := r.Principal(t.Context(), verification.System(), create.Person, create); err != nil {
		t.Fatal(err)
	}
	at := record.Place{Sequence: 1}
	w.Journal.Spoil(at)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	var broken *record.SequenceError
	if err := registrar.Run(ctx, record.Position{}); !errors.As(err, &broken) || broken.Place != at {
		t.Errorf("got %v", err)
	}
}

// deaf is a journal that tells its end, unless it is away, and delivers nothing until it hears.
type deaf struct {
	record.Journal
	away  atomic.Bool
	hears chan struct{}
}

func (d *deaf) Last(ctx context.Context) (record.Position, error) {
	if d.away.Load() {
		return record.Position{}, record.ErrUnavailable
	}
	return d.Journal.Last(ctx)
}

func (d *deaf) Replay(ctx context.Context, after record.Position, fn func(record.Sealed) error) error {
	select {
	case <-d.hears:
		return d.Journal.Replay(ctx, after, fn)
	case <-ctx.Done():
		return nil
	}
}

// A gateway that is behind the record for five seconds says so, and lets in whom it knows; of a record that is away it has
// heard all there is to hear.
func TestAGatewayThatIsBehindSaysSo(t *testing.T) {
	t.Parallel()
	reference, err := load()
	if err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		w := gatewaytest.New(t, reference)
		one, _ := office(w)
		d := &deaf{Journal: w.Journal, hears: make(chan struct{})}
		log := record.NewLog(d, w.Vault, access.Codec{})
		other := gateway.NewRegistry(log, gateway.Reference{Directory: w.Directory(), Rules: w.Rules, Demonstration: true}, w.Clock.Now)
		start := time.Now()
		registrar := follow.Registrar{Log: log, Registry: other, Elapsed: func() time.Duration { return time.Since(start) }}
		w.Run(func(ctx context.Context) error { return registrar.Run(ctx, record.Position{}) })
		behind := func(when string, is bool) {
			t.Helper()
			if err := other.Trusted(); err != nil || other.Behind() != is {
				t.Errorf("%s: behind %t, %v", when, other.Behind(), err)
			}
		}
		time.Sleep(time.Minute)
		behind("there is nothing to know", false)
		create := access.CreatePrincipal{Person: gateway.NewPersonID(), Label: "x", Roles: []verification.Role{verification.RoleUnit}, Unit: "03"}
		if err := one.Principal(t.Context(), verification.System(), create.Person, create); err != nil {
			t.Fatal(err)
		}
		time.Sleep(5 * time.Second)
		behind("behind for less than five seconds", false)
		d.away.Store(true)
		time.Sleep(time.Minute)
		behind("the record is away", false)
		d.away.Store(false)
		time.Sleep(5 * time.Second)
		behind("it is back for less than five seconds", false)
		time.Sleep(3 * time.Second)
		behind("behind for longer", true)
		d.away.Store(true)
		time.Sleep(time.Minute)
		behind("behind, and the record is away", true)
		d.away.Store(false)
		close(d.hears)
		time.Sleep(2 * time.Second)
		behind("it has caught up", false)
		other.Lost()
		if err := other.Trusted(); !errors.Is(err, gateway.ErrRevocationsUnknown) {
			t.Errorf("it will never again: %v", err)
		}
	})
}

// zeros is no randomness at all.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) { return len(p), nil }
