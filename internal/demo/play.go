package demo

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"verigate/api/client"
)

// Options say what is played, against whom and before whom.
type Options struct {
	Credentials Credentials
	Out         io.Writer
	Colour      bool             // Out is a terminal that shows colours
	Now         func() time.Time // absent: the real clock
	HTTP        *http.Client     // absent: one that gives up on a call after 15 s
	Stories     []string         // their ids, "S01"; absent: all. What they need is played too
}

// longestPlay is when a play gives up. On a machine at rest it takes a few seconds.
const longestPlay = 60 * time.Second

// Play plays the stories and tells each step on Out. The error names every story that did not go as told, and its
// step. Each play marks its references and idempotency keys with a run of its own, so it may be repeated at will.
func Play(ctx context.Context, o Options) error {
	ctx, cancel := context.WithTimeout(ctx, longestPlay)
	defer cancel()
	stories, err := chosen(Stories(), o.Stories)
	if err != nil {
		return err
	}
	s, err := newStage(ctx, o)
	if err != nil {
		return err
	}
	var failed []error
	lost := map[string]bool{} // stories that did not go as told
	for _, story := range stories {
		if lost[story.Needs] {
			failed = append(failed, fmt.Errorf("story %s was not played: it needs %s", story.ID, story.Needs))
			lost[story.ID] = true
			continue
		}
		if err := s.play(ctx, story); err != nil {
			failed = append(failed, err)
			lost[story.ID] = true
		}
	}
	s.out.finish(len(stories), len(failed), s.now().Sub(s.began))
	return errors.Join(failed...)
}

// Stories are all that can be played, in order.
func Stories() []Story {
	return []Story{
		s01(), s02(), s03(), s05(), s07(), s08(), s10(), s12(), s13(), s15(), s17(), s18(), s20(),
	}
}

// chosen keeps the stories that are wanted and those that they need, in their order.
func chosen(all []Story, wanted []string) ([]Story, error) {
	if len(wanted) == 0 {
		return all, nil
	}
	keep := map[string]bool{}
	for _, id := range wanted {
		i := slices.IndexFunc(all, func(s Story) bool { return strings.EqualFold(s.ID, id) })
		if i < 0 {
			return nil, fmt.Errorf("there is no story %q to play", id)
		}
		keep[all[i].ID], keep[all[i].Needs] = true, true
	}
	return slices.DeleteFunc(all, func(s Story) bool { return !keep[s.ID] }), nil
}

// stage is one play: who takes part and what it has learnt so far. Its maps are written by one step after another.
type stage struct {
	base    string
	doer    *http.Client
	creds   Credentials
	now     func() time.Time
	began   time.Time
	run     string
	plain   bool // references are left as they are told
	out     printer
	callers map[Actor]caller
	files   map[matter]*file
	keys    client.KeySet
	keeper  string // id of the keeper's person, once a claim has told it
}

// file is what a play knows of one request.
type file struct {
	told
	shift
	id, number string
	sent       []byte
	created    client.Created
	tasks      map[string]string     // by unit
	facts      map[string][][]string // by unit: the ids of each answer's facts
	hash       string                // of the latest package
	refusal    string                // hash of the proposed refusal
	ask        string                // id of the consent, for its originator
}

func newStage(ctx context.Context, o Options) (*stage, error) {
	s := &stage{
		base: o.Credentials.BaseURL, doer: o.HTTP, creds: o.Credentials, now: o.Now,
		run: "run-" + strings.ToLower(rand.Text()[:8]), out: printer{o.Out, o.Colour},
		callers: map[Actor]caller{}, files: map[matter]*file{},
	}
	if s.doer == nil {
		s.doer = &http.Client{Timeout: 15 * time.Second}
	}
	if s.now == nil {
		s.now = time.Now
	}
	s.began = s.now()
	anybody, err := newCaller(s.base, "", s.doer)
	if err != nil {
		return nil, err
	}
	r, err := anybody.do(ctx, request{op: "getKeySet"})
	if err != nil {
		return nil, fmt.Errorf("nobody answers at %s (is `make run` running?): %w", s.base, err)
	}
	if s.keys, err = as[client.KeySet](r); err != nil || len(s.keys.Keys) == 0 {
		return nil, fmt.Errorf("%s publishes no keys: %d %s", s.base, r.code, r.problem)
	}
	s.out.start(s.base, s.run)
	return s, nil
}

