package e2e

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"verigate/internal/demo"
)

// Whoever may not know of a request must not learn by the time of an answer whether there is one. Strangers ask the whole
// binary, over its real record, for what is another's and for what nobody has; the Mann-Whitney test says whether the
// times of the two differ.
const (
	interleaved = 4000                  // requests of one trial, half of them for another's
	askers      = 16                    // at a time
	pause       = 30 * time.Millisecond // at most, before each
	unlikely    = 0.01                  // p below which a trial tells the two apart
	othersAtAll = 256                   // requests that are another's: after a restart each is read from the record once, then remembered
)

// stranger is somebody to whom the object of a read is hidden.
type stranger struct{ key, path string }

// strangers are readers of every operation that reads an object by its path.
func strangers(keys demo.Credentials) []stranger {
	another, officer, keeper := keys.Partners["KE"], keys.Units["45"], keys.Keeper // who keeps nothing that is not sealed
	return []stranger{
		{another, requests + "/{id}"},
		{another, requests + "/{id}/answers"},
		{keeper, requests + "/{id}"},
		{keeper, requests + "/{id}/candidates"},
		{keeper, requests + "/{id}/package"},
		{keeper, requests + "/{id}/clocks"},
		{keeper, requests + "/{id}/readers"},
		{keeper, requests + "/{id}/history"},
		{keeper, "/v1/tasks/{id}-01"},
		{officer, "/v1/tasks/{id}-01"},
		{officer, "/v1/units/{unit}/queue"},
	}
}

// oracle asks.
type oracle struct {
	t         *testing.T
	url       string
	strangers []stranger
	others    []string             // ids of what is another's
	plant     func(exists bool)    // works longer on one of the two; nil: none
	clients   [askers]*http.Client // each with a connection of its own
}

func newOracle(t *testing.T) *oracle {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "data")
	g := serve(t, dir)
	keys := credentials(t, dir)
	o := &oracle{t: t, strangers: strangers(keys), others: make([]string, othersAtAll)}
	var group errgroup.Group
	group.SetLimit(8)
	for n := range o.others {
		name := fmt.Sprint("oracle-", n)
		body := named(t, name)
		group.Go(func() error {
			c, err := try(t.Context(), g.url, keys.Partners["NG"], http.MethodPost, requests, body, "Idempotency-Key", name)
			if err == nil {
				err = c.expect(http.StatusCreated, "")
			}
			o.others[n] = c.text("id")
			return err
		})
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	g.kill()
	g.ended()
	o.url = serve(t, dir).url
	for i := range o.clients {
		transport := &http.Transport{MaxIdleConnsPerHost: 1}
		t.Cleanup(transport.CloseIdleConnections)
		o.clients[i] = &http.Client{Transport: transport}
	}
	eventually(t, startsWithin, func() error { // queues are served once the record was followed to its end
		c, err := try(t.Context(), o.url, keys.Units["45"], http.MethodGet, "/v1/units/45/queue", nil)
		if err != nil {
			return err
		}
		return c.expect(http.StatusOK, "")
	})
	return o
}

// nobodys is an id of the form of ours that nothing has.
func nobodys(r *rand.Rand) string {
	const symbols = "0123456789abcdefghjkmnpqrstvwxyz"
	id := []byte{'0'}
	for len(id) < 26 {
		id = append(id, symbols[r.IntN(len(symbols))])
	}
	return string(id)
}

// tells says whether the times of answers tell another's from nobody's. A trial below p is made once more, and two in a
// row tell: one is below by chance in a hundredth of all runs, two in a row in a ten-thousandth.
func (o *oracle) tells() bool {
	for trial := range uint64(2) {
		p := mannWhitney(o.trial(trial))
		o.t.Logf("trial %d: p = %.3g", trial, p)
		if p >= unlikely {
			return false
		}
	}
	return true
}

// everTells says whether the times tell in one of three attempts: what else the machine does may drown a difference for a
// while, in the test as in its control.
func (o *oracle) everTells() bool {
	for range 3 {
		if o.tells() {
			return true
		}
	}
	return false
}

// trial asks in pairs, both of a pair by one asker over one connection and in random order, so that whatever else the
// machine does falls on both alike.
func (o *oracle) trial(trial uint64) (others, nobodys []time.Duration) {
	var mu sync.Mutex
	var all sync.WaitGroup
	for asker := range askers {
		all.Go(func() {
			r := rand.New(rand.NewPCG(trial, uint64(asker)))
			for n := range interleaved / 2 / askers {
				s, first := o.strangers[(n+asker)%len(o.strangers)], r.IntN(2) == 0
				took := map[bool]time.Duration{}
				for _, exists := range []bool{first, !first} {
					took[exists] = o.ask(asker, s, exists, r)
				}
				mu.Lock()
				others, nobodys = append(others, took[true]), append(nobodys, took[false])
				mu.Unlock()
			}
		})
	}
	all.Wait()
	return others, nobodys
}

// ask returns how long an answer took. It pauses before, so that the askers do not keep the machine so busy that nothing
// can be told.
func (o *oracle) ask(asker int, s stranger, exists bool, r *rand.Rand) time.Duration {
	id, unit := nobodys(r), fmt.Sprint("9", r.IntN(10))
	if exists {
		id, unit = o.others[r.IntN(len(o.others))], "03"
	}
	q, err := http.NewRequestWithContext(o.t.Context(), http.MethodGet, o.url+strings.NewReplacer("{id}", id, "{unit}", unit).Replace(s.path), nil)
	if err != nil {
		o.t.Error(err)
		return 0
	}
	q.Header.Set("Authorization", "Bearer "+s.key)
	time.Sleep(time.Duration(r.Int64N(int64(pause))))
	start := time.Now()
	if o.plant != nil {
		o.plant(exists)
	}
	got, err := o.clients[asker].Do(q)
	if err != nil {
		o.t.Error(err)
		return 0
	}
	_, err = io.Copy(io.Discard, got.Body)
	took := time.Since(start)
	if got.Body.Close(); err != nil || got.StatusCode != http.StatusNotFound {
		o.t.Errorf("%s: %s, %v", s.path, got.Status, err)
	}
	return took
}

func TestTheTimeOfAnAnswerTellsNotWhetherAnotherHasIt(t *testing.T) {
	if newOracle(t).everTells() {
		t.Error("the times of answers tell another's from nobody's")
	}
}

// The same trials find 200 µs that are planted on the way to another's alone. The plant spins: to sleep takes as long as
// the machine likes.
func TestTwoHundredMicrosecondsMoreWouldBeTold(t *testing.T) {
	const planted = 200 * time.Microsecond
	o := newOracle(t)
	o.plant = func(exists bool) {
		start := time.Now()
		for exists {
			if time.Since(start) >= planted {
				return
			}
		}
	}
	if !o.everTells() {
		t.Error("200 µs more for another's are not noticed: the test above proves nothing")
	}
}
