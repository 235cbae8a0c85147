package access_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"verigate/internal/access"
	"verigate/internal/verification"
)

// keys is a keyring with one principal, whose clock goes on from command to command.
type keys struct {
	t    *testing.T
	ring *access.Keyring
	who  access.Principal
}

func keysOf(t *testing.T, create access.CreatePrincipal) *keys {
	t.Helper()
	k := &keys{t: t, ring: access.NewKeyring()}
	k.must(noon, create)
	return k
}

// try gives a command at a moment, as the gateway itself.
func (k *keys) try(at time.Time, c access.Command) ([]access.Event, error) {
	k.t.Helper()
	s := stamp(verification.System())
	s.At = at
	events, err := access.Decide(k.who, s, c)
	if err != nil || len(events) == 0 {
		return events, err
	}
	d := access.Decision{Stamp: s, Events: events}
	version := k.who.Version
	k.who = k.who.Apply(d)
	return events, k.ring.Apply(k.who.ID, version, d)
}

func (k *keys) must(at time.Time, c access.Command) []access.Event {
	k.t.Helper()
	events, err := k.try(at, c)
	if err != nil {
		k.t.Fatal(err)
	}
	return events
}

func (k *keys) issue(at time.Time, terms access.Terms) access.Secret {
	k.t.Helper()
	key := newKey(k.t)
	k.must(at, access.IssueKey{Key: key.ID(), Hash: key.Hash(), Terms: terms})
	return key
}

// good says whether a key is let in at a moment, and fails when the refusal is another than for every bad key.
func (k *keys) good(key access.Secret, at time.Time) bool {
	k.t.Helper()
	caller, err := k.ring.Identify(access.Proof{Key: key.Reveal(), At: at})
	if err != nil && err != access.ErrUnauthenticated || err != nil && caller.Person != "" { //nolint:errorlint // the very same, wrapping nothing
		k.t.Errorf("%v, %+v", err, caller)
	}
	now, later := k.ring.Current(access.Caller{Actor: verification.Actor{Key: key.ID()}}, at)
	if (err == nil) != (later == nil) || !cmp.Equal(now, caller) {
		k.t.Errorf("let in: %v; while it lasts: %v", err, later)
	}
	return err == nil
}

func TestAKeyEndsWhenItExpires(t *testing.T) {
	t.Parallel()
	k := keysOf(t, deskPerson("p_1"))
	end := noon.Add(time.Hour)
	key, lasting := k.issue(noon, access.Terms{ExpiresAt: end}), k.issue(noon, access.Terms{})
	for at, want := range map[time.Time]bool{noon: true, end.Add(-1): true, end: false, end.Add(time.Hour): false} {
		if k.good(key, at) != want {
			t.Errorf("at %s: let in is not %t", at, want)
		}
		if !k.good(lasting, at) {
			t.Errorf("at %s: a key without an end has ended", at)
		}
	}
}

func TestARotatedKeyIsGoodForTheOverlapAndNoLonger(t *testing.T) {
	t.Parallel()
	k := keysOf(t, deskPerson("p_1"))
	terms := access.Terms{ExpiresAt: noon.Add(100 * time.Hour), Scopes: []access.Scope{access.ScopeReads}}
	old, next := k.issue(noon, terms), newKey(t)
	rotated := noon.Add(10 * time.Hour)
	k.must(rotated, access.RotateKey{Old: old.ID(), Key: next.ID(), Hash: next.Hash(), Overlap: 24 * time.Hour})
	over := rotated.Add(24 * time.Hour)
	for _, c := range []struct {
		key  access.Secret
		at   time.Time
		want bool
	}{
		{old, rotated, true},
		{old, over.Add(-1), true},
		{old, over, false},
		{next, rotated, true},
		{next, over, true},
		// As long as the first was given at its beginning.
		{next, rotated.Add(100 * time.Hour).Add(-1), true},
		{next, rotated.Add(100 * time.Hour), false},
	} {
		if k.good(c.key, c.at) != c.want {
			t.Errorf("%s at %s: let in is not %t", c.key, c.at, c.want)
		}
	}
	caller, err := k.ring.Identify(access.Proof{Key: next.Reveal(), At: rotated})
	if err != nil || !slices.Equal(caller.Scopes, terms.Scopes) || caller.Means != access.ByKey {
		t.Fatalf("the new key is wider than the old one: %+v, %v", caller, err)
	}
	// Nothing lengthens a life: an old key that ends sooner by itself keeps its end.
	third := newKey(t)
	late := rotated.Add(99 * time.Hour)
	if events := k.must(late, access.RotateKey{Old: next.ID(), Key: third.ID(), Hash: third.Hash(), Overlap: 24 * time.Hour}); len(events) != 1 {
		t.Errorf("%+v", events)
	}
	if k.good(next, rotated.Add(100*time.Hour)) {
		t.Error("the overlap outlives the key's own end")
	}
	// Without an overlap the old one ends at once; revoked in the overlap too.
	fourth, fifth := newKey(t), newKey(t)
	k.must(late, access.RotateKey{Old: third.ID(), Key: fourth.ID(), Hash: fourth.Hash()})
	k.must(late, access.RotateKey{Old: fourth.ID(), Key: fifth.ID(), Hash: fifth.Hash(), Overlap: time.Hour})
	k.must(late, access.RevokeKey{Key: fourth.ID()})
	if k.good(third, late) || k.good(fourth, late) || !k.good(fifth, late) {
		t.Error("which of three keys are good")
	}
}

