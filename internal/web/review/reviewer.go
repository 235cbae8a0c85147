package review

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"

	"verigate/api/client"
	"verigate/internal/access"
	"verigate/internal/web/review/unseen"
	"verigate/internal/web/site"
	"verigate/internal/web/text"
)

// reviewView is the page of row 15.
type reviewView struct {
	site.Frame
	Head         head
	Key, Version string
	Pack         *packView // nil: nothing has been prepared
	Questions    []outgoing
	Conditions   []mark
	TakenBack    []fact // of earlier versions, which this one takes back
	Raw          []mark
	Size         string
	Unseen       int
	Accepted     bool // the unseen characters
	Reasons      []site.Choice
	Note         string
	Missed       int    // how much of the form is not filled in, after it was sent
	Barred       string // why this reader may not release; empty: nothing bars them
	Could        []string
	MayRelease   bool
	Proof        string // to where a fresh proof leads back; empty: it is fresh
	Given        bool   // the form was sent: the proof is given beside it, and what it holds stays
	Returns      []returnForm
	Defects      []site.Choice
	Asks         []consentForm
	Others       []fact        // of which nobody said that they are somebody else's
	Partners     []site.Choice // who may be asked
	Other        otherForm
	MayAsk       bool
	Gone         *gone
	Overtaken    string // an approval that no longer counts
}

// packView is the package as a whole.
type packView struct {
	Version    int
	Kind, Hash string
	Editor     string
	PreparedAt text.Moment
	Void       bool
	Why        string
	Fits       bool // the hash is that of the bytes
	Approvals  []approval
	Waiting    bool
	Since      text.Since // when it waits for the next person
	Two        bool       // reviewer and lead
	Short      string
}

// approval is one of two that an answer of H3 or L3 needs.
type approval struct {
	Who, Role string
	At        text.Moment
}

// gone is what went out.
type gone struct {
	Version        int
	Kind, Hash     string
	At, Pulled     text.Moment
	Recalled, Read bool
}

func (m matter) approvals(v *site.Visit) []approval {
	var out []approval
	for _, a := range m.pack.Approvals {
		out = append(out, approval{Who: m.who(a.Person), Role: v.Word("review_approver", string(a.Role)), At: v.Moment(a.At)})
	}
	return out
}

// reviewer shows the exact bytes for approval, and what went out once they are released.
func reviewer(v *site.Visit) error {
	m, err := open(v)
	if err != nil {
		return err
	}
	view, err := m.reviewView(v, ticks{})
	if err != nil {
		return err
	}
	return v.Show("review/review", view)
}

func (m matter) reviewView(v *site.Visit, given ticks) (reviewView, error) {
	view := reviewView{
		Frame: v.Frame("review.review_title", "number", m.Number), Head: m.head(v), Key: v.NewKey(), Version: m.tag,
		Reasons: v.Choices("review_stay", stayReasons()...), Defects: v.Choices("defect", defects()...), Returns: m.returns(v),
		Note: given.note, Accepted: given.accepted,
	}
	all := m.questions(v)
	view.Asks, view.Others, view.Other.Key, view.MayAsk = m.consentForms(v, all), m.others(all), v.NewKey(), m.allows("ask_consent")
	if view.MayAsk && len(view.Others) > 0 {
		view.Partners = slices.DeleteFunc(v.Partners(), func(c site.Choice) bool { return c.Value == m.Partner })
	}
	if m.pack == nil {
		return view, nil
	}
	view.Pack = m.packView(v)
	raw := string(m.pack.Package)
	view.Raw, view.Unseen, view.Size = plain(raw), unseen.Count(raw), v.Language.Size(int64(len(raw)))
	var err error
	if view.Questions, view.Conditions, err = m.outgoing(v, all, given); err != nil {
		return view, err
	}
	if view.TakenBack, err = m.takenBack(all); err != nil {
		return view, err
	}
	view.MayRelease = m.allows("release") && m.standing() != nil && view.Pack.Fits
	if m.standing() != nil && !view.MayRelease {
		view.Barred, view.Could = m.barred(v), m.could(v)
	}
	if view.MayRelease && !v.Now.Before(v.Session.ProvedUntil) {
		view.Proof = reviewPath(m.ID)
	}
	view.Gone = m.gone(v)
	view.Overtaken, err = m.overtaken(v)
	return view, err
}

