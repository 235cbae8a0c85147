package e2e

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"verigate/internal/app"
	"verigate/internal/config"
)

// far says how far the erasure of a request has come, as its view has it.
func (w *world) far(at string) (state string, view call) {
	w.t.Helper()
	view = w.comingBack(w.keys.Lead, http.MethodGet, at, nil)
	if err := view.expect(200, ""); err != nil {
		w.t.Fatalf("%s: %v", at, err)
	}
	return view.text("destruction", "state"), view
}

// A gateway with a store of its own searches it after an erasure, and only then says that it is done: while a file has the
// key it does not, and a start goes on with what was not found to be gone.
func TestAnErasureIsDoneWhenTheOwnStoreWasSearched(t *testing.T) {
	t.Parallel()
	s := config.Stores{Data: filepath.Join(t.TempDir(), "data")}
	var log output
	w := begin(t, s, time.Now, func(o *app.Options) { o.Log = slog.New(slog.NewTextHandler(&log, nil)) })
	send := func(key string) string {
		sent := w.must(201, w.keys.Partners["NG"], http.MethodPost, requests, named(t, key), "Idempotency-Key", key)
		return sent.Header.Get("Location")
	}
	first, second := send("first"), send("second")
	if state, view := w.far(first); state != "" {
		t.Errorf("what is not erased has a state: %s", view.Raw)
	}
	erase := func(at string) {
		if erased := w.must(200, w.keys.Lead, http.MethodPost, at+"/above-ceiling", []byte(`{"code":"state_secret_content"}`)); erased.text("destruction", "state") != "under_way" {
			t.Errorf("at once it is %s", erased.Raw)
		}
	}
	erase(first)
	eventually(t, time.Minute, func() error {
		state, view := w.far(first)
		if state != "done" || view.text("destruction", "destroyed_at") == "" || view.text("destruction", "searched_at") == "" {
			return fmt.Errorf("%s", view.Raw)
		}
		return nil
	})
	if said := exits(t, 0, "erasure", "list", "--data", s.Data); !strings.Contains(said, ", on no disk of embedded ") {
		t.Error(said)
	}

	id := strings.TrimPrefix(second, requests+"/")
	all, err := w.parts.Journal.Read(t.Context(), requestOf(call{Body: map[string]any{"id": id}}))
	if err != nil {
		t.Fatal(err)
	}
	planted := filepath.Join(s.Data, "nats", "planted")
	if err := os.WriteFile(planted, []byte("key."+all[0].KID+"\x00NATS/1.0\r\nVg-Group: g\r\n\r\nwrapped"), 0o600); err != nil {
		t.Fatal(err)
	}
	erase(second)
	eventually(t, time.Minute, func() error {
		if !strings.Contains(log.String(), planted) {
			return errors.New("what is left was not found")
		}
		return nil
	})
	if state, view := w.far(second); state != "under_way" {
		t.Errorf("a file has the key, and it is %s", view.Raw)
	}
	if said := exits(t, 0, "erasure", "list", "--data", s.Data); !strings.Contains(said, id+": key destroyed ") || !strings.Contains(said, ", under way: not every disk was searched since") {
		t.Error(said)
	}
	w.stop()
	if err := os.Remove(planted); err != nil {
		t.Fatal(err)
	}
	w = begin(t, s, time.Now)
	eventually(t, time.Minute, func() error {
		if state, view := w.far(second); state != "done" {
			return fmt.Errorf("%s", view.Raw)
		}
		return nil
	})
	if state, view := w.far(first); state != "done" {
		t.Errorf("it is forgotten: %s", view.Raw)
	}
}

