package evidence_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"verigate/internal/evidence"
	"verigate/internal/record"
	"verigate/internal/verification"
)

// losing is a vault that has lost a key.
type losing struct {
	record.Vault
	kid string
	err error
}

func (l losing) Open(ctx context.Context, kid string, aad, sealed []byte) ([]byte, error) {
	if kid == l.kid {
		return nil, l.err
	}
	return l.Vault.Open(ctx, kid, aad, sealed)
}

// listed is the whole list by pages of a size, an entry by its call and a flaw by its words.
func listed(t *testing.T, l evidence.Log, limit int, fits func(evidence.Entry) bool) (all []string) {
	t.Helper()
	for at := (evidence.Place{}); ; {
		look, err := l.Back(t.Context(), at, limit, fits)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range look.Items {
			if found.Flaw != nil {
				all = append(all, found.Flaw.Error())
				continue
			}
			all = append(all, found.Call)
		}
		if at = look.Next; at == (evidence.Place{}) {
			return all
		}
	}
}

// five are a message each, read by p_1 to p_5 in that order.
func five(t *testing.T) *rig {
	t.Helper()
	r := newRig(t)
	for i := range 5 {
		r.note(t, by(verification.PersonID(fmt.Sprint("p_", i+1)), "a", i+1))
	}
	return r
}

func TestWhatIsDamagedIsAnItemOfItsOwnAndTheListGoesOnAroundIt(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		does func(r *rig) record.Vault
		want string // at sequence 3
	}{
		"a bit": {func(r *rig) record.Vault {
			r.store.Damage(3, func(m *evidence.Message) { m.Data[len(m.Data)/2] ^= 1 })
			return r.vault
		}, "evidence_tampered"},
		"another's bytes": {func(r *rig) record.Vault {
			all, _ := r.store.Read(context.Background(), 2, 1)
			r.store.Damage(3, func(m *evidence.Message) { m.Data = all[0].Data })
			return r.vault
		}, "evidence_tampered"},
		"passed off as a repeat": {func(r *rig) record.Vault {
			r.store.Damage(3, func(m *evidence.Message) { m.Number = 2 })
			return r.vault
		}, "evidence_tampered"},
		"a number that hides those behind it": {func(r *rig) record.Vault {
			r.store.Damage(3, func(m *evidence.Message) { m.Number = 1 << 40 })
			return r.vault
		}, "evidence_tampered"},
		"no form": {func(r *rig) record.Vault {
			r.store.Damage(3, func(m *evidence.Message) { m.Header = evidence.Header{} })
			return r.vault
		}, "evidence_unreadable"},
		"a lost key": {func(r *rig) record.Vault {
			r.store.Damage(3, func(m *evidence.Message) { m.KID = "lost" })
			return losing{r.vault, "lost", record.ErrKeyMissing}
		}, "evidence_key_missing"},
		"a destroyed key": {func(r *rig) record.Vault {
			r.store.Damage(3, func(m *evidence.Message) { m.KID = "lost" })
			return losing{r.vault, "lost", record.ErrErased}
		}, "evidence_key_missing"},
		"taken out": {func(r *rig) record.Vault {
			r.store.Remove(3)
			return r.vault
		}, "evidence_gap"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := five(t)
			log := evidence.Log{Vault: c.does(r), Store: r.store}
			said := "EVIDENCE sequence 3: " + c.want
			for _, limit := range []int{1, 2, 3, 100} {
				if diff := cmp.Diff([]string{"call-5", "call-4", said, "call-2", "call-1"}, listed(t, log, limit, func(evidence.Entry) bool { return true })); diff != "" {
					t.Errorf("pages of %d: %s", limit, diff)
				}
				if diff := cmp.Diff([]string{said}, listed(t, log, limit, func(evidence.Entry) bool { return false })); diff != "" {
					t.Errorf("where nothing fits: %s", diff)
				}
			}
			all, err := log.Flaws(t.Context())
			if err != nil || len(all) != 1 || all[0].Error() != said {
				t.Errorf("in all of it: %v, %v", all, err)
			}
			over, is := (evidence.Entry{}).Over(fmt.Errorf("followed: %w", all[0]))
			if !is || over.Code != c.want || over.Where != "EVIDENCE sequence 3" || over.Outcome != evidence.Refused {
				t.Errorf("as evidence: %+v, %t", over, is)
			}
			for _, lines := range []int{0, 1} {
				var told []string
				readers := &evidence.Readers{Log: log, Lines: lines, Damaged: func(f evidence.Flaw) { told = append(told, f.Error()) }}
				got, err := readers.Of(t.Context(), "a")
				if err != nil || got.Incomplete != 3 || len(got.Readers) != 4 || slices.ContainsFunc(got.Readers, func(l evidence.Reader) bool { return l.Person == "p_3" }) {
					t.Errorf("%d lines: incomplete from %d on, %s, %v", lines, got.Incomplete, readBy(got.Readers), err)
				}
				if readers.Flawed() != 1 || !slices.Equal(told, []string{said}) {
					t.Errorf("%d are damaged, told %v", readers.Flawed(), told)
				}
			}
		})
	}
}

