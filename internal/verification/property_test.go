package verification_test

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"verigate/internal/marking"
	. "verigate/internal/verification" //nolint:revive // as in the stories
)

// life is one made-up life of a request, watched by every invariant of lifecycle.md that the rules can break.
type life struct {
	orders
	fail   func(format string, args ...any)
	record []Decision
	states []Request // after each decision, as they were returned
	cold   []Request // the same, folded from the events as they are read back
	frozen [][]byte  // the same, as they were at that time
	taken  int       // facts that versions took back
}

func live(steps []source, fail func(string, ...any)) *life {
	l := &life{orders: orders{at: start()}}
	l.fail = func(format string, args ...any) { fail(format+"\n%s", append(args, told(l.record))...) }
	for _, from := range steps {
		l.from = from
		l.step(l.next())
	}
	l.checkWhole()
	return l
}

// checkWhole is what a life must be when it has been lived.
func (l *life) checkWhole() {
	l.checkFolds()
	l.checkReleases()
	l.checkRefusals()
	l.checkErasures()
	l.checkLevels()
}

func (l *life) step(by Actor, n Name, id TaskID) {
	l.at = l.at.Add(pick(l.from, []time.Duration{time.Minute, time.Hour, time.Hour, 6 * day}))
	l.order(by, n, id, l.make(n, id, by))
}

// order gives a command, and looks at what came of it.
func (l *life) order(by Actor, n Name, id TaskID, c Command) {
	if n != NameAddNote && !isOnTask(n) {
		id = ""
	}
	may := slices.Contains(l.r.Allowed(by), n) && id == "" || id != "" && slices.Contains(l.r.AllowedOnTask(id, by), n)
	stamp := Stamp{At: l.at, By: by, Command: CommandID(fmt.Sprint("c", len(l.record)))}
	before := l.r
	events, err := Decide(l.r, Order{Stamp: stamp, Command: c})
	l.checkRefusal(n, by, may, events, err)
	if !reflect.DeepEqual(before, l.r) {
		l.fail("deciding %T changed the request", c)
	}
	if err != nil || len(events) == 0 {
		return
	}
	d := Decision{Stamp: stamp, Events: events}
	l.record = append(l.record, d)
	l.r = l.r.Apply(d)
	l.states = append(l.states, l.r)
	l.frozen = append(l.frozen, l.freeze(l.r))
	l.thaw(d)
	l.checkEnds(before, d)
	l.checkStatus(before, d)
	l.checkDegree(before, d)
	l.checkKinds(d)
	l.checkTold(before)
	l.checkTelling()
	l.checkWayOut()
	l.checkRecalls()
	l.checkTakenBack(before, d)
	l.checkWishes()
	l.checkRest()
	l.checkTasks()
	l.checkHolders()
}

// checkRefusal: what is not allowed is refused; what is allowed is not refused for who asks or when.
func (l *life) checkRefusal(n Name, by Actor, may bool, events []Event, err error) {
	if err == nil {
		if !may {
			l.fail("%s by %s %v is not listed, but was not refused", n, by.Person, by.Roles)
		}
		return
	}
	var refusal *Refusal
	if !errors.As(err, &refusal) || events != nil {
		l.fail("%s: %v is no refusal, or has events", n, err)
		return
	}
	if !may {
		return
	}
	switch refusal.Code {
	case WrongState, NotPermitted, InCorrection, ContentErased, NotFound, AlreadyExists, IsStub, NotAStub, NotInformation, SamePerson, NoProposal, NoPackage:
		if !dependsOnArguments(n) {
			l.fail("%s by %s %v is listed and refused: %v", n, by.Person, by.Roles, err)
		}
	default:
	}
}

// dependsOnArguments: which breach, which degree, which fact, which ask, which version, which proposal, what is due decides who may.
func dependsOnArguments(n Name) bool {
	return slices.Contains([]Name{NameExplainBreach, NameChangeDegree, NameAskConsent, NameDecideConsent, NameRecordPull, NameSweep, NameRejectClarification}, n)
}

