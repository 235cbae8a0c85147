package web_test

import (
	"context"
	"errors"
	"testing"

	"verigate/internal/web/webtest"
)

func TestSomebodyEntersARoleAndLeavesIt(t *testing.T) {
	t.Parallel()
	w := webtest.Start(t)
	tab := w.Open(t)
	tab.Enter("desk:1", "/demo")
	if got := tab.Text(".person"); got != "Duty officer 1 A1K1" {
		t.Errorf("signed in as %q", got)
	}
	tab.Speak("en")
	tab.Accessible("the first page")
	tab.Screens("demo")
	tab.Speak("vi")
	if got := tab.Text("h1"); got != "Vào với vai" {
		t.Errorf("in Vietnamese: %q", got)
	}
}

// nobody is a demonstration that lets nobody in.
type nobody struct{}

func (nobody) Enter(context.Context, string) (string, error) {
	return "", errors.New("nobody comes in")
}