// Without a word the new key has as long a life as the old one was given; what is said counts.
func TestARotatedKeysLifeIsTheOldOnesUnlessItIsSaid(t *testing.T) {
	t.Parallel()
	day := noon.AddDate(0, 0, 1)
	for name, test := range map[string]struct{ given, said, want time.Time }{
		"neither ends":       {},
		"the new one ends":   {said: day, want: day},
		"the old one ends":   {given: noon.AddDate(0, 0, 10), want: noon.Add(time.Hour).AddDate(0, 0, 10)},
		"both, at their own": {given: noon.AddDate(0, 0, 10), said: day, want: day},
	} {
		k, next := keysOf(t, deskPerson("p_1")), newKey(t)
		old := k.issue(noon, access.Terms{ExpiresAt: test.given})
		events := k.must(noon.Add(time.Hour), access.RotateKey{
			Old: old.ID(), Key: next.ID(), Hash: next.Hash(), ExpiresAt: test.said, Overlap: access.MaxOverlap,
		})
		want := access.KeyIssuedV2{Key: next.ID(), Hash: next.Hash(), ExpiresAt: test.want, Replaces: old.ID()}
		if diff := cmp.Diff(want, events[0]); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestTermsOfAKeyAreRefusedWithTheirCode(t *testing.T) {
	t.Parallel()
	k := keysOf(t, deskPerson("p_1"))
	ended, good, other := k.issue(noon, access.Terms{ExpiresAt: noon.Add(1)}), k.issue(noon, access.Terms{}), newKey(t)
	at := noon.Add(time.Minute)
	rotate := func(old access.Secret, overlap time.Duration) access.RotateKey {
		return access.RotateKey{Old: old.ID(), Key: other.ID(), Hash: other.Hash(), Overlap: overlap}
	}
	issue := func(terms access.Terms) access.IssueKey {
		return access.IssueKey{Key: other.ID(), Hash: other.Hash(), Terms: terms}
	}
	twice := rotate(good, 0)
	twice.Key = good.ID()
	gone := rotate(good, 0)
	gone.ExpiresAt = at
	for name, test := range map[string]struct {
		c    access.Command
		want verification.Code
	}{
		"an end that is over":           {issue(access.Terms{ExpiresAt: at}), access.ExpiryInvalid},
		"a new key that is over":        {gone, access.ExpiryInvalid},
		"no such scope":                 {issue(access.Terms{Scopes: []access.Scope{"everything"}}), access.ScopeInvalid},
		"an empty scope":                {issue(access.Terms{Scopes: []access.Scope{""}}), access.ScopeInvalid},
		"a scope twice":                 {issue(access.Terms{Scopes: []access.Scope{"reads", "reads"}}), access.ScopeInvalid},
		"an overlap of less than none":  {rotate(good, -1), access.OverlapInvalid},
		"an overlap of months":          {rotate(good, access.MaxOverlap+1), access.OverlapInvalid},
		"a key that has ended":          {rotate(ended, 0), access.KeyEnded},
		"a key of nobody":               {rotate(other, 0), access.UnknownKey},
		"a new key of the old one's id": {twice, access.KeyInvalid},
		"a new key without a hash":      {access.RotateKey{Old: good.ID(), Key: other.ID()}, access.KeyInvalid},
	} {
		if events, err := k.try(at, test.c); code(err) != test.want {
			t.Errorf("%s: %v, %v", name, events, err)
		}
	}
	k.must(at, access.DisablePrincipal{})
	if _, err := k.try(at, rotate(good, 0)); code(err) != access.PrincipalEnded {
		t.Error(err)
	}
}

func TestAScopeTakesAwayAndNeverGives(t *testing.T) {
	t.Parallel()
	all := map[string][]access.Scope{
		"reads": {access.ScopeReads}, "partner": {access.ScopePartner}, "unit": {access.ScopeUnit}, "desk": {access.ScopeDesk},
		"one": {"submitRequest"}, "two": {"submitRequest", access.ScopeReads},
	}
	for _, rule := range access.Table() {
		for name, caller := range actors() {
			for at, column := range columns() {
				o := objectFor(rule, column)
				whole := access.May(caller, rule.Operation, o)
				for scope, scopes := range all {
					narrow := caller
					narrow.Scopes = scopes
					got := access.May(narrow, rule.Operation, o)
					covered := rule.Object == access.Public || covers(scopes, rule)
					switch {
					case covered && got != whole:
						t.Errorf("%s by %s on %d within %s: %s, without scopes %s", rule.Operation, name, at, scope, got, whole)
					case !covered && got != access.Forbidden:
						t.Errorf("%s by %s on %d beyond %s: %s", rule.Operation, name, at, scope, got)
					}
				}
			}
		}
	}
}

// covers is written apart from the rule: by the method, the path and the roles as lifecycle.md groups them.
func covers(scopes []access.Scope, rule access.Rule) bool {
	return slices.ContainsFunc(scopes, func(s access.Scope) bool {
		has := func(roles ...verification.Role) bool {
			return slices.ContainsFunc(rule.Roles, func(r verification.Role) bool { return slices.Contains(roles, r) })
		}
		return s == access.ScopeReads && rule.Method == "GET" ||
			s == access.ScopePartner && has("PARTNER") ||
			s == access.ScopeUnit && has("UNIT", "UNIT_LEAD") ||
			s == access.ScopeDesk && has("DESK", "LEAD", "KEEPER") ||
			string(s) == string(rule.Operation)
	})
}

func TestNoOperationIsNamedAsAGroup(t *testing.T) {
	t.Parallel()
	for _, group := range []access.Scope{access.ScopeReads, access.ScopePartner, access.ScopeUnit, access.ScopeDesk} {
		if _, is := access.RuleOf(access.Operation(group)); is {
			t.Errorf("%s is both", group)
		}
	}
}

func TestTheLastUseIsKnownToTheSecondAndOfGoodKeysOnly(t *testing.T) {
	t.Parallel()
	k := keysOf(t, deskPerson("p_1"))
	used, unused, revoked := k.issue(noon, access.Terms{}), k.issue(noon, access.Terms{}), k.issue(noon, access.Terms{})
	k.must(noon, access.RevokeKey{Key: revoked.ID()})
	for _, after := range []time.Duration{0, time.Minute, 90*time.Second + 400*time.Millisecond} {
		k.good(used, noon.Add(after))
		k.good(revoked, noon.Add(after))
	}
	want := map[verification.KeyID]time.Time{used.ID(): noon.Add(90 * time.Second)}
	if diff := cmp.Diff(want, k.ring.Used()); diff != "" {
		t.Fatal(diff, unused.ID())
	}
}

func TestAnOldKeyIssuedIsFoldedAsBefore(t *testing.T) {
	t.Parallel()
	key := newKey(t)
	d := access.Decision{Stamp: stamp(verification.System()), Events: []access.Event{
		access.PrincipalCreated{Person: "p_1", Roles: []verification.Role{verification.RoleDesk}},
		access.KeyIssued{Key: key.ID(), Hash: key.Hash()},
	}}
	ring := access.NewKeyring()
	if err := ring.Apply("p_1", 0, d); err != nil {
		t.Fatal(err)
	}
	caller, err := ring.Identify(access.Proof{Key: key.Reveal(), At: noon.AddDate(20, 0, 0)})
	if err != nil || caller.Scopes != nil || caller.Means != access.ByKey {
		t.Fatalf("%+v, %v", caller, err)
	}
	if _, err := ring.Identify(access.Proof{At: noon}); !errors.Is(err, access.ErrUnauthenticated) {
		t.Fatal("let in without a key")
	}
}
