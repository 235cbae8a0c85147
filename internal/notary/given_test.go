package notary_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"verigate/internal/ledger"
	"verigate/internal/notary"
)

// takes removes notes, and returns what brings them back.
func takes(t *testing.T, paths ...string) (back func()) {
	t.Helper()
	kept := map[string][]byte{}
	for _, path := range paths {
		note, err := os.ReadFile(path)
		if err = errors.Join(err, os.Remove(path)); err != nil {
			t.Fatal(err)
		}
		kept[path] = note
	}
	return func() {
		t.Helper()
		for path, note := range kept {
			if err := os.WriteFile(path, note, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// What is taken from the end of the list of erasures leaves no gap. The gateway knows how long it was, also when it starts anew,
// and gives what follows behind that.
func TestErasuresTakenFromTheEndOfTheListAreMissing(t *testing.T) {
	t.Parallel()
	dir, own := t.TempDir(), t.TempDir()
	keys := keySet(1)
	open := func(witness string) *notary.Notary {
		n, err := notary.Open(notary.Parts{
			Record: recordName, Keys: func() ledger.KeySet { return *keys }, Dir: own, Now: time.Now, Witness: &notary.Witness{Dir: witness},
		})
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	n := open(dir)
	gives := func(name string) {
		t.Helper()
		if err := n.GiveErasure(ledger.Erasure{Tombstone: name, Keys: []string{"k"}}); err != nil {
			t.Fatal(err)
		}
	}
	lacks := func(want string) {
		t.Helper()
		told := ""
		if _, _, err := n.Erasures(0, func(err error) { told += err.Error() }); err != nil {
			t.Fatal(err)
		}
		if want == "" && told != "" || !strings.HasSuffix(told, want) {
			t.Errorf("it is told %q, want %q", told, want)
		}
	}
	for i := range 5 {
		gives(fmt.Sprint("t", i+1))
	}
	lacks("")
	back := takes(t, noteAt(dir, 4), noteAt(dir, 5))
	lacks(": 4-5")
	n = open(dir)
	lacks(": 4-5")
	gives("t6") // does not cover it up
	lacks(": 4-5")
	back()
	lacks("")
	takes(t, noteAt(dir, 1), noteAt(dir, 2), noteAt(dir, 3), noteAt(dir, 4), noteAt(dir, 5), noteAt(dir, 6))
	lacks(": 1-6")
	n = open(t.TempDir()) // another witness
	lacks("")
}

// A witness that has less than it was given is named at the next checkpoint, by verify, and at a start, until it has that again.
func TestAWitnessThatWasPutBackIsNamed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	host := t.TempDir()
	at := func(size int) string {
		return filepath.Join(host, ledger.Origin(recordName, stream), fmt.Sprintf("%016d", 0), fmt.Sprintf("%016d", size))
	}
	g := w.gateway("gateway", witnessed(host))
	w.fill(20)
	g.sign()
	w.fill(20)
	g.sign()
	first, second := g.state().Signed.Size/2, g.state().Signed.Size
	if s := g.state(); s.Lacks != 0 || s.Witnessed != second || len(g.verify()) > 0 {
		t.Fatalf("%+v", s)
	}
	back := takes(t, at(int(second)))
	if _, err := os.Stat(at(int(first))); err != nil {
		t.Fatal(err)
	}
	w.fill(20)
	g.sign()
	named := func(g *gateway) {
		t.Helper()
		eventually(t, "it is named", func() bool { return g.state().Lacks == second })
		found := g.verify()
		if len(found) != 1 || found[0].From != second || !strings.Contains(found[0].What, "the witness had") {
			t.Errorf("verify: %v", found)
		}
	}
	named(g)
	if s := g.state(); s.Witnessed != s.Signed.Size || s.Broken != nil {
		t.Errorf("the newest is given all the same: %+v", s)
	}
	if !g.told(notary.ErrLess) {
		t.Error("nobody was told")
	}
	g.stop()
	g = w.gateway("gateway", witnessed(host))
	named(g)
	back()
	w.fill(20)
	g.sign()
	if s := g.state(); s.Lacks != 0 || len(g.verify()) > 0 {
		t.Errorf("it is back: %+v", s)
	}
	last := g.state().Signed.Size
	g.stop()
	takes(t, at(int(last))) // while no gateway runs
	g = w.gateway("gateway", witnessed(host))
	eventually(t, "it is named at a start", func() bool { return g.state().Lacks == last })
}

// told says whether an error was logged.
func (g *gateway) told(want error) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.ContainsFunc(g.retries, func(err error) bool { return errors.Is(err, want) })
}
