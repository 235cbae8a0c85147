package verification_test

import (
	"fmt"
	"slices"
	"time"

	"verigate/internal/marking"
	. "verigate/internal/verification" //nolint:revive // as in the stories
)

// source gives numbers below n: from rapid, or from the bytes of a fuzz corpus.
type source func(n int) int

func pick[T any](from source, list []T) T { return list[from(len(list))] }

func (from source) chance(percent int) bool { return from(100) < percent }

// orders makes up any order by anybody, more often one that is allowed, so that stories get somewhere.
type orders struct {
	from  source
	r     Request
	at    time.Time
	facts int // made so far: each has an id of its own
	texts int
}

func company() []Actor {
	both := deskLead()
	both.Roles = append(both.Roles, RoleKeeper)
	both.Keeps = []Compartment{"drugs", GeneralCompartment}
	return []Actor{
		liaison(), stranger(), System(), desk(), colleague(), lead(), deskLead(), both, keeper(),
		officer("01"), officer("03"), officer("30"), unitLead("03"), unitLead("30"), officer("45"), officer(DeskUnit),
		{Person: "p_audit", Roles: []Role{RoleAuditor, RoleSupervisor, RoleOperator}},
		{Roles: []Role{RoleDesk, RoleLead}},
	}
}

func (o *orders) next() (Actor, Name, TaskID) {
	if !o.from.chance(8) {
		for _, idle := range []bool{o.from.chance(12), true} {
			if by, n, id, ok := o.allowed(idle); ok {
				return by, n, id
			}
		}
	}
	return pick(o.from, company()), pick(o.from, Names()), o.task()
}

// allowed looks from a random person on for somebody who may do something. Seldom is it what ends a story too soon or
// leads nowhere.
func (o *orders) allowed(idle bool) (Actor, Name, TaskID, bool) {
	ending := o.from(60) == 0
	everyone := company()
	first := o.from(len(everyone))
	for i := range everyone {
		by := everyone[(first+i)%len(everyone)]
		var names []Name
		var tasks []TaskID
		may := func(n Name, id TaskID) {
			if (ending || !rare(n)) && (idle || !o.aside(n)) {
				names, tasks = append(names, n), append(tasks, id)
			}
		}
		for _, n := range o.r.Allowed(by) {
			may(n, "")
		}
		for range min(2, len(o.r.Tasks)) {
			id := pick(o.from, o.r.Tasks).Task
			for _, n := range o.r.AllowedOnTask(id, by) {
				may(n, id)
			}
		}
		if len(names) > 0 {
			j := o.from(len(names))
			return by, names[j], tasks[j], true
		}
	}
	return Actor{}, "", "", false
}

// rare are orders that end most stories too soon.
func rare(n Name) bool {
	switch n {
	case NameRegisterStub, NameWithdraw, NameMarkDuplicate, NameDeclareNotCompetent, NameConfirmErasure, NameFindAboveCeiling, NameHandleOutside, NameCloseInformation:
		return true
	default:
		return false
	}
}

// aside are orders that are often possible and lead nowhere or round and round.
func (o *orders) aside(n Name) bool {
	switch n {
	case NameClaim:
		return o.r.State != Received
	case NameExpireConsent:
		return o.r.State != ConsentPending
	case NameRecordPull:
		return !slices.ContainsFunc(o.r.Releases, func(v Release) bool { return v.PulledAt.IsZero() })
	case NameAddNote, NameRepinPolicy, NameReachStep, NameSweep, NameAppointKeeper, NameChangeDegree, NameExtend, NameSeal, NameRecall, NameReturnTask,
		NameProposeRefusal, NameAskPartner, NameExplainBreach, NameAnnulBreach, NameAssignTask, NamePlaceLegalHold, NameProposeErasure, NameDropErasure, NameLowerLevel:
		return true
	default:
		return false
	}
}

