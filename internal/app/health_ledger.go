package app

import (
	"errors"
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"verigate/internal/follow"
	"verigate/internal/httpapi"
	"verigate/internal/notary"
)

// unwitnessedIsFine is for how long something may not have been given to the witness before it is worth a word: a
// checkpoint is given every minute.
const unwitnessedIsFine = 3 * time.Minute

// untakenIsFine is for how long a log may fail to follow its stream: what passes by itself is gone by then.
const untakenIsFine = time.Minute

// ledgerCodes are what health says of the ledger, the better first.
var ledgerCodes = []string{"", "no_witness", "not_witnessed", "not_taken", "witness_lacks", "broken"}

// ledger says whether the streams are what was taken and signed, and whether a witness knows of that. It counts nothing:
// health is for everybody, and how much is recorded is not.
func (h *health) ledger() httpapi.Check {
	check := httpapi.Check{Name: "ledger", Status: "ok"}
	for _, s := range h.parts.Notary.States() {
		code, since := h.ledgerCode(s)
		if slices.Index(ledgerCodes, code) > slices.Index(ledgerCodes, check.Code) {
			check.Status, check.Code, check.Since = "degraded", code, since
		}
	}
	if check.Code == "broken" {
		check.Status = "unavailable"
	}
	return check
}

// ledgerCode is the worst of one log, and since when that is so, where that is known.
func (h *health) ledgerCode(s notary.State) (code string, since time.Time) {
	lasts := func(since time.Time, fine time.Duration) bool {
		return !since.IsZero() && h.parts.Now().Sub(since) > fine
	}
	switch {
	case s.Broken != nil:
		return "broken", since
	case s.Lacks > 0:
		return "witness_lacks", since
	case lasts(s.FailingSince, untakenIsFine):
		return "not_taken", s.FailingSince
	case !s.Witness:
		return "no_witness", since
	case lasts(s.UnwitnessedSince, unwitnessedIsFine):
		return "not_witnessed", s.UnwitnessedSince
	}
	return "", since
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