func (s *stage) play(ctx context.Context, story Story) error {
	s.out.title(story)
	for i, step := range story.Steps {
		if step.later {
			s.out.later(step)
			continue
		}
		r, remarks, err := s.step(ctx, step)
		if err != nil {
			err = fmt.Errorf("story %s, step %d (%s %s): %w", story.ID, i+1, step.By, step.Does, err)
			s.out.failed(err)
			return err
		}
		s.out.step(step, r, remarks)
	}
	return nil
}

func (s *stage) step(ctx context.Context, step Step) (reply, []string, error) {
	r, err := step.act(ctx, s)
	if err != nil {
		return r, nil, err
	}
	if err := step.Want.met(r); err != nil {
		return r, nil, err
	}
	var remarks []string
	for _, proves := range step.then {
		remark, err := proves(ctx, s, r)
		if err != nil {
			return r, nil, err
		}
		if remark != "" {
			remarks = append(remarks, remark)
		}
	}
	return r, remarks, nil
}

func (w want) met(r reply) error {
	switch {
	case r.code != w.code, w.problem != "" && r.problem != w.problem:
		return fmt.Errorf("answered %d %s, the story expects %d %s", r.code, said(r), w.code, w.problem+w.state)
	case w.state != "" && r.state != w.state:
		return fmt.Errorf("it is %q now, the story expects %q", r.state, w.state)
	}
	return nil
}

// said is what a problem says of itself; its pointers never hold values.
func said(r reply) string {
	p, err := as[client.Problem](r)
	if err != nil || r.problem == "" {
		return r.state
	}
	text := p.Code + " " + p.Detail
	for _, e := range p.Errors {
		text += " " + e.Pointer + ":" + e.Code
	}
	return strings.TrimSpace(text)
}

// open gives the matter's file, begun now when there is none yet.
func (s *stage) open(m matter) (*file, error) {
	if f, ok := s.files[m]; ok {
		return f, nil
	}
	t, err := tell(m.example())
	if err != nil {
		return nil, err
	}
	f := &file{
		told:  t,
		shift: shift{from: t.Steps[0].At, to: s.now().Truncate(time.Second)},
		tasks: map[string]string{}, facts: map[string][][]string{},
	}
	if !s.plain {
		f.run = s.run
	}
	s.files[m] = f
	return f, nil
}

func (s *stage) as(a Actor) (caller, error) {
	if c, ok := s.callers[a]; ok {
		return c, nil
	}
	key := s.creds.key(a)
	if key == "" {
		return caller{}, fmt.Errorf("the credentials have no key for %s", a)
	}
	c, err := newCaller(s.base, key, s.doer)
	if err != nil {
		return caller{}, err
	}
	s.callers[a] = c
	return c, nil
}

// say makes the call with the body that the story tells.
func (s *stage) say(ctx context.Context, m matter, by Actor, call string, nth int) (reply, error) {
	f, err := s.open(m)
	if err != nil {
		return reply{}, err
	}
	step, err := f.find(call, by.unit(), nth)
	if err != nil {
		return reply{}, err
	}
	r := request{op: call, key: s.key(m, by, call, nth)}
	if len(step.Body) > 0 {
		if r.body, err = f.body(step, func(source string) (string, error) { return s.known(f, source) }); err != nil {
			return reply{}, err
		}
	}
	return s.send(ctx, m, by, r)
}

// key is that under which somebody makes the nth call of that name about a matter: once in a play.
func (s *stage) key(m matter, by Actor, call string, nth int) string {
	return strings.ReplaceAll(strings.Join([]string{s.run, string(m), by.String(), call, fmt.Sprint(nth)}, "-"), " ", "-")
}

