package app

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"verigate/internal/httpapi"
	"verigate/internal/limit"
)

// endsSoon is how long before a certificate's end operators are told.
const endsSoon = 14 * 24 * time.Hour

// certificate says whether the door's certificate will be believed tomorrow too.
func (h *health) certificate() httpapi.Check {
	state, now := h.certificates.State(), h.parts.Now()
	check := httpapi.Check{Name: "certificate", Status: "ok"}
	switch {
	case now.After(state.NotAfter):
		check.Status, check.Code, check.Since = "degraded", "ended", state.NotAfter
	case !state.RefusedSince.IsZero():
		check.Status, check.Code, check.Since = "degraded", "new_one_refused", state.RefusedSince
	case now.Add(endsSoon).After(state.NotAfter):
		check.Status, check.Code = "degraded", "ends_soon"
	}
	return check
}

// doorMetrics are who is connected, and by what.
func (h *health) doorMetrics(registry *prometheus.Registry, gauge func(name, help string, value func() float64)) {
	gauge("connections", "Connections to the API that are open.", func() float64 { return float64(h.door.Open()) })
	registry.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{
		Namespace: "verigate", Name: "connections_refused_total", Help: "Connections that were too many, or came through a proxy without its header.",
	}, func() float64 { return float64(h.door.Refused()) }))
	h.limitMetrics(registry, gauge)
	if h.certificates == nil {
		return
	}
	gauge("certificate_end_seconds", "When the certificate that is served ends, in seconds of Unix time.", func() float64 {
		return float64(h.certificates.State().NotAfter.Unix())
	})
	gauge("certificate_refused", "1 while the files hold a certificate that cannot be used and the old one is served on.", func() float64 {
		if h.certificates.State().RefusedSince.IsZero() {
			return 0
		}
		return 1
	})
}

// limitMetrics are what was refused because somebody had enough. They name nobody.
func (h *health) limitMetrics(registry *prometheus.Registry, gauge func(name, help string, value func() float64)) {
	counter := func(name, help string, value func(limit.Numbers) uint64) {
		registry.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Namespace: "verigate", Name: name, Help: help}, func() float64 {
			return float64(value(h.limiter.Numbers()))
		}))
	}
	counter("calls_limited_total", "Calls refused because their caller's allowance was used up.", func(n limit.Numbers) uint64 { return n.Callers })
	counter("strangers_limited_total", "Calls without identity refused because their source's allowance was used up.", func(n limit.Numbers) uint64 { return n.Strangers })
	counter("calls_greedy_total", "Calls and streams refused because their caller had as many under way as it may.", func(n limit.Numbers) uint64 { return n.Greedy })
	counter("calls_shed_total", "Calls and streams refused because too much was under way in all.", func(n limit.Numbers) uint64 { return n.Shed })
	gauge("calls_at_work", "Calls at work.", func() float64 { return float64(h.limiter.Numbers().AtWork) })
	gauge("streams", "Open streams.", func() float64 { return float64(h.limiter.Numbers().Streams) })
	gauge("allowances_alone", "1 while allowances are counted by this gateway alone, for Redis does not answer.", func() float64 {
		if h.limiter.Numbers().Alone {
			return 1
		}
		return 0
	})
}
