package access_test

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"verigate/internal/access"
	"verigate/internal/verification"
)

func newKey(t *testing.T) access.Secret {
	t.Helper()
	key, err := access.NewKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func TestAKeyReadsBackAndHashesTheSame(t *testing.T) {
	t.Parallel()
	key := newKey(t)
	again, err := access.ParseKey(key.Reveal())
	if err != nil || again.ID() != key.ID() || again.Hash() != key.Hash() {
		t.Fatalf("%v, %s", err, again.ID())
	}
	if other := newKey(t); other.ID() == key.ID() || other.Hash() == key.Hash() {
		t.Fatal("two keys are one")
	}
	if _, err := access.NewKey(strings.NewReader("too short")); err == nil {
		t.Fatal("a key of too little randomness")
	}
}

func TestAKeyHasOneForm(t *testing.T) {
	t.Parallel()
	key := newKey(t).Reveal()
	last := strings.IndexByte(base64url, key[len(key)-1])
	for name, text := range map[string]string{
		"bits that are not looked at": key[:len(key)-1] + base64url[last+1:last+2], // the last sign ends with two of them
		"a sign that is none":         key[:len(key)-1] + "*",
		"a line end in it":            key[:len(key)-5] + "\n" + key[len(key)-4:],
		"another prefix":              "vh_" + key[3:], "an id of upper case": "vg_" + strings.ToUpper(key[3:19]) + key[19:],
		"a sign less": key[:len(key)-1], "a sign more": key + "A",
	} {
		if _, err := access.ParseKey(text); !errors.Is(err, access.ErrUnauthenticated) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

const base64url = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

func TestAKeyIsNeverPrinted(t *testing.T) {
	t.Parallel()
	key := newKey(t)
	secret := key.Reveal()[strings.LastIndex(key.Reveal()[:25], "_")+1:]
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("key", "key", key, "in", struct{ K access.Secret }{key})
	encoded, err := json.Marshal(map[string]any{"key": key})
	if err != nil {
		t.Fatal(err)
	}
	shown := fmt.Sprintf("%v %+v %#v %s %q %x %d", key, key, key, key, key, key, key) +
		fmt.Sprintf("%v %+v %#v", &key, []access.Secret{key}, struct{ K access.Secret }{key}) + log.String() + string(encoded)
	if strings.Contains(shown, secret) || strings.Contains(shown, fmt.Sprintf("%x", secret)) {
		t.Fatal("the secret is printed")
	}
	if !strings.Contains(shown, string(key.ID())) {
		t.Fatal("the id is not printed")
	}
}

func FuzzParseKey(f *testing.F) {
	key, err := access.NewKey(strings.NewReader(strings.Repeat("0123456789abcdef", 3)))
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range []string{
		"", "vg_", "vg__", key.Reveal(), key.Reveal() + "=", key.Reveal() + "\n", " " + key.Reveal(), strings.ToUpper(key.Reveal()),
		key.Reveal()[:len(key.Reveal())-1], strings.Replace(key.Reveal(), "_", "\x00", 2), "vg_" + strings.Repeat("_", 60),
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		parsed, err := access.ParseKey(text)
		if err != nil {
			if !errors.Is(err, access.ErrUnauthenticated) || err.Error() != access.ErrUnauthenticated.Error() {
				t.Fatalf("an error of its own: %v", err)
			}
			return
		}
		if parsed.Reveal() != text || len(text) != len(key.Reveal()) || !strings.HasPrefix(text, "vg_"+string(parsed.ID())+"_") {
			t.Fatalf("%q is read as %q", text, parsed.Reveal())
		}
	})
}

var noon = time.Date(2021, 9, 2, 12, 0, 0, 0, time.UTC)

func stamp(by verification.Actor) verification.Stamp {
	return verification.Stamp{At: noon, By: by, Command: "c"}
}

// given decides the commands one after another, by the gateway, and feeds a keyring.
func given(t *testing.T, ring *access.Keyring, commands ...access.Command) access.Principal {
	t.Helper()
	var p access.Principal
	for _, c := range commands {
		events, err := access.Decide(p, stamp(verification.System()), c)
		if err != nil {
			t.Fatal(err)
		}
		d := access.Decision{Stamp: stamp(verification.System()), Events: events}
		version := p.Version
		p = p.Apply(d)
		if ring != nil {
			if err := ring.Apply(p.ID, version, d); err != nil {
				t.Fatal(err)
			}
		}
	}
	return p
}

func deskPerson(id verification.PersonID, more ...verification.Role) access.CreatePrincipal {
	return access.CreatePrincipal{
		Person: id, Label: "Duty officer", Roles: append([]verification.Role{verification.RoleDesk}, more...), Unit: verification.DeskUnit,
	}
}

func TestAGoodKeyNamesItsHolder(t *testing.T) {
	t.Parallel()
	ring, key := access.NewKeyring(), newKey(t)
	given(t, ring, deskPerson("p_1", verification.RoleKeeper), access.IssueKey{Key: key.ID(), Hash: key.Hash()},
		access.GrantMembership{Membership: access.Membership{Compartment: "drugs", Keeper: true}},
		access.GrantMembership{Membership: access.Membership{Compartment: "precursor"}})
	caller, err := ring.Identify(access.Proof{Key: key.Reveal(), At: noon})
	if err != nil {
		t.Fatal(err)
	}
	if caller.Person != "p_1" || caller.Key != key.ID() || caller.Unit != "A1K1" || !caller.KeepsCompartment("drugs") ||
		caller.KeepsCompartment("precursor") || len(caller.Members) != 2 || caller.Label == "" {
		t.Fatalf("%+v", caller)
	}
	if again, err := ring.Current(caller, noon); err != nil || again.Person != "p_1" {
		t.Fatalf("%v, %v", again, err)
	}
}

func TestUnknownRevokedAndDisabledAreOneAnswer(t *testing.T) {
	t.Parallel()
	ring := access.NewKeyring()
	good, revoked, disabled, unknown := newKey(t), newKey(t), newKey(t), newKey(t)
	given(t, ring, deskPerson("p_1"), access.IssueKey{Key: good.ID(), Hash: good.Hash()},
		access.IssueKey{Key: revoked.ID(), Hash: revoked.Hash()}, access.RevokeKey{Key: revoked.ID(), Reason: "lost"})
	given(t, ring, deskPerson("p_2"), access.IssueKey{Key: disabled.ID(), Hash: disabled.Hash()}, access.DisablePrincipal{})
	forged := good.Reveal()[:len(good.Reveal())-43] + unknown.Reveal()[len(unknown.Reveal())-43:]
	for name, text := range map[string]string{
		"unknown": unknown.Reveal(), "revoked": revoked.Reveal(), "disabled": disabled.Reveal(), "another's secret": forged,
		"malformed": "Bearer", "empty": "",
	} {
		caller, err := ring.Identify(access.Proof{Key: text, At: noon})
		if err != access.ErrUnauthenticated || caller.Person != "" || caller.Roles != nil { //nolint:errorlint // the very same, wrapping nothing
			t.Errorf("%s: %v, %+v", name, err, caller)
		}
	}
	for _, id := range []verification.KeyID{unknown.ID(), revoked.ID(), disabled.ID(), ""} {
		if _, err := ring.Current(access.Caller{Actor: verification.Actor{Key: id}}, noon); !errors.Is(err, access.ErrUnauthenticated) {
			t.Errorf("current: %v", err)
		}
	}
	if _, err := ring.Identify(access.Proof{Key: good.Reveal(), At: noon}); err != nil {
		t.Error(err)
	}
}

func TestADecisionMetAgainChangesNothingAndAMissingOneIsNamed(t *testing.T) {
	t.Parallel()
	ring := access.NewKeyring()
	p := given(t, ring, deskPerson("p_1"))
	key := newKey(t)
	d := access.Decision{Stamp: stamp(verification.System()), Events: []access.Event{access.KeyIssued{Key: key.ID(), Hash: key.Hash()}}}
	for _, version := range []uint64{1, 1, 0} {
		if err := ring.Apply(p.ID, version, d); err != nil {
			t.Fatal(err)
		}
	}
	if got, _ := ring.Principal(p.ID); len(got.Keys) != 1 || got.Version != 2 {
		t.Fatalf("%+v", got)
	}
	if err := ring.Apply(p.ID, 4, d); !errors.Is(err, access.ErrOutOfOrder) {
		t.Fatalf("got %v", err)
	}
	if err := ring.Apply("p_0", 0, access.Decision{Events: []access.Event{access.PrincipalCreated{Person: "p_0"}}}); err != nil {
		t.Fatal(err)
	}
	if all := ring.Principals(); len(all) != 2 || all[0].ID != "p_0" {
		t.Fatalf("%+v", all)
	}
}

func TestAKeyringIsReadWhileItIsFed(t *testing.T) {
	t.Parallel()
	ring, key := access.NewKeyring(), newKey(t)
	var readers sync.WaitGroup
	for range 4 {
		readers.Go(func() {
			for range 200 {
				if caller, err := ring.Identify(access.Proof{Key: key.Reveal(), At: noon}); err == nil && caller.Person != "p_1" {
					t.Error(caller.Person)
				}
				ring.Principals()
			}
		})
	}
	given(t, ring, deskPerson("p_1"), access.IssueKey{Key: key.ID(), Hash: key.Hash()}, access.RevokeKey{Key: key.ID()})
	readers.Wait()
}