// send makes a call about a matter, or about the caller's task of it or the ask where that is what the call names.
func (s *stage) send(ctx context.Context, m matter, by Actor, r request) (reply, error) {
	f := s.files[m]
	r.id = f.id
	var err error
	switch r.op {
	case "submitRequest":
		f.sent = r.body
	case "setBreachCause":
		r.breach = 1
	case "acceptTask", "answerTask", "acknowledgeStop", "holdTask", "confirmHold":
		r.id, err = s.task(ctx, f, by)
	case "decideConsent":
		r.id = f.ask
	}
	if err != nil {
		return reply{}, err
	}
	return s.about(ctx, f, by, r)
}

// look makes a call that has no body.
func (s *stage) look(ctx context.Context, m matter, by Actor, call string) (reply, error) {
	f, err := s.open(m)
	if err != nil {
		return reply{}, err
	}
	return s.about(ctx, f, by, request{op: call, id: f.id})
}

// about makes a call about a matter. Where the answer does not repeat its number, the terminal still shows it.
func (s *stage) about(ctx context.Context, f *file, by Actor, r request) (reply, error) {
	got, err := s.call(ctx, by, r)
	if got.problem == "" && got.number == "" && r.op != "decideConsent" { // of whose request, its originator never learns
		got.number = f.number
	}
	return got, err
}

func (s *stage) call(ctx context.Context, by Actor, r request) (reply, error) {
	c, err := s.as(by)
	if err != nil {
		return reply{}, err
	}
	return c.do(ctx, r)
}

// known finds what only this play knows, by the names of package schemas.
func (s *stage) known(f *file, source string) (string, error) {
	value := ""
	switch parts := strings.Split(source, ":"); {
	case source == "package.hash":
		value = f.hash
	case source == "refusal.hash":
		value = f.refusal
	case source == "person:keeper":
		value = s.keeper
	case parts[0] == "fact" && len(parts) == 4:
		value = f.fact(parts[1], parts[2], parts[3])
	}
	if value == "" {
		return "", fmt.Errorf("%s is not known yet", source)
	}
	return value, nil
}

func (f *file) fact(unit, answer, n string) string {
	var i, j int
	if _, err := fmt.Sscan(answer+" "+n, &i, &j); err != nil || i < 1 || i > len(f.facts[unit]) || j < 1 || j > len(f.facts[unit][i-1]) {
		return ""
	}
	return f.facts[unit][i-1][j-1]
}

// lists follow the record within a moment; how long a play waits for them, and how often it looks.
const (
	followWithin = 10 * time.Second
	lookEvery    = 25 * time.Millisecond
)

// until looks again until there is what is looked for.
func (s *stage) until(ctx context.Context, what string, look func() (bool, error)) error {
	ctx, cancel := context.WithTimeout(ctx, followWithin)
	defer cancel()
	for {
		found, err := look()
		if err != nil || found {
			return err
		}
		if pause(ctx, lookEvery) != nil {
			return fmt.Errorf("%s: not there after %s", what, followWithin)
		}
	}
}

// task finds the unit's task of the matter in the unit's own queue.
func (s *stage) task(ctx context.Context, f *file, by Actor) (string, error) {
	code := by.unit()
	if id := f.tasks[code]; id != "" {
		return id, nil
	}
	id := ""
	err := s.until(ctx, "the task in the queue of unit "+code, func() (bool, error) {
		var err error
		id, err = s.queued(ctx, f, by)
		return id != "", err
	})
	f.tasks[code] = id
	return id, err
}

// queued reads a unit's queue to the end, and returns the task of the matter; empty when there is none.
func (s *stage) queued(ctx context.Context, f *file, by Actor) (string, error) {
	for cursor := ""; ; {
		r, err := s.call(ctx, by, request{op: "getUnitQueue", id: by.unit(), cursor: cursor})
		if err != nil {
			return "", err
		}
		if err := (want{code: http.StatusOK}).met(r); err != nil {
			return "", fmt.Errorf("the queue of %s: %w", by, err)
		}
		page, err := as[client.QueuePage](r)
		if err != nil {
			return "", err
		}
		i := slices.IndexFunc(page.Items, func(q client.QueueItem) bool { return q.Request == f.id })
		if i >= 0 {
			return page.Items[i].Task, nil
		}
		if cursor = page.NextCursor; cursor == "" {
			return "", nil
		}
	}
}
