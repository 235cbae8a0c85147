package directory_test

import (
	"encoding/json"
	"io/fs"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"verigate/deploy"
	"verigate/internal/directory"
)

const peak = "2021-09-02T23:40:00+07:00"

// evidence collects the clues of a body given as JSON.
func evidence(body []byte) (directory.Evidence, error) {
	var b struct {
		Urgency struct {
			PhysicalEvent directory.Event `json:"physical_event"`
		} `json:"urgency"`
		Purpose struct {
			Statement string `json:"statement"`
			Reasons   string `json:"reasons_to_believe_held"`
		} `json:"purpose"`
		Subjects  []map[string]any     `json:"subjects"`
		Questions []directory.Question `json:"questions"`
	}
	err := json.Unmarshal(body, &b)
	return directory.EvidenceFrom(directory.Told{
		Event: b.Urgency.PhysicalEvent, Statement: b.Purpose.Statement, Reasons: b.Purpose.Reasons,
		Subjects: b.Subjects, Questions: b.Questions,
	}), err
}

func evidenceFrom(t testing.TB, body []byte) directory.Evidence {
	t.Helper()
	e, err := evidence(body)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// route reads a body given as JSON and applies the rule on a day of the peak.
func route(t testing.TB, body string) directory.Routing {
	t.Helper()
	return routeOn(t, load(t), body, at(t, peak))
}

func routeOn(t testing.TB, d *directory.Directory, body string, on time.Time) directory.Routing {
	t.Helper()
	return d.Route(evidenceFrom(t, []byte(body)), false, on)
}

func units(candidates []directory.Candidate) []string {
	list := []string{}
	for _, c := range candidates {
		list = append(list, c.Unit)
	}
	return list
}

func TestTheStoriesAreRoutedAsTheDeskWould(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name       string
		body       string
		why        directory.Why
		assigned   []directory.Assignment
		candidates []string
	}{
		{
			"S01 the port alone routes both questions", exampleRequest(t), directory.OneUnit,
			[]directory.Assignment{{Unit: "03", Questions: []int{1, 2}}},
			[]string{"03"},
		},
		{
			"S01 text that agrees does not hinder",
			`{"purpose":{"statement":"Discharge is expected at Hai Phong (VNHPH); loaded at Apapa (NGAPP)."},
			  "subjects":[{"id":"s1","kind":"consignment","port":"VNHPH","route":["NGAPP","SGSIN","VNHPH"]}],
			  "questions":[{"n":1,"code":"CON","text":"Arrived at HAIPHONG?","subjects":["s1"]}]}`,
			directory.OneUnit,
			[]directory.Assignment{{Unit: "03", Questions: []int{1}}},
			[]string{"03"},
		},
		{
			"S03 a travel question and two gates in the text",
			`{"purpose":{"statement":"by land via Cau Treo and onwards to Cambodia via Moc Bai"},
			  "questions":[{"n":1,"code":"TRV","text":"Entries?"},{"n":2,"code":"VEH","text":"Plate?"}]}`,
			directory.TypeNeedsPerson, nil,
			[]string{"30", "45"},
		},
		{
			"S03 the same as places",
			`{"subjects":[{"id":"s1","kind":"place","address":"Cau Treo"},{"id":"s2","kind":"place","country":"VN","address":"Moc Bai border gate"}],
			  "questions":[{"n":1,"code":"TRV","text":"Entries?","subjects":["s1","s2"]}]}`,
			directory.TypeNeedsPerson, nil,
			[]string{"30", "45"},
		},
		{
			"two gates and no travel question go to a person too",
			`{"subjects":[{"id":"s1","kind":"place","address":"Cau Treo"},{"id":"s2","kind":"place","address":"Moc Bai"}],
			  "questions":[{"n":1,"code":"VEH","text":"Crossings?","subjects":["s1","s2"]}]}`,
			directory.EvidenceConflicts, nil,
			[]string{"30", "45"},
		},
		{
			"S07 a gate in the text is a hint",
			`{"questions":[{"n":1,"code":"VEH","text":"Crossings of 00C-111.11 at Moc Bai in August 2021?"}]}`,
			directory.OnlyHints, nil,
			[]string{"45"},
		},
		{
			"S07 the gate as a place routes",
			`{"subjects":[{"id":"s1","kind":"vehicle","plate":"00C-111.11"},{"id":"s2","kind":"place","country":"VN","address":"Mộc Bài"}],
			  "questions":[{"n":1,"code":"VEH","text":"Crossings at Moc Bai?","subjects":["s1","s2"]}]}`,
			directory.OneUnit,
			[]directory.Assignment{{Unit: "45", Questions: []int{1}}},
			[]string{"45"},
		},
		{
			"S10 the company's name is a hint, the offices are evidence",
			`{"subjects":[{"id":"c","kind":"company","names":[{"text":"Công ty TNHH Ví Dụ Bình Dương"}]},
			   {"id":"d1","kind":"consignment","declaration_no":"304000000001","office":"43PB"},
			   {"id":"d2","kind":"consignment","declaration_no":"304000000003","office":"43ND"}],
			  "questions":[{"n":1,"code":"DEC","text":"Lodged?","subjects":["d1","d2"]},{"n":2,"code":"COM","text":"Capacity?","subjects":["c"]}]}`,
			directory.OneUnit,
			[]directory.Assignment{{Unit: "43", Questions: []int{1, 2}}},
			[]string{"43"},
		},
		{
			"S10 without the offices a declaration says nothing",
			`{"subjects":[{"id":"c","kind":"company","names":[{"text":"Cong ty TNHH Vi Du Binh Duong"}]},
			   {"id":"d","kind":"consignment","declaration_no":"304000000001"}],
			  "questions":[{"n":1,"code":"DEC","text":"Lodged?","subjects":["d","c"]}]}`,
			directory.OnlyHints, nil,
			[]string{"43"},
		},
		{
			"S12 the airport of the flight, for the travel question a person",
			`{"urgency":{"physical_event":{"type":"flight_arrival","place":"VNHAN"}},
			  "subjects":[{"id":"f","kind":"flight","number":"ZZ001","to":"HAN"}],
			  "questions":[{"n":1,"code":"TRV","text":"Arrived?","subjects":["f"]},{"n":2,"code":"CON","text":"Result?"}]}`,
			directory.TypeNeedsPerson, nil,
			[]string{"01"},
		},
		{
			"S15 a seizure in Da Nang",
			`{"questions":[{"n":1,"code":"SEI","text":"Names?","subjects":["p"]}],
			  "subjects":[{"id":"p","kind":"past_case","summary":"ivory seized in Da Nang"}]}`,
			directory.OnlyHints, nil,
			[]string{"34"},
		},
		{
			"S18 a town in the company's name",
			`{"subjects":[{"id":"c","kind":"company","names":[{"text":"Công ty TNHH Thủy sản Mẫu Nha Trang"}]}],
			  "questions":[{"n":1,"code":"COM","text":"¿Datos?","subjects":["c"]},{"n":2,"code":"FIN","text":"¿Titular?"}]}`,
			directory.TypeNeedsPerson, nil,
			[]string{"41"},
		},
		{
			"a notice has no questions", `{"kind":"information","subjects":[{"kind":"place","locode":"VNHPH"}]}`,
			directory.NoQuestions, nil,
			[]string{"03"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := route(t, tt.body)
			if got.Why != tt.why || got.OK != (tt.assigned != nil) {
				t.Errorf("routed %v because %s, want %s", got.OK, got.Why, tt.why)
			}
			if diff := cmp.Diff(tt.assigned, got.Assignments); diff != "" {
				t.Errorf("assignments (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.candidates, units(got.Candidates)); diff != "" {
				t.Errorf("candidates (-want +got):\n%s", diff)
			}
		})
	}
}

// exampleRequest is the request of the contract's examples, which is S01.
func exampleRequest(t testing.TB) string {
	t.Helper()
	raw, err := fs.ReadFile(deploy.Data, "examples.json")
	if err != nil {
		t.Fatal(err)
	}
	var examples struct {
		Request json.RawMessage `json:"verification_request"`
	}
	if err := json.Unmarshal(raw, &examples); err != nil {
		t.Fatal(err)
	}
	return string(examples.Request)
}

// Each case is one place subject (or the fields before it) and a question about it.
func TestWhatCountsAsEvidenceOfAPlace(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		subject string
		why     directory.Why
		units   []string
	}{
		{"a LOCODE", `"kind":"place","locode":"VNHPH"`, directory.OneUnit, []string{"03"}},
		{"a LOCODE of another country is no place of ours", `"kind":"place","locode":"NGAPP"`, directory.NoPlaceEvidence, []string{}},
		{"a LOCODE that we do not know", `"kind":"place","locode":"VNZZZ"`, directory.PlaceUnknown, []string{}},
		{"a province's code", `"kind":"place","subdivision":"VN-57"`, directory.OneUnit, []string{"43"}},
		{"a province's code that does not exist", `"kind":"place","subdivision":"VN-99"`, directory.PlaceUnknown, []string{}},
		{"an office", `"kind":"place","office":"03EE"`, directory.OneUnit, []string{"03"}},
		{"an office that is not listed", `"kind":"place","office":"03ZZ"`, directory.OnlyHints, []string{"03"}},
		{"an office of no department", `"kind":"place","office":"99ZZ"`, directory.PlaceUnknown, []string{}},
		{"an office with its team", `"kind":"place","office":"43PB01"`, directory.OneUnit, []string{"43"}},
		{"a department's own code", `"kind":"place","office":"43"`, directory.OneUnit, []string{"43"}},
		{"an office of a declaration", `"kind":"consignment","declaration_no":"304000000001","office":"43PB"`, directory.OneUnit, []string{"43"}},
		{"a place's name", `"kind":"place","name":"Mộc Bài","country":"VN"`, directory.OneUnit, []string{"45"}},
		{"a place's ambiguous name", `"kind":"place","name":"Tân Thanh","country":"VN"`, directory.OnlyHints, []string{"15", "51"}},
		{"a place's ambiguous name and its province", `"kind":"place","name":"Tân Thanh","address":"Lạng Sơn"`, directory.OneUnit, []string{"15", "51"}},
		{"an exact name", `"kind":"place","address":"Cầu Treo"`, directory.OneUnit, []string{"30"}},
		{"an exact name with its sort", `"kind":"place","address":"Cửa khẩu quốc tế Cầu Treo"`, directory.OneUnit, []string{"30"}},
		{"a name in one word", `"kind":"place","address":"Haiphong"`, directory.OneUnit, []string{"03"}},
		{"a city by its long name", `"kind":"place","address":"Ho Chi Minh City"`, directory.OneUnit, []string{"02"}},
		{"a short name is a name in a place's field", `"kind":"place","address":"Vinh"`, directory.OneUnit, []string{"29"}},
		{"a street named after a town", `"kind":"place","address":"12 Điện Biên Phủ, Hải Phòng"`, directory.OneUnit, []string{"03"}},
		{"a street alone", `"kind":"place","address":"12 Dien Bien Phu street"`, directory.OnlyHints, []string{"12"}},
		{"parts that agree", `"kind":"place","address":"Cau Treo, Ha Tinh"`, directory.OneUnit, []string{"30"}},
		{"parts that disagree", `"kind":"place","address":"Cau Treo, Tay Ninh"`, directory.OnlyHints, []string{"30", "45"}},
		{"two gates of one name", `"kind":"place","address":"Thanh Thuy"`, directory.OnlyHints, []string{"10", "29"}},
		{"two gates, one province", `"kind":"place","address":"Thanh Thủy, Hà Giang"`, directory.OneUnit, []string{"10"}},
		{"two gates, the province's code", `"kind":"place","subdivision":"VN-22","address":"Thanh Thủy"`, directory.OneUnit, []string{"29", "10"}},
		{"names that collide without diacritics", `"kind":"place","address":"Tân Thanh"`, directory.OnlyHints, []string{"15", "51"}},
		{"an address without a name", `"kind":"place","address":"Km 12"`, directory.PlaceUnknown, []string{}},
		{"an address without a name beside a code", `"kind":"place","locode":"VNHPH","address":"Terminal 2"`, directory.OneUnit, []string{"03"}},
		{"a place abroad of the same name", `"kind":"place","country":"LA","address":"Cầu Treo"`, directory.NoPlaceEvidence, []string{}},
		{"a place abroad by its province", `"kind":"place","subdivision":"NG-LA","address":"Lagos"`, directory.NoPlaceEvidence, []string{}},
		{"a port by its name", `"kind":"consignment","port":"Hai Phong"`, directory.OneUnit, []string{"03"}},
		{"a flight's destination", `"kind":"flight","number":"ZZ1","from":"LAD","to":"HAN"`, directory.OneUnit, []string{"01"}},
		{"an inland flight", `"kind":"flight","number":"ZZ1","from":"SGN","to":"HAN"`, directory.EvidenceConflicts, []string{"01", "02"}},
		{"a transit elsewhere", `"kind":"consignment","port":"VNHPH","route":["VNVUT","VNHPH"]`, directory.HintConflicts, []string{"03", "51"}},
		{"a name in capitals that looks like a code of Canada", `"kind":"past_case","place":"CAMAU"`, directory.OneUnit, []string{"59"}},
		{"a name in capitals that looks like an airport of ICAO", `"kind":"past_case","place":"VINH"`, directory.OneUnit, []string{"29"}},
		{"a port abroad by its code", `"kind":"past_case","place":"CAVAN"`, directory.NoPlaceEvidence, []string{}},
		{"a code of ours in small letters is a word", `"kind":"past_case","summary":"vnhph"`, directory.NoPlaceEvidence, []string{}},
		{"a word of the shape of a code is none", `"kind":"past_case","summary":"VN-01 VN10A"`, directory.NoPlaceEvidence, []string{}},
		{"the place of an old case", `"kind":"past_case","place":"Đà Nẵng"`, directory.OneUnit, []string{"34"}},
		{"a company's address", `"kind":"company","address":"KCN Sóng Thần, Bình Dương"`, directory.OnlyHints, []string{"43"}},
		{"nothing", `"kind":"container","number":"ZZZU4002177"`, directory.NoPlaceEvidence, []string{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := route(t, `{"subjects":[{"id":"s1",`+tt.subject+`}],"questions":[{"n":1,"code":"CON","text":"?","subjects":["s1"]}]}`)
			if got.Why != tt.why {
				t.Errorf("why is %s, want %s", got.Why, tt.why)
			}
			if diff := cmp.Diff(tt.units, units(got.Candidates)); diff != "" {
				t.Errorf("candidates (-want +got):\n%s", diff)
			}
		})
	}
}