func (l *life) freeze(r Request) []byte {
	var b bytes.Buffer
	if err := gob.NewEncoder(&b).Encode(r); err != nil {
		l.fail("freeze: %v", err)
	}
	return b.Bytes()
}

// thaw folds the decision once more from its bytes.
func (l *life) thaw(d Decision) {
	again := Decision{Stamp: d.Stamp}
	for _, e := range d.Events {
		data, err := json.Marshal(e)
		if err != nil {
			l.fail("%s cannot be written: %v", e.EventKind(), err)
			return
		}
		back, err := DecodeEvent(e.EventKind(), data)
		if err != nil {
			l.fail("%s cannot be read: %v", e.EventKind(), err)
			return
		}
		if diff := cmp.Diff(e, back, cmpopts.EquateEmpty()); diff != "" {
			l.fail("%s reads back differently:\n%s", e.EventKind(), diff)
		}
		again.Events = append(again.Events, back)
	}
	var last Request
	if len(l.cold) > 0 {
		last = l.cold[len(l.cold)-1]
	}
	l.cold = append(l.cold, last.Apply(again))
}

// checkFolds: replay gives the same state, in any split; no later decision reached into an earlier state.
func (l *life) checkFolds() {
	for i := range l.states {
		l.same(l.states[i], l.cold[i], "the events of decision %d fold differently when read back", i)
		if !bytes.Equal(l.frozen[i], l.freeze(l.states[i])) {
			l.fail("a later decision reached into state %d", i)
		}
	}
	l.same(l.r, Fold(l.record...), "a second fold differs")
	cut := l.from(len(l.record) + 1)
	first := Fold(l.record[:cut]...)
	for _, d := range l.record[cut:] {
		first = first.Apply(d)
	}
	l.same(l.r, first, "cut at %d the fold differs", cut)
	var single Request
	for _, d := range l.record {
		for _, e := range d.Events {
			single = Evolve(single, d.Stamp, e)
		}
	}
	single.Version, single.At = l.r.Version, l.r.At
	l.same(l.r, single, "event by event the fold differs")
	if l.r.Version != uint64(len(l.record)) {
		l.fail("version %d after %d decisions", l.r.Version, len(l.record))
	}
}

func (l *life) same(a, b Request, format string, args ...any) {
	if reflect.DeepEqual(a, b) {
		return
	}
	if diff := cmp.Diff(a, b, cmpopts.EquateEmpty()); diff != "" {
		l.fail(format+"\n%s", append(args, diff)...)
	}
}

// checkEnds: ends accept only what lifecycle.md lists, and whatever ends or answers a request leaves no live task.
func (l *life) checkEnds(before Request, d Decision) {
	if before.State.Ended() {
		for _, e := range d.Events {
			if !endAccepts(e) {
				l.fail("%s accepted %s", before.State, e.EventKind())
			}
		}
	}
	if l.r.State.Ended() || l.r.State == Answered {
		for _, t := range l.r.Tasks {
			if t.State.Live() {
				l.fail("the request is %s and task %s is %s", l.r.State, t.Task, t.State)
			}
		}
	}
}

func endAccepts(e Event) bool {
	switch e := e.(type) { //nolint:gochecksumtype // the property is about these only
	case Pulled, FollowedUp, CorrectionOpened, Recalled, Reopened, Sealed, AboveCeilingFound, Noted, StopAcknowledged,
		BreachExplained, BreachAnnulled, ConsentDecided, PolicyRepinned, Erased,
		LegalHoldPlaced, LegalHoldLifted, ErasureProposed, ErasureDropped, LevelLowered:
		return true
	case StepReached:
		return e.Step.Clock == "recall_notice"
	case Breached:
		return e.Step.Clock == "recall_notice"
	default:
		return false
	}
}

// checkStatus: internal steps change nothing that the partner sees.
func (l *life) checkStatus(before Request, d Decision) {
	if l.r.Status() != l.cold[len(l.cold)-1].Status() {
		l.fail("the status does not follow from the state")
	}
	for _, e := range d.Events {
		if !internal(e) {
			return
		}
	}
	if _, anew := d.Events[0].(DegreeChanged); anew {
		before.Extended = false // the new promise was not extended
	}
	if before.Status() != l.r.Status() {
		l.fail("an internal step led from %s to %s", before.Status(), l.r.Status())
	}
	for i, q := range before.Questions {
		if was, is := before.QuestionStatus(q), l.r.QuestionStatus(l.r.Questions[i]); was != is {
			l.fail("an internal step led question %d from %s to %s", q.N, was, is)
		}
	}
}

