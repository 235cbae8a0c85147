package duty

import (
	"cmp"
	"errors"
	"net/http"
	"slices"

	"verigate/api/client"
	"verigate/internal/verification"
	"verigate/internal/web/site"
	"verigate/internal/web/text"
)

type shiftView struct {
	site.Frame
	Mine    []claimRow // what the visitor holds, and hands over
	Others  []holder   // what colleagues hold, and may be taken over
	Second  []claimRow // waits for a second person
	Calls   []claimRow // that were promised, the first first
	Once    string
	Text    string   // what was typed for the next shift
	Left    []string // of a form that came in vain, the requests that it is still to be done on
	Refused []refusedRow
	OnCall  *onCall
	Turn    turnForm

	again string // the key of a form that may have been taken in part; empty: none was
}

type holder struct {
	Person, Label string
	Rows          []claimRow
	Once          string
}

type claimRow struct {
	ID, Number, Degree, State string
	Ticked                    bool
	Due                       site.Due
	Waits                     text.Since // for a second reviewer
	Call                      site.Due   // that was promised
	Note                      string     // the last one
	NotedAt                   site.Due
	NotedBy                   string
}

type refusedRow struct{ Number, Why string }

// shift shows who holds what.
func shift(v *site.Visit) error {
	return showShift(v, http.StatusOK, shiftView{Frame: v.Frame("duty.shift_title"), Turn: newTurn(v)})
}

func showShift(v *site.Visit, status int, view shiftView) error {
	people, err := v.Labels()
	if err != nil {
		return err
	}
	if view.OnCall, err = readOnCall(v); err != nil {
		return err
	}
	view.Turn.Persons, err = candidates(v)
	if err != nil {
		return err
	}
	rows, err := openRows(v)
	if err != nil {
		return err
	}
	held := map[string][]claimRow{}
	for _, row := range rows {
		if slices.Contains(row.Flags, client.BoardFlagSecondReviewer) {
			view.Second = append(view.Second, rowOf(v, row))
		}
		if !row.CallPromisedAt.IsZero() {
			view.Calls = append(view.Calls, rowOf(v, row))
		}
		if row.Holder == "" || !claimable(row) {
			continue
		}
		shown, err := claimed(v, row, people)
		if site.Gone(err) {
			continue
		}
		if err != nil {
			return err
		}
		shown.Ticked = v.Form(numberField(row.ID)) == "" || slices.Contains(view.Left, row.ID)
		held[row.Holder] = append(held[row.Holder], shown)
	}
	slices.SortFunc(view.Calls, func(a, b claimRow) int { return cmp.Compare(a.Call.Unix, b.Call.Unix) })
	view.Mine = held[v.Session.Person]
	view.Once = view.onceOf(v, view.Mine)
	for person, rows := range held {
		if person != v.Session.Person {
			view.Others = append(view.Others, holder{Person: person, Label: people[person], Rows: rows, Once: view.onceOf(v, rows)})
		}
	}
	slices.SortFunc(view.Others, func(a, b holder) int { return v.Language.Compare(a.Label, b.Label) })
	return v.ShowAs(status, "duty/shift", view)
}

// onceOf is the key of a form of rows: the one that it came with, where some of it may have been taken.
func (view shiftView) onceOf(v *site.Visit, rows []claimRow) string {
	left := slices.ContainsFunc(rows, func(r claimRow) bool { return slices.Contains(view.Left, r.ID) })
	if left && view.again != "" {
		return view.again
	}
	return v.NewKey()
}

// openRows are all rows of the board that the visitor sees.
func openRows(v *site.Visit) ([]client.BoardRow, error) {
	var all []client.BoardRow
	most := 200
	for cursor := ""; ; {
		page, err := site.Read[client.BoardPage](v.API.GetBoard(v.Context(), &client.GetBoardParams{Limit: &most, Cursor: site.Optional(cursor)}))
		if err != nil {
			return nil, err
		}
		all = append(all, page.Items...)
		if cursor = page.NextCursor; cursor == "" {
			return all, nil
		}
	}
}

func rowOf(v *site.Visit, row client.BoardRow) claimRow {
	return claimRow{ID: row.ID, Number: row.Number, Degree: string(row.Degree), State: v.Word("state", row.State), Due: v.Due(row.DueAt), Waits: v.Language.Since(row.WaitsForReviewerSince, v.Now), Call: v.Due(row.CallPromisedAt)}
}

// claimable says whether somebody may take the request over: what is on the board only because its answer was recalled is in
// nobody's hands.
func claimable(row client.BoardRow) bool { return verification.State(row.State).Open() }

// claimed is a row with the last note on it: what was promised is written there.
func claimed(v *site.Visit, row client.BoardRow, people map[string]string) (claimRow, error) {
	shown := rowOf(v, row)
	r, err := site.Read[client.StaffView](v.API.GetRequest(v.Context(), row.ID))
	if err != nil || len(r.Notes) == 0 {
		return shown, err
	}
	last := r.Notes[len(r.Notes)-1]
	shown.Note, shown.NotedAt, shown.NotedBy = last.Text, v.Due(last.At), people[last.Person]
	return shown, nil
}

// give signs for who goes: a note on each request that they hold, with what the colleague has to know.
func give(v *site.Visit) error {
	said := v.T("duty.gave", "said", v.Form("text"))
	return each(v, func(id string) error {
		key := v.Form("key") + "-" + id
		return site.Done(v.API.NoteRequest(v.Context(), id, &client.NoteRequestParams{IdempotencyKey: &key}, client.NoteRequestJSONRequestBody{Text: said}))
	})
}

// take signs for who comes: each request is theirs from then on.
func take(v *site.Visit) error {
	body := client.ClaimRequestJSONRequestBody{TakeOver: true, Reason: v.T("duty.took")}
	return each(v, func(id string) error {
		key := v.Form("key") + "-" + id
		return site.Done(v.API.ClaimRequest(v.Context(), id, &client.ClaimRequestParams{IdempotencyKey: &key}, body))
	})
}

// numberField is the field that carries a request's number: a form has it of each of its rows, ticked or not.
func numberField(id string) string { return "number-" + id }

// each does one thing on each request that was ticked. What is refused for one is shown with its reason; the others are done.
// While the record is away the rest is left to be done, under the same keys: what was taken all the same is not done twice. The
// page keeps what was typed until all of it is.
func each(v *site.Visit, do func(id string) error) error {
	view := shiftView{Frame: v.Frame("duty.shift_title"), Turn: newTurn(v), Text: v.Form("text")}
	chosen := v.Forms("id")
	if len(chosen) == 0 {
		view.Trouble = &site.Trouble{Code: "invalid_body", Title: v.T("duty.nothing_ticked"), Detail: v.T("duty.nothing_ticked_help")}
		return showShift(v, http.StatusUnprocessableEntity, view)
	}
	status := http.StatusConflict
	for i, id := range chosen {
		err := do(id)
		if err == nil {
			continue
		}
		p, known := errors.AsType[*site.Problem](err)
		if _, refused := site.Refused(err); !known || !refused && !site.Gone(err) {
			return err
		}
		view.Left = append(view.Left, id)
		view.Refused = append(view.Refused, refusedRow{Number: v.Form(numberField(id)), Why: v.Word("problem", p.Code)})
		if site.Away(err) {
			status, view.Trouble, view.again = p.Status, v.Trouble(p), v.Form("key")
			view.Left = append(view.Left, chosen[i+1:]...)
			break
		}
	}
	if len(view.Refused) > 0 {
		return showShift(v, status, view)
	}
	return v.GoSaying("/shift", string(verification.NameClaim)+"_shift")
}