func TestEachQuestionMayHaveAUnitOfItsOwn(t *testing.T) {
	t.Parallel()
	const subjects = `"subjects":[{"id":"a","kind":"place","locode":"VNHPH"},{"id":"b","kind":"place","office":"45BB"}]`
	got := route(t, `{`+subjects+`,"questions":[{"n":1,"code":"CON","subjects":["a"]},{"n":2,"code":"VEH","subjects":["b"]},{"n":3,"code":"VEH","subjects":["b"]}]}`)
	want := []directory.Assignment{{Unit: "03", Questions: []int{1}}, {Unit: "45", Questions: []int{2, 3}}}
	if diff := cmp.Diff(want, got.Assignments); diff != "" || got.Why != directory.UnitPerQuestion {
		t.Errorf("%s (-want +got):\n%s", got.Why, diff)
	}
	got = route(t, `{`+subjects+`,"questions":[{"n":1,"code":"CON","subjects":["a"]},{"n":2,"code":"VEH","subjects":["b"]},{"n":3,"code":"COM"}]}`)
	if got.OK || got.Why != directory.QuestionWithoutEvidence {
		t.Errorf("a question without a place: %v, %s", got.OK, got.Why)
	}
	got = route(t, `{`+subjects+`,"questions":[{"n":1,"code":"CON","subjects":["a"]}]}`)
	if got.OK || got.Why != directory.EvidenceConflicts {
		t.Errorf("a subject that no question names belongs to all: %v, %s", got.OK, got.Why)
	}
}

