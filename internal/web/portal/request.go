package portal

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"verigate/api/client"
	"verigate/internal/verification"
	"verigate/internal/web/site"
	"verigate/internal/web/text"
)

// requestView is one request as its partner sees it.
type requestView struct {
	site.Frame
	Key, Version string
	Request      client.PartnerView
	Received     site.Due
	Due          site.Due
	Extended     site.Due
	Questions    []asked
	Subjects     []site.Choice
	Statement    string
	Marking      string // the partner's own, word for word
	Warnings     []flaw
	Ask          *clarification
	Asked        []clarification
	Answers      []version
	Merged       string // number of the request whose answer is the answer to this
	Unread       bool
	Just         bool // sent just now
	Can          map[string]bool
	Rounds       []round
}

type asked struct {
	N                  int
	Code, Text, Status string
	Subjects           string
}

type clarification struct {
	Code, Text, Questions string
	At, ReplyBy           site.Due
	Reply                 string
	Marking               []string // stated in the reply
	RepliedAt             site.Due
}

type version struct {
	Version    int
	Kind       string
	ReleasedAt site.Due
	Read       bool
	Recalled   bool
}

type round struct {
	Round int
	At    site.Due
	Text  string
}

// request shows it.
func request(v *site.Visit) error {
	view, tag, err := get(v)
	if err != nil {
		return err
	}
	page, err := requestPage(v, view)
	if err != nil {
		return err
	}
	if view.DuplicateOf != "" {
		of, err := site.Read[client.PartnerView](v.API.GetRequest(v.Context(), view.DuplicateOf))
		if err != nil && !site.Gone(err) { // erased since: what became of this one is said all the same
			return err
		}
		page.Merged = of.Number
	}
	page.Key, page.Version = v.NewKey(), tag
	return v.Show("portal/request", page)
}

// get reads the request of the address, with its version.
func get(v *site.Visit) (client.PartnerView, string, error) {
	return site.ReadTagged[client.PartnerView](v.API.GetRequest(v.Context(), v.Param("id")))
}

// told is what a partner asked, as far as a page repeats it.
type told struct {
	Subjects  []map[string]any `json:"subjects"`
	Questions []struct {
		N        int      `json:"n"`
		Code     string   `json:"code"`
		Text     string   `json:"text"`
		Subjects []string `json:"subjects"`
	} `json:"questions"`
	Purpose struct {
		Statement string `json:"statement"`
	} `json:"purpose"`
	Text string `json:"text"`
}

func tell(body json.RawMessage) (told, error) {
	var t told
	if len(body) == 0 {
		return t, nil // nothing is kept here
	}
	if err := json.Unmarshal(body, &t); err != nil {
		return t, fmt.Errorf("read what was asked: %w", err)
	}
	return t, nil
}

// everything is what was asked in all rounds: the questions of the last, the subjects of all.
func everything(r client.PartnerView) (told, error) {
	t, err := tell(r.Request)
	if err != nil {
		return t, err
	}
	for _, c := range r.Clarifications {
		for _, s := range c.Reply.Subjects {
			var subject map[string]any
			if err := json.Unmarshal(s, &subject); err != nil {
				return t, fmt.Errorf("read a reply: %w", err)
			}
			t.Subjects = append(t.Subjects, subject)
		}
	}
	for _, f := range r.FollowUps {
		more, err := tell(f.Request)
		if err != nil {
			return t, err
		}
		t.Subjects, t.Questions = append(t.Subjects, more.Subjects...), more.Questions
	}
	return t, nil
}

func requestPage(v *site.Visit, r client.PartnerView) (requestView, error) {
	t, err := everything(r)
	if err != nil {
		return requestView{}, err
	}
	page := requestView{
		Frame: v.Frame("portal.request.title", "number", r.Number), Request: r, Statement: t.Purpose.Statement, Marking: site.Marking(r.Request), Subjects: subjectsOf(v, t.Subjects),
		Received: v.Due(r.ReceivedAt), Extended: v.Due(r.ExtendedTo), Just: v.Query("done") == string(verification.NameSubmit), Can: map[string]bool{},
	}
	if open(r.Status) {
		page.Due = v.Due(r.DueAt)
	} else {
		page.Due = site.Due{Moment: v.Moment(r.DueAt)}
	}
	for _, name := range r.Allowed {
		page.Can[name] = true
	}
	for _, q := range r.Questions {
		page.Questions = append(page.Questions, asking(t, q))
	}
	for _, a := range r.Answers {
		page.Answers = append(page.Answers, version{a.Version, a.Kind, v.Due(a.ReleasedAt), a.Read, a.Recalled})
		page.Unread = page.Unread || !a.Read
	}
	page.Warnings = warnings(v, r.Warnings, t.Subjects)
	if r.Clarification.Code != "" {
		c := clarify(v, r.Clarification)
		page.Ask = &c
	}
	for _, c := range r.Clarifications {
		page.Asked = append(page.Asked, clarify(v, c))
	}
	for _, f := range r.FollowUps {
		more, err := tell(f.Request)
		if err != nil {
			return page, err
		}
		page.Rounds = append(page.Rounds, round{f.Round, v.Due(f.At), more.Text})
	}
	return page, nil
}

