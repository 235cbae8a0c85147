package verification

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"time"
)

// Rows 12 to 15b: review, consent, the package, its release and the first pull.

func hashMatches(bytes []byte, hash string) bool {
	sum := sha256.Sum256(bytes)
	return len(bytes) > 0 && hex.EncodeToString(sum[:]) == hash
}

// maxReturns is how often a reviewer may send the same task back (row 12).
const maxReturns = 2

// returnTask sends an answer back as it is while nothing of it has gone out. In a correction a new task repeats it; after a part
// one asks what was not in that.
func (r Request) returnTask(c ReturnTask) ([]Event, error) {
	if c.Code == "" {
		return nil, refuse(ReasonMissing, "a return names the defect by its code")
	}
	back := TaskSentBack{Task: c.Task, Code: c.Code, Text: c.Text}
	t, _ := r.Task(c.Task)
	questions := r.unsaid(t.Questions)
	if r.Correction == nil {
		all := len(questions)
		if questions = r.untold(questions); len(questions) == all {
			return one(back)
		}
	}
	again := t.Assignment
	again.Task, again.Questions, again.Reasons = NewTaskID(r.ID, len(r.Tasks)+1), questions, nil
	if r.asked(again) {
		return nil, refuse(UnitHasQuestion, "the unit is at this already")
	}
	back.New = &again
	return one(back)
}

// asked says whether a live task asks the same unit or agency some of the same.
func (r Request) asked(a Assignment) bool {
	return slices.ContainsFunc(r.Tasks, func(t Task) bool {
		return t.Round == r.Round && t.State.Live() && t.Unit == a.Unit && t.Agency == a.Agency &&
			slices.ContainsFunc(a.Questions, t.HoldsQuestion)
	})
}

func (r Request) askConsent(c AskConsent, o Order) ([]Event, error) {
	switch {
	case len(c.Facts) == 0 || c.Originator == "":
		return nil, refuse(UnknownFact, "name the facts and their originator")
	case c.Originator == r.Partner:
		return nil, refuse(NothingNew, "the partner needs no consent to its own facts")
	}
	for _, id := range c.Facts {
		f, _, _, ok := r.Fact(id)
		if !ok {
			return nil, refuse(UnknownFact, "no answer of this request holds that fact")
		}
		if r.askedFor(id, c.Originator) {
			return nil, refuse(ConsentOpen, "its originator is being asked about a fact already: wait for the answer")
		}
		if f.Originator != "" && f.Originator != c.Originator {
			return nil, refuse(UnknownFact, "a fact belongs to another originator: ask that one")
		}
		if slices.Contains(r.authors([]FactID{id}), o.By.Person) {
			return nil, refuse(SamePerson, "who wrote an answer does not review it")
		}
	}
	return one(ConsentAsked{N: len(r.Consents) + 1, Facts: slices.Clone(c.Facts), Originator: c.Originator, Text: c.Text})
}

// askedFor says whether the request waits for that originator's word about a fact.
func (r Request) askedFor(id FactID, originator PartnerCode) bool {
	return slices.ContainsFunc(r.Consents, func(c Consent) bool {
		return r.Awaits(c) && c.Originator == originator && slices.Contains(c.Facts, id)
	})
}

func (r Request) consent(n int) (Consent, bool) {
	if n < 1 || n > len(r.Consents) {
		return Consent{}, false
	}
	return r.Consents[n-1], true
}

// Decidable says whether its originator may still say something to an ask: it is open, or what was granted is withdrawn.
func (c Consent) Decidable() bool { return c.State == ConsentOpenState || c.State == ConsentGranted }

// Awaits says whether the request waits for the word of an ask: it is open, and was made in this round and in the
// correction that is open now. To an older one its originator may still say something, which moves nothing.
func (r Request) Awaits(c Consent) bool {
	return r.State == ConsentPending && c.State == ConsentOpenState && c.Round == r.Round && c.Correction == r.correcting()
}

