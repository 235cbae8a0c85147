package httpapi_test

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"verigate/internal/access"
)

// oracle is a world in which strangers ask for what is another's and for what nobody has. How long the answers take is
// measured with the whole binary (package e2e).
type oracle struct {
	rig    *rig
	hidden []string // requests with a task of unit 03
	reads  []strange
}

// strange is a read by somebody to whom the object is hidden.
type strange struct{ op, by string }

// strangers are readers who have the operation and not the object: every read whose path names one has some.
func strangers() []strange {
	return []strange{
		{"getRequest", "th"},
		{"getRequest", "xkeeper"},
		{"streamRequest", "th"},
		{"streamRequest", "xkeeper"},
		{"listAnswers", "th"},
		{"getCandidates", "xkeeper"},
		{"getPackage", "xkeeper"},
		{"getClocks", "xkeeper"},
		{"getReaders", "xkeeper"},
		{"getHistory", "xkeeper"},
		{"getTask", "unit02"},
		{"getTask", "xkeeper"},
		{"getTaskClocks", "unit02"},
		{"getTaskClocks", "xkeeper"},
		{"getDraft", "unit02"},
		{"streamTask", "unit02"},
		{"getUnitQueue", "unit02"},
		{"streamQueue", "unit02"},
	}
}

func newOracle(t *testing.T) *oracle {
	t.Helper()
	o := &oracle{rig: newRig(t), reads: strangers()}
	o.rig.keys.add("xkeeper", crossActors()["keeper"])
	for n := range 4 {
		o.hidden = append(o.hidden, o.rig.submit(t, fmt.Sprint("oracle-", n)))
	}
	o.rig.eventuallyGet(t, "desk", "/v1/board", func(g reply) bool { return g.status == http.StatusOK })
	return o
}

// random is an id of the right form that nothing has.
func random(r *rand.Rand) string {
	const crockford = "0123456789abcdefghjkmnpqrstvwxyz"
	id := make([]byte, 26)
	for i := range id {
		id[i] = crockford[r.IntN(len(crockford))]
	}
	id[0] = '0'
	return string(id)
}

// path is the read of an object: another's, or one that nobody has.
func (o *oracle) path(s strange, r *rand.Rand, exists bool) string {
	id, unit := random(r), fmt.Sprintf("9%d", r.IntN(10))
	if exists {
		id, unit = o.hidden[r.IntN(len(o.hidden))], "03"
	}
	return strings.NewReplacer("{id}", id, "{task}", id+"-01", "{unit}", unit).Replace(o.rig.operations[s.op].path)
}

// TestEveryReadOfAnObjectHasAStranger: a read that is added is asked for here too.
func TestEveryReadOfAnObjectHasAStranger(t *testing.T) {
	t.Parallel()
	for _, rule := range access.Table() {
		named := slices.Contains([]access.ObjectRule{access.OnRequest, access.OnTask, access.OnUnit, access.OnConsent}, rule.Object)
		if rule.Method == http.MethodGet && named && !slices.ContainsFunc(strangers(), func(s strange) bool { return s.op == string(rule.Operation) }) {
			t.Errorf("nobody to whom the object is hidden asks for %s", rule.Operation)
		}
	}
}

// TestAnothersAndNobodysAreAnsweredInTheSameBytes compares status, body and all headers but Date. The id by which a call
// is found again is the sender's here.
func TestAnothersAndNobodysAreAnsweredInTheSameBytes(t *testing.T) {
	t.Parallel()
	o := newOracle(t)
	server := httptest.NewServer(o.rig.edge)
	t.Cleanup(server.Close)
	r := rand.New(rand.NewPCG(1, 1))
	for _, s := range o.reads {
		for range 3 {
			there, none := o.answer(t, server, s, o.path(s, r, true)), o.answer(t, server, s, o.path(s, r, false))
			if !bytes.Equal(there, none) || !bytes.Contains(there, []byte("404")) {
				t.Errorf("%s by %s: another's\n%s\nnobody's\n%s", s.op, s.by, there, none)
			}
		}
	}
	// The numbers of another unit, and of none, are refused alike.
	s := strange{"getStatistics", "unit02"}
	there, none := o.answer(t, server, s, "/v1/statistics?unit=03"), o.answer(t, server, s, "/v1/statistics?unit=99")
	if !bytes.Equal(there, none) || !bytes.Contains(there, []byte("403")) {
		t.Errorf("another unit's numbers\n%s\nno unit's\n%s", there, none)
	}
}

// answer is a reply as it came over the connection, without its date.
func (o *oracle) answer(t *testing.T, server *httptest.Server, s strange, path string) []byte {
	t.Helper()
	q, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	q.Header.Set("Authorization", "Bearer "+s.by)
	q.Header.Set("X-Request-Id", "the-same")
	got, err := server.Client().Do(q)
	if err != nil {
		t.Fatal(err)
	}
	defer got.Body.Close()
	got.Header.Del("Date")
	var out bytes.Buffer
	fmt.Fprintln(&out, got.Proto, got.Status)
	if err := got.Header.Write(&out); err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(&out, got.Body); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// What a list hides costs its reader time, which nobody can tell behind the beat.
func TestListsThatAreSiftedLeaveOnABeat(t *testing.T) {
	t.Parallel()
	const beat = 25 * time.Millisecond
	r := newRig(t)
	r.eventuallyGet(t, "desk", "/v1/board", func(g reply) bool { return g.status == http.StatusOK })
	for path, by := range map[string]string{
		"/v1/units/03/queue": "unit03", "/v1/notices": "unit03", "/v1/board": "desk", "/v1/board.csv": "desk", "/v1/milestones": "lead",
		"/v1/retention": "lead", "/v1/alarms": "lead", "/v1/statistics": "lead", "/v1/statistics.csv": "lead",
	} {
		start := time.Now()
		r.get(t, by, path).want(t, http.StatusOK)
		if took := time.Since(start); took < beat {
			t.Errorf("%s: after %s", path, took)
		}
	}
}