func (m matter) packView(v *site.Visit) *packView {
	p := m.pack
	sum := sha256.Sum256(p.Package)
	return &packView{
		Version: p.Version, Kind: p.Kind, Hash: p.Hash, Editor: m.who(p.Editor), PreparedAt: v.Moment(p.PreparedAt), Void: p.Void,
		Why: v.Word("review_void", string(p.VoidReason)), Fits: hex.EncodeToString(sum[:]) == p.Hash, Approvals: m.approvals(v),
		Two: len(p.Approvals)+len(p.Missing) > 1, Short: p.Hash[:min(12, len(p.Hash))],
		Waiting: len(p.Missing) > 0, Since: v.Language.Since(p.WaitsSince, v.Now),
	}
}

// barred says why the reader may not release what stands.
func (m matter) barred(v *site.Visit) string {
	me := v.Session.Person
	switch {
	case m.pack.Barred == "same_person" && m.pack.Editor == me:
		return v.T("review.barred_editor")
	case m.pack.Barred == "same_person" && slices.ContainsFunc(m.pack.Approvals, func(a client.PackageApproval) bool { return a.Person == me }):
		return v.T("review.barred_approved")
	case m.pack.Barred == "same_person":
		return v.T("review.barred_author")
	case m.pack.Barred == "not_permitted":
		return v.T("review.barred_role")
	}
	return v.Word("problem", m.pack.Barred)
}

// could says who may approve instead, by role: who is on duty the roster knows.
func (m matter) could(v *site.Visit) []string {
	var out []string
	for _, role := range m.pack.Missing {
		if role == client.ApproverLead {
			out = append(out, v.T("review.could_lead"))
			continue
		}
		out = append(out, v.T("review.could_reviewer", "editor", m.who(m.pack.Editor)))
	}
	return out
}

// gone is the release of the package that is shown, when it went out.
func (m matter) gone(v *site.Visit) *gone {
	if m.pack.VoidReason != "released" {
		return nil
	}
	for _, r := range slices.Backward(m.Releases) {
		if r.Hash == m.pack.Hash {
			return &gone{
				Version: r.Version, Kind: r.Kind, Hash: r.Hash, At: v.Moment(r.ReleasedAt), Pulled: v.Moment(r.FirstPulledAt), Recalled: r.Recalled,
				Read: !r.FirstPulledAt.IsZero(),
			}
		}
	}
	return nil
}

// overtaken tells of an approval that was given to an earlier version and no longer counts.
func (m matter) overtaken(v *site.Visit) (string, error) {
	if m.pack.Version < 2 || len(m.pack.Approvals) > 0 || m.pack.VoidReason == "released" || !v.May(access.OpGetHistory) {
		return "", nil
	}
	history, err := site.Read[client.History](v.API.GetHistory(v.Context(), m.ID))
	if err != nil {
		return "", err
	}
	said := ""
	for _, h := range history.Items {
		switch {
		case slices.Contains(h.Events, "released.v1"):
			said = ""
		case slices.Contains(h.Events, "release_approved.v1"):
			said = v.T("review.overtaken", "who", m.who(h.Who), "when", v.Language.Clock(h.At))
		}
	}
	return said, nil
}

func defects() []string {
	return []string{
		"incomplete", "wrong_subject", "search_not_described", "contradiction", "evaluation_missing", "marking_missing", "source_exposed",
		"identifier_mismatch", "wording", "language", "other",
	}
}

// stayReasons are why a fact is left out, in words of this page: they go into the note of the release.
func stayReasons() []string {
	return []string{"not_needed", "superseded", "internal_source", "method", "third_party", "personal_data", "no_consent", "investigation", "other"}
}
