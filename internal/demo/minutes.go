package demo

import (
	"cmp"
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"verigate/api/client"
)

// scene is a step of the two minutes, and what a page shows of its answer.
type scene struct {
	id    string
	shows func(*file, reply) ([]Field, error)
	Step
}

// Field is one of the telling fields of an answer: text, or an instant.
type Field struct {
	Name string // as the contract names it: due_at
	Text string
	At   time.Time
}

// who names the actor as Credentials.Of does.
func (a Actor) who() string {
	switch {
	case a.role == "lead of unit":
		return "unit_lead:" + a.code
	case a.code == "":
		return a.role
	}
	return a.role + ":" + a.code
}

// minutes are the two minutes that a page tells (ui.md, The first two minutes): the container of S01, from the first call
// to the question who has seen the answer. Each scene is one call.
func minutes() []scene {
	const night matter = "S01"
	ng, haiphong := partner("NG"), unit("03")
	return []scene{
		{"receipt", showsReceipt, night.sends(ng, "in_progress")},
		{"routed", showsRouting, night.seen(desk(1), "with_units").proving(night.routedTo("03"), night.tasksAreKnown)},
		{"accepted", showsTask, night.accepts(haiphong)},
		{"answered", showsAnswer, night.writes(haiphong, "answerTask", "answers every question", foundByUnit).
			gives("answered").proving(night.factsHaveIDs(haiphong))},
		{"masked", showsPackage, night.writes(desk(1), "putPackage", "edits the answer, masks a name", masked).proving(night.hashHolds)},
		{"refused", showsNothing, night.releases(desk(1)).refused(http.StatusConflict, "same_person")},
		{"approved", showsState, night.releases(desk(2)).gives("answered")},
		{"read", showsVersion, night.pulls(ng, "final").proving(night.says(1, "held", "NOT_ARRIVED"), night.says(2, "verified_negative", "NOT_FOUND"))},
		{"hidden", showsNothing, night.hiddenFrom(partner("KE"))},
		{"readers", showsReaders, night.readers(auditor())},
	}
}

// officer is the name that must not leave.
const officer = "ông Nguyễn Văn Thử"

// foundByUnit answers the three questions: one held, one searched with nothing held, one held.
func foundByUnit(f *file) any {
	fact := func(subject, text string) client.FactByUnit {
		return client.FactByUnit{
			Text: text, Language: "vi", Subject: subject, ObservedAt: f.to.UTC(),
			Evaluation: client.Evaluation{Source: "A", Information: "1"}, Handling: client.Handling{Code: "H2"},
		}
	}
	return client.AnswerByUnit{Kind: client.AnswerByUnitKindFinal, Questions: []client.QuestionByUnit{
		{N: 1, Result: client.ResultHeld, Outcome: "NOT_ARRIVED", Facts: []client.FactByUnit{
			fact("s4", "Tàu FICTIONAL STAR chưa cập cảng; chưa có tờ khai. Công chức theo dõi: "+officer+"."),
		}},
		{N: 2, Result: client.ResultVerifiedNegative, Outcome: "NOT_FOUND", Search: client.Search{
			Registers: []string{"company register", "import declarations"}, Identifiers: []string{"9900000129"},
			From: "2018-01-01", To: f.to.In(hanoi()).Format(time.DateOnly), DoneAt: f.to.UTC(), Role: "officer",
		}},
		{N: 3, Result: client.ResultHeld, Outcome: "HELD", Facts: []client.FactByUnit{
			fact("s1", "Công-te-nơ ZZZU4002177 đã đưa vào diện kiểm tra qua máy soi khi dỡ hàng."),
		}},
	}}
}

// masked is the package: everything, but not who is on watch.
func masked(f *file) any {
	watched, scanned := f.fact("03", "1", "1"), f.fact("03", "1", "2")
	english := func(fact, text string) client.PackagePutFact {
		return client.PackagePutFact{Fact: fact, Include: true, ReleasedText: client.LocalisedText{Language: "en", Text: text}}
	}
	return client.PackagePut{
		Kind: client.PackagePutKindFinal,
		Facts: []client.PackagePutFact{
			{Fact: watched, Include: true},
			english(scanned, "Container ZZZU4002177 is listed for scanning when it is discharged."),
		},
		Masks:           []client.PackagePutMask{{Fact: watched, Text: officer, Code: client.PackagePutMaskCodeOfficerName, Replacement: "[…]"}},
		ConditionsOfUse: "This information may not be passed to a third party without our consent (H2).",
	}
}