func (o *orders) task() TaskID {
	if len(o.r.Tasks) == 0 || o.from.chance(5) {
		return "r-77"
	}
	return pick(o.from, o.r.Tasks).Task
}

func (o *orders) numbers() []int {
	var out []int
	for _, q := range o.r.RoundQuestions() {
		if o.from.chance(60) {
			out = append(out, q.N)
		}
	}
	if o.from.chance(3) {
		out = append(out, 9)
	}
	return out
}

func (o *orders) questions() []Question {
	return asks([]int{1, 2, 3}[:1+o.from(3)]...)
}

func (o *orders) written() (string, []byte, string) {
	o.texts++
	text := fmt.Sprint("text ", o.texts)
	bytes, hash := written(text)
	if o.from.chance(3) {
		hash = "00"
	}
	return text, bytes, hash
}

func (o *orders) code() string {
	if o.from.chance(4) {
		return ""
	}
	return "c"
}

func (o *orders) due() time.Time { return o.at.Add(time.Duration(o.from(4)-2) * time.Hour) }

func (o *orders) unit() UnitCode { return pick(o.from, []UnitCode{"01", "03", "30", "45"}) }

func (o *orders) assignments() []Assignment {
	var out []Assignment
	if o.r.Kind == KindInformation {
		for range 1 + o.from(2) {
			out = append(out, Assignment{Unit: o.unit()})
		}
		return out
	}
	for _, q := range o.r.RoundQuestions() {
		if q.Desk == nil && !q.Silent && !q.Released && !o.from.chance(5) {
			out = append(out, Assignment{Unit: o.unit(), Questions: []int{q.N}})
		}
	}
	return out
}

func (o *orders) exclusion() (x Exclusion) {
	if o.from.chance(5) {
		x.Units = []UnitCode{o.unit()}
	}
	if o.from.chance(5) {
		x.Persons = []PersonID{pick(o.from, company()[3:]).Person}
	}
	return x
}

// keeper is often somebody whom the routing excludes, where it does.
func (o *orders) keeper() PersonID {
	if len(o.r.Excluded.Persons) > 0 && o.from.chance(50) {
		return pick(o.from, o.r.Excluded.Persons)
	}
	return pick(o.from, []PersonID{"p_keeper", "p_desk"})
}

func (o *orders) answer(n int, final bool) QuestionAnswer {
	if final && o.from.chance(30) {
		return negative(n)
	}
	if final && o.from.chance(20) {
		return pick(o.from, []QuestionAnswer{unable(n), {N: n, Result: RefusedAnswer, Code: "c"}, {N: n, Result: Pending}})
	}
	o.facts++
	f := fact(FactID(fmt.Sprint("f", o.facts)))
	if o.from.chance(20) {
		f.Originator = pick(o.from, []PartnerCode{"TH", "NG", "WCO"})
	}
	if o.from.chance(5) {
		f.Level = marking.L3
	}
	if o.from.chance(5) || f.Originator != "" && o.from.chance(70) {
		f.Handling = []byte(pick(o.from, handlings()))
	}
	return QuestionAnswer{N: n, Result: Held, Facts: []Fact{f}}
}

func (o *orders) answers(id TaskID, final bool) []QuestionAnswer {
	t, _ := o.r.Task(id)
	var out []QuestionAnswer
	for _, n := range t.Questions {
		if final || o.from.chance(70) {
			out = append(out, o.answer(n, final))
		}
	}
	return out
}

func (o *orders) known() []FactID {
	var out []FactID
	for _, t := range o.r.Tasks {
		for _, a := range t.Answers {
			for _, qa := range a.Questions {
				for _, f := range qa.Facts {
					out = append(out, f.ID)
				}
			}
		}
	}
	return out
}

func (o *orders) someFacts(free bool) []FactID {
	var out []FactID
	for _, id := range o.known() {
		if (!free || !o.r.Locked(id) || o.from.chance(3)) && o.from.chance(70) {
			out = append(out, id)
		}
	}
	return out
}

