package verification

import (
	"slices"
)

// Rows 1, 1b, 1c, 2 and 3: how a request comes in and who holds it.

func (r Request) submit(c Submit) ([]Event, error) {
	if err := checkIntake(c.Intake, c.Questions); err != nil {
		return nil, err
	}
	events := []Event{Submitted{ID: c.ID, Intake: c.Intake, Questions: inRound(c.Questions, 1)}}
	if len(c.Route) == 0 {
		return events, nil
	}
	if c.Intake.Level.Sealed() {
		return nil, refuse(SealedNoRule, "no request of this level is routed by rule")
	}
	born := r.Apply(Decision{Events: events})
	assignments, err := born.assign(c.Route, TaskQuestion)
	if err != nil {
		return nil, err
	}
	if err := born.covers(assignments); err != nil {
		return nil, err
	}
	return append(events, Routed{Rule: true, Assignments: assignments}), nil
}

func checkIntake(in Intake, questions []Question) error {
	if in.Kind != KindInformation && len(questions) == 0 {
		return refuse(NoQuestions, "a request needs at least one question")
	}
	if in.Kind == KindInformation && len(questions) > 0 {
		return refuse(IsInformation, "information asks no questions")
	}
	for _, q := range questions {
		if q.Code == "OUT" {
			return refuse(WrongDirection, "outbound requests have a channel of their own")
		}
	}
	return nil
}

func (r Request) register(c Register, o Order) ([]Event, error) {
	if err := checkIntake(c.Intake, c.Questions); err != nil {
		return nil, err
	}
	if c.Intake.ReceivedAt.After(o.At) {
		return nil, refuse(ArrivalInFuture, "the time of arrival is later than now")
	}
	return one(Registered{ID: c.ID, Intake: c.Intake, Questions: inRound(c.Questions, 1)})
}

func (r Request) registerStub(c RegisterStub, o Order) ([]Event, error) {
	if c.Intake.ReceivedAt.After(o.At) {
		return nil, refuse(ArrivalInFuture, "the time of arrival is later than now")
	}
	return one(StubRegistered{ID: c.ID, Intake: c.Intake, Keeper: c.Keeper})
}

func inRound(questions []Question, round int) []Question {
	out := slices.Clone(questions)
	for i := range out {
		out[i].Round = round
	}
	return out
}

func (r Request) claim(c Claim, o Order) ([]Event, error) {
	me := o.By.Person
	switch {
	case c.To != "" && c.To != me:
		if r.Holder != me {
			return nil, refuse(NotTheHolder, "only who holds the request hands it over")
		}
		return one(Claimed{Person: c.To, How: "hand_over", Reason: c.Reason})
	case r.Holder == me && r.State != Received:
		return nil, nil
	case r.Holder == "" || r.Holder == me:
		return one(Claimed{Person: me, How: "claim"})
	case !c.TakeOver:
		return nil, refuse(AlreadyClaimed, "somebody else holds the request: take it over with a reason")
	case c.Reason == "":
		return nil, refuse(ReasonMissing, "taking over needs a reason")
	}
	return one(Claimed{Person: me, How: "take_over", Reason: c.Reason})
}
