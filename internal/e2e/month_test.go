package e2e

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"verigate/internal/access"
	"verigate/internal/config"
	"verigate/internal/month"
	"verigate/internal/seal"
	"verigate/internal/verification"
)

// past is a month that is over, of one request that was erased in it.
type past struct {
	month, token, id string
	sent             call
	unused           string            // a key that nobody took
	secrets          map[string][]byte // that must be nowhere
}

// group is the id of its key.
func (p past) group() string { return month.Group(p.month) }

// goBack makes a record of some months ago: a request in each, erased, and a second lead.
func (e *erasing) goBack(n int) (months []past) {
	e.t.Helper()
	c := &clock{}
	begins := time.Now().UTC().AddDate(0, -3-n, 0)
	at := func(i int) time.Time {
		return time.Date(begins.Year(), begins.Month()+time.Month(i), 10, 3, 0, 0, 0, time.UTC)
	}
	c.To(at(0).Format(time.RFC3339))
	w := begin(e.t, config.Stores{Data: e.dir, NATS: "nats://" + e.nats.addr, Redis: e.boards.addr, Replicas: e.replicas}, c.Now)
	e.keys = w.keys
	e.secondLead(w)
	for i := range n {
		c.To(at(i).Format(time.RFC3339))
		p := past{month: at(i).Format("2006-01"), token: fmt.Sprintf("Qzxwvm%02dHqjz", i), secrets: map[string][]byte{}}
		p.sent = w.must(201, w.keys.Partners["NG"], http.MethodPost, requests, named(e.t, p.token), "Idempotency-Key", p.token)
		p.id = p.sent.text("id")
		kid := e.last(doomed{id: p.id}.stream(), doomed{id: p.id}.subject()).Header.Get("Vg-Kid")
		p.secrets["the group's key"], p.secrets["the request's key"] = e.last("KEYS", "key."+p.group()).Data, e.last("KEYS", "key."+kid).Data
		w.must(200, w.keys.Lead, http.MethodPost, requests+"/"+p.id+"/above-ceiling", []byte(`{"code":"state_secret_content"}`))
		eventually(e.t, 20*time.Second, func() error {
			if e.last("KEYS", "key."+kid).Header.Get("Vg-Erased") == "" {
				return fmt.Errorf("the key of %s is there", p.token)
			}
			return nil
		})
		err := w.parts.Conn.Keys().Each(e.t.Context(), p.group(), func(k seal.Wrapped) error {
			if k.KID != kid {
				p.unused, p.secrets["a key that nobody took"] = k.KID, k.Bytes
			}
			return nil
		})
		if err != nil {
			e.t.Fatal(err)
		}
		months = append(months, p)
	}
	w.stop()
	return months
}

// secondLead makes a duty officer a lead as well.
func (e *erasing) secondLead(w *world) {
	e.t.Helper()
	officer := verification.PersonID("")
	for _, p := range w.parts.Registry.Keyring().Principals() {
		if p.Label == "Cán bộ trực 2" {
			officer = p.ID
		}
	}
	for n, do := range []access.Command{
		access.ProposeGrant{Grant: "deputy", Role: verification.RoleLead, Until: w.parts.Now().AddDate(0, 11, 0), Reason: "Deputy."},
		access.ConfirmGrant{Grant: "deputy"},
	} {
		by := verification.Actor{Person: verification.PersonID(fmt.Sprint("p_operator0000000", n)), Roles: []verification.Role{verification.RoleOperator}}
		if err := w.parts.Registry.Principal(e.t.Context(), by, officer, do); err != nil {
			e.t.Fatal(err)
		}
	}
}

// confirm ends a month, as often as it takes: the same call has one effect.
func (e *erasing) confirm(p past) (call, error) {
	return try(e.t.Context(), e.url, e.keys.Desk[1], http.MethodPost, "/v1/retention/months/"+p.month+"/confirmation", []byte(`{}`))
}