func showsNothing(*file, reply) ([]Field, error) { return nil, nil }

func showsReceipt(f *file, _ reply) ([]Field, error) {
	c := f.created
	return []Field{
		{Name: "number", Text: c.Number},
		{Name: "status", Text: string(c.Status)},
		{Name: "received_at", At: c.ReceivedAt},
		{Name: "due_at", At: c.DueAt},
		{Name: "receipt", Text: c.Receipt[:min(len(c.Receipt), 28)] + "…"},
	}, nil
}

func showsRouting(_ *file, r reply) ([]Field, error) {
	view, err := as[client.StaffView](r)
	fields := []Field{{Name: "state", Text: r.state}}
	for _, t := range view.Tasks {
		fields = append(fields, Field{Name: "unit", Text: t.Unit}, Field{Name: "questions", Text: numbers(t.Questions)})
	}
	return fields, err
}

func numbers(questions []client.TaskQuestion) string {
	all := make([]string, len(questions))
	for i, q := range questions {
		all[i] = strconv.Itoa(q.N)
	}
	return strings.Join(all, ", ")
}

func showsTask(_ *file, r reply) ([]Field, error) {
	task, err := as[client.Task](r)
	return []Field{{Name: "task_state", Text: r.state}, {Name: "answer_due_at", At: task.AnswerDueAt}}, err
}

func showsAnswer(_ *file, r reply) ([]Field, error) {
	task, err := as[client.Task](r)
	fields := []Field{{Name: "task_state", Text: r.state}}
	for _, a := range task.Answers {
		for _, q := range a.Questions {
			fields = append(fields, Field{Name: "result", Text: string(q.Result)})
		}
	}
	return fields, err
}

func showsPackage(f *file, r reply) ([]Field, error) {
	p, err := as[client.Package](r)
	return []Field{{Name: "version", Text: strconv.Itoa(p.Version)}, {Name: "hash", Text: short(f.hash)}}, err
}

func short(hash string) string { return hash[:min(len(hash), 16)] + "…" }

func showsState(f *file, r reply) ([]Field, error) {
	return []Field{{Name: "state", Text: r.state}, {Name: "hash", Text: short(f.hash)}}, nil
}

func showsVersion(_ *file, r reply) ([]Field, error) {
	list, err := as[client.AnswerList](r)
	if err != nil || len(list.Items) == 0 {
		return nil, err
	}
	last := list.Items[len(list.Items)-1]
	fields := []Field{{Name: "version", Text: strconv.Itoa(last.Version)}}
	for _, q := range last.Questions {
		fields = append(fields, Field{Name: "result", Text: string(q.Result)})
	}
	for _, fact := range last.Facts {
		fields = append(fields, Field{Name: "text", Text: cmp.Or(fact.Text, fact.ReleasedText.Text)})
	}
	return append(fields, Field{Name: "hash", Text: short(last.Release.Hash)}), nil
}

func showsReaders(_ *file, r reply) ([]Field, error) {
	seen, err := as[client.Readers](r)
	var fields []Field
	for _, item := range seen.Items {
		fields = append(fields, Field{Name: "role", Text: item.Role}, Field{Name: "who", Text: item.Who}, Field{Name: "action", Text: item.Action}, Field{Name: "at", At: item.At})
	}
	return fields, err
}

// Look asks as the partner what has become of a request: what a page still finds when the process that told its story is
// gone.
func Look(ctx context.Context, o Options, id string) (Told, error) {
	by := partner("NG")
	ng, err := newCaller(o.Credentials.BaseURL, o.Credentials.key(by), o.HTTP)
	if err != nil {
		return Told{}, err
	}
	r, err := ng.do(ctx, request{op: "getRequest", id: id})
	if err != nil {
		return Told{}, err
	}
	t := Told{ID: "survived", Who: by.who(), Request: id, Method: r.method, Path: r.path, Code: r.code, Problem: r.problem}
	if r.problem != "" {
		return t, nil
	}
	view, err := as[client.PartnerView](r)
	t.Fields = []Field{
		{Name: "number", Text: view.Number},
		{Name: "status", Text: string(view.Status)},
		{Name: "received_at", At: view.ReceivedAt},
		{Name: "due_at", At: view.DueAt},
	}
	return t, err
}
