package verification_test

import (
	"testing"

	. "verigate/internal/verification" //nolint:revive // as in the stories
)

// The letter has its number in its bytes, and its words say what was known when it was written: what takes that number, and
// what the partner says since, voids it (row 9).
func TestARefusalIsVoidOnceItsNumberIsTakenOrThePartnerHasReplied(t *testing.T) {
	t.Parallel()
	proposed := after(then(liaison(), submit(1, 2)), then(desk(), Claim{}), then(desk(), route(toUnit("03", 1, 2))),
		then(officer("03"), AcceptTask{Task: task(1)}), then(officer("03"), final(1, held(1, "f1"), negative(2))), then(desk(), refusalOf("no")))
	part := after(then(desk(), pack(ReleasePartial, "v1", []FactID{"f1"}, gives(1, Held), gives(2, Pending))), then(colleague(), release("v1")))
	for name, since := range map[string][]move{
		"a part went out":      part,
		"the partner replied":  after(then(desk(), AskPartner{Code: "legal_basis", Text: "?"}), then(liaison(), ReplyToClarification{Body: []byte(`{}`)})),
		"and none of it is so": nil,
	} {
		s := tell(t, after(proposed, since)).is(InReview)
		if void := s.request.Refusal.Void; void != (since != nil) {
			s.fail("%s: the refusal is void: %t", name, void)
		}
		if since == nil {
			s.does(lead(), ApproveRefusal{Hash: hashOf("no")}).is(Refused)
			continue
		}
		s.isRefused(lead(), ApproveRefusal{Hash: hashOf("no")}, NoProposal)
		s.does(desk(), refusalOf("still no")).does(lead(), ApproveRefusal{Hash: hashOf("still no")}).is(Refused)
	}
}

// What was approved before this was a rule went out as it was approved.
func TestARefusalThatWentOutUnderATakenNumberIsFoldedAsItWent(t *testing.T) {
	t.Parallel()
	s := tell(t, refusalProposed())
	voided := Evolve(s.request, Stamp{At: s.at}, PartnerReplied{Body: []byte(`{}`)})
	r := Evolve(voided, Stamp{At: s.at}, RefusalApproved{Hash: hashOf("no")})
	bytes, _ := written("no")
	if r.State != Refused || len(r.Releases) != 1 || string(r.Releases[0].Bytes) != string(bytes) {
		s.fail("%s with %+v", r.State, r.Releases)
	}
}
