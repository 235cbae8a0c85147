package evidence

import (
	"net/http"
	"net/url"
	"strings"

	"verigate/api/client"
	"verigate/internal/access"
	"verigate/internal/web/site"
	"verigate/internal/web/text"
)

// list is the evidence of all that changed nothing, the last first.
type list struct {
	site.Frame
	Person, Request string // as chosen
	Sorts           []site.Choice
	Sort            string
	Refusals        bool
	Missed          string // why nothing is looked for
	Caseless        bool   // what is about requests is left out
	Items           []entry
	Searched        *text.Moment // back to when; nil: to the beginning
	Next            string       // address of the next page; empty: there is none
}

// entry is one call.
type entry struct {
	At        text.Moment
	Who       person
	Unit      string
	Operation string
	Outcome   string // in words, with its code
	Refused   bool
	Requests  []string
	More      int // requests beyond those
	From      string
	Itself    bool   // it was the gateway, by itself
	Where     string // what is not as it was written
	Damage    string // in words: it is no entry, but a place in the evidence where nothing can be read; Where says which
}

// shownRequests is how many requests of a page's entry are written out.
const shownRequests = 3

// person ids, as they are made; what is typed by hand and is none stays out of the call.
func isPerson(s string) bool {
	return strings.HasPrefix(s, "p_") && len(s) <= 64 && strings.IndexFunc(s[2:], func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '_'
	}) < 0
}

// entries shows a page of the evidence that fits what the address says.
func entries(v *site.Visit) error {
	page := list{
		Frame: v.Frame("evidence.list"), Person: v.Query("person"), Request: v.Query("request"), Sort: v.Query("shows"),
		Refusals: v.Query("refused") != "", Sorts: v.Choices("shows", "content", "export", "rows", "evidence", "session", "house"),
	}
	if page.Person != "" && !isPerson(page.Person) || page.Request != "" && !id.MatchString(page.Request) {
		page.Person, page.Request, page.Missed = "", "", v.T("evidence.no_id")
		return v.ShowAs(http.StatusBadRequest, "evidence/list", page)
	}
	params := client.ListEvidenceParams{
		Person: site.Optional(page.Person), Request: site.Optional(page.Request), Cursor: site.Optional(v.Query("cursor")),
		Shows: site.Optional(client.EvidenceShows(page.Sort)),
	}
	if page.Refusals {
		params.Outcome = site.Optional(client.EvidenceOutcomeRefused)
	}
	found, err := site.Read[client.EvidencePage](v.API.ListEvidence(v.Context(), &params))
	if err != nil {
		return err
	}
	labels, err := v.Labels()
	if err != nil {
		return err
	}
	page.Caseless = found.Caseless
	for _, e := range found.Items {
		page.Items = append(page.Items, row(v, labels, e))
	}
	if found.NextCursor != "" {
		at := v.Moment(found.SearchedTo)
		page.Searched = &at
		q := v.Request.URL.Query()
		q.Set("cursor", found.NextCursor)
		page.Next = "/evidence/list?" + q.Encode()
	}
	return v.Show("evidence/list", page)
}

// itself begins the operations that are of no call.
const itself = "gateway "

// hidden is the code of what is not there and of what may not be known to be there.
const hidden = "not_found"

func row(v *site.Visit, labels map[string]string, e client.EvidenceEntry) entry {
	if e.Outcome == client.EvidenceOutcomeDamaged {
		return entry{Damage: v.T("evidence.damaged", "n", e.Count, "from", e.Sequence, "why", v.Word("problem", e.Code)), Where: e.Where}
	}
	out := entry{
		At: v.Moment(e.At), Unit: e.Unit, Operation: v.Word("operation", e.Operation), Outcome: v.Word("evidence_outcome", string(e.Outcome)),
		Refused: e.Outcome == client.EvidenceOutcomeRefused, Requests: e.Requests, From: e.From,
		Where: e.Where,
	}
	if part, ok := strings.CutPrefix(e.Operation, itself); ok {
		out.Itself, out.Operation = true, v.Word("part", part)
	}
	if e.Who != "" || e.Role != "" {
		out.Who = who(v, labels, e.Who, e.Role)
	}
	if e.Count > 0 {
		out.Outcome = v.T("evidence.unwritten", "n", e.Count)
	}
	switch e.Code {
	case "":
	case hidden:
		out.Outcome += " · " + v.T("evidence.hidden")
	default:
		out.Outcome += " · " + v.Word("problem", e.Code)
	}
	if len(out.Requests) > shownRequests {
		out.More = len(out.Requests) - shownRequests
		out.Requests = out.Requests[:shownRequests]
	}
	return out
}

// listOf is the address of the list for a request.
func listOf(v *site.Visit, request string) string {
	if !v.May(access.OpListEvidence) {
		return ""
	}
	if request == "" {
		return "/evidence/list"
	}
	return "/evidence/list?request=" + url.QueryEscape(request)
}
