package jet

import (
	"errors"
	"testing"
	"time"

	"verigate/internal/draft"
	"verigate/internal/draft/drafttest"
)

func mine(data string) draft.Sealed {
	return draft.Sealed{Key: draft.Key{Task: "00000000000000000000000000-01", Person: "p_a"}, KID: "k1", Data: []byte(data)}
}

func TestDraftsKeepTheContract(t *testing.T) {
	t.Parallel()
	c := open(t)
	drafttest.Run(t, func() draft.Store { return c.Drafts() })
}

func TestALostAnswerKeepsADraftOnce(t *testing.T) {
	t.Parallel()
	c := open(t)
	lose := lossy(c)
	d := c.Drafts()
	lose(1)
	if err := d.Put(t.Context(), mine("one"), time.Hour, 0); err != nil {
		t.Fatal(err)
	}
	if err := d.Put(t.Context(), mine("another"), time.Hour, 0); !errors.Is(err, draft.ErrChanged) {
		t.Errorf("got %v", err)
	}
}

func TestTheServerForgetsADraftWhoseTimeIsOver(t *testing.T) {
	t.Parallel()
	d := open(t).Drafts()
	if err := d.Put(t.Context(), mine("one"), 0, 0); err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		all, err := d.Of(t.Context(), mine("").Task)
		if err != nil {
			t.Fatal(err)
		}
		if len(all) == 0 {
			return
		}
		if time.Now().After(end) {
			t.Fatal("it is there after its time")
		}
	}
}

func TestDraftsThatAreDestroyedLeaveTheDisk(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	server, c := startIn(t, dir)
	d, other := c.Drafts(), mine("canary-of-another-task")
	other.Task = "00000000000000000000000000-02"
	theirs := mine("canary-of-theirs")
	theirs.Person = "p_b"
	for _, s := range []draft.Sealed{mine("canary-of-mine"), theirs, other} {
		do(t, d.Put(t.Context(), s, time.Hour, 0))
	}
	for range 2 { // and again, as after a crash
		do(t, d.Destroy(t.Context(), theirs.Task))
	}
	if left, err := d.Of(t.Context(), theirs.Task); err != nil || len(left) != 0 {
		t.Errorf("%d drafts are left, %v", len(left), err)
	}
	c.Close()
	server.Close()
	for _, gone := range []string{"canary-of-mine", "canary-of-theirs"} {
		if onDisk(t, dir, []byte(gone)) {
			t.Errorf("%s is on the disk", gone)
		}
	}
	if !onDisk(t, dir, other.Data) {
		t.Error("the drafts of another task went with them")
	}
}

func TestADraftSurvivesARestart(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	server, c := startIn(t, dir)
	if err := c.Drafts().Put(t.Context(), mine("one"), time.Hour, 0); err != nil {
		t.Fatal(err)
	}
	c.Close()
	server.Close()
	server, c = startIn(t, dir)
	defer server.Close()
	defer c.Close()
	all, err := c.Drafts().Of(t.Context(), mine("").Task)
	if err != nil || len(all) != 1 || string(all[0].Data) != "one" || all[0].KID != "k1" {
		t.Errorf("%+v, %v", all, err)
	}
}

func TestDraftsOfAServerThatIsAwayAreUnavailable(t *testing.T) {
	t.Parallel()
	server, c := startIn(t, t.TempDir())
	defer c.Close()
	c.patience = 300 * time.Millisecond
	server.Close()
	if err := c.Drafts().Put(t.Context(), mine("one"), time.Hour, 0); !errors.Is(err, draft.ErrUnavailable) {
		t.Errorf("put: %v", err)
	}
	if _, err := c.Drafts().Of(t.Context(), mine("").Task); !errors.Is(err, draft.ErrUnavailable) {
		t.Errorf("of: %v", err)
	}
}

func TestWhatMakesNoSubjectIsNoDraft(t *testing.T) {
	t.Parallel()
	d := open(t).Drafts()
	for _, k := range []draft.Key{{Task: "a.b", Person: "p_a"}, {Task: "*", Person: "p_a"}, {Task: "t-01", Person: "*"}, {Task: "t-01", Person: ">"}} {
		if err := d.Put(t.Context(), draft.Sealed{Key: k, KID: "k", Data: []byte("x")}, time.Hour, 0); err == nil {
			t.Errorf("%+v was kept", k)
		}
	}
}
