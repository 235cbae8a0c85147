package verification

import (
	"slices"

	"verigate/internal/marking"
)

// Rows 1, 1b, 1c, 2 and 3: how a request comes in and who holds it.

func (r Request) submit(c Submit, o Order) ([]Event, error) {
	if c.Intake.Partner != o.By.Partner {
		return nil, refuse(NotPermitted, "a partner submits in its own name")
	}
	if err := checkIntake(c.Intake, c.Questions); err != nil {
		return nil, err
	}
	c.Intake.Compartment = compartmentFor(c.Intake.Level, c.Intake.Compartment)
	events := []Event{Submitted{ID: c.ID, Intake: c.Intake, Questions: inRound(c.Questions, 1)}}
	if len(c.Route) == 0 {
		return events, nil
	}
	if err := byRule(c); err != nil {
		return nil, err
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

// byRule says whether row 2 may apply at all: below L3, and no question whose place says little about who knows.
func byRule(c Submit) error {
	if c.Intake.Level.Sealed() {
		return refuse(SealedNoRule, "no request of this level is routed by rule")
	}
	for _, q := range c.Questions {
		switch q.Code {
		case "TRV", "CRI", "TEL", "FIN", "CDL":
			return refuse(NotByRule, "question %d is of a type that the desk routes", q.N)
		}
	}
	return nil
}

// compartmentFor puts what is sealed into a compartment: the one given, else the general one. Every L3 request is in
// exactly one, and no other in any.
func compartmentFor(level marking.Level, given Compartment) Compartment {
	switch {
	case level < marking.L3:
		return ""
	case given == "":
		return GeneralCompartment
	}
	return given
}

func checkIntake(in Intake, questions []Question) error {
	if in.Kind != KindInformation && len(questions) == 0 {
		return refuse(NoQuestions, "a request needs at least one question")
	}
	if in.Kind == KindInformation && len(questions) > 0 {
		return refuse(IsInformation, "information asks no questions")
	}
	return checkQuestions(questions)
}

func checkQuestions(questions []Question) error {
	for i, q := range questions {
		if q.Code == "OUT" {
			return refuse(WrongDirection, "outbound requests have a channel of their own")
		}
		if slices.ContainsFunc(questions[:i], func(before Question) bool { return before.N == q.N }) {
			return refuse(QuestionTwice, "question %d is there twice: number them", q.N)
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
	c.Intake.Compartment = compartmentFor(c.Intake.Level, c.Intake.Compartment)
	return one(Registered{ID: c.ID, Intake: c.Intake, Questions: inRound(c.Questions, 1)})
}

func (r Request) registerStub(c RegisterStub, o Order) ([]Event, error) {
	if c.Intake.ReceivedAt.After(o.At) {
		return nil, refuse(ArrivalInFuture, "the time of arrival is later than now")
	}
	if c.Keeper == "" {
		return nil, refuse(ReasonMissing, "name the keeper of what stays outside")
	}
	return one(StubRegistered{ID: c.ID, Intake: bare(c.Intake), Keeper: c.Keeper})
}

// bare is what a stub may hold: no text, whatever the command carries.
func bare(in Intake) Intake {
	return Intake{
		Number: in.Number, Partner: in.Partner, Kind: KindRequest, OwnReference: in.OwnReference, Channel: in.Channel,
		RegisterNo: in.RegisterNo, Degree: in.Degree, Level: in.Level, Compartment: in.Compartment,
		Policy: in.Policy, Calendar: in.Calendar, ReceivedAt: in.ReceivedAt, DueAt: in.DueAt,
	}
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
		if r.unlessExcluded(c.To) == "" {
			return nil, refuse(ConflictOfInterest, "the routing excludes that officer: hand the request to another")
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
