package board

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"verigate/api/client"
	"verigate/internal/web/site"
	"verigate/internal/web/text"
)

// errEnough ends a stream of which no more is wanted.
var errEnough = errors.New("enough was heard")

// place is where the board's stream stands, so that a page which is read from here on lacks nothing that the stream then
// tells. Empty where there is no board to stream.
func (p pages) place(v *site.Visit, c choice) (string, error) {
	at := ""
	ctx := p.feed.Hear(v.Context(), func(e Event) error {
		at = e.ID
		return errEnough
	})
	err := site.Done(v.API.StreamBoard(ctx, c.stream("")))
	return at, err
}

// events tells the rows of the board as they change, each as it is shown. Whoever comes back is told what has changed
// since, or to load the list again.
func (p pages) events(v *site.Visit) error {
	c := chosen(v.Request.URL.Query())
	last := v.Request.Header.Get("Last-Event-Id")
	if last == "" {
		last = v.Query("last")
	}
	out := line{w: v.Writer, control: http.NewResponseController(v.Writer)}
	ctx := p.feed.Hear(v.Context(), func(e Event) error {
		said, err := p.say(v, e)
		if err != nil {
			return err
		}
		return out.send(said...)
	})
	if err := site.Done(v.API.StreamBoard(ctx, c.stream(last))); err != nil && !out.begun {
		return err
	}
	return nil
}

// say writes an event for a browser: its id, which is the reader's, and what all readers share.
func (p pages) say(v *site.Visit, e Event) ([][]byte, error) {
	id := fmt.Appendf(nil, "id: %s\n", e.ID)
	switch e.Kind {
	case "row":
		shared, err := p.drawn.row(key{v.Language, e.Request, e.Version}, func() ([]byte, error) { return p.draw(v, e) })
		return [][]byte{id, shared}, err
	case "gone":
		return [][]byte{id, fmt.Appendf(nil, "event: gone\ndata: %s\n\n", e.Request)}, nil
	case "reset":
		return [][]byte{id, []byte("event: reset\ndata: -\n\n")}, nil
	}
	return [][]byte{[]byte(": alive\n\n")}, nil
}

// draw makes a row as the page has it.
func (p pages) draw(v *site.Visit, e Event) ([]byte, error) {
	form, err := e.Row()
	if err != nil {
		return nil, fmt.Errorf("write a row: %w", err)
	}
	var r client.BoardRow
	if err := json.Unmarshal(form, &r); err != nil {
		return nil, fmt.Errorf("read a row: %w", err)
	}
	present := *v
	present.Now = p.now() // the visit began long ago
	html, err := v.Render("board/row", rowOf(&present, r))
	if err != nil {
		return nil, err
	}
	return append([]byte("event: row\ndata: "+strings.Join(strings.Fields(string(html)), " ")), '\n', '\n'), nil
}

// key names one rendering.
type key struct {
	language text.Language
	request  string
	version  uint64
}

// drawn keeps what was rendered lately for whoever else watches. It is safe for concurrent use.
type drawn struct {
	mu   sync.Mutex
	rows map[key][]byte
}

// kept is how many renderings are kept, some seconds of the busiest night.
const kept = 2048

func newDrawn() *drawn { return &drawn{rows: map[key][]byte{}} }

// row is the rendering of a row, made by the first who asks for it while the others wait.
func (d *drawn) row(k key, draw func() ([]byte, error)) ([]byte, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if row, ok := d.rows[k]; ok {
		return row, nil
	}
	row, err := draw()
	if err != nil {
		return nil, err
	}
	if len(d.rows) >= kept {
		clear(d.rows)
	}
	d.rows[k] = row
	return row, nil
}

// line writes server-sent events.
type line struct {
	w       http.ResponseWriter
	control *http.ResponseController
	begun   bool
}

// patience is how long a reader may take nothing before it is left.
const patience = 10 * time.Second

func (l *line) send(parts ...[]byte) error {
	if !l.begun {
		l.begun = true
		h := l.w.Header()
		h.Set("Content-Type", "text/event-stream")
		h.Set("X-Accel-Buffering", "no")
		// The server's own limit on a reply's time does not hold for a stream.
		if err := l.control.SetWriteDeadline(time.Time{}); err != nil && !errors.Is(err, http.ErrNotSupported) {
			return fmt.Errorf("begin a stream: %w", err)
		}
	}
	// A deadline in the past ends the write that waits for a reader.
	stuck := time.AfterFunc(patience, func() { _ = l.control.SetWriteDeadline(time.Unix(1, 0)) })
	defer stuck.Stop()
	if _, err := l.w.Write(bytes.Join(parts, nil)); err != nil {
		return fmt.Errorf("write an event: %w", err)
	}
	if err := l.control.Flush(); err != nil {
		return fmt.Errorf("write an event: %w", err)
	}
	return nil
}