// The number of a declaration holds no office (fields.md): it belongs to the office of its own question, and is none when it
// has not the shape of one.
func TestADeclarationCountsWithTheOfficeOfItsQuestion(t *testing.T) {
	t.Parallel()
	const office = `{"id":"o","kind":"place","office":"45BB"}`
	for name, tt := range map[string]struct {
		subjects  string
		questions string
		reasons   int
	}{
		"its own":       {`{"id":"d","kind":"consignment","declaration_no":"304000000001"},` + office, `{"n":1,"code":"CON","subjects":["d","o"]}`, 2},
		"another's":     {`{"id":"d","kind":"consignment","declaration_no":"304000000001"},` + office, `{"n":1,"code":"CON","subjects":["d"]},{"n":2,"code":"VEH","subjects":["o"]}`, 1},
		"of another":    {`{"id":"d","kind":"consignment","declaration_no":"ABC"},` + office, `{"n":1,"code":"CON","subjects":["d","o"]}`, 1},
		"of everything": {`{"id":"d","kind":"consignment","declaration_no":"304000000001"},` + office, `{"n":1,"code":"CON"}`, 2},
	} {
		got := route(t, `{"subjects":[`+tt.subjects+`],"questions":[`+tt.questions+`]}`)
		if len(got.Candidates) != 1 || got.Candidates[0].Unit != "45" || len(got.Candidates[0].Reasons) != tt.reasons {
			t.Errorf("%s: %+v", name, got.Candidates)
		}
	}
}