// correcting is the number of the correction that is open, 0 when none is.
func (r Request) correcting() int {
	if r.Correction == nil {
		return 0
	}
	return r.Correction.K
}

// decideConsent takes the originator's word. It is recorded also when the request has ended: it has no effect then.
func (r Request) decideConsent(c DecideConsent, o Order) ([]Event, error) {
	ask, ok := r.consent(c.N)
	if !ok || ask.Originator != o.By.Partner {
		return nil, refuse(UnknownConsent, "there is no such ask")
	}
	switch c.State {
	case ConsentGranted, ConsentDenied:
		if ask.State == c.State {
			return nil, nil
		}
		if ask.State != ConsentOpenState {
			return nil, refuse(WrongState, "the ask is %s already", ask.State)
		}
	case ConsentWithdrawn:
		if ask.State == ConsentWithdrawn {
			return nil, nil
		}
		if ask.State != ConsentGranted {
			return nil, refuse(WrongState, "only a consent that was granted is withdrawn")
		}
	case ConsentOpenState, ConsentExpired:
		return nil, refuse(AnswerInvalid, "an originator grants, denies or withdraws")
	default:
		return nil, refuse(AnswerInvalid, "an originator grants, denies or withdraws")
	}
	return one(ConsentDecided{N: c.N, State: c.State, Conditions: c.Conditions})
}

func (r Request) expireConsent(c ExpireConsent, o Order) ([]Event, error) {
	ask, ok := r.consent(c.N)
	if !ok {
		return nil, refuse(UnknownConsent, "there is no such ask")
	}
	if ask.State != ConsentOpenState {
		return nil, nil
	}
	if err := dueSince(ask.At, c.Due, o.At); err != nil {
		return nil, err
	}
	return one(ConsentDecided{N: c.N, State: ConsentExpired, DueAt: c.Due})
}

// preparePackage is the edit: facts chosen, masks, texts. Whoever does it is the editor and releases nothing of it.
func (r Request) preparePackage(c PreparePackage, o Order) ([]Event, error) {
	if !hashMatches(c.Bytes, c.Hash) {
		return nil, refuse(PackageInvalid, "the hash is not that of the package's bytes")
	}
	wantKind := c.Kind == ReleasePartial || c.Kind == ReleaseFinal
	if r.Correction != nil {
		wantKind = c.Kind == ReleaseCorrection
	}
	if !wantKind {
		return nil, refuse(PackageInvalid, "a package is partial or final, and in a correction a correction")
	}
	if err := r.packageFacts(c.Facts, o.At); err != nil {
		return nil, err
	}
	if err := r.packageQuestions(c); err != nil {
		return nil, err
	}
	if err := r.packageKind(c.Kind, c.Questions); err != nil {
		return nil, err
	}
	version := 1
	if r.Package != nil {
		version = r.Package.Version + 1
	}
	return one(PackagePrepared{
		Version: version, Kind: c.Kind, Questions: slices.Clone(c.Questions), Facts: slices.Clone(c.Facts),
		Bytes: c.Bytes, Hash: c.Hash, Authors: r.authors(c.Facts), Edit: c.Edit, TakenBack: r.TakenBack(),
	})
}

func (r Request) packageFacts(facts []FactID, at time.Time) error {
	for i, id := range facts {
		if !r.Stands(id) || slices.Contains(facts[:i], id) {
			return refuse(UnknownFact, "no answer of this request holds that fact, or it is named twice")
		}
		if r.LockedAt(id, at) {
			return refuse(FactLocked, "a fact belongs to somebody who has not agreed: ask its originator, or leave it out")
		}
	}
	return nil
}