func (o *orders) pack() PreparePackage {
	_, bytes, hash := o.written()
	c := PreparePackage{Kind: ReleaseFinal, Facts: o.someFacts(true), Bytes: bytes, Hash: hash}
	for _, q := range o.r.RoundQuestions() {
		given := o.r.ResultOf(q, c.Facts)
		if o.from.chance(5) {
			given = PackageQuestion{N: q.N, Result: pick(o.from, []Result{Held, VerifiedNegative, CannotSay, Pending}), Code: "c"}
		}
		if !q.Released && o.from.chance(10) {
			given = PackageQuestion{N: q.N, Result: Pending}
		}
		if given.Result == Pending || o.r.State == ConsentPending {
			c.Kind = ReleasePartial
		}
		c.Questions = append(c.Questions, given)
	}
	if o.r.Correction != nil {
		c.Kind = ReleaseCorrection
	}
	if o.from.chance(10) {
		c.Kind = ReleasePartial
	}
	return c
}

func (o *orders) hash() string {
	if o.r.Package == nil || o.from.chance(3) {
		return "00"
	}
	return o.r.Package.Hash
}

func (o *orders) desks() []DeskAnswer {
	var out []DeskAnswer
	for _, q := range o.r.RoundQuestions() {
		if o.r.Open(q) && o.from.chance(50) {
			out = append(out, DeskAnswer{N: q.N, Result: pick(o.from, []Result{RefusedAnswer, CannotSay, Elsewhere}), Code: o.code(), Channel: "x"})
		}
	}
	return out
}

func (o *orders) intake() Intake {
	in := intake(pick(o.from, []marking.Level{marking.L1, marking.L1, marking.L2, marking.L3}))
	in.ReceivedAt, in.DueAt, in.ThirdParty = o.at, o.at.Add(day), o.from.chance(10)
	if in.Level == marking.L3 && o.from.chance(50) {
		in.Compartment = "drugs"
	}
	return in
}

// make gives the command of that name, with arguments that mostly fit the request.
func (o *orders) make(n Name, id TaskID, by Actor) Command {
	switch n {
	case NameSubmit, NameRegister, NameRegisterStub:
		return o.makeIntake(n, by)
	case NameClaim:
		return Claim{To: pick(o.from, []PersonID{"", "", "p_colleague"}), TakeOver: o.from.chance(50), Reason: o.code()}
	case NameRoute:
		return Route{Assignments: o.assignments(), Exclude: o.exclusion()}
	case NameAnswerByDesk:
		return AnswerByDesk{Answers: o.desks()}
	case NameAskAgency:
		return AskAgency{Agency: "police", Questions: o.numbers()}
	case NameMarkDuplicate:
		return MarkDuplicate{Of: earlier(func(t *Twin) {
			t.Partner, t.Answers = pick(o.from, []PartnerCode{"NG", "TH"}), o.from.chance(75)
		})}
	case NameAskPartner:
		return AskPartner{Code: o.code(), Text: "?", Questions: o.numbers()}
	case NameProposeClarification:
		return ProposeClarification{Task: id, Code: o.code(), Questions: pick(o.from, [][]int{nil, o.numbers()})}
	case NameRejectClarification:
		return RejectClarification{Proposal: 1 + o.from(len(o.r.Proposals)+1), Code: o.code()}
	case NameReplyToClarification:
		return o.reply()
	case NameRemindPartner:
		return RemindPartner{Due: o.due()}
	case NameExpireClarification:
		return ExpireClarification{Due: o.due()}
	case NameProposeRefusal:
		text, bytes, hash := o.written()
		return ProposeRefusal{Code: o.code(), Text: text, Bytes: bytes, Hash: hash}
	case NameApproveRefusal:
		if o.r.Refusal != nil && o.from.chance(95) {
			return ApproveRefusal{Hash: o.r.Refusal.Hash}
		}
		return ApproveRefusal{Hash: "00"}
	case NameRejectRefusal:
		return RejectRefusal{Code: "c"}
	case NameDeclareNotCompetent:
		text, bytes, hash := o.written()
		return DeclareNotCompetent{Channel: o.code(), Text: text, Bytes: bytes, Hash: hash}
	case NameSendToReview:
		return SendToReview{}
	case NameReturnTask:
		return ReturnTask{Task: id, Code: o.code()}
	default:
		return o.makeReview(n, id)
	}
}