func TestAHintThatSpeaksAgainstTheEvidenceGoesToAPerson(t *testing.T) {
	t.Parallel()
	got := route(t, `{"purpose":{"statement":"The goods have moved to Moc Bai."},
		"subjects":[{"id":"a","kind":"consignment","port":"VNHPH"}],"questions":[{"n":1,"code":"CON","subjects":["a"]}]}`)
	if got.OK || got.Why != directory.HintConflicts {
		t.Errorf("%v, %s", got.OK, got.Why)
	}
	if diff := cmp.Diff([]string{"03", "45"}, units(got.Candidates)); diff != "" {
		t.Errorf("candidates (-want +got):\n%s", diff)
	}
}

func TestWordsAreNoPlaces(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"How long an answer takes", "Mr Vinh and Ms Hue", "dried longan", "Hanoian", "South China Sea", "bo y ta",
	} {
		got := route(t, `{"questions":[{"n":1,"code":"CON","text":"`+text+`"}]}`)
		if len(got.Candidates) != 0 {
			t.Errorf("%q points to %v", text, units(got.Candidates))
		}
	}
}

func TestTheLongestNameWins(t *testing.T) {
	t.Parallel()
	got := route(t, `{"questions":[{"n":1,"code":"CON","text":"at ICD Tan Cang Long Binh"}]}`)
	if diff := cmp.Diff([]string{"47"}, units(got.Candidates)); diff != "" {
		t.Errorf("candidates (-want +got):\n%s", diff)
	}
}

