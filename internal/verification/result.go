package verification

import (
	"slices"
	"time"
)

// ResultOf derives what may be said to a question when the given facts go out. Several units, one question: held if a
// fact of it goes out; else cannot_say or refused if any unit says so; verified_negative only if every unit does. A
// fact that is withheld turns held into cannot_say nothing_releasable, never into a negative. An open question is
// pending.
func (r Request) ResultOf(q Question, facts []FactID) PackageQuestion {
	switch {
	case q.Desk != nil:
		return PackageQuestion{N: q.N, Result: q.Desk.Result, Code: q.Desk.Code}
	case q.Silent:
		return PackageQuestion{N: q.N, Result: CannotSay, Code: CodeNoReply}
	case r.Open(q):
		return PackageQuestion{N: q.N, Result: Pending}
	}
	return combine(q.N, r.QuestionAnswers(q), facts)
}

func combine(n int, answers []QuestionAnswer, facts []FactID) PackageQuestion {
	withheld := false
	var unable, refused *QuestionAnswer
	for i, a := range answers {
		switch a.Result {
		case Held:
			if slices.ContainsFunc(a.Facts, func(f Fact) bool { return slices.Contains(facts, f.ID) }) {
				return PackageQuestion{N: n, Result: Held, Outcome: a.Outcome}
			}
			withheld = true
		case CannotSay:
			unable = &answers[i]
		case RefusedAnswer:
			refused = &answers[i]
		case VerifiedNegative, Elsewhere, Pending:
		}
	}
	switch {
	case withheld:
		return PackageQuestion{N: n, Result: CannotSay, Code: CodeNothingReleasable}
	case unable != nil:
		return PackageQuestion{N: n, Result: CannotSay, Outcome: unable.Outcome, Code: unable.Code}
	case refused != nil:
		return PackageQuestion{N: n, Result: RefusedAnswer, Outcome: refused.Outcome, Code: refused.Code}
	case len(answers) == 0:
		return PackageQuestion{N: n, Result: CannotSay, Code: CodeNothingReleasable}
	}
	return PackageQuestion{N: n, Result: VerifiedNegative, Outcome: answers[0].Outcome}
}

// QuestionAnswers returns what units said to a question and still stands: per task the last answer to it, with the
// facts of earlier interim answers when that last one is held. Declined tasks never answered; the interim facts of a
// forwarded or stopped task remain facts. What a reviewer returned is left out.
func (r Request) QuestionAnswers(q Question) []QuestionAnswer {
	var out []QuestionAnswer
	for _, t := range r.Tasks {
		if t.Round != q.Round {
			continue
		}
		if a, ok := t.standing(q.N); ok {
			out = append(out, a)
		}
	}
	return out
}

// answered returns the numbers of the questions that the task has said something to.
func (t Task) answered() []int {
	var out []int
	for _, a := range t.Answers {
		for _, qa := range a.Questions {
			out = append(out, qa.N)
		}
	}
	return sorted(out)
}

// standing returns the task's last word on a question. Interim facts stay part of it, also behind a later answer
// that only gives a result, but a final negative or refusal takes them back. An answer that was returned is no word.
func (t Task) standing(n int) (QuestionAnswer, bool) {
	var last QuestionAnswer
	found := false
	if slices.Contains(t.AskedAgain, n) {
		return last, false
	}
	for _, a := range t.Answers {
		for _, qa := range a.Questions {
			if a.Returned || qa.N != n {
				continue
			}
			if found && last.Result == Held && qa.Result == Held {
				qa.Facts = append(slices.Clone(last.Facts), qa.Facts...)
			}
			last, found = qa, true
		}
	}
	return last, found
}

// certainty orders results: a package may only lower it.
func certainty(result Result) int {
	switch result {
	case Held, VerifiedNegative:
		return 2
	case CannotSay, RefusedAnswer, Elsewhere:
		return 1
	case Pending:
		return 0
	}
	return -1
}

// LessCertain lists the results that a package may give in place of one, the more certain first (row 15a).
func LessCertain(than Result) []Result {
	return slices.DeleteFunc([]Result{CannotSay, RefusedAnswer, Elsewhere, Pending}, func(other Result) bool {
		return certainty(other) >= certainty(than)
	})
}

// Locked is LockedAt as of the last decision.
func (r Request) Locked(id FactID) bool { return r.LockedAt(id, r.At) }

// LockedAt says whether a fact may not go out to the request's partner at a time: it belongs to somebody else who has
// neither granted it nor let it be passed on to this partner beforehand (Fact.passes), or the last that passed between us and
// anybody who was asked about it is no grant. What an originator says when asked stands over what was said beforehand.
func (r Request) LockedAt(id FactID, at time.Time) bool {
	f, _, _, ok := r.Fact(id)
	if !ok {
		return true
	}
	said := r.lastWords(id)
	for _, c := range said {
		if c.State != ConsentGranted {
			return true
		}
	}
	foreign := f.Originator != "" && f.Originator != r.Partner
	return foreign && said[f.Originator].State != ConsentGranted && !f.passes(r.Partner, at)
}

// lastWords gives of each originator that was asked about a fact the ask that counts: the one to which it said something
// last, or which was made since. Of two at the same instant it is one that does not grant.
func (r Request) lastWords(id FactID) map[PartnerCode]Consent {
	said := map[PartnerCode]Consent{}
	for _, c := range r.Consents {
		if !slices.Contains(c.Facts, id) {
			continue
		}
		last, asked := said[c.Originator]
		if order := c.counts().Compare(last.counts()); !asked || order > 0 || order == 0 && c.State != ConsentGranted {
			said[c.Originator] = c
		}
	}
	return said
}

// counts is from when on an ask says what it says: since its originator's word, or since it was made while there is none. That
// its time ran out is no word.
func (c Consent) counts() time.Time {
	switch c.State {
	case ConsentGranted, ConsentDenied, ConsentWithdrawn:
		return c.DecidedAt
	case ConsentOpenState, ConsentExpired:
		return c.At
	}
	return c.At
}
