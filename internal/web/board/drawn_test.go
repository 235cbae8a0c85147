package board

import (
	"encoding/json"
	"io/fs"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"verigate/internal/web/text"
	"verigate/schemas"
)

func TestARowIsRenderedOnceHoweverManyWatch(t *testing.T) {
	t.Parallel()
	d := newDrawn()
	var made atomic.Int64
	var all sync.WaitGroup
	for _, l := range text.Languages() {
		for range 100 {
			all.Go(func() {
				row, err := d.row(key{l, "one", 7}, func() ([]byte, error) {
					made.Add(1)
					return []byte(l), nil
				})
				if err != nil || string(row) != string(l) {
					t.Errorf("got %q, %v", row, err)
				}
			})
		}
	}
	all.Wait()
	if got := made.Load(); got != int64(len(text.Languages())) {
		t.Errorf("rendered %d times for %d languages", got, len(text.Languages()))
	}
	if _, err := d.row(key{text.English, "one", 8}, func() ([]byte, error) { return []byte("8"), nil }); err != nil {
		t.Error(err)
	}
	if row, _ := d.row(key{text.English, "one", 7}, func() ([]byte, error) { return nil, nil }); string(row) != "en" {
		t.Errorf("an older version, which somebody slow is still told, is %q", row)
	}
}

func TestAChoiceIsCodesOfClosedSets(t *testing.T) {
	t.Parallel()
	got := chosen(map[string][]string{
		"degree": {"flash"}, "state": {"confirmed"}, "unit": {"03"}, "partner": {"<b>"}, "campaign": {"golden-strike-2021"}, "due": {"now"},
		"number": {"VR-1 2"}, "flag": {"unrouted"}, "escalated": {"lead"},
	})
	want := choice{Degree: "flash", Unit: "03", Campaign: "golden-strike-2021", Flag: "unrouted", Escalated: "lead"}
	if got != want {
		t.Errorf("read %+v", got)
	}
	if again := chosen(got.query()); again != got {
		t.Errorf("written and read again %+v", again)
	}
}

func TestEveryFlagOfTheContractCanBeChosen(t *testing.T) {
	t.Parallel()
	b, err := fs.ReadFile(schemas.FS, "common.json")
	if err != nil {
		t.Fatal(err)
	}
	var common struct {
		Defs map[string]struct {
			Enum []string `json:"enum"`
		} `json:"$defs"`
	}
	if err := json.Unmarshal(b, &common); err != nil {
		t.Fatal(err)
	}
	want, got := common.Defs["board_flag"].Enum, slices.Sorted(slices.Values(flags()))
	slices.Sort(want)
	if len(want) == 0 || !slices.Equal(got, want) {
		t.Errorf("the page offers %q, the contract has %q", got, want)
	}
}

func TestANumberIsReadAsPeopleTypeIt(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"VR-7Q4K-M2XD-3F9T": "VR-7Q4K-M2XD-3F9T", "7q4km2xd3f9t": "VR-7Q4K-M2XD-3F9T", "vr 7q4k m2xd 3f9t": "VR-7Q4K-M2XD-3F9T", "7q4k": "", "hải phòng": "",
		"<12345678901": "", "vr72kr0gqz5t": "VR-VR72-KR0G-QZ5T", "VR-VR72-KR0G-QZ5T": "VR-VR72-KR0G-QZ5T", "VRVR72KR0GQZ5T": "VR-VR72-KR0G-QZ5T",
	} {
		if got, _ := numbered(typed); got != want {
			t.Errorf("%q is %q, want %q", typed, got, want)
		}
	}
}