// notes hands the reports of all nodes in; those of some of them say nothing.
func (w *world) notes(n *nodes, dir, keys, at string) {
	w.t.Helper()
	reports := w.t.TempDir()
	var paths []string
	for i, store := range n.dirs {
		path := filepath.Join(reports, fmt.Sprint(i))
		exits(w.t, 0, "erasure", "scan", store, "--keys", keys, "--node", fmt.Sprint("n", i), "--report", path)
		paths = append(paths, path)
	}
	if state, view := w.far(at); state != "under_way" {
		w.t.Errorf("nobody has noted it: %s", view.Raw)
	}
	mustSay(w.t, exits(w.t, 1, "erasure", "note", paths[0], paths[2], "--data", dir), "n1: no report of this node")
	id := strings.TrimPrefix(at, requests+"/")
	early := filepath.Join(reports, "early")
	content, err := os.ReadFile(paths[1])
	if i := bytes.Index(content, []byte(`"searched_at":"20`)); err == nil && i > 0 {
		copy(content[i+len(`"searched_at":"`):], "2001")
	}
	if err := errors.Join(err, os.WriteFile(early, content, 0o600)); err != nil {
		w.t.Fatal(err)
	}
	mustSay(w.t, exits(w.t, 1, "erasure", "note", paths[0], early, paths[2], "--data", dir), "of no erasure")
	mustSay(w.t, exits(w.t, 0, "erasure", "note", paths[0], paths[1], paths[2], "--data", dir), id+": erased here: no key of it on n0, n1, n2")
	if state, view := w.far(at); state != "done" {
		w.t.Errorf("it is noted: %s", view.Raw)
	}
	mustSay(w.t, exits(w.t, 0, "erasure", "list", "--data", dir), id+": key destroyed .*, on no disk of n0, n1, n2 ")
}

// The disk has a wrapped key of a request for good, as a Raft log may. Once the key of its month is destroyed, that opens nothing: the
// request is erased with its month, and both say so.
func TestWhatIsLeftOfAKeyIsErasedWithItsMonth(t *testing.T) {
	t.Parallel()
	c := &clock{}
	then := time.Now().UTC().AddDate(0, -4, 0)
	c.To(time.Date(then.Year(), then.Month(), 10, 3, 0, 0, 0, time.UTC).Format(time.RFC3339))
	s := config.Stores{Data: filepath.Join(t.TempDir(), "data")}
	w := begin(t, s, c.Now)
	(&erasing{world: w}).secondLead(w)
	at := w.must(201, w.keys.Partners["NG"], http.MethodPost, requests, named(t, "kept"), "Idempotency-Key", "kept").Header.Get("Location")
	id := strings.TrimPrefix(at, requests+"/")
	all, err := w.parts.Journal.Read(t.Context(), requestOf(call{Body: map[string]any{"id": id}}))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(s.Data, "nats", "planted"), []byte("key."+all[0].KID+"\x00NATS/1.0\r\nVg-Group: g\r\n\r\nwrapped"), 0o600); err != nil {
		t.Fatal(err)
	}
	w.must(200, w.keys.Lead, http.MethodPost, at+"/above-ceiling", []byte(`{"code":"state_secret_content"}`))
	w.stop()

	w = begin(t, config.Stores{Data: s.Data}, time.Now)
	month := then.Format("2006-01")
	mustSay(t, exits(t, 0, "erasure", "list", "--data", s.Data), id+": key destroyed .*, under way: not every disk was searched since")
	eventually(t, time.Minute, func() error {
		said := w.do(w.keys.Lead, http.MethodPost, "/v1/retention/months/"+month+"/proposal", []byte(`{"reason":"Its retention is over."}`))
		if said.Status != 200 {
			return fmt.Errorf("proposed: %d %s", said.Status, said.Raw)
		}
		return nil
	})
	w.must(200, w.keys.Desk[1], http.MethodPost, "/v1/retention/months/"+month+"/confirmation", []byte(`{}`))
	eventually(t, time.Minute, func() error {
		if state, view := w.far(at); state != "done" || view.text("destruction", "searched_at") == "" {
			return fmt.Errorf("%s", view.Raw)
		}
		return nil
	})
	said := exits(t, 0, "erasure", "list", "--data", s.Data)
	mustSay(t, said, "month "+month+": key destroyed .*, on no disk of embedded ")
	mustSay(t, said, id+": with month "+month+", key destroyed .*, on no disk of embedded ")
	if keys := exits(t, 0, "erasure", "keys", "--data", s.Data); strings.Contains(keys, all[0].KID) || !strings.Contains(keys, "group."+month+"\n") {
		t.Errorf("a scan is to look for %s", keys)
	}
	// Behind the month's key what is stored of those under it is destroyed too, one after the other; until then verify names them.
	eventually(t, time.Minute, func() error {
		if code, said := command(t, "verify", "--data", s.Data); code != 0 || !strings.Contains(said, ", 0 differences") {
			return fmt.Errorf("verify: exit %d\n%s", code, said)
		}
		return nil
	})
}