func TestNeighboursOfOneDamageAreOneItem(t *testing.T) {
	t.Parallel()
	r := five(t)
	r.store.Remove(2)
	r.store.Remove(3)
	r.store.Damage(4, func(m *evidence.Message) { m.Data[20] ^= 1 })
	want := []string{"call-5", "EVIDENCE sequence 4: evidence_tampered", "EVIDENCE sequences 2 to 3: evidence_gap", "call-1"}
	if diff := cmp.Diff(want, listed(t, r.log(), 100, func(evidence.Entry) bool { return true })); diff != "" {
		t.Error(diff)
	}
	var told []string
	readers := &evidence.Readers{Log: r.log(), Damaged: func(f evidence.Flaw) { told = append(told, f.Error()) }}
	if got, err := readers.Of(t.Context(), "b"); err != nil || got.Incomplete != 2 || readers.Flawed() != 3 {
		t.Errorf("of a case that nobody is known to have read: %+v, %v", got, err)
	}
	if diff := cmp.Diff([]string{want[2], want[1]}, told); diff != "" {
		t.Error(diff)
	}
}

func TestFlawsBeyondWhatIsToldOneByOneAreCounted(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	const n = 250
	for i := range n {
		r.note(t, by("p_a", "a", i))
	}
	for i := uint64(1); i <= n; i += 2 {
		r.store.Damage(i, func(m *evidence.Message) { m.Data[20] ^= 1 })
	}
	told := 0
	readers := &evidence.Readers{Log: r.log(), Damaged: func(evidence.Flaw) { told++ }}
	if _, err := readers.Of(t.Context(), "a"); err != nil || told != 100 || readers.Flawed() != n/2 {
		t.Errorf("told %d of %d, %v", told, readers.Flawed(), err)
	}
	flaws := slices.DeleteFunc(listed(t, r.log(), 7, func(evidence.Entry) bool { return false }), func(s string) bool { return !strings.HasPrefix(s, "EVIDENCE") })
	if len(flaws) != n/2 {
		t.Errorf("the list has %d", len(flaws))
	}
}

// Keys that cannot be asked for, and a last message that has not come to a replica yet, say nothing of the evidence.
func TestWhatMayPassIsNoDamage(t *testing.T) {
	t.Parallel()
	r := five(t)
	away := evidence.Log{Store: r.store, Vault: losing{r.vault, "away", record.ErrUnavailable}}
	r.store.Damage(3, func(m *evidence.Message) { m.KID = "away" })
	r.store.Remove(5)
	for name, c := range map[string]struct {
		log  evidence.Log
		want error
	}{"keys are away": {away, record.ErrUnavailable}, "the last is not there yet": {r.log(), evidence.ErrUnavailable}} {
		var told []evidence.Flaw
		readers := &evidence.Readers{Log: c.log, Damaged: func(f evidence.Flaw) { told = append(told, f) }}
		if _, err := c.log.Back(t.Context(), evidence.Place{}, 10, func(evidence.Entry) bool { return true }); !errors.Is(err, evidence.ErrUnavailable) {
			t.Errorf("%s: the list says %v", name, err)
		}
		if _, err := readers.Of(t.Context(), "a"); !errors.Is(err, c.want) {
			t.Errorf("%s: the readers say %v", name, err)
		}
	}
}
