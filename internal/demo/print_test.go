package demo

import (
	"strings"
	"testing"
	"time"
)

func TestDueIsSaidInHanoiTime(t *testing.T) {
	t.Parallel()
	at := time.Date(2021, 9, 3, 10, 40, 0, 0, time.UTC)
	if got := due(at); got != "due Fri 3 Sep 2021, 17:40 Hanoi (UTC+7)" {
		t.Error(got)
	}
}

func TestAStepIsToldWithItsDueTime(t *testing.T) {
	t.Parallel()
	r := reply{code: 201, state: "in_progress", number: "VR-7Q4K-M2XD-3F9T", due: time.Date(2021, 9, 3, 16, 40, 0, 0, time.UTC)}
	step := Step{By: partner("NG"), Does: "sends the request"}
	var plainText, coloured strings.Builder
	printer{&plainText, false}.step(step, r, []string{"receipt verified"})
	for _, part := range []string{"partner NG", "sends the request", "201 in_progress", "VR-7Q4K-M2XD-3F9T", "due Fri 3 Sep 2021, 23:40", "receipt verified"} {
		if !strings.Contains(plainText.String(), part) {
			t.Errorf("%q is not in\n%s", part, plainText.String())
		}
	}
	if strings.Contains(plainText.String(), "\x1b") {
		t.Error("colours where there is no terminal")
	}
	onTerminal := printer{&coloured, true}
	if onTerminal.step(step, r, nil); !strings.Contains(coloured.String(), "\x1b") {
		t.Error("no colours on a terminal")
	}
}