func (o *orders) makeIntake(n Name, by Actor) Command {
	in := o.intake()
	switch n {
	case NameRegister:
		in.Partner = pick(o.from, []PartnerCode{"NG", "NG", "NG", "NG", "NG", ""})
		return Register{ID: "r", Intake: in, Questions: o.questions()}
	case NameRegisterStub:
		in.Level = marking.L4
		return RegisterStub{ID: "r", Intake: in, Keeper: "p_keeper"}
	default:
		in.Partner = by.Partner
	}
	if o.from.chance(15) {
		in.Kind = KindInformation
		return Submit{ID: "r", Intake: in}
	}
	c := Submit{ID: "r", Intake: in, Questions: o.questions()}
	if o.from.chance(30) {
		for _, q := range c.Questions {
			c.Route = append(c.Route, toUnit(o.unit(), q.N))
		}
	}
	return c
}

func (o *orders) makeReview(n Name, id TaskID) Command {
	switch n {
	case NameAskConsent:
		return AskConsent{Facts: o.someFacts(false), Originator: pick(o.from, []PartnerCode{"TH", "TH", "WCO", "NG"})}
	case NameDecideConsent:
		return DecideConsent{N: 1 + o.from(len(o.r.Consents)+1), State: pick(o.from, []ConsentState{ConsentGranted, ConsentGranted, ConsentDenied, ConsentWithdrawn})}
	case NameExpireConsent:
		return ExpireConsent{N: 1 + o.from(len(o.r.Consents)+1), Due: o.due()}
	case NamePreparePackage:
		return o.pack()
	case NameReleasePackage:
		return ReleasePackage{Hash: o.hash()}
	case NameRecordPull:
		return RecordPull{Release: 1 + o.from(len(o.r.Releases)+1)}
	case NameConfirm:
		return Confirm{Release: 1 + o.from(len(o.r.Releases)+1)}
	case NameFollowUp:
		return FollowUp{Body: []byte(`{"questions":[]}`), Questions: o.questions(), DueAt: o.at.Add(day), Receipt: "jws", Level: pick(o.from, []marking.Level{marking.L1, marking.L3}), Calendar: pick(o.from, []string{"", "vn-1"}), Degree: pick(o.from, append(Degrees(), ""))}
	case NameCloseSilent:
		return CloseSilent{Due: o.due()}
	case NameCorrect:
		return Correct{Code: o.code()}
	case NameDropCorrection:
		return DropCorrection{}
	case NameRecall:
		_, bytes, hash := o.written()
		return Recall{Release: 1 + o.from(len(o.r.Releases)+1), Code: o.code(), Bytes: bytes, Hash: hash}
	case NameWithdraw:
		return Withdraw{}
	case NameReopen:
		return Reopen{Questions: o.numbers(), DueAt: o.at.Add(day), Calendar: pick(o.from, []string{"24x7-1", "vn-1"})}
	default:
		return o.makeAnytime(n, id)
	}
}

func (o *orders) step() Step {
	s := Step{
		Clock: pick(o.from, []string{"total", "answer", "recall_notice"}), Round: o.r.Round, Promise: 1 + o.from(2),
		Percent: pick(o.from, []int{50, 100, 100, 125}), DueAt: o.due(),
	}
	if s.Clock == "answer" {
		s.Task = o.task()
	}
	return s
}

