package e2e

import (
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// A first start that is killed at any instant leaves nothing behind that the next would make twice: it begins with the people and
// the twelve requests of a first start.
func TestADemonstrationWhoseFirstStartWasKilledIsBegunOnce(t *testing.T) {
	t.Parallel()
	whole := filepath.Join(t.TempDir(), "data")
	built(t, verigate)
	began := time.Now()
	g := demonstrate(t, whole)
	lasts := time.Since(began)
	people := peopleOf(t, whole)
	g.kill()
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d, a first start takes %s", seed, lasts.Round(time.Millisecond))
	random := rand.New(rand.NewPCG(seed, 0))
	const rounds = 4
	for n := range rounds {
		dir := filepath.Join(t.TempDir(), "data")
		for range 2 { // the second beginning is cut off too
			p := launch(t, built(t, verigate), "serve", "--demo", "--listen", "127.0.0.1:0", "--data", dir)
			time.Sleep(lasts*time.Duration(n)/rounds + time.Duration(random.Int64N(int64(lasts/rounds))))
			p.kill()
		}
		again := demonstrate(t, dir)
		if got := mustVerify(t, dir); got != 12 {
			t.Errorf("round %d: %d requests", n, got)
		}
		if got := peopleOf(t, dir); got != people {
			t.Errorf("round %d: %d people and keys, want %d", n, got, people)
		}
		again.kill()
	}
}

// peopleOf is how many keys there are.
func peopleOf(t *testing.T, dir string) int {
	t.Helper()
	code, said := command(t, "key", "list", "--data", dir)
	if code != 0 {
		t.Fatalf("key list: %d\n%s", code, said)
	}
	return strings.Count(said, "\n")
}