// packageQuestions holds the package to what the answers give: every question of the round once, a result not more
// certain than derived, never a negative that the units did not give, and nothing pending when it is final.
func (r Request) packageQuestions(c PreparePackage) error {
	questions := r.RoundQuestions()
	if len(c.Questions) != len(questions) {
		return refuse(PackageInvalid, "a package gives every question of the round one result")
	}
	for _, q := range questions {
		i := slices.IndexFunc(c.Questions, func(p PackageQuestion) bool { return p.N == q.N })
		if i < 0 {
			return refuse(PackageInvalid, "question %d has no result", q.N)
		}
		if err := r.packageQuestion(q, c.Questions[i], c); err != nil {
			return err
		}
	}
	return nil
}

// packageKind holds a package to what its release brings about: the final one answers the round, a part leaves something of it.
// While an originator is asked a release leaves the request waiting for its word (row 13): by then all that can be said is a
// part, and what is final goes out afterwards.
func (r Request) packageKind(kind ReleaseKind, questions []PackageQuestion) error {
	pending := slices.ContainsFunc(questions, func(given PackageQuestion) bool { return given.Result == Pending })
	if kind == ReleasePartial && !pending && r.State != ConsentPending {
		return refuse(PackageInvalid, "this answers every question of the round: send it as final, or leave pending what is to follow")
	}
	return nil
}

// kindHolds says whether the latest package may go out as what it is called: a final one only when no originator is asked.
// A part to which nothing is to follow any more is void (overtaken).
func (r Request) kindHolds() error {
	if r.Package.Kind == ReleaseFinal && r.State == ConsentPending {
		return refuse(ConsentOpen, "an originator is still being asked, and its word may add to a final answer: wait for it, or prepare a part")
	}
	return nil
}

func (r Request) packageQuestion(q Question, given PackageQuestion, c PreparePackage) error {
	derived := r.ResultOf(q, c.Facts)
	switch {
	case derived.Result == Pending && c.Kind != ReleasePartial:
		return refuse(QuestionOpen, "question %d is still open: send a part, or wait", q.N)
	case given.Result == Pending && c.Kind != ReleasePartial:
		return refuse(PackageInvalid, "only a part leaves a question pending")
	case given.Result == Pending && derived.Result != Pending && q.Released:
		return refuse(PackageInvalid, "the partner has the answer to question %d: it is not pending any more, give it again", q.N)
	case given.Result == VerifiedNegative && derived.Result != VerifiedNegative,
		given.Result != derived.Result && certainty(given.Result) >= certainty(derived.Result):
		return refuse(MoreCertain, "question %d would say more than the answers do", q.N)
	case given.Result == derived.Result && given.Outcome != "" && !r.outcomeGiven(q, given.Outcome):
		return refuse(MoreCertain, "question %d has an outcome that no unit gave", q.N)
	case given.Result != derived.Result && given.Outcome != "":
		return refuse(MoreCertain, "a result that was lowered has no outcome")
	}
	return nil
}

func (r Request) outcomeGiven(q Question, outcome string) bool {
	return slices.ContainsFunc(r.QuestionAnswers(q), func(a QuestionAnswer) bool { return a.Outcome == outcome })
}