func (o *orders) makeAnytime(n Name, id TaskID) Command {
	switch n {
	case NameSeal:
		return Seal{Compartment: pick(o.from, []Compartment{"drugs", "case-7", ""})}
	case NameExtend:
		return Extend{DueAt: o.r.DueAt.Add(time.Hour), Code: o.code()}
	case NameFindAboveCeiling:
		return FindAboveCeiling{Code: o.code(), Keeper: o.keeper()}
	case NameHandleOutside:
		return outside()
	case NameChangeDegree:
		return ChangeDegree{Degree: pick(o.from, []Degree{Flash, Urgent, Priority, Routine, LookBack, Complex}), Code: o.code(), DueAt: o.at.Add(day)}
	case NameCloseInformation:
		return CloseInformation{}
	case NameAppointKeeper:
		return AppointKeeper{Person: o.keeper()}
	case NameRepinPolicy:
		return RepinPolicy{Policy: pick(o.from, []string{"1", "2"}), Calendar: "24x7-1"}
	case NameAddNote:
		return AddNote{Task: id, Text: o.code()}
	case NameReachStep:
		return ReachStep{Step: o.step()}
	case NameSweep:
		return Sweep{Due: []Timed{
			ReachStep{Step: o.step()},
			ExpireConsent{N: 1 + o.from(len(o.r.Consents)+1), Due: o.due()},
			RemindPartner{Due: o.due()},
			ExpireClarification{Due: o.due()},
			CloseSilent{Due: o.due()},
			ReachStep{Step: o.step()},
		}}
	case NameExplainBreach:
		return ExplainBreach{N: 1 + o.from(len(o.r.Breaches)+1), Code: o.code()}
	case NameAnnulBreach:
		return AnnulBreach{N: 1 + o.from(len(o.r.Breaches)+1), Code: o.code()}
	case NamePlaceLegalHold:
		return PlaceLegalHold{Reason: o.code()}
	case NameLiftLegalHold:
		return LiftLegalHold{Reason: o.code()}
	case NameProposeErasure:
		return ProposeErasure{Rule: "requests", DueAt: o.due()}
	case NameConfirmErasure:
		return ConfirmErasure{DueAt: o.due()}
	case NameDropErasure:
		return DropErasure{}
	case NameLowerLevel:
		return o.lowering()
	default:
		return o.makeTask(n, id)
	}
}

func (o *orders) makeTask(n Name, id TaskID) Command {
	switch n {
	case NameAcceptTask:
		return AcceptTask{Task: id}
	case NameDeclineTask:
		return DeclineTask{Task: id, Code: o.code()}
	case NameForwardTask:
		return ForwardTask{Task: id, Unit: o.unit(), Code: o.code(), Questions: pick(o.from, [][]int{nil, o.numbers()})}
	case NameHoldTask:
		return HoldTask{Task: id, Code: pick(o.from, []string{"laboratory", "internal", "lunch"})}
	case NameResumeTask:
		return ResumeTask{Task: id}
	case NameConfirmHold:
		return ConfirmHold{Task: id}
	case NameRejectHold:
		return RejectHold{Task: id, Code: "c"}
	case NameAnswerTask:
		final := o.from.chance(70)
		return AnswerTask{Task: id, Final: final, Questions: o.answers(id, final)}
	case NameAssignTask:
		return AssignTask{Task: id, Officers: []PersonID{pick(o.from, []PersonID{"p_x", "p_officer03"})}}
	default:
		return AcknowledgeStop{Task: id}
	}
}

// taskOf names the task that a made command is about: what Allowed on the request cannot list.
func isOnTask(n Name) bool {
	return slices.Contains([]Name{
		NameProposeClarification, NameReturnTask, NameAcceptTask, NameDeclineTask, NameForwardTask, NameHoldTask, NameResumeTask,
		NameConfirmHold, NameRejectHold, NameAnswerTask, NameAssignTask, NameAcknowledgeStop,
	}, n)
}
