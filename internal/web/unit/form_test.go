package unit

import (
	"net/url"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"verigate/api/client"
	"verigate/internal/web/text"
)

func TestAnAnswerIsMadeOfWhatWasTyped(t *testing.T) {
	t.Parallel()
	form, err := url.ParseQuery("kind=interim&note=+more+&key=k&version=v&do=send" +
		"&q1.result=held&q1.outcome=ARRIVED&q1.f1.text=&q1.f2.text=Seen&q1.f2.source=A&q1.f2.information=1&q1.f2.handling=H2&q1.f2.originator=ng&q1.f2.observed_at=03/09/2021+08:15" +
		"&q1.a1.name=a.pdf&q1.a1.size=12&q1.a1.sha256=AB" +
		"&q2.result=verified_negative&q2.register=R1&q2.register=R2&q2.registers=R3%0D%0A%0D%0AR4&q2.identifiers=X%0AY&q2.from=01/01/2018&q2.to=09/2021&q2.done_at=2021-09-03+09:00&q2.role=officer" +
		"&q3.text=left")
	if err != nil {
		t.Fatal(err)
	}
	got := fieldsOf(form).answerOf([]client.TaskQuestion{{N: 1}, {N: 2}, {N: 3}})
	at := func(hour, minute int) time.Time { return time.Date(2021, 9, 3, hour, minute, 0, 0, text.Hanoi()) }
	want := client.AnswerByUnit{Kind: "interim", Note: "more", Questions: []client.QuestionByUnit{
		{
			N: 1, Result: "held", Outcome: "ARRIVED",
			Facts: []client.FactByUnit{{
				Text: "Seen", Originator: "NG", ObservedAt: at(8, 15), Evaluation: client.Evaluation{Source: "A", Information: "1"},
				Handling: client.Handling{Code: "H2", Codes: []client.HandlingCodes{"H2"}},
			}},
			Attachments: []client.Attachment{{ID: "q1-1", Name: "a.pdf", Size: 12, Sha256: "ab"}},
		},
		{N: 2, Result: "verified_negative", Search: client.Search{
			Registers: []string{"R1", "R2", "R3", "R4"}, Identifiers: []string{"X", "Y"}, From: "2018-01-01", To: "2021-09", DoneAt: at(9, 0), Role: "officer",
		}},
	}}
	if diff := cmp.Diff(want, got.AnswerByUnit); diff != "" {
		t.Error(diff)
	}
	for pointer, name := range map[string]string{
		"/questions/0/facts/0/text": "q1.f2.text", "/questions/0/facts/0/evaluation/source": "q1.f2.source",
		"/questions/1/search/registers/2": "q2.registers", "/questions/1": "q2.result", "/questions/0/attachments/0/size": "q1.a1.size",
		"/kind": "kind", "/questions": "", "": "",
	} {
		if field := got.fieldOf(pointer); field != name {
			t.Errorf("%s is about %q, not %q", pointer, field, name)
		}
	}
}

func TestWhatNobodyCanReadIsNamed(t *testing.T) {
	t.Parallel()
	f := fields{"q1.f1.observed_at": {"soon"}, "q1.done_at": {"31/02/2021 10:00"}, "q1.a1.size": {"12 kB"}, "q2.done_at": {"2021-09-03T08:00"}, "q1.text": {"soon"}}
	if diff := cmp.Diff([]string{"q1.a1.size", "q1.done_at", "q1.f1.observed_at"}, f.unreadable()); diff != "" {
		t.Error(diff)
	}
}

func TestWhatIsSearchedForFollowsFromTheSubjects(t *testing.T) {
	t.Parallel()
	all := []client.Subject{
		client.Subject(`{"id":"s1","kind":"container","number":"ZZZU4002177","seals":["S-1"]}`),
		client.Subject(`{"id":"s2","kind":"person","names":[{"text":"Nguyễn Ví Dụ"}],"dob":"1985","documents":[{"type":"passport","number":"B0000000"}]}`),
	}
	if diff := cmp.Diff([]string{"B0000000", "Nguyễn Ví Dụ", "S-1", "ZZZU4002177"}, identifiers(all, nil)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"S-1", "ZZZU4002177"}, identifiers(all, []string{"s1"})); diff != "" {
		t.Error(diff)
	}
}
