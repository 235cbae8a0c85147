package e2e

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"golang.org/x/sync/errgroup"

	"verigate/internal/app"
	"verigate/internal/config"
	"verigate/internal/record"
	"verigate/internal/verification"
)

func moved(c *clock) func(*app.Options) {
	return func(o *app.Options) { o.Elapsed = c.Elapsed }
}

// asked is a request of which the partner was asked something that it does not answer.
func (w *world) asked() (location string, replyBy time.Time) {
	w.t.Helper()
	c := w.must(201, w.keys.Partners["NG"], http.MethodPost, requests, named(w.t, "asked"), "Idempotency-Key", "asked")
	at := c.Header.Get("Location")
	w.must(200, w.keys.Desk[0], http.MethodPost, at+"/claim", map[string]any{})
	w.must(200, w.keys.Desk[0], http.MethodPost, at+"/clarification", map[string]any{"code": "subject_ambiguous", "text": "Which container?"})
	view := w.must(200, w.keys.Partners["NG"], http.MethodGet, at, nil)
	replyBy, err := time.Parse(time.RFC3339, view.text("clarification", "reply_by"))
	if err != nil || view.text("status") != "waiting_for_you" {
		w.t.Fatalf("asked: %v\n%s", err, view.Raw)
	}
	return at, replyBy
}

// Row 8, as the partner sees it.
func TestAPartnerIsRemindedAndThenTheRequestExpires(t *testing.T) {
	t.Parallel()
	c := &clock{now: time.Now().Truncate(time.Second)}
	w := begin(t, config.Stores{}, c.Now, moved(c))
	at, replyBy := w.asked()
	began := c.Now()
	sees := func(what func(call) bool) func() error {
		return func() error {
			view, err := try(t.Context(), w.url, w.keys.Partners["NG"], http.MethodGet, at, nil)
			if err == nil && !what(view) {
				err = fmt.Errorf("%s", view.Raw)
			}
			return err
		}
	}
	eventually(t, 5*time.Second, func() error { return w.onBoard(1) })
	c.To(replyBy.Add(time.Second).Format(time.RFC3339))
	eventually(t, 5*time.Second, sees(func(v call) bool {
		return v.text("clarification", "reminded_at") != "" && v.text("status") == "waiting_for_you"
	}))
	c.To(began.Add(2*replyBy.Sub(began) + time.Second).Format(time.RFC3339))
	eventually(t, 5*time.Second, sees(func(v call) bool { return v.text("status") == "expired" }))
	ready := w.must(200, "", http.MethodGet, "/health/ready", nil)
	if got := ready.healthOf("sweep"); got != "ok <nil>" {
		t.Errorf("the sweep is %s", got)
	}
	w.mustBeClean(1)
}

