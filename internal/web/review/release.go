package review

import (
	"net/http"
	"slices"
	"strings"

	"verigate/api/client"
	"verigate/internal/access"
	"verigate/internal/web/site"
)

// ticks are what a reviewer ticked off, and why something stays.
type ticks struct {
	sent     bool // the form was sent: what is not ticked is missed
	seen     []string
	stays    map[string]string // reasons by fact
	accepted bool
	note     string
}

func ticked(v *site.Visit, all []question) ticks {
	t := ticks{
		sent: true, seen: v.Forms("seen"), stays: map[string]string{}, accepted: v.Form("accept-unseen") != "", note: lines(v.Form("note")),
	}
	for _, f := range facts(all) {
		if reason := v.Form("stay-" + f.ID); slices.Contains(stayReasons(), reason) {
			t.stays[f.ID] = reason
		}
	}
	return t
}

// release is row 15. What the form does not tick off is asked for again: the gateway knows only the hash and the note. So
// does a proof that ran out while somebody read: the page keeps what was ticked, and the gateway asks at each press.
func release(v *site.Visit) error {
	m, err := open(v)
	if err != nil {
		return err
	}
	if !v.May(access.OpReleasePackage) {
		return hidden()
	}
	hash := v.Form("hash")
	given := ticked(v, m.questions(v))
	read := m.pack != nil && m.pack.Hash == hash
	if !read { // what was ticked is not what is shown now
		given = ticks{note: given.note}
	}
	view, err := m.reviewView(v, given)
	if err != nil {
		return err
	}
	view.Given = true
	if missed := view.missed(); read && view.MayRelease && missed > 0 {
		view.Missed = missed
		return v.ShowAs(http.StatusUnprocessableEntity, "review/review", view)
	}
	done, err := site.Read[client.StaffView](v.API.ReleasePackage(v.Context(), m.ID, &client.ReleasePackageParams{
		IdempotencyKey: v.Key(), IfMatch: v.Version(),
	}, client.Release{Hash: hash, Note: view.noteOfRelease(v)}))
	p, refused := site.Refused(err)
	switch {
	case err == nil && done.Package.VoidReason == "released":
		return v.GoSaying(reviewPath(m.ID), "release")
	case err == nil:
		return v.GoSaying(reviewPath(m.ID), "release_approved")
	case site.Unproved(err):
		view.Proof = reviewPath(m.ID)
		return v.ShowAs(http.StatusForbidden, "review/review", view)
	case !refused:
		return err
	}
	if view.Trouble, err = m.trouble(v, p); err != nil {
		return err
	}
	return v.ShowAs(p.Status, "review/review", view)
}

// missed counts what the form leaves open.
func (view *reviewView) missed() int {
	n := 0
	if view.Unseen > 0 && !view.Accepted {
		n++
	}
	for _, q := range view.Questions {
		if q.Missed {
			n++
		}
		for _, f := range q.Facts {
			if f.Missed {
				n++
			}
		}
		for _, s := range q.Stays {
			if s.Missed {
				n++
			}
		}
	}
	return n
}

// maxNote is what the contract takes of a note.
const maxNote = 2000

// noteOfRelease says what was ticked off and why the rest stays, with what the reviewer wrote. Where that is too long the
// facts are left out and the reasons counted.
func (view *reviewView) noteOfRelease(v *site.Visit) string {
	var out []string
	stays := map[string][]string{}
	for _, q := range view.Questions {
		for _, f := range q.Facts {
			out = append(out, f.Label)
		}
		if q.Tick != "" {
			out = append(out, v.T("review.note_question", "question", q.N))
		}
		for _, s := range q.Stays {
			stays[s.Reason] = append(stays[s.Reason], s.Label)
		}
	}
	parts := []string{v.T("review.note_seen", "facts", strings.Join(out, ", "))}
	counts := []string{v.T("review.note_seen_count", "count", len(out))}
	for _, reason := range stayReasons() {
		if labels := stays[reason]; len(labels) > 0 {
			why := v.Word("review_stay", reason)
			parts = append(parts, v.T("review.note_stays", "facts", strings.Join(labels, ", "), "reason", why))
			counts = append(counts, v.T("review.note_stays_count", "count", len(labels), "reason", why))
		}
	}
	if view.Unseen > 0 {
		unseen := v.T("review.note_unseen", "count", view.Unseen)
		parts, counts = append(parts, unseen), append(counts, unseen)
	}
	if view.Note != "" {
		parts, counts = append(parts, view.Note), append(counts, view.Note)
	}
	note := strings.Join(parts, " ")
	if len([]rune(note)) > maxNote {
		note = strings.Join(counts, " ")
	}
	return note
}
