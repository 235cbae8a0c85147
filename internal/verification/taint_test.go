package verification_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	. "verigate/internal/verification" //nolint:revive // as in the stories
)

// Standing consents as facts carry them, and from when on each lets a fact go to NG no more; zero: it never does.
var onward = map[string]time.Time{
	`{"code":"H2","onward":{"allowed_to":["NG","WCO"]}}`:                               start().AddDate(1, 0, 0),
	`{"code":"H2","onward":{"allowed_to":["NG"],"until":"2021-09-04T00:00:00+07:00"}}`: time.Date(2021, 9, 4, 0, 0, 0, 0, time.FixedZone("", 7*3600)),
	`{"code":"H2","onward":{"allowed_to":["AO"]}}`:                                     {},
	`{"code":"H2","onward":{"allowed_to":[]}}`:                                         {},
}

func handlings() []string {
	all := []string{`{"code":"H3"}`}
	for h := range onward {
		all = append(all, h)
	}
	slices.Sort(all)
	return all
}

// checkTaint reads the record alone: nothing goes out whose audience is not within every originator's. A fact goes to its
// own originator, to whom the last word of each that was asked grants it, or whom a standing consent names; and whoever was
// asked and has not granted it since, or took its grant back by whatever ask, keeps it back.
func (l *life) checkTaint(at int, out Released, p PackagePrepared) {
	type ask struct {
		facts      []FactID
		originator PartnerCode
	}
	type about struct {
		fact       FactID
		originator PartnerCode
	}
	var asks []ask
	last := map[about]ConsentState{}
	says := func(a ask, state ConsentState) {
		for _, id := range a.facts {
			last[about{id, a.originator}] = state
		}
	}
	facts := map[FactID]Fact{}
	for _, d := range l.record[:at] {
		for _, e := range d.Events {
			switch e := e.(type) { //nolint:gochecksumtype // the property is about these only
			case TaskReplied:
				for _, qa := range e.Questions {
					for _, f := range qa.Facts {
						facts[f.ID] = f
					}
				}
			case ConsentAsked:
				asks = append(asks, ask{e.Facts, e.Originator})
				says(asks[len(asks)-1], ConsentOpenState)
			case ConsentDecided:
				if e.State != ConsentExpired { // silence is no word
					says(asks[e.N-1], e.State)
				}
			default:
			}
		}
	}
	to := l.states[at].Partner
	for _, id := range p.Facts {
		f := facts[id]
		free := f.Originator == "" || f.Originator == to || to == "NG" && l.record[at].At.Before(onward[string(f.Handling)])
		for of, state := range last {
			if of.fact == id && state != ConsentGranted {
				l.fail("release %d holds a fact that somebody who was asked has not granted: %v", out.Release, last)
			}
		}
		if !free && last[about{id, f.Originator}] != ConsentGranted {
			l.fail("release %d passes a fact of %s on without its consent", out.Release, f.Originator)
		}
	}
}

// give is one order by somebody; false: it was refused, or said nothing new.
func (l *life) give(by Actor, c Command) bool {
	stamp := Stamp{At: l.at, By: by, Command: CommandID(fmt.Sprint("c", len(l.record)))}
	events, err := Decide(l.r, Order{Stamp: stamp, Command: c})
	if err != nil || len(events) == 0 {
		return false
	}
	l.record = append(l.record, Decision{Stamp: stamp, Events: events})
	l.r = l.r.Apply(l.record[len(l.record)-1])
	l.states = append(l.states, l.r)
	return true
}

// TestNothingGoesOutBeyondItsOriginatorsAudience makes up derivations: an answer of facts of several originators, asks and
// words about them, time, and packages of any of the facts.
func TestNothingGoesOutBeyondItsOriginatorsAudience(t *testing.T) {
	t.Parallel()
	released, refused := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		seed := rapid.Uint64().Draw(t, "seed")
		from := source(rand.New(rand.NewPCG(seed, 1)).IntN)
		l := &life{orders: orders{at: start(), from: from}, fail: t.Fatalf}
		answer := held(1)
		for n := range 1 + from(3) {
			f := fact(FactID(fmt.Sprint("f", n)))
			f.Originator = pick(from, []PartnerCode{"", "NG", "TH", "TH", "WCO"})
			f.Handling = []byte(pick(from, append(handlings(), `{"code":"H1"}`)))
			answer.Facts = append(answer.Facts, f)
		}
		for _, m := range after(accepted(), then(officer("03"), final(1, answer))) {
			l.at = l.at.Add(time.Minute)
			if !l.give(m.By, m.What) {
				t.Fatalf("%T was refused", m.What)
			}
		}
		l.at = l.at.Add(time.Duration(from(48)) * time.Hour)
		wco := stranger()
		wco.Person, wco.Partner = "p_wco", "WCO"
		for range 24 {
			l.at = l.at.Add(time.Duration(from(8)) * time.Hour)
			text := fmt.Sprint("v", len(l.record))
			facts := l.someFacts(false)
			switch from(5) {
			case 0:
				l.give(asker(), AskConsent{Facts: facts, Originator: pick(from, []PartnerCode{"TH", "WCO"})})
			case 1:
				l.give(pick(from, []Actor{stranger(), wco}), DecideConsent{N: 1 + from(3), State: pick(from, []ConsentState{ConsentGranted, ConsentGranted, ConsentDenied, ConsentWithdrawn})})
			case 2, 3:
				derived, kind := l.r.ResultOf(l.r.RoundQuestions()[0], facts), ReleaseFinal
				if l.r.State == ConsentPending {
					kind = ReleasePartial
				}
				if !l.give(desk(), pack(kind, text, facts, gives(1, derived.Result))) {
					refused++
				}
			case 4:
				if p := l.r.Package; p != nil {
					l.give(colleague(), ReleasePackage{Hash: p.Hash})
					l.give(lead(), ReleasePackage{Hash: p.Hash})
				}
			}
		}
		l.checkReleases()
		released += len(l.r.Releases)
	})
	if released == 0 || refused == 0 {
		t.Errorf("%d releases, %d packages refused: nothing was tried", released, refused)
	}
}

// asker asks for consents: not the editor of packages here, nor an author.
func asker() Actor { return Actor{Person: "p_asks", Roles: []Role{RoleDesk}} }