func TestAClockThatWasSetAheadRecordsNothingAndHealthSaysSo(t *testing.T) {
	t.Parallel()
	c := &clock{now: time.Now().Truncate(time.Second)}
	w := begin(t, config.Stores{}, c.Now) // the monotonic clock is the machine's
	made := w.must(201, w.keys.Partners["NG"], http.MethodPost, requests, named(t, "k"), "Idempotency-Key", "k")
	eventually(t, 5*time.Second, func() error { return w.onBoard(1) })
	end, err := w.parts.Journal.Last(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	c.To(c.Now().Add(9 * time.Hour).Format(time.RFC3339))
	eventually(t, 5*time.Second, func() error {
		ready, err := try(t.Context(), w.url, "", http.MethodGet, "/health/ready", nil)
		if err == nil && (ready.Status != 200 || ready.healthOf("sweep") != "degraded clock_jumped") {
			err = fmt.Errorf("%d %s", ready.Status, ready.Raw)
		}
		return err
	})
	if now, err := w.parts.Journal.Last(t.Context()); now != end || err != nil {
		t.Errorf("%d messages were written for %s, %v", end.Lacks(now), made.text("id"), err)
	}
}

// How many requests fall due together, and by what time they were received earlier: all are to be accepted within two
// hours, and nothing else is due soon after three.
const (
	dueTogether = 600
	receivedAgo = 3 * time.Hour
)

// One of two gateways is killed while both record what fell due, over a Redis that has just come back empty: each step
// is recorded once, and none is missed.
func TestOfTwoGatewaysOneIsKilledInTheMidstOfASweep(t *testing.T) {
	t.Parallel()
	store, redis := natsWithJetStream(t), redisServer(t)
	one, other := filepath.Join(t.TempDir(), "one"), filepath.Join(t.TempDir(), "other")
	stores := []string{"--nats", "nats://" + store.addr, "--redis", redis.addr}
	long := &clock{now: time.Now().Add(-receivedAgo)}
	w := begin(t, config.Stores{Data: one, NATS: "nats://" + store.addr, Redis: redis.addr}, long.Now)
	w.submits(dueTogether)
	w.stop()
	copyKeys(t, one, other)

	redis.goes()
	first, second := serve(t, one, stores...), serve(t, other, stores...)
	end := recordEnd(t, store.addr)
	before := end()
	redis.comes()
	eventually(t, 30*time.Second, func() error {
		if done := end() - before; done < dueTogether/10 {
			return fmt.Errorf("%d are recorded", done)
		}
		return nil
	})
	first.kill()
	if at := end() - before; at >= dueTogether {
		t.Fatalf("all were recorded before the kill")
	} else {
		t.Logf("killed when %d of %d were recorded", at, dueTogether)
	}
	killed := time.Now()
	eventually(t, 45*time.Second, func() error {
		if done := end() - before; done < dueTogether {
			return fmt.Errorf("%d of %d are recorded", done, dueTogether)
		}
		return nil
	})
	t.Logf("the other had recorded the rest %s after the kill", time.Since(killed).Round(time.Millisecond))
	if again := first.log.String() + second.log.String(); strings.Contains(again, "cannot be recorded") {
		t.Errorf("the log says\n%s", again)
	}
	mustVerify(t, other, stores...)
	second.kill()
	eachStepOnce(t, config.Stores{Data: other, NATS: "nats://" + store.addr, Redis: redis.addr})
}

// submits sends that many requests, eight at once.
func (w *world) submits(n int) {
	w.t.Helper()
	var group errgroup.Group
	group.SetLimit(8)
	for i := range n {
		key, body := fmt.Sprint("due-", i), named(w.t, fmt.Sprint("due-", i))
		group.Go(func() error {
			c, err := try(w.t.Context(), w.url, w.keys.Partners["NG"], http.MethodPost, requests, body, "Idempotency-Key", key)
			if err == nil {
				err = c.expect(201, "")
			}
			return err
		})
	}
	if err := group.Wait(); err != nil {
		w.t.Fatal(err)
	}
}

// copyKeys makes a data directory for a second gateway over the same record.
func copyKeys(t *testing.T, from, to string) {
	t.Helper()
	if err := os.Mkdir(to, 0o700); err != nil {
		t.Fatal(err)
	}
	files, err := os.ReadDir(from)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if !f.Type().IsRegular() || f.Name() == "lock" {
			continue
		}
		content, err := os.ReadFile(filepath.Join(from, f.Name()))
		if err == nil {
			err = os.WriteFile(filepath.Join(to, f.Name()), content, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// recordEnd asks the store how many messages the record has.
func recordEnd(t *testing.T, addr string) func() int {
	t.Helper()
	nc, err := nats.Connect("nats://" + addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(nc.Close)
	js, err := nc.JetStream()
	if err != nil {
		t.Fatal(err)
	}
	return func() int {
		messages := 0
		for info := range js.Streams() {
			if strings.HasPrefix(info.Config.Name, record.Stream) {
				messages += int(info.State.LastSeq)
			}
		}
		return messages
	}
}

// eachStepOnce holds the record to one warning and one breach for each request.
func eachStepOnce(t *testing.T, s config.Stores) {
	t.Helper()
	s.Replicas = 1
	p, err := app.Open(t.Context(), app.Options{Stores: s, Demo: true, Now: time.Now, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	steps := map[string]map[string]int{}
	last, err := p.Requests.Last(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	err = p.Requests.ReplayUntil(context.WithoutCancel(t.Context()), record.Position{}, last, func(e record.Entry[verification.Decision]) error {
		if e.Content != record.Whole {
			return nil
		}
		if steps[e.ID] == nil {
			steps[e.ID] = map[string]int{}
		}
		for _, event := range e.Decision.Events {
			switch event := event.(type) { //nolint:gochecksumtype // steps alone are looked at
			case verification.StepReached:
				steps[e.ID][fmt.Sprint(event.Step.Clock, " ", event.Step.Percent)]++
			case verification.Breached:
				steps[e.ID][fmt.Sprint(event.Step.Clock, " ", event.Step.Percent)]++
			default:
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(steps) != dueTogether {
		t.Errorf("%d requests", len(steps))
	}
	for id, of := range steps {
		if len(of) != 2 || of["accept 100"] != 1 || of["accept 125"] != 1 {
			t.Errorf("%s: %v", id, of)
		}
	}
}