// asking is a question with its words as they were sent.
func asking(t told, q client.PartnerViewQuestion) asked {
	out := asked{N: q.N, Code: string(q.Code), Status: q.Status}
	for _, sent := range t.Questions {
		if sent.N == q.N {
			out.Text, out.Subjects = sent.Text, strings.Join(sent.Subjects, ", ")
		}
	}
	return out
}

func clarify(v *site.Visit, c client.ClarificationView) clarification {
	numbers := make([]string, len(c.Questions))
	for i, n := range c.Questions {
		numbers[i] = fmt.Sprint(n)
	}
	return clarification{
		Code: c.Code, Text: c.Text, Questions: strings.Join(numbers, ", "), At: v.Due(c.AskedAt), ReplyBy: v.Due(c.ReplyBy),
		Reply: c.Reply.Text, Marking: stated(v, c.Reply.Handling), RepliedAt: v.Due(c.Reply.At),
	}
}

// stated is a marking as the partner stated it in a reply, a word for each vocabulary that it used; none: it stated none.
func stated(v *site.Visit, h client.StatedMarking) []string {
	if h.Code == "" {
		return nil
	}
	same := client.Handling{Code: client.HandlingCode(h.Code), TLP: client.HandlingTLP(h.TLP), InterpolLevel: client.HandlingInterpolLevel(h.InterpolLevel), MarkingVerbatim: h.MarkingVerbatim}
	for _, code := range h.Codes {
		same.Codes = append(same.Codes, client.HandlingCodes(code))
	}
	return v.Marked(same)
}

// subjectsOf names subjects by id, each with its kind, its id and its names or what else tells it from another.
func subjectsOf(v *site.Visit, subjects []map[string]any) []site.Choice {
	var all []site.Choice
	for _, s := range subjects {
		kind, _ := s["kind"].(string)
		id, _ := s["id"].(string)
		name := v.Word("subject", kind) + " " + id
		if said := said(s); len(said) > 0 {
			name += ": " + text.Join(said, " · ")
		}
		all = append(all, site.Choice{Value: id, Text: name})
	}
	return all
}

// said are the names of a subject, of one that has none the first thing that tells it from another. Each is kept apart from
// what stands around it, whichever way it is written (Unicode isolates: a choice in a list has no elements within).
func said(subject map[string]any) []string {
	isolated := func(text string) string { return "\u2068" + text + "\u2069" }
	var all []string
	names, _ := subject["names"].([]any)
	for _, n := range names {
		name, _ := n.(map[string]any)
		if text, _ := name["text"].(string); text != "" {
			all = append(all, isolated(text))
		}
	}
	for _, member := range telling() {
		if text, _ := subject[member].(string); text != "" && len(all) == 0 {
			all = append(all, isolated(text))
		}
	}
	return all
}

// telling are the members that tell one subject from another, the best first.
func telling() []string {
	return []string{
		"number", "name", "bl_no", "awb_no", "declaration_no", "plate", "vin", "imo", "e164", "imei", "iban", "wallet", "scientific_name", "inn",
		"handle", "email", "url", "locode", "partner_case_no", "our_case_no",
	}
}

// warnings are what intake kept with a warning: which subject, and of what.
func warnings(v *site.Visit, all []client.Warning, subjects []map[string]any) []flaw {
	var out []flaw
	for _, w := range all {
		said := v.Word("portal.warning", w.Code)
		if strings.HasPrefix(w.Code, "check_failed_") {
			said = v.T("portal.check.kept")
		}
		f := flaw{Label: v.Word("field", w.Pointer[strings.LastIndex(w.Pointer, "/")+1:]), Text: said}
		var n int
		if _, err := fmt.Sscanf(w.Pointer, "/subjects/%d/", &n); err == nil && n < len(subjects) {
			f.Label = subjectsOf(v, subjects[n:n+1])[0].Text + " · " + f.Label
		}
		if !slices.Contains(out, f) {
			out = append(out, f)
		}
	}
	return out
}

// receipt is the signed receipt as a file, as it was handed out.
func receipt(v *site.Visit) error {
	r, _, err := get(v)
	if err != nil {
		return err
	}
	if r.Receipt == "" {
		return fmt.Errorf("a receipt: %w", absent())
	}
	return download(v, r.Number+".receipt.jws", "application/jose", []byte(r.Receipt))
}

// verbatim is the body of a request as it was accepted: what the receipt's hash is of.
func verbatim(v *site.Visit) error {
	r, _, err := get(v)
	if err != nil {
		return err
	}
	if len(r.Request) == 0 {
		return fmt.Errorf("a body: %w", absent())
	}
	return download(v, r.Number+".request.json", "application/json", r.Request)
}

func absent() *site.Problem {
	return &site.Problem{Problem: client.Problem{Status: http.StatusNotFound, Code: "not_found"}}
}

func download(v *site.Visit, name, media string, content []byte) error {
	h := v.Writer.Header()
	h.Set("Content-Type", media)
	h.Set("Content-Disposition", `attachment; filename="`+name+`"`)
	_, _ = v.Writer.Write(content) // a reader who left is no error of ours
	return nil
}