// authors returns the persons whose words are in the answers of the round, none of whom may release them,
// and none whose fact of an earlier round goes out with them.
func (r Request) authors(facts []FactID) []PersonID {
	var out []PersonID
	add := func(p PersonID) {
		if p != "" && !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	for _, t := range r.Tasks {
		for _, a := range t.Answers {
			if t.Round == r.Round || slices.ContainsFunc(facts, a.holds) {
				add(a.By)
			}
		}
	}
	for _, q := range r.RoundQuestions() {
		if q.Desk != nil {
			add(q.Desk.By)
		}
	}
	return out
}

// release is the gate: it binds a person who is neither editor nor author to the exact bytes, by their hash. H3 and
// L3 need two such persons, the reviewer and the lead, in any order.
func (r Request) release(c ReleasePackage, o Order) ([]Event, error) {
	p := r.Package
	if c.Hash != p.Hash {
		return nil, refuse(PackageVoid, "the hash is not that of the latest package: read it again")
	}
	released := Released{Release: len(r.Releases) + 1, Package: p.Version, Hash: p.Hash, Signature: c.Signature, PromiseAt: c.PromiseAt}
	if !r.NeedsLead() {
		return one(released)
	}
	role := r.missingApproval(o.By)
	approved := ReleaseApproved{Package: p.Version, Hash: p.Hash, Role: role}
	if len(p.Approvals) == 0 {
		return one(approved)
	}
	return []Event{approved, released}, nil
}

// AsOf is the request as it stands at an instant: its package is void also when what was decided since it was prepared, or
// time alone, has overtaken it. Decide looks at that, and so does whoever shows or lists; the record keeps what it has.
func (r Request) AsOf(at time.Time) Request {
	if r.Package == nil || r.Package.Void != "" {
		return r
	}
	why := r.overtaken(at)
	if why == "" {
		return r
	}
	own := *r.Package
	r.Package = &own
	return r.voidPackage(why)
}

// overtaken looks again at what may have changed since the package was prepared and does not void it by itself: an
// answer that came later, a standing consent that has ended, a fact that went out earlier and was taken back.
func (r Request) overtaken(at time.Time) VoidReason {
	p := r.Package
	stands := !slices.ContainsFunc(p.Facts, func(id FactID) bool { return !r.Stands(id) })
	switch {
	case !stands || !slices.Equal(p.TakenBack, r.TakenBack()):
		return VoidTakenBack
	case slices.ContainsFunc(p.Facts, func(id FactID) bool { return r.LockedAt(id, at) }):
		return VoidConsentMissing
	case r.packageQuestions(PreparePackage{Kind: p.Kind, Questions: p.Questions, Facts: p.Facts}) != nil:
		return VoidAnswersChanged
	case r.packageKind(p.Kind, p.Questions) != nil:
		return VoidNothingFollows
	}
	return ""
}

// TakenBack lists the facts that the partner has been given in this round and that units do not say any more: by their last
// word on a question that was pending then, or because a reviewer sent an answer back. The next version must take them back;
// of what was recalled its notice has told.
func (r Request) TakenBack() []FactID {
	var out []FactID
	for _, v := range r.Releases {
		if v.Round != r.Round || !v.Kind.answers() || v.Recalled {
			continue
		}
		for _, id := range v.Facts {
			if !r.Stands(id) && !slices.Contains(out, id) {
				out = append(out, id)
			}
		}
	}
	return out
}

// Release returns the version that the partner sees under that number.
func (r Request) Release(version int) (Release, bool) {
	if version < 1 || version > len(r.Releases) {
		return Release{}, false
	}
	return r.Releases[version-1], true
}

// Answering is the version by which the promise of a released one was kept or broken: itself, of a correction the answer
// that it corrects, for its own has no running total. A recall answers nothing.
func (r Request) Answering(v Release) (Release, bool) {
	switch v.Kind {
	case ReleaseRecall:
		return Release{}, false
	case ReleaseCorrection:
		for _, before := range slices.Backward(r.Releases[:v.Version-1]) {
			if before.Round == v.Round && before.Whole {
				return before, true
			}
		}
		return Release{}, false
	case ReleasePartial, ReleaseFinal, ReleaseRefusal, ReleaseNotCompetent, ReleaseNotice:
	}
	return v, true
}

// Kept says whether the promise was kept with it: at the due time it is late, without a promise never.
func (v Release) Kept() bool { return v.PromiseAt.IsZero() || v.At.Before(v.PromiseAt) }

func (r Request) recordPull(c RecordPull) ([]Event, error) {
	version, ok := r.Release(c.Release)
	switch {
	case !ok:
		return nil, refuse(UnknownVersion, "there is no such version")
	case !version.PulledAt.IsZero():
		return nil, nil
	case version.Recalled:
		return nil, refuse(IsRecalled, "the version was recalled before it was read")
	case len(version.Bytes) == 0:
		return nil, refuse(ContentErased, "the content of this version was erased")
	}
	return one(Pulled(c))
}