func TestASealedRequestIsNeverRoutedByRule(t *testing.T) {
	t.Parallel()
	got := load(t).Route(evidenceFrom(t, []byte(exampleRequest(t))), true, at(t, peak))
	if got.OK || got.Why != directory.SealedRequest || len(got.Candidates) != 1 {
		t.Errorf("%v, %s, %d candidates", got.OK, got.Why, len(got.Candidates))
	}
}

func TestTypesThatNeedAPerson(t *testing.T) {
	t.Parallel()
	for _, code := range []string{"TRV", "CRI", "TEL", "FIN", "CDL"} {
		got := route(t, `{"subjects":[{"kind":"place","locode":"VNHPH"}],"questions":[{"n":1,"code":"CON"},{"n":2,"code":"`+code+`"}]}`)
		if got.OK || got.Why != directory.TypeNeedsPerson {
			t.Errorf("%s: %v, %s", code, got.OK, got.Why)
		}
	}
}

func TestReasonsPointIntoTheBodyAndNameTheReferenceDataOnly(t *testing.T) {
	t.Parallel()
	got := route(t, `{"purpose":{"statement":"via HAI PHONG with Mr X"},
		"subjects":[{"id":"d","kind":"consignment","declaration_no":"304000000001"},{"id":"o","kind":"place","office":"03EE"}],
		"questions":[{"n":7,"code":"DEC","subjects":["d","o"]}]}`)
	want := []directory.Candidate{{
		Unit: "03", Questions: []int{7}, Strength: directory.Strong, Reasons: []directory.Reason{
			{Pointer: "/purpose/statement", Kind: "text", Note: "Hải Phòng", Strength: directory.Fair},
			{Pointer: "/subjects/1/office", Kind: "office", Note: "CC HQ Cảng Đình Vũ Hải Phòng", Strength: directory.Strong},
			{Pointer: "/subjects/0/declaration_no", Kind: "declaration_with_office", Note: "CC HQ Cảng Đình Vũ Hải Phòng", Strength: directory.Strong},
		},
	}}
	if diff := cmp.Diff(want, got.Candidates); diff != "" {
		t.Errorf("candidates (-want +got):\n%s", diff)
	}
}
