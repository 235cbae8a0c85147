package portal

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"verigate/api/client"
	"verigate/internal/verification"
	"verigate/internal/web/form"
	"verigate/internal/web/site"
)

// formView is a page with a form of a body. A part of it that is nil is not asked for.
type formView struct {
	site.Frame
	Key, Version string
	Action       string // where the form goes
	Back         string
	Send         string // id of the text of its button
	Zone         string // by whose clock instants are typed, for the form; ZoneText for its reader
	ZoneText     string
	Kind         string // request or information; empty: it cannot be chosen
	Lists        []field
	Subjects     []site.Choice // kinds that may be added
	Urgency      *field
	Degrees      []degree
	Sections     []field
	References   []field
	Flaws        []flaw
	Unconfirmed  bool
	Countries    []site.Choice
	Languages    []site.Choice
	Ports        []site.Choice
	Types        []site.Choice // of questions, with what each needs
	Fields       []field       // of a short form, before everything
}

// degree is one answer to "what happens if we answer tomorrow?".
type degree struct {
	Code   string
	Means  string
	Due    site.Due
	Within string
	Chosen bool
}

// begin shows an empty form.
func (p portal) begin(v *site.Visit) error {
	f, err := p.forms()
	if err != nil {
		return err
	}
	d := begun(v, f.request)
	d.values.Set("/kind", "request")
	d.values.Set("/language", string(v.Language))
	d.add("/questions", "")
	d.fresh = ""
	return p.showNew(v, http.StatusOK, d, v.NewKey(), nil)
}

// submit sends the form, or changes it when another of its buttons was pressed.
func (p portal) submit(v *site.Visit) error {
	f, err := p.forms()
	if err != nil {
		return err
	}
	d := sent(v, f.request)
	switch do := v.Form("do"); do {
	case "send":
	case "like":
		if err := likeTheLast(v, &d); err != nil {
			return err
		}
		return p.showNew(v, http.StatusOK, d, v.Form("key"), nil)
	default:
		d.change(do, v.Form("add-kind"))
		return p.showNew(v, http.StatusOK, d, v.Form("key"), nil)
	}
	d.tidy()
	if d.unconfirmed() {
		return p.showNew(v, http.StatusUnprocessableEntity, d, v.Form("key"), nil)
	}
	body, err := d.body()
	if err != nil {
		return err
	}
	created, err := site.Read[client.Created](v.API.SubmitRequestWithBody(v.Context(), &client.SubmitRequestParams{
		IdempotencyKey: v.Form("key"), UrgencyDegree: declared(d.values.Get("/urgency/degree")),
	}, "application/json", bytes.NewReader(body)))
	if problem, refused := site.Refused(err); refused {
		key := v.Form("key")
		if problem.Code == "key_reused" {
			key = v.NewKey() // sent before with other words: once more is another request, and the page says so
		}
		return p.showNew(v, problem.Status, d, key, problem)
	}
	if err != nil {
		return err
	}
	return v.GoSaying("/portal/"+created.ID, string(verification.NameSubmit))
}

// declared is the degree that gives a call a lane of its own when the ordinary allowance is used up.
func declared(degree string) *client.SubmitRequestParamsUrgencyDegree {
	switch verification.Degree(degree) {
	case verification.Flash, verification.Urgent:
		d := client.SubmitRequestParamsUrgencyDegree(degree)
		return &d
	default:
		return nil
	}
}

// likeTheLast copies handling and purpose of the request that came in last, and never its subjects.
func likeTheLast(v *site.Visit, d *draft) error {
	const look = 50 // the list is by last change: the newest is among the first
	page, err := site.Read[client.RequestPage](v.API.ListRequests(v.Context(), &client.ListRequestsParams{Limit: site.Optional(look)}))
	if err != nil || len(page.Items) == 0 {
		return err
	}
	last := slices.MaxFunc(page.Items, func(a, b client.RequestRow) int { return a.ReceivedAt.Compare(b.ReceivedAt) })
	before, err := site.Read[client.PartnerView](v.API.GetRequest(v.Context(), last.ID))
	if err != nil {
		return err
	}
	var body map[string]any
	if len(before.Request) == 0 { // one of which nothing is kept here
		return nil
	}
	if err := json.Unmarshal(before.Request, &body); err != nil {
		return fmt.Errorf("read the last request: %w", err)
	}
	for _, member := range []string{"handling", "purpose"} {
		shape, _ := d.shape.At(member)
		d.values.Clear("/" + member)
		shape.Fill("/"+member, body[member], d.values, d.zone)
	}
	return nil
}

// check answers for one field of a subject: what its check digit says.
func (p portal) check(v *site.Visit) error {
	f, err := p.forms()
	if err != nil {
		return err
	}
	w, err := p.writer(v, sent(v, f.request), "", nil)
	if err != nil {
		return err
	}
	at := v.Query("at")
	return v.Show("portal/notes", map[string]any{"ID": idOf(at), "Notes": w.notes(form.Field{Pointer: at, Sort: form.Text})})
}

