package web_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"verigate/internal/web/webtest"
)

// gives is the command of each form about a request, "{id}" standing for it, and about its tasks.
func gives() map[string]string {
	all := map[string]string{
		"/portal/{id}/reply": "reply", "/portal/{id}/follow-up": "follow_up", "/portal/{id}/confirmation": "confirm", "/portal/{id}/withdrawal": "withdraw",
		"/portal/{id}/reopening": "reopen",
	}
	for at, name := range map[string]string{
		"claim": "claim", "take-over": "claim", "hand-over": "claim", "send-to-review": "send_to_review", "notes": "note", "routing": "route", "answers": "answer_by_desk",
		"agency": "ask_agency", "clarification": "ask_partner", "duplicate": "mark_duplicate", "refusal": "propose_refusal", "not-competent": "declare_not_competent",
		"extension": "extend", "degree": "change_degree", "policy": "repin_policy", "breaches/{n}/cause": "explain_breach", "breaches/{n}/annulment": "annul_breach",
		"refusal/approval": "approve_refusal", "refusal/rejection": "reject_refusal", "correction": "correct", "correction/dropped": "drop_correction", "recall": "recall",
		"reopening": "reopen", "closure": "close_information", "handled-outside": "handle_outside", "legal-hold": "place_legal_hold", "legal-hold/lifting": "lift_legal_hold",
		"erasure": "propose_erasure", "erasure/confirmation": "confirm_erasure", "erasure/dropped": "drop_erasure", "keeper": "appoint_keeper", "compartment": "seal",
		"level": "lower_level", "above-ceiling": "find_above_ceiling", "package": "prepare_package", "review/release": "release", "review/return": "return",
		"review/consent": "ask_consent",
	} {
		all["/requests/{id}/"+at] = name
	}
	for at, name := range map[string]string{
		"accept": "accept", "decline": "decline", "forward": "forward", "hold": "hold", "resume": "resume", "clarification": "propose_clarification", "assignment": "assign",
		"notes": "note", "stop-acknowledgement": "acknowledge_stop", "hold-confirmation": "confirm_hold", "hold-rejection": "reject_hold", "answer": "answer",
		"breaches/{n}": "explain_breach",
	} {
		all["/tasks/{id}/"+at] = name
	}
	return all
}

// noForm says of what is allowed and has no form why that is as it should be. Whole is the request as its reader sees it.
func noForm(name string, view, whole map[string]any) bool {
	switch name {
	case "pull": // to read the answers is to pull them
		return true
	case "lower_level": // nothing lower is left: the page says what holds it up
		return true
	case "ask_consent": // it is asked of a fact
		return !strings.Contains(fmt.Sprint(whole["tasks"]), "fact")
	case "acknowledge_stop": // once more it would do nothing
		return view["stop_acknowledged"] == true
	case "find_above_ceiling": // so would this
		return whole["stub"] == true
	case "explain_breach", "annul_breach": // the table asks for the role alone; a form stands at each breach that wants one
		all, _ := whole["breaches"].([]any)
		return !slices.ContainsFunc(all, func(one any) bool {
			b, _ := one.(map[string]any)
			return b["annulled"] == nil && (name == "annul_breach" || b["cause"] == nil)
		})
	}
	return false
}

// never are refusals that say that a form should not have been offered, whatever was typed into it.
func never() []string {
	return []string{
		"wrong_state", "not_permitted", "same_person", "unknown_task", "no_proposal", "no_package", "package_void", "not_a_stub", "is_stub", "not_information",
		"is_information", "sender_unknown", "in_correction", "no_correction", "content_erased", "nothing_asked", "nothing_stopped", "already_held", "not_held",
		"under_legal_hold", "erasure_waits", "no_hold", "not_read", "too_late", "returned_twice", "not_found", "if_match_invalid", "key_required",
	}
}

var (
	ofOne    = regexp.MustCompile(`^/(?:requests|portal|tasks)/([0-9a-hjkmnp-tv-z]{26}(?:-[0-9]{2})?)(/.*)?$`)
	ofBreach = regexp.MustCompile(`/breaches/[0-9]+`)
)

// offer is a form that somebody is offered, of a command on a request or a task.
type offer struct {
	form
	who, of, command string
}

// lives are requests and those whom they concern.
type lives struct {
	t       *testing.T
	world   *webtest.World
	cookies map[string]string
}

func (l *lives) cookie(who string) string {
	if l.cookies[who] == "" {
		l.cookies[who] = l.world.Cookie(l.t, who)
	}
	return l.cookies[who]
}