// checkDegree: a degree changes by row 27 or with what a partner says, which slows nothing down.
func (l *life) checkDegree(before Request, d Decision) {
	if before.State == Unborn || before.Degree == l.r.Degree {
		return
	}
	changed, said := false, false
	for _, e := range d.Events {
		switch e.(type) { //nolint:gochecksumtype // the property is about these only
		case DegreeChanged:
			changed = true
		case PartnerReplied, FollowedUp:
			said = true
		default:
		}
	}
	if !changed && !said || said && l.r.Degree.Rank() > before.Degree.Rank() {
		l.fail("the degree went from %s to %s", before.Degree, l.r.Degree)
	}
}

func internal(e Event) bool {
	switch e.(type) { //nolint:gochecksumtype // the property is about these only
	case Claimed, ClarificationProposed, ClarificationRejected, SentToReview, TaskSentBack, ConsentAsked, ConsentDecided, PackagePrepared, ReleaseApproved, Sealed,
		KeeperAppointed, PolicyRepinned, Noted, StepReached, Breached, BreachExplained, BreachAnnulled, TaskGivenBack, TaskPassedOn,
		TaskHeld, TaskResumed, HoldConfirmed, PauseCancelled, TaskReplied, TaskAssigned, StopAcknowledged, RefusalProposed,
		RefusalRejected, DegreeChanged, CorrectionOpened, CorrectionDropped, LegalHoldPlaced, LegalHoldLifted, ErasureProposed, ErasureDropped, LevelLowered:
		return true
	case TaskTaken: // the last reader of information ends it, with an event of its own
		return true
	default:
		return false
	}
}

// checkRest: where the state follows from the questions it does.
func (l *life) checkRest() {
	if l.r.Kind == KindInformation || l.r.Stub {
		return
	}
	waiting, working := 0, 0
	for _, t := range l.r.Tasks {
		if t.State.Live() {
			working++
		}
	}
	for _, q := range l.r.RoundQuestions() {
		if l.r.Open(q) && !slices.ContainsFunc(l.r.Tasks, func(t Task) bool {
			return t.Round == q.Round && t.State.Live() && t.HoldsQuestion(q.N)
		}) {
			waiting++
		}
	}
	switch {
	case l.r.State == WithUnits && (waiting > 0 || working == 0):
		l.fail("with_units: %d questions wait, %d tasks live", waiting, working)
	case l.r.State == Triage && waiting == 0:
		l.fail("triage, and every question is with somebody")
	}
}

// checkTasks: ids count up, what is live holds open questions of the round, hops and returns are bounded.
func (l *life) checkTasks() {
	for i, t := range l.r.Tasks {
		if t.Task != NewTaskID("r", i+1) {
			l.fail("task %d is called %s", i+1, t.Task)
		}
		if t.Returns > 2 {
			l.fail("task %s was returned %d times", t.Task, t.Returns)
		}
		if !t.State.Live() {
			if n := len(t.Holds); n > 0 && t.Holds[n-1].To.IsZero() {
				l.fail("task %s is %s and on hold", t.Task, t.State)
			}
			continue
		}
		if t.Round != l.r.Round {
			l.fail("task %s of round %d is %s", t.Task, t.Round, t.State)
		}
		l.checkHands(t)
		if t.Kind != TaskNotice && len(t.Questions) == 0 {
			l.fail("task %s is %s and holds no question", t.Task, t.State)
		}
		for _, n := range t.Questions {
			if q, ok := l.r.Question(n); !ok || !l.r.Open(q) {
				l.fail("task %s is %s and holds question %d, which is not open", t.Task, t.State, n)
			}
		}
	}
	for _, q := range l.r.Questions {
		if q.Hops > 3 {
			l.fail("question %d was forwarded %d times", q.N, q.Hops)
		}
	}
	if l.r.Level >= marking.L3 && !l.r.Stub && l.r.Compartment == "" {
		l.fail("%s and in no compartment", l.r.Level)
	}
}

