package verification_test

import (
	"encoding/json"
	"testing"

	. "verigate/internal/verification" //nolint:revive // as in the stories
)

func TestWhatAPartnerAddedIsKeptPerRoundAndErasedWithTheContent(t *testing.T) {
	t.Parallel()
	stamp := Stamp{At: start()}
	r := tell(t, read()).request
	asked := Evolve(r, stamp, FollowedUp{Round: 2, Body: json.RawMessage(`{}`), Identifiers: []Identifier{{Pointer: "/subjects/0/number"}}})
	asked = Evolve(asked, stamp, PartnerAsked{Code: "other", Text: "Which?"})
	asked = Evolve(asked, stamp, PartnerReplied{Body: json.RawMessage(`{}`), Warnings: []Warning{{Pointer: "/subjects/0/imo", Code: "check_failed"}}})
	asked = Evolve(asked, stamp, PartnerAsked{Code: "other", Text: "Whose?"})
	asked = Evolve(asked, stamp, PartnerReplied{Body: json.RawMessage(`{}`)})
	if len(asked.FollowUps) != 1 || asked.FollowUps[0].Round != 2 || len(asked.Replied) != 2 || asked.Replied[0].Text != "Which?" {
		t.Errorf("follow-ups %v, replies %v", asked.FollowUps, asked.Replied)
	}
	identifiers, warnings := asked.Identifiers, asked.Warnings
	if identifiers[len(identifiers)-1].Pointer != "/follow_ups/0/request/subjects/0/number" || warnings[len(warnings)-1].Pointer != "/clarifications/0/reply/subjects/0/imo" {
		t.Errorf("identifiers %v, warnings %v", identifiers, warnings)
	}
	if len(r.FollowUps)+len(r.Replied) != 0 {
		t.Error("an event changed the state that it was folded into")
	}
	gone := Evolve(asked, stamp, AboveCeilingFound{Code: "aggregation"})
	if len(gone.FollowUps)+len(gone.Replied)+len(gone.Identifiers)+len(gone.Warnings) != 0 {
		t.Errorf("content stays: %+v", gone)
	}
}
