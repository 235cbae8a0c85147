package statistics

import (
	"slices"
	"strings"

	"verigate/internal/sla"
	"verigate/internal/verification"
)

// breach is what the record holds of a clock and nobody annulled.
type breach struct {
	ever bool // of any of its promises: a new promise does not make the old one kept
	last bool // of the promise that holds now
}

// broken finds the breaches of each clock. Clocks of one name on one task follow each other in a round and count
// their promises on, so each has those behind the last one of the clock before it.
func broken(r verification.Request, clocks sla.Clocks) map[int]breach {
	type chain struct {
		name  sla.Name
		task  verification.TaskID
		round int
	}
	before := map[chain]int{}
	out := map[int]breach{}
	for i, k := range clocks {
		of := chain{k.Name, k.Task, k.Round}
		first := before[of] + 1
		before[of] = k.Promise
		for _, b := range r.Breaches {
			s := b.Step
			if b.Annulled || s.Clock != string(k.Name) || s.Task != k.Task || s.Round != k.Round {
				continue
			}
			if s.Promise >= first && s.Promise <= k.Promise {
				out[i] = breach{ever: true, last: out[i].last || s.Promise == k.Promise}
			}
		}
	}
	return out
}

// overdue says whether one of those clocks still runs after its promise was broken.
func (c counting) overdue(mine func(*sla.Clock) bool) bool {
	for i, k := range c.clocks {
		if k.State != sla.Stopped && stage(k.Name) && c.broken[i].last && mine(k) {
			return true
		}
	}
	return false
}

// The parties that no charge names so.
const (
	partySeveral = "several"
	partyNobody  = "nobody"
	partyOther   = "other"
)

// charges are the sorts of charges that are told apart: those that a clock is charged to, and those that a hold's code
// names.
func charges() []string {
	return []string{
		sla.ChargedDesk, "unit", "agency", sla.ChargedPartner, sla.ChargedOriginator, "laboratory", "other_force", "legal_authority",
	}
}

// Parties are all who may be waited for, by sort.
func Parties() []string { return append(charges(), partySeveral, partyNobody, partyOther) }

// waitedFor says who is waited for now: by the promise or, with a task, by its answer; without those by the clock that
// runs.
func (c counting) waitedFor(task verification.TaskID) string {
	main := sla.Total
	if task != "" {
		main = sla.Answer
	}
	waits := ""
	for _, k := range c.clocks {
		if k.State == sla.Stopped || task != "" && k.Task != task {
			continue
		}
		if k.Name == main {
			return party(charged(k))
		}
		if waits == "" && k.State == sla.Running {
			waits = charged(k)
		}
	}
	if waits == "" {
		return partyNobody
	}
	return party(waits)
}

// charged names who is waited for by a clock that has not stopped: by a pause that lasts, else by who was noted last.
func charged(k *sla.Clock) string {
	for _, p := range k.Pauses {
		if p.To.IsZero() {
			return p.ChargedTo
		}
	}
	if n := len(k.Waits); n > 0 && len(k.Waits[n-1].For) > 0 {
		var all []string
		for _, w := range k.Waits[n-1].For {
			all = append(all, w.ChargedTo)
		}
		return strings.Join(all, ",")
	}
	return k.ChargedTo
}

// party is what a charge says without the name of the unit or agency. Several that are not of one sort are several:
// their time is counted once.
func party(charged string) string {
	one := ""
	for who := range strings.SplitSeq(charged, ",") {
		kind := sort(who)
		if one != "" && one != kind {
			return partySeveral
		}
		one = kind
	}
	return one
}

func sort(who string) string {
	kind, _, _ := strings.Cut(who, ":")
	if slices.Contains(charges(), kind) {
		return kind
	}
	return partyOther
}