// checkWishes: what a unit proposes and waits for the desk, the desk can end by itself.
func (l *life) checkWishes() {
	another := Actor{Person: "p_another", Roles: []Role{RoleDesk}} // whom no routing excludes
	waits := 0
	for i := range l.r.Proposals {
		if !l.r.Waits(i + 1) {
			continue
		}
		waits++
		stamp := Stamp{At: l.at, By: another}
		events, err := Decide(l.r, Order{Stamp: stamp, Command: RejectClarification{Proposal: i + 1, Code: "c"}})
		if err != nil || l.r.Apply(Decision{Stamp: stamp, Events: events}).Waits(i+1) {
			l.fail("proposal %d waits, and nothing ends that: %v", i+1, err)
		}
	}
	if l.r.ClarificationWaits() != (waits > 0) {
		l.fail("a clarification waits: %t; %d of %d", l.r.ClarificationWaits(), waits, len(l.r.Proposals))
	}
}

// checkHolders: who must not know of the request neither holds nor keeps it.
func (l *life) checkHolders() {
	for _, p := range l.r.Excluded.Persons {
		if p != "" && (p == l.r.Holder || p == l.r.Keeper) {
			l.fail("%s is excluded; holder %q, keeper %q", p, l.r.Holder, l.r.Keeper)
		}
	}
}

// checkHands: what is live is with somebody who may know of it.
func (l *life) checkHands(t Task) {
	x := l.r.Excluded
	if t.Kind == TaskAgency {
		return
	}
	if slices.Contains(x.Units, t.Unit) {
		l.fail("task %s is %s and its unit is excluded", t.Task, t.State)
	}
	named := slices.DeleteFunc(slices.Clone(t.Officers), func(p PersonID) bool { return slices.Contains(x.Persons, p) })
	if len(named) < len(t.Officers) {
		l.fail("task %s is %s and names %v, of whom some are excluded", t.Task, t.State, t.Officers)
	}
}

func TestNoOrderOfCommandsBreaksAnInvariant(t *testing.T) {
	t.Parallel()
	reached, kinds := map[State]int{}, map[string]int{}
	rapid.Check(t, func(t *rapid.T) {
		l := live(anySteps(t), func(format string, args ...any) { t.Fatalf(format, args...) })
		for _, r := range l.states {
			reached[r.State]++
		}
		for _, d := range l.record {
			for _, e := range d.Events {
				kinds[e.EventKind()]++
			}
		}
	})
	t.Logf("states reached %v, kinds %d of %d", reached, len(kinds), len(EventKinds()))
	for _, e := range EventKinds() {
		if kinds[e.EventKind()] == 0 {
			t.Logf("never seen: %s", e.EventKind())
		}
	}
}

// anySteps draws the choices of a life.
func anySteps(t *rapid.T) (steps []source) {
	var so uint64 // each step depends on those before, so that few stories are alike
	for _, seed := range rapid.SliceOfN(rapid.Uint64(), 60, 70).Draw(t, "one number for each step") {
		so = so*6364136223846793005 + seed
		steps = append(steps, rand.New(rand.NewPCG(seed, so)).IntN)
	}
	return steps
}

func FuzzDecide(f *testing.F) {
	f.Add([]byte("\x00\x00\x00"))
	f.Add([]byte("a partner asks, a unit answers, the desk releases"))
	f.Add(bytes.Repeat([]byte{3, 90, 1, 7, 30, 2}, 100))
	f.Add(bytes.Repeat([]byte{0, 5, 200, 41, 17}, 200))
	f.Fuzz(func(t *testing.T, data []byte) {
		from := func(n int) int {
			if len(data) == 0 {
				return 0
			}
			b := int(data[0])
			data = data[1:]
			return b % n
		}
		steps := slices.Repeat([]source{from}, min(len(data)/4+1, 100))
		live(steps, func(format string, args ...any) { t.Helper(); t.Fatalf(format, args...) })
	})
}