func (l *lives) read(who, path string) map[string]any {
	l.t.Helper()
	if r := l.world.Call(l.t, who, http.MethodGet, path, nil); r.Status == http.StatusOK {
		return r.Body
	}
	return nil
}

// whole is a request as somebody of the house sees it who may; nil: nobody here does.
func (l *lives) whole(id string) map[string]any {
	l.t.Helper()
	for _, who := range []string{"desk:1", "desk:2", "keeper", "lead"} {
		if view := l.read(who, "/v1/verification-requests/"+id); view != nil {
			return view
		}
	}
	return nil
}

// tasks are the first of a request: one that is circulated has as many as there are units.
func tasks(view map[string]any) (all []map[string]any) {
	const enough = 3
	list, _ := view["tasks"].([]any)
	for _, one := range list[:min(len(list), enough)] {
		task, _ := one.(map[string]any)
		all = append(all, task)
	}
	return all
}

// people are those whom a request concerns, and one whom it does not.
func (l *lives) people(whole map[string]any) []string {
	out := []string{"desk:1", "desk:2", "lead", "keeper", "supervisor", "auditor", "unit:45"}
	add := func(who string) {
		if _, is := l.world.Keys.Of(who); is && !slices.Contains(out, who) {
			out = append(out, who)
		}
	}
	add("partner:" + fmt.Sprint(whole["partner"]))
	for _, task := range tasks(whole) {
		add("unit:" + fmt.Sprint(task["unit"]))
		add("unit_lead:" + fmt.Sprint(task["unit"]))
	}
	return out
}

// views are what the contract tells somebody of a request and its tasks, by their ids.
func (l *lives) views(who, id string, whole map[string]any) map[string]map[string]any {
	l.t.Helper()
	all := map[string]map[string]any{}
	if view := l.read(who, "/v1/verification-requests/"+id); view != nil {
		all[id] = view
		for _, task := range tasks(view) {
			all[fmt.Sprint(task["task"])] = task
		}
	}
	for _, task := range tasks(whole) {
		of := fmt.Sprint(task["task"])
		view := l.read(who, "/v1/tasks/"+of)
		if view == nil {
			continue
		}
		if all[of] != nil && fmt.Sprint(all[of]["allowed"]) != fmt.Sprint(view["allowed"]) {
			l.t.Errorf("%s: of the task %s the request allows %v, the task %v", who, of, all[of]["allowed"], view["allowed"])
		}
		all[of] = view
	}
	return all
}

// offers are the forms about a request on all pages of it that somebody reaches by links.
func (l *lives) offers(who, id string, todo ...string) (all []offer) {
	l.t.Helper()
	known, seen := gives(), map[string]bool{}
	for ; len(todo) > 0; todo = todo[1:] {
		at := todo[0]
		if seen[at] {
			continue
		}
		seen[at] = true
		page := l.world.Visit(l.t, l.cookie(who), at, nil)
		forms, links := formsOf(l.t, page.Body)
		for _, to := range links {
			to, _, _ = strings.Cut(to, "#")
			if found := ofOne.FindStringSubmatch(to); found != nil && strings.HasPrefix(found[1], id) && !strings.HasSuffix(to, "/receipt") && !strings.HasSuffix(to, "/body") {
				todo = append(todo, to)
			}
		}
		for _, f := range forms {
			found := ofOne.FindStringSubmatch(f.action)
			if found == nil || !strings.HasPrefix(found[1], id) || !f.sends {
				continue
			}
			name, is := known[ofBreach.ReplaceAllString(strings.Replace(f.action, found[1], "{id}", 1), "/breaches/{n}")]
			if !is {
				l.t.Errorf("%s: nobody has said what the form %s on %s gives", who, f.action, at)
			}
			one := offer{f, who, found[1], name}
			if name == "return" {
				one.of = f.holds("task")
			}
			all = append(all, one)
		}
	}
	return all
}

