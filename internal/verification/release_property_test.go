package verification_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"slices"

	"verigate/internal/marking"
	. "verigate/internal/verification" //nolint:revive // as in the stories
)

// What the record alone must show of every release and every refusal, whatever order of commands led to it.

// checkReleases reads the record alone: no path to a release avoids the approval of its exact bytes by another person.
func (l *life) checkReleases() {
	for i, d := range l.record {
		for _, e := range d.Events {
			if out, ok := e.(Released); ok {
				l.checkRelease(i, d, out)
			}
		}
	}
}

func (l *life) checkRelease(at int, d Decision, out Released) {
	prepared, editor, since := l.preparation(at, out)
	if prepared.Hash == "" {
		l.fail("release %d names a package that was never prepared", out.Release)
		return
	}
	sum := sha256.Sum256(prepared.Bytes)
	version, _ := l.states[at].Release(out.Release)
	if !bytes.Equal(version.Bytes, prepared.Bytes) && !l.states[at].Erased || hex.EncodeToString(sum[:]) != out.Hash {
		l.fail("release %d is not the bytes that were prepared", out.Release)
	}
	approvers, roles := map[PersonID]bool{d.By.Person: true}, d.By.Roles
	level, h3 := l.gravity(at, prepared)
	for j := since; j <= at; j++ {
		for _, e := range l.record[j].Events {
			switch e := e.(type) { //nolint:gochecksumtype // the property is about these only
			case ReleaseApproved:
				if e.Hash != out.Hash {
					l.fail("an approval of another hash counted")
				}
				approvers[l.record[j].By.Person] = true
				roles = append(slices.Clone(roles), l.record[j].By.Roles...)
			case TaskSentBack, Sealed, Recalled, CorrectionOpened, CorrectionDropped, FollowedUp, Reopened, LevelLowered:
				l.fail("%s voids a package, and it was released", e.EventKind())
			default:
			}
		}
	}
	l.checkTaint(at, out, prepared)
	writers := append(l.writers(since, prepared), editor)
	for p := range approvers {
		if p == "" || slices.Contains(writers, p) {
			l.fail("release %d was approved by %q, who edited or wrote it", out.Release, p)
		}
	}
	if (h3 || level >= marking.L3) && (len(approvers) < 2 || !slices.Contains(roles, RoleLead)) {
		l.fail("release %d of %s needs two persons, one of them the lead: %v", out.Release, level, approvers)
	}
}

// preparation finds the package that a release names, its editor, and the decision after it.
func (l *life) preparation(at int, out Released) (PackagePrepared, PersonID, int) {
	for j := at; j >= 0; j-- {
		for _, e := range l.record[j].Events {
			if p, ok := e.(PackagePrepared); ok {
				if p.Hash != out.Hash || p.Version != out.Package {
					l.fail("release %d is not of the latest package", out.Release)
				}
				return p, l.record[j].By.Person, j + 1
			}
		}
	}
	return PackagePrepared{}, "", 0
}

// gravity reads from the record how secret the request was at that decision.
func (l *life) gravity(at int, p PackagePrepared) (level marking.Level, h3 bool) {
	for _, d := range l.record[:at] {
		for _, e := range d.Events {
			switch e := e.(type) { //nolint:gochecksumtype // the property is about these only
			case Submitted:
				level, h3 = e.Level, e.ThirdParty
			case Registered:
				level, h3 = e.Level, e.ThirdParty
			case FollowedUp:
				level = max(level, e.Level)
			case Sealed:
				level = max(level, marking.L3)
			case LevelLowered:
				level = e.Level
			case TaskReplied:
				level = max(level, e.Level)
				h3 = h3 || quotesH3(e, p.Facts)
			default:
			}
		}
	}
	return level, h3
}

func quotesH3(e TaskReplied, facts []FactID) bool {
	for _, qa := range e.Questions {
		for _, f := range qa.Facts {
			if bytes.Contains(f.Handling, []byte(`"H3"`)) && slices.Contains(facts, f.ID) {
				return true
			}
		}
	}
	return false
}

// writers reads from the record whose words may be in a package: who answered in its round or gave one of its facts.
func (l *life) writers(at int, p PackagePrepared) []PersonID {
	var out []PersonID
	for _, d := range l.record[:at] {
		for _, e := range d.Events {
			switch e.(type) { //nolint:gochecksumtype // the property is about these only
			case FollowedUp, Reopened:
				out = nil
			case DeskAnswered:
				out = append(out, d.By.Person)
			case TaskReplied:
				if d.By.Person != "" {
					out = append(out, d.By.Person)
				}
			default:
			}
		}
	}
	for _, d := range l.record[:at] {
		for _, e := range d.Events {
			if replied, ok := e.(TaskReplied); ok && slices.ContainsFunc(replied.Questions, func(qa QuestionAnswer) bool {
				return slices.ContainsFunc(qa.Facts, func(f Fact) bool { return slices.Contains(p.Facts, f.ID) })
			}) {
				out = append(out, d.By.Person)
			}
		}
	}
	return out
}

// checkRefusals: no request is refused but by another person than proposed exactly these bytes.
func (l *life) checkRefusals() {
	var proposed RefusalProposed
	var by PersonID
	for _, d := range l.record {
		for _, e := range d.Events {
			switch e := e.(type) { //nolint:gochecksumtype // the property is about these only
			case RefusalProposed:
				proposed, by = e, d.By.Person
			case Routed, TaskReplied, DeskAnswered, AgencyAsked, Released, Recalled, PartnerReplied, RefusalRejected:
				proposed = RefusalProposed{}
			case RefusalApproved:
				if proposed.Hash != e.Hash || by == d.By.Person || d.By.Person == "" {
					l.fail("a refusal of %q was approved by %q", by, d.By.Person)
				}
			default:
			}
		}
	}
}
