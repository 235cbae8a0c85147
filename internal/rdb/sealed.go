package rdb

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"verigate/internal/board"
	"verigate/internal/record"
)

// The parts of a row, one for each kind of reader, so that nobody opens more than is shown.
const (
	partRequest = "b"
	partPartner = "p"
	partTasks   = "t"
	partNotices = "n" // only of rows that have some
)

// parts are sealed; without notices that part is empty.
type parts struct{ request, partner, tasks, notices []byte }

// What each part holds. Each carries its id and its audience, which are checked again when it is opened.
type (
	requestPart struct {
		Row        board.Row         `json:"row"`
		Audience   board.Audience    `json:"audience"`
		Milestones []board.Milestone `json:"milestones,omitempty"`
	}
	tasksPart struct {
		Request     board.RequestID   `json:"request"`
		Audience    board.Audience    `json:"audience"`
		Tasks       []board.QueueItem `json:"tasks,omitempty"`
		Due         time.Time         `json:"due,omitzero"`
		Identifiers []string          `json:"identifiers,omitempty"`
	}
	// noticesPart has of the request what a list of notices shows.
	noticesPart struct {
		Request  board.RequestID `json:"request"`
		Number   string          `json:"number"`
		State    board.State     `json:"state"`
		Audience board.Audience  `json:"audience"`
		Notices  []board.Notice  `json:"notices"`
	}
)

// errForeign says that a reply holds another row than was asked for.
var errForeign = errors.New("another row than asked for")

func (s *Store) sealRows(u board.Update) (parts, error) {
	id := u.Rows.Request.ID
	if id == "" || u.Rows.Partner.ID != id || strings.ContainsAny(string(id), " \n-") {
		return parts{}, errors.New("rows without one id")
	}
	sequence := strconv.FormatUint(u.Sequence, 10)
	var p parts
	type sealing struct {
		name string
		into *[]byte
		of   any
	}
	all := []sealing{
		{partRequest, &p.request, requestPart{Row: u.Rows.Request, Audience: u.Rows.Audience, Milestones: u.Rows.Milestones}},
		{partPartner, &p.partner, u.Rows.Partner},
		{partTasks, &p.tasks, tasksPart{
			Request: id, Audience: u.Rows.Audience, Tasks: u.Rows.Tasks, Due: u.Rows.Due, Identifiers: u.Rows.Identifiers,
		}},
	}
	if len(u.Rows.Notices) > 0 {
		all = append(all, sealing{partNotices, &p.notices, noticesPart{
			Request: id, Number: u.Rows.Request.Number, State: u.Rows.Request.State, Audience: u.Rows.Audience, Notices: u.Rows.Notices,
		}})
	}
	for _, part := range all {
		plain, err := json.Marshal(part.of)
		if err != nil {
			return p, fmt.Errorf("encode: %w", err)
		}
		sealed, err := s.seal.Seal(boundTo(id, part.name, sequence), plain)
		if err != nil {
			return p, fmt.Errorf("seal: %w", err)
		}
		*part.into = sealed
	}
	return p, nil
}

// boundTo is what a part is sealed to: it opens in no other place and as no other version.
func boundTo(id board.RequestID, part, sequence string) string {
	return "board row " + string(id) + " " + part + " " + sequence
}

func (s *Store) open(id board.RequestID, part, sequence string, sealed []byte, into any) error {
	plain, err := s.seal.Open(boundTo(id, part, sequence), sealed)
	if err != nil {
		return fmt.Errorf("open: %w", err)
	}
	if err := json.Unmarshal(plain, into); err != nil {
		return fmt.Errorf("decode: %w", err)
	}
	return nil
}

func (s *Store) openRequest(id board.RequestID, sequence string, sealed []byte) (requestPart, error) {
	var p requestPart
	err := s.open(id, partRequest, sequence, sealed, &p)
	if err == nil && p.Row.ID != id {
		err = errForeign
	}
	return p, err
}