// A gateway is killed before each of the writes that the end of a month is made of. The next one finishes it; then no key of the
// month is in a file of any server, verify finds nothing wrong, and what was promised of its requests is proved still.
func TestAMonthIsEndedByDecisionThoughTheGatewayIsKilled(t *testing.T) {
	t.Parallel()
	e := erasingOver(t)
	steps := []struct {
		name   string
		before func(p past) string
	}{
		{"event", func(p past) string { return "HPUB record.0.directory.month-" + p.month + " " }},
		{"tombstone of the month's key", func(p past) string { return "HPUB key." + p.group() + " " }},
		{"the month's key", func(past) string { return "PUB $JS.API.STREAM.MSG.DELETE.KEYS " }},
		{"tombstone of a key under it", func(p past) string { return "HPUB key." + p.unused + " " }},
		{"carried out", func(past) string { return "HPUB key.position.erasure " }},
	}
	months := e.goBack(len(steps))
	e.starts()
	for i, step := range steps {
		p := months[i]
		e.must(409, e.keys.Desk[1], http.MethodPost, "/v1/retention/months/"+p.month+"/confirmation", []byte(`{}`))
		e.must(200, e.keys.Lead, http.MethodPost, "/v1/retention/months/"+p.month+"/proposal", []byte(`{"reason":"Its retention is over."}`))
		e.must(409, e.keys.Lead, http.MethodPost, "/v1/retention/months/"+p.month+"/confirmation", []byte(`{}`))
		e.nats.arm(step.before(p), func() { e.gateway.signal(syscall.SIGKILL) })
		answered, err := e.confirm(p)
		select {
		case <-e.gateway.exited:
		case <-time.After(20 * time.Second):
			t.Fatalf("%s: nothing was written that the kill waits for; %d %s, %v\n%s", step.name, answered.Status, answered.Raw, err, e.gateway.log.String())
		}
		e.starts()
		if again, err := e.confirm(p); err != nil || again.Status != 200 {
			t.Fatalf("%s: confirmed again: %d %s %v", step.name, again.Status, again.Raw, err)
		}
		e.mustBeEnded(p)
	}
	if n := mustVerify(t, e.dir); n != len(steps) {
		t.Errorf("%d requests", n)
	}
	mustSay(t, exits(t, 0, "verify", "--data", e.dir), fmt.Sprintf(`^ended by decision: %d months`, len(steps)))
	e.mustStillProve(e.dir, months[0].sent)
	keys, wanted := filepath.Join(t.TempDir(), "keys"), exits(t, 0, "erasure", "keys", "--data", e.dir)
	if err := os.WriteFile(keys, []byte(wanted), 0o600); err != nil || !strings.Contains(wanted, months[0].group()+"\n") {
		t.Fatalf("%v\n%s", err, wanted)
	}
	mustSay(t, exits(t, 0, "erasure", "list", "--data", e.dir), "^month "+months[0].month+": key destroyed ")
	e.gateway.kill()
	stream, err := e.js.Stream(t.Context(), "KEYS")
	if err != nil {
		t.Fatal(err)
	}
	node, report := stream.CachedInfo().Cluster.Leader, filepath.Join(t.TempDir(), "report")
	mustSay(t, exits(t, 0, "erasure", "scan", filepath.Join(e.files[0], "store"), "--keys", keys, "--node", node, "--report", report), ` 0 places found`)
	e.starts()
	eventually(t, 20*time.Second, func() error { // its door for commands opens last
		code, said := command(t, "erasure", "note", report, "--data", e.dir)
		if want := "month " + months[0].month + ": erased here: no key of it on " + node; code != 0 || !strings.Contains(said, want) {
			return fmt.Errorf("exit %d: %s", code, said)
		}
		return nil
	})
	mustSay(t, exits(t, 0, "erasure", "list", "--data", e.dir), "^month "+months[0].month+": key destroyed .*, on no disk of "+node+" ")
	e.gateway.kill()
	e.saved()
	for _, p := range months {
		p.secrets["the word"] = []byte(p.token)
		for what, secret := range p.secrets {
			for _, dir := range append(e.files, e.dir) {
				if onDisk(t, dir, secret) {
					t.Errorf("%s of %s is in a file below %s", what, p.month, dir)
				}
			}
		}
	}
}

// mustBeEnded waits until nothing of a month is stored, and holds what is told of its request.
func (e *erasing) mustBeEnded(p past) {
	e.t.Helper()
	eventually(e.t, 20*time.Second, func() error {
		said := keyOver(e.t, e.dir, 0, "group", "list")
		if !strings.Contains(said, p.month+": ended by a decision: its keys are destroyed") {
			return fmt.Errorf("%s is not ended:\n%s", p.month, said)
		}
		return nil
	})
	for _, kid := range []string{p.group(), p.unused} {
		if n := e.count("KEYS", "key."+kid); n != 1 || e.last("KEYS", "key."+kid).Header.Get("Vg-Erased") == "" {
			e.t.Errorf("%d messages of %s, want its tombstone", n, kid)
		}
	}
	e.must(410, e.keys.Partners["NG"], http.MethodPost, requests, named(e.t, p.token), "Idempotency-Key", p.token)
	at := requests + "/" + p.id
	for who, key := range map[string]string{"the lead": e.keys.Lead, "its partner": e.keys.Partners["NG"]} {
		if stub := e.must(200, key, http.MethodGet, at, nil); stub.text("number") == "" || strings.Contains(string(stub.Raw), p.token) {
			e.t.Errorf("%s is shown %s", who, stub.Raw)
		}
	}
}
