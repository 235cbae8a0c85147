package app

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"verigate/internal/httpapi"
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
