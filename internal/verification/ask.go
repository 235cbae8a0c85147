package verification

import (
	"time"

	"verigate/internal/marking"
)

// Rows 6 to 10: asking back, refusing, and what is not ours.

func (r Request) askPartner(c AskPartner) ([]Event, error) {
	if c.Code == "" {
		return nil, refuse(ReasonMissing, "a clarification needs a code")
	}
	if err := r.asks(c.Questions); err != nil {
		return nil, err
	}
	return one(PartnerAsked{Code: c.Code, Text: c.Text, Questions: sorted(c.Questions), ReplyBy: c.ReplyBy})
}

func (r Request) proposeClarification(c ProposeClarification) ([]Event, error) {
	if c.Code == "" {
		return nil, refuse(ReasonMissing, "a clarification needs a code")
	}
	if err := r.asks(c.Questions); err != nil {
		return nil, err
	}
	c.Questions = sorted(c.Questions)
	return one(ClarificationProposed(c))
}

// rejectClarification turns down what a unit proposed: the partner is not asked, and the unit answers with what it has.
func (r Request) rejectClarification(c RejectClarification) ([]Event, error) {
	switch {
	case !r.Waits(c.Proposal):
		return nil, refuse(NoProposal, "no proposal of that number waits: it was asked, turned down or needs no reply any more")
	case c.Code == "":
		return nil, refuse(ReasonMissing, "what a unit proposes is turned down with a code")
	}
	return one(ClarificationRejected(c))
}

// asks refuses numbers that the round has not.
func (r Request) asks(questions []int) error {
	for _, n := range questions {
		if _, ok := r.Question(n); !ok {
			return refuse(UnknownQuestion, "the round has no question of that number")
		}
	}
	return nil
}

// replyToClarification is row 7. A reply that raises the request to L3 seals it, as a follow-up does; one that names what has
// a floor raises the degree.
func (r Request) replyToClarification(c ReplyToClarification, o Order) ([]Event, error) {
	replied := PartnerReplied{Body: c.Body, Identifiers: c.Identifiers, Warnings: c.Warnings, Marked: c.Marked}
	if c.Level > r.Level {
		replied.Level = c.Level
	}
	events := append([]Event{replied}, r.sealedBy(c.Level, c.Compartment)...)
	if r.slowerThan(c.Degree) {
		events = append(events, DegreeChanged{Degree: c.Degree, Code: CodeFloor, DueAt: c.DueAt})
	}
	return r.sealing(o.Stamp, events), nil
}

// sealedBy puts a request that a partner's words raise to L3 into a compartment, unless it is in one.
func (r Request) sealedBy(level marking.Level, into Compartment) []Event {
	if level = max(level, r.Level); level < marking.L3 || r.Compartment != "" {
		return nil
	}
	return []Event{Sealed{Compartment: compartmentFor(level, into)}}
}

func (r Request) remindPartner(c RemindPartner, o Order) ([]Event, error) {
	if err := dueSince(r.Asked.At, c.Due, o.At); err != nil {
		return nil, err
	}
	if !r.Asked.RemindedAt.IsZero() {
		return nil, nil
	}
	return one(PartnerReminded{DueAt: c.Due})
}

func (r Request) expireClarification(c ExpireClarification, o Order) ([]Event, error) {
	if err := dueSince(r.Asked.At, c.Due, o.At); err != nil {
		return nil, err
	}
	return one(ClarificationExpired{DueAt: c.Due})
}

// due refuses what time has not brought yet. At its due time a clock has run out.
func due(at, now time.Time) error {
	if at.IsZero() || now.Before(at) {
		return refuse(NotDue, "the clock has not run out")
	}
	return nil
}

// dueSince refuses also the timer of an earlier clock of the same name: it cannot be due before its own start.
func dueSince(start, at, now time.Time) error {
	if !at.After(start) {
		return refuse(NotDue, "that clock does not run any more")
	}
	return due(at, now)
}

func (r Request) proposeRefusal(c ProposeRefusal) ([]Event, error) {
	if c.Code == "" {
		return nil, refuse(ReasonMissing, "a refusal needs a code")
	}
	if !hashMatches(c.Bytes, c.Hash) {
		return nil, refuse(HashMismatch, "the hash is not that of the proposed text")
	}
	return one(RefusalProposed(c))
}

func (r Request) approveRefusal(c ApproveRefusal) ([]Event, error) {
	if c.Hash != r.Refusal.Hash {
		return nil, refuse(HashMismatch, "the hash is not that of the proposed text: read it again")
	}
	return one(RefusalApproved(c))
}

func (r Request) declareNotCompetent(c DeclareNotCompetent) ([]Event, error) {
	if c.Channel == "" {
		return nil, refuse(ReasonMissing, "name the proper channel")
	}
	if !hashMatches(c.Bytes, c.Hash) {
		return nil, refuse(HashMismatch, "the hash is not that of the text")
	}
	return one(NotCompetentDeclared(c))
}
