package verification_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	. "verigate/internal/verification" //nolint:revive // as in the stories
)

func TestEveryKindIsUniqueVersionedAndDecodes(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, e := range EventKinds() {
		kind := e.EventKind()
		if seen[kind] || !strings.HasSuffix(kind, ".v1") {
			t.Errorf("kind %q is there twice or has no version", kind)
		}
		seen[kind] = true
		data, err := json.Marshal(e)
		if err != nil {
			t.Fatal(err)
		}
		back, err := DecodeEvent(kind, data)
		if err != nil || reflect.TypeOf(back) != reflect.TypeOf(e) {
			t.Errorf("%s decodes as %T, %v", kind, back, err)
		}
	}
}

func TestAnUnknownKindIsAnErrorAndNotASkip(t *testing.T) {
	t.Parallel()
	if e, err := DecodeEvent("submitted.v9", []byte(`{}`)); err == nil || e != nil {
		t.Errorf("got %v, %v", e, err)
	}
	if e, err := DecodeEvent("submitted.v1", []byte(`{"id":`)); err == nil || e != nil {
		t.Errorf("damaged bytes: got %v, %v", e, err)
	}
}

func TestEveryEventFoldsIntoAnyStateWithoutPanic(t *testing.T) {
	t.Parallel()
	for _, given := range [][]move{nil, inTriage(), accepted(), packaged(), read(), correcting(), circulating(), stub(), expired()} {
		r := tell(t, given).request
		for _, first := range EventKinds() {
			for _, second := range EventKinds() {
				Evolve(Evolve(r, Stamp{At: start()}, first), Stamp{At: start()}, second)
			}
		}
		for _, e := range wild() {
			Evolve(r, Stamp{At: start()}, e)
		}
	}
}

// wild are events whose numbers no decision would give.
func wild() []Event {
	return []Event{
		Pulled{Release: 9},
		Pulled{Release: -1},
		Recalled{Release: 9},
		ConsentDecided{N: 9},
		BreachExplained{N: 9},
		BreachAnnulled{N: -3},
		Released{Release: 7, Package: 7},
		HoldConfirmed{Task: "r-01"},
		PauseCancelled{Task: "r-01"},
		TaskSentBack{Task: "r-77"},
		TaskPassedOn{Task: "r-77", Questions: []int{8}},
		TaskReplied{Task: "r-77"},
		DeskAnswered{Answers: []DeskAnswer{{N: 9}}},
		Reopened{Questions: []int{9}},
		ReleaseApproved{Package: 4},
	}
}

func TestATaskIDNamesItsRequest(t *testing.T) {
	t.Parallel()
	for id, want := range map[TaskID]RequestID{"r-01": "r", "abc-135": "abc", "r": "", "r-": "", "-01": "", "r-1": "", "r-00": "", "r-x1": ""} {
		got, ok := id.Request()
		if got != want || ok != (want != "") {
			t.Errorf("%s: got %q, %v", id, got, ok)
		}
	}
}

func TestARefusalIsComparedByItsCode(t *testing.T) {
	t.Parallel()
	s := tell(t, released())
	err := s.play(move{By: liaison(), What: Confirm{Release: 1}})
	if err == nil || err.Error() != "not_read: read the answer before you confirm it" {
		t.Errorf("got %v", err)
	}
}