// showNew shows the form of a request, or only the form when only that is asked for.
func (p portal) showNew(v *site.Visit, status int, d draft, key string, problem *site.Problem) error {
	w, err := p.writer(v, d, "/portal/new", problem)
	if err != nil {
		return err
	}
	view := w.view("portal.new.title")
	view.Key, view.Action, view.Back, view.Send = key, w.action, "/portal", "portal.new.send"
	view.Kind = d.values.Get("/kind")
	if err := w.wholeRequest(&view); err != nil {
		return err
	}
	view.Unconfirmed = status == http.StatusUnprocessableEntity && problem == nil
	return showForm(v, status, view)
}

func showForm(v *site.Visit, status int, view formView) error {
	if v.Within() {
		return v.Show("portal/form", view)
	}
	return v.ShowAs(status, "portal/new", view)
}

// view is what every form has: its frame, what is wrong, the clock of its instants.
func (w *writer) view(title string, pairs ...any) formView {
	view := formView{Frame: w.v.Frame(title, pairs...), Zone: w.draft.zoneName(), ZoneText: w.zoneText()}
	view.Scripts = []string{"portal.js"}
	view.Languages, view.Ports = w.v.Languages(), w.v.Ports()
	subjects, _ := w.draft.shape.At("subjects")
	view.Subjects = w.v.Choices("subject", subjects.Kinds()...)
	view.Countries = w.v.Countries(w.countryCodes())
	if w.problem != nil {
		view.Trouble = w.v.Trouble(w.problem)
		view.Trouble.Fields = nil // they are named with their fields
	}
	return view
}

// countryCodes are those of the contract, which the plate of a vehicle has among its fields.
func (w *writer) countryCodes() []string {
	subjects, _ := w.draft.shape.At("subjects")
	v := form.Values{}
	v.Set("/subjects/0/kind", "vehicle")
	for _, f := range subjects.Field("/subjects", v).Rows[0].Fields {
		if f.Member == "plate_country" {
			return f.Choices
		}
	}
	return nil
}

// zoneText says by whose clock instants are typed: Lagos (UTC+1).
func (w *writer) zoneText() string {
	m := w.v.Language.Moment(w.v.Now, w.draft.zone)
	if m.Own == "" {
		return w.v.T("portal.zone.hanoi")
	}
	name := w.draft.zone.String()
	return strings.ReplaceAll(name[strings.LastIndex(name, "/")+1:], "_", " ") + " (" + "UTC" + w.v.Now.In(w.draft.zone).Format("-07:00") + ")"
}

// wholeRequest puts every member of the schema into its part of the page; one that nobody has thought of is among the
// references.
func (w *writer) wholeRequest(view *formView) error {
	information := view.Kind == "information"
	for _, member := range w.draft.shape.Members() {
		switch f := w.write(member); {
		case member == "kind", member == "questions" && information:
		case f.Sort == form.Rows:
			view.Lists = append(view.Lists, f)
		case member == "urgency":
			view.Urgency = &f
		case f.Sort == form.Group:
			view.Sections = append(view.Sections, f)
		default:
			view.References = append(view.References, f)
		}
	}
	inOrder(view.Lists)
	view.Types = w.types()
	w.judged(view)
	return w.degrees(view)
}

// judged lists what is wrong with the fields. That says all that a refusal of the body says.
func (w *writer) judged(view *formView) {
	view.Flaws = w.all()
	if w.problem != nil && w.problem.Code == "invalid_body" && len(view.Flaws) > 0 {
		view.Trouble = nil
	}
}

// inOrder puts what questions are about before the questions.
func inOrder(lists []field) {
	order := []string{"subjects", "questions", "links", "attachments"}
	slices.SortStableFunc(lists, func(a, b field) int { return slices.Index(order, a.Member) - slices.Index(order, b.Member) })
}

// types are the types of questions with what an answer to each needs.
func (w *writer) types() []site.Choice {
	questions, asks := w.draft.shape.At("questions")
	if !asks {
		return nil
	}
	v := form.Values{}
	v.Set("/questions/0/", "")
	var all []site.Choice
	for _, f := range questions.Field("/questions", v).Rows[0].Fields {
		for _, code := range f.Choices {
			if needs := w.v.Word("portal.needs", code); needs != code {
				all = append(all, site.Choice{Value: w.v.Word("question", code), Text: needs})
			}
		}
	}
	return all
}

// degrees puts beside each degree what it means and what would be promised now.
func (w *writer) degrees(view *formView) error {
	if view.Kind == "information" {
		return nil // no answer is due
	}
	campaign := w.draft.values.Get("/campaign")
	promises, err := site.Read[client.PromiseList](w.v.API.ListPromises(w.v.Context(), &client.ListPromisesParams{Campaign: site.Optional(campaign)}))
	if err != nil {
		return err
	}
	chosen := w.draft.values.Get("/urgency/degree")
	for _, promise := range promises.Items {
		code := string(promise.Degree)
		view.Degrees = append(view.Degrees, degree{
			Code: code, Means: w.v.Word("portal.degree", code), Due: w.v.Due(promise.DueAt), Within: w.within(promise), Chosen: chosen == code,
		})
	}
	return nil
}

// within is how long the promise is from now, and of which hours.
func (w *writer) within(p client.Promise) string {
	span := w.v.Language.Span(p.DueAt.Sub(w.v.Now).Round(time.Minute))
	if p.Clock == client.PromiseClockBusiness {
		return w.v.T("portal.within.working", "span", span)
	}
	return w.v.T("portal.within.around", "span", span)
}
