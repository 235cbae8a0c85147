package app

import (
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"verigate/internal/access"
	"verigate/internal/edge"
	"verigate/internal/follow"
	"verigate/internal/httpapi"
	"verigate/internal/limit"
	"verigate/internal/marking"
	"verigate/internal/record"
	"verigate/internal/verification"
)

// health knows what works. Ready means that RECORD and KEYS can be written and the clock is sane; Redis, followers and
// their lag are reported beside it and do not turn it.
type health struct {
	parts        *Parts
	certificates *edge.Certificates // nil: the door has none
	door         *edge.Listener     // nil: none is open
	limiter      *limit.Limiter     // of what comes through it

	mu    sync.Mutex
	ended map[string]time.Time // followers that cannot go on, and since when
}

func newHealth(p *Parts) *health { return &health{parts: p, ended: map[string]time.Time{}} }

// stopped notes a follower that cannot go on.
func (h *health) stopped(name string, _ error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.ended[name] = h.parts.Now()
}

// answersWithin bounds how long each part is asked.
const answersWithin = 2 * time.Second

// Report asks every part.
func (h *health) Report(ctx context.Context) httpapi.Health {
	ctx, cancel := context.WithTimeout(ctx, answersWithin)
	defer cancel()
	out := httpapi.Health{Ready: true, Demo: h.parts.Demo}
	end, err := h.parts.Journal.Last(ctx)
	out.Checks = append(out.Checks, h.written("record", err, &out.Ready), h.written("keys", h.keys(ctx), &out.Ready), h.clock(&out.Ready))
	out.Checks = append(out.Checks, h.root(), h.evidence(ctx), h.redis(ctx), h.keepers(), h.onDuty(), h.backups(), h.lag("watch", end, h.parts.Watch.Position()))
	at, err := h.parts.Store.Position(ctx)
	if err == nil {
		out.Checks = append(out.Checks, h.lag("board", end, at.Record))
	}
	if h.parts.Registry.Behind() {
		out.Checks = append(out.Checks, httpapi.Check{Name: followsRegistry, Status: "degraded", Code: "behind"})
	}
	if !h.parts.Alone {
		out.Checks = append(out.Checks, h.sweep(), h.ledger())
	}
	out.Checks = append(out.Checks, h.verified()...)
	out.Checks = append(out.Checks, h.erasures()...)
	if h.certificates != nil {
		out.Checks = append(out.Checks, h.certificate())
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	for name, since := range h.ended {
		out.Checks = append(out.Checks, httpapi.Check{Name: name, Status: "unavailable", Code: "stopped", Since: since})
	}
	return out
}

// written is a necessary part that must be written too: why it cannot be comes before whether it can be read.
func (h *health) written(name string, err error, ready *bool) httpapi.Check {
	check := h.necessary(name, err, ready)
	code, accepts := h.parts.disks()
	switch {
	case code == "":
	case !accepts:
		*ready, check.Status, check.Code = false, "unavailable", code
	case check.Status == "ok":
		check.Status, check.Code = "degraded", code
	}
	return check
}

// necessary is a part without which nothing is accepted.
func (h *health) necessary(name string, err error, ready *bool) httpapi.Check {
	if err != nil {
		*ready = false
		return httpapi.Check{Name: name, Status: "unavailable", Code: "no_answer"}
	}
	return httpapi.Check{Name: name, Status: "ok"}
}

// keys says whether a data key written ahead is there for the next request.
func (h *health) keys(ctx context.Context) error { return h.parts.Vault.Fill(ctx) }

// clock compares this machine's clock with the record.
func (h *health) clock(ready *bool) httpapi.Check {
	if h.parts.Watch.AheadOf(h.parts.Now()) {
		*ready = false
		return httpapi.Check{Name: "clock", Status: "unavailable", Code: "before_the_record"}
	}
	return httpapi.Check{Name: "clock", Status: "ok"}
}

func (h *health) redis(ctx context.Context) httpapi.Check {
	check := httpapi.Check{Name: "redis", Status: "ok"}
	switch {
	case h.parts.Store.Ping(ctx) != nil:
		check.Status, check.Code = "degraded", "no_answer"
	case h.parts.Store.Embedded():
		check.Status, check.Code = "degraded", "embedded"
	}
	return check
}

// keepers says whether every default compartment can work at any hour: a keeper, a deputy, a reviewer, a lead.
func (h *health) keepers() httpapi.Check {
	roster := access.RosterOf(h.parts.Registry.Keyring().Principals(), h.parts.Now())
	for _, c := range marking.Defaults() {
		if gaps := roster.Gaps(verification.Compartment(c)); len(gaps) > 0 {
			return httpapi.Check{Name: "compartments", Status: "degraded", Code: string(gaps[0])}
		}
	}
	return httpapi.Check{Name: "compartments", Status: "ok"}
}

// onDuty says how many compartments have nobody on duty, or no deputy, now or within a day. Which ones it does not say.
func (h *health) onDuty() httpapi.Check {
	check := httpapi.Check{Name: "keepers_on_duty", Status: "ok"}
	check.Count = h.parts.Registry.Duty().Uncovers(h.parts.Registry.Keyring().Principals(), h.parts.Now())
	if check.Count > 0 {
		check.Status, check.Code = "degraded", "uncovered"
	}
	return check
}

// behindIsFine is how many messages a follower may be behind before it is worth a word.
const behindIsFine = 1000

func (h *health) lag(name string, end, at record.Position) httpapi.Check {
	check := httpapi.Check{Name: name, Status: "ok", Lag: int64(at.Lacks(end))} //nolint:gosec // a count of messages fits
	if check.Lag > behindIsFine {
		check.Status, check.Code = "degraded", "behind"
	}
	return check
}

// lateIsFine is how late the oldest due entry may be, or the sweep's last look, before it is worth a word. What is due
// is late by a tenth of a second in quiet times.
const lateIsFine = 10 * time.Second

// sweep says how late the oldest entry of the due set is, in seconds, and why.
func (h *health) sweep() httpapi.Check {
	state, now := h.parts.Sweep.State(), h.parts.Now()
	check := httpapi.Check{Name: "sweep", Status: "ok"}
	quiet := now.Sub(state.Looked)
	switch {
	case state.Held != follow.NotHeld:
		check.Status, check.Code, check.Since = "degraded", string(state.Held), state.Since
	case quiet > lateIsFine:
		check.Status, check.Code, check.Since = "degraded", "no_answer", state.Looked
	case state.Lag > lateIsFine:
		check.Status, check.Code = "degraded", "behind"
	}
	check.Lag = int64(max(state.Lag, 0) / time.Second)
	return check
}

// metrics serves the numbers of this process. They count and name nothing of a request.
func (h *health) metrics() http.Handler {
	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	gauge := func(name, help string, value func() float64) {
		registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Namespace: "verigate", Name: name, Help: help}, value))
	}
	gauge("watch_messages", "Messages of the record that this gateway's memory has taken.", func() float64 { return float64(h.parts.Watch.Position().Count()) })
	gauge("board_away", "1 while the board cannot be written.", func() float64 {
		if h.parts.Boarder.Away() {
			return 1
		}
		return 0
	})
	gauge("followers_stopped", "Followers that cannot go on.", func() float64 {
		h.mu.Lock()
		defer h.mu.Unlock()
		return float64(len(h.ended))
	})
	h.sweepMetrics(registry, gauge)
	h.evidenceMetrics(gauge)
	h.doorMetrics(registry, gauge)
	h.ledgerMetrics(registry)
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{}))
	return mux
}

// sweepMetrics are what the sweep did and how late it was.
func (h *health) sweepMetrics(registry *prometheus.Registry, gauge func(name, help string, value func() float64)) {
	counter := func(name, help string, value func(follow.SweepState) uint64) {
		registry.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Namespace: "verigate", Name: name, Help: help}, func() float64 {
			return float64(value(h.parts.Sweep.State()))
		}))
	}
	counter("sweep_recorded_total", "Steps of clocks, and rows 8, 14 and 18, that the sweep has recorded.", func(s follow.SweepState) uint64 { return s.Recorded })
	counter("sweep_failed_total", "Requests on which nothing could be recorded; each is tried again.", func(s follow.SweepState) uint64 { return s.Failed })
	gauge("sweep_late_seconds", "How late the last step was recorded.", func() float64 { return h.parts.Sweep.State().Late.Seconds() })
	gauge("sweep_oldest_seconds", "How late the oldest entry of the due set was at the last look.", func() float64 { return h.parts.Sweep.State().Lag.Seconds() })
	gauge("sweep_held", "1 while the machine's clock is not believed and nothing is recorded.", func() float64 {
		if h.parts.Sweep.State().Held != follow.NotHeld {
			return 1
		}
		return 0
	})
}
