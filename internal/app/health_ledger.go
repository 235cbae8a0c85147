package app

import (
	"errors"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"verigate/internal/follow"
	"verigate/internal/httpapi"
	"verigate/internal/notary"
)

// unwitnessedIsFine is for how long something may not have been given to the witness before it is worth a word: a
// checkpoint is given every minute.
const unwitnessedIsFine = 3 * time.Minute

// ledger says whether the streams are what was taken and signed, and whether a witness knows of that. It counts nothing:
// health is for everybody, and how much is recorded is not.
func (h *health) ledger() httpapi.Check {
	check := httpapi.Check{Name: "ledger", Status: "ok"}
	for _, s := range h.parts.Notary.States() {
		switch {
		case s.Broken != nil:
			check.Status, check.Code = "unavailable", "broken"
			return check
		case s.Lacks > 0:
			check.Status, check.Code = "degraded", "witness_lacks"
		case check.Code == "witness_lacks": // of another log, and worth more than what follows
		case !s.Witness:
			check.Status, check.Code = "degraded", "no_witness"
		case !s.UnwitnessedSince.IsZero() && h.parts.Now().Sub(s.UnwitnessedSince) > unwitnessedIsFine:
			check.Status, check.Code, check.Since = "degraded", "not_witnessed", s.UnwitnessedSince
		}
	}
	return check
}

// erasures says that the witness's list of erasures has what this gateway was not sure of when it started, and has not carried
// out, or, which is worse, that it lacks some. Nothing is said when neither is so.
func (h *health) erasures() []httpapi.Check {
	check := httpapi.Check{Name: "erasure_witness", Status: "degraded"}
	switch {
	case errors.Is(h.parts.unheard, follow.ErrMissing):
		check.Code = "missing_erasure"
	case errors.Is(h.parts.unheard, follow.ErrUnvouched):
		check.Code = "unknown_signer"
	default:
		return nil
	}
	return []httpapi.Check{check}
}

// ledgerMetrics are how far the logs are.
func (h *health) ledgerMetrics(registry *prometheus.Registry) {
	for _, log := range h.parts.Notary.Logs() {
		gauge := func(name, help string, value func(notary.State) float64) {
			registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
				Namespace: "verigate", Name: name, Help: help, ConstLabels: prometheus.Labels{"stream": log.Stream()},
			}, func() float64 { return value(log.State()) }))
		}
		gauge("ledger_messages", "Messages that the ledger has taken.", func(s notary.State) float64 { return float64(s.Taken) })
		gauge("ledger_unsigned", "Messages taken since the last checkpoint.", func(s notary.State) float64 { return float64(s.Taken - s.Signed.Size) })
		gauge("ledger_unwitnessed", "Messages that were not given to the witness.", func(s notary.State) float64 { return float64(s.Taken - min(s.Taken, s.Witnessed)) })
		gauge("ledger_broken", "1 when the stream is not what was taken and signed.", func(s notary.State) float64 {
			if s.Broken != nil {
				return 1
			}
			return 0
		})
	}
}