// compare holds what somebody is offered on pages against what the contract allows them.
func (l *lives) compare(who, id string, whole map[string]any) []offer {
	l.t.Helper()
	start := "/requests/" + id
	if strings.HasPrefix(who, "partner:") {
		start = "/portal/" + id
	}
	views, begin := l.views(who, id, whole), []string{start}
	for of := range views {
		if of != id {
			begin = append(begin, "/tasks/"+of)
		}
	}
	offers := l.offers(who, id, begin...)
	offered := map[string]bool{}
	for _, o := range offers {
		offered[o.of+" "+o.command] = true
	}
	for of, view := range views {
		list, _ := view["allowed"].([]any)
		for _, name := range list {
			key := fmt.Sprint(of, " ", name)
			if idle := name == "acknowledge_stop" || name == "find_above_ceiling"; idle && offered[key] && noForm(fmt.Sprint(name), view, whole) {
				l.t.Errorf("%s is offered %s at %v, and it would do nothing", who, key, whole["state"])
			}
			if !offered[key] && !noForm(fmt.Sprint(name), view, whole) {
				l.t.Errorf("%s may %s the %v %v (%v), and no page offers it", who, name, whole["state"], of, view["state"])
			}
			delete(offered, key)
		}
	}
	for key := range offered {
		l.t.Errorf("%s is offered %s at %v, and may not", who, key, whole["state"])
	}
	return offers
}

// press sends a form twice at once, as a double click does.
func (l *lives) press(o offer, r *rand.Rand) {
	l.t.Helper()
	typed := o.fill(r)
	cookie := l.cookie(o.who)
	var pages [2]webtest.Page
	var both sync.WaitGroup
	for i := range pages {
		both.Go(func() { pages[i] = l.world.Visit(l.t, cookie, o.action, typed, "Sec-Fetch-Site", "same-origin") })
	}
	both.Wait()
	slices.SortFunc(pages[:], func(a, b webtest.Page) int { return a.Status - b.Status })
	said := fmt.Sprintf("%s on %s by %s with %v: %d %s", o.command, o.of, o.who, typed, pages[0].Status, codeOf(pages[0].Body))
	l.t.Log(said)
	if pages[0].Status >= http.StatusInternalServerError || slices.Contains(never(), codeOf(pages[0].Body)) {
		l.t.Errorf("offered, and refused: %s", said)
	}
	// Who seals something into a compartment of others does not find it again, by its second click either. Where both lead may say
	// of an answer that it was received before.
	where := func(p webtest.Page) string { at, _, _ := strings.Cut(p.To, "?"); return at }
	if same := pages[0].Status == pages[1].Status && where(pages[0]) == where(pages[1]) && codeOf(pages[0].Body) == codeOf(pages[1].Body); !same && o.command != "seal" {
		l.t.Errorf("%s; sent twice at once, the other is answered %d %s", said, pages[1].Status, codeOf(pages[1].Body))
	}
}

// seeded are the ids of the demonstration's requests, and of some that have only begun.
func (l *lives) seeded() (ids []string) {
	l.t.Helper()
	webtest.Eventually(l.t, 20*time.Second, "the board has the seeded requests", func() bool {
		var board struct{ Items []struct{ ID string } }
		r := l.world.Call(l.t, "desk:1", http.MethodGet, "/v1/board?limit=50", nil)
		if r.Status != http.StatusOK || json.Unmarshal(r.Raw, &board) != nil || len(board.Items) < 11 {
			return false
		}
		ids = nil
		for _, i := range board.Items {
			ids = append(ids, i.ID)
		}
		return true
	})
	for _, of := range []string{"S01", "S02", "S10", "S20"} {
		ids = append(ids, l.world.Submit(l.t, of, "lives-"+of, func(body map[string]any) { body["own_reference"] = "LIVES/" + of }))
	}
	return ids
}

// Whatever a page offers somebody may do, and whatever somebody may do a page offers: on each request of the demonstration, for
// everybody whom it concerns, and along lives of them in which anybody presses anything, twice.
func TestWhatPagesOfferIsWhatIsAllowed(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: it reads all pages of all requests for everybody, 20 s")
	}
	t.Parallel()
	l := &lives{t: t, world: webtest.StartSeeded(t), cookies: map[string]string{}}
	ids := l.seeded()
	for _, id := range ids {
		whole := l.whole(id)
		for _, who := range l.people(whole) {
			l.compare(who, id, whole)
		}
	}
	const presses = 60
	r := rand.New(rand.NewPCG(20, 21))
	const late = 3 // what ends a life is pressed when all else has been
	tried := map[string]int{"withdraw": late, "mark_duplicate": late, "declare_not_competent": late, "find_above_ceiling": late, "seal": late}
	for range presses {
		id := ids[r.IntN(len(ids))]
		whole := l.whole(id)
		people := l.people(whole)
		all := l.compare(people[r.IntN(len(people))], id, whole)
		if len(all) == 0 {
			continue
		}
		r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		rarest := slices.MinFunc(all, func(a, b offer) int { return tried[a.command] - tried[b.command] })
		tried[rarest.command]++
		l.press(rarest, r)
	}
	if len(tried) < 20 {
		t.Errorf("only %v were tried", tried)
	}
}
