package demo

import (
	"context"
	"errors"
	"net/http"

	"verigate/api/client"
)

// s13 is above what the gateway may hold: a stub without a word of it, handled elsewhere. Its keeper is named by an
// opaque id, which the play knows from the keeper's own claim in S08.
func s13() Story {
	const delivery matter = "S13"
	return Story{
		ID: "S13", Title: "Controlled delivery: content above the gateway ceiling", Needs: "S08",
		Steps: []Step{
			delivery.enters(desk(1), "registerStub", "registers a stub, no text"),
			delivery.claims(keeper(), "triage").proving(delivery.holdsNothing),
			delivery.hiddenFrom(supervisor()),
			delivery.does(lead(), "handleOutside", 1, "records that it was handled outside").gives("closed"),
			delivery.seen(partner("TH-CUSTOMS"), "closed"),
		},
	}
}

// s15 came by e-mail from somebody who is no partner: refused by two persons.
func s15() Story {
	const foundation matter = "S15"
	return Story{
		ID: "S15", Title: "Request from an NGO, outside the channel",
		Steps: []Step{
			foundation.enters(desk(1), "registerRequest", "registers what came by e-mail, sender unknown"),
			foundation.seen(desk(1), "triage"),
			foundation.does(desk(1), "proposeRefusal", 1, "proposes a refusal").gives("triage").proving(foundation.refusalIsKnown),
			foundation.does(desk(1), "approveRefusal", 1, "approves it as well").refused(http.StatusForbidden, ""),
			foundation.does(lead(), "approveRefusal", 1, "approves these words by their hash").gives("refused"),
			foundation.does(desk(1), "noteRequest", 1, "notes where press questions go").gives("refused"),
		},
	}
}

// enters is what the desk writes down of something that did not come through the gateway.
func (m matter) enters(by Actor, call, says string) Step {
	s := m.does(by, call, 1, says).proving(m.isKept)
	s.Want.code = http.StatusCreated
	return s
}

// holdsNothing proves that a stub has no content.
func (m matter) holdsNothing(_ context.Context, _ *stage, r reply) (string, error) {
	view, err := as[client.StaffView](r)
	if err != nil {
		return "", err
	}
	if !view.Stub || len(view.Request) > 0 || len(view.Questions) > 0 {
		return "", errors.New("a stub holds content")
	}
	return "number, partner and clocks, nothing else", nil
}

// refusalIsKnown remembers the hash of the words that were proposed.
func (m matter) refusalIsKnown(_ context.Context, s *stage, r reply) (string, error) {
	view, err := as[client.StaffView](r)
	if err != nil || view.Refusal.Hash == "" {
		return "", errors.Join(err, errors.New("the proposal has no hash"))
	}
	s.files[m].refusal = view.Refusal.Hash
	return "", nil
}