func (s *Store) openPartner(id board.RequestID, sequence string, sealed []byte) (board.PartnerRow, error) {
	var p board.PartnerRow
	err := s.open(id, partPartner, sequence, sealed, &p)
	if err == nil && p.ID != id {
		err = errForeign
	}
	return p, err
}

func (s *Store) openTasks(id board.RequestID, sequence string, sealed []byte) (tasksPart, error) {
	var p tasksPart
	err := s.open(id, partTasks, sequence, sealed, &p)
	if err == nil && p.Request != id {
		err = errForeign
	}
	return p, err
}

// openNotices gives rows of which only the notices, and what a list of them shows, are there.
func (s *Store) openNotices(id board.RequestID, sequence string, sealed []byte) (board.Rows, error) {
	var p noticesPart
	if err := s.open(id, partNotices, sequence, sealed, &p); err != nil {
		return board.Rows{}, err
	}
	if p.Request != id {
		return board.Rows{}, errForeign
	}
	return board.Rows{
		Request: board.Row{ID: id, Number: p.Number, State: p.State, Partner: p.Audience.Partner, Level: p.Audience.Level},
		Notices: p.Notices, Audience: p.Audience,
	}, nil
}

func (s *Store) openRows(id board.RequestID, sequence string, p parts) (board.Rows, error) {
	request, err := s.openRequest(id, sequence, p.request)
	if err != nil {
		return board.Rows{}, err
	}
	partner, err := s.openPartner(id, sequence, p.partner)
	if err != nil {
		return board.Rows{}, err
	}
	tasks, err := s.openTasks(id, sequence, p.tasks)
	if err != nil {
		return board.Rows{}, err
	}
	var noticed board.Rows
	if len(p.notices) > 0 {
		if noticed, err = s.openNotices(id, sequence, p.notices); err != nil {
			return board.Rows{}, err
		}
	}
	return board.Rows{
		Request: request.Row, Audience: request.Audience, Partner: partner,
		Tasks: tasks.Tasks, Notices: noticed.Notices, Milestones: request.Milestones, Due: tasks.Due, Identifiers: tasks.Identifiers,
	}, nil
}

// packed is the entries as a script reads them: lines of set, score, member.
func (g generation) packed(places []board.Place) []byte {
	const line = 80 // a hidden name, microseconds, the id of a task
	b := make([]byte, 0, len(places)*line)
	for _, p := range places {
		b = g.appendLine(b, p)
	}
	return b
}

func (g generation) appendLine(b []byte, p board.Place) []byte {
	b = append(append(b, g.hidden(p.Set)...), ' ')
	b = append(strconv.AppendInt(b, p.Score, 10), ' ')
	return append(append(b, p.Member...), '\n')
}

// lost returns the places that are not written in the row, or written and not in their sets.
func (g generation) lost(places []board.Place, written, missing string) []board.Place {
	in := strings.SplitAfter(written, "\n")
	out := strings.SplitAfter(missing, "\n")
	var lost []board.Place
	for _, p := range places {
		line := string(g.appendLine(nil, p))
		if !slices.Contains(in, line) || slices.Contains(out, line) {
			lost = append(lost, p)
		}
	}
	return lost
}

func microseconds(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

func positionOf(sequence, at string) (board.Position, error) {
	reached, err := record.ParsePosition(sequence)
	if err != nil {
		return board.Position{}, fmt.Errorf("position of the board: %w", err)
	}
	p := board.Position{Record: reached}
	micro, err := strconv.ParseInt(at, 10, 64)
	if err != nil {
		return p, fmt.Errorf("time of the position: %w", err)
	}
	if micro > 0 {
		p.At = time.UnixMicro(micro).UTC()
	}
	return p, nil
}

// parseScore reads a score, which Redis writes as a double.
func parseScore(s string) (int64, error) {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return 0, fmt.Errorf("score: %w", err)
	}
	return int64(f), nil
}
