package e2e

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/redis/go-redis/v9"

	"verigate/internal/e2e/canarytest"
	"verigate/internal/record"
)

// erasing is a gateway whose every write can be the last one, over servers that are left standing.
type erasing struct {
	*world
	dir          string
	replicas     int      // of the streams; 0: one
	files        []string // of the servers
	nats, boards *tap
	js           jetstream.JetStream
	redis        *redis.Client
	gateway      server
	words        canarytest.Words // of all requests
}

// newErasing starts the servers, and the gateway for the first time.
func newErasing(t *testing.T) *erasing {
	t.Helper()
	e := erasingOver(t)
	e.starts()
	e.keys = credentials(t, e.dir)
	return e
}

// erasingOver starts the servers. Redis writes all that it holds to the disk.
func erasingOver(t *testing.T) *erasing {
	t.Helper()
	files := []string{t.TempDir(), t.TempDir()}
	store := natsIn(t, files[0])
	board := redisIn(t, files[1], "--save", "", "--appendonly", "yes", "--rdbcompression", "no", "--aof-use-rdb-preamble", "no")
	return &erasing{
		world: &world{t: t}, dir: filepath.Join(t.TempDir(), "data"), files: files, nats: tapped(t, store.addr), boards: tapped(t, board.addr),
		js: jetStream(t, "nats://"+store.addr), redis: redisClient(t, board.addr), words: canarytest.Words{},
	}
}

// jetStream is the store of servers, which may still be starting, as nobody in the product sees it.
func jetStream(t *testing.T, url string) jetstream.JetStream {
	t.Helper()
	nc, err := nats.Connect(url, nats.RetryOnFailedConnect(true), nats.MaxReconnects(-1))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(nc.Close)
	js, err := jetstream.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	return js
}

func (e *erasing) stores() []string {
	return []string{"--nats", "nats://" + e.nats.addr, "--redis", e.boards.addr, "--replicas", strconv.Itoa(max(e.replicas, 1))}
}

func (e *erasing) starts() {
	e.t.Helper()
	e.gateway = serve(e.t, e.dir, e.stores()...)
	e.url = e.gateway.url
}

// doomed is a request that will be erased, and the bytes of it that must then be nowhere.
type doomed struct {
	word, id, kid, task string
	secrets             map[string][]byte
}

// full is the body of S01 with a word in each field that takes a text of the sender, but for the reference.
func full(t *testing.T, words canarytest.Words, reference string) []byte {
	t.Helper()
	var body map[string]any
	if err := json.Unmarshal(sample(t, 0), &body); err != nil {
		t.Fatal(err)
	}
	words.Into(body)
	body["own_reference"] = reference
	raw, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// sends makes a request whose task has a draft and whose row is on the board.
func (e *erasing) sends(word string) doomed {
	e.t.Helper()
	sent := e.must(201, e.keys.Partners["NG"], http.MethodPost, requests, full(e.t, e.words, word), "Idempotency-Key", word)
	d := doomed{word: word, id: sent.text("id"), task: sent.text("id") + "-01", secrets: map[string][]byte{}}
	at := requests + "/" + d.id
	e.must(200, e.keys.Desk[0], http.MethodPost, at+"/claim", map[string]any{})
	e.must(200, e.keys.Desk[0], http.MethodPost, at+"/routing", map[string]any{"assignments": []any{map[string]any{"unit": "03", "questions": []int{1, 2, 3}}}})
	d.kid = e.last(d.stream(), d.subject()).Header.Get("Vg-Kid")
	d.secrets["the wrapped key"] = e.last("KEYS", "key."+d.kid).Data
	e.must(200, e.keys.Units["03"], http.MethodPut, "/v1/tasks/"+d.task+"/draft", map[string]any{"fields": map[string]any{"q1.text": []string{e.words.Of("draft")}}})
	d.secrets["the draft"] = e.last("DRAFTS", "draft."+d.task+".*").Data
	eventually(e.t, 20*time.Second, func() error {
		row := e.row(d.id)
		for _, part := range []string{"b", "p", "t"} {
			if row[part] == "" {
				return errors.New("no row on the board yet")
			}
			d.secrets["row "+part] = []byte(row[part])
		}
		return nil
	})
	return d
}

func (d doomed) stream() string {
	return fmt.Sprintf("RECORD_%d", record.Request(d.id).In(record.Partitions))
}

func (d doomed) subject() string {
	return record.Request(d.id).Name(record.Request(d.id).In(record.Partitions))
}

// last is the last message of a subject, which must be there.
func (e *erasing) last(stream, subject string) *jetstream.RawStreamMsg {
	e.t.Helper()
	s, err := e.js.Stream(e.t.Context(), stream)
	if err != nil {
		e.t.Fatal(err)
	}
	m, err := s.GetLastMsgForSubject(e.t.Context(), subject)
	if err != nil {
		e.t.Fatalf("%s: %v", subject, err)
	}
	return m
}

// count is how many messages there are on a subject.
func (e *erasing) count(stream, subject string) (n uint64) {
	e.t.Helper()
	s, err := e.js.Stream(e.t.Context(), stream)
	if err != nil {
		e.t.Fatal(err)
	}
	info, err := s.Info(e.t.Context(), jetstream.WithSubjectFilter(subject))
	if err != nil {
		e.t.Fatal(err)
	}
	for _, of := range info.State.Subjects {
		n += of
	}
	return n
}

// row is the row of a request in the generation that is served.
func (e *erasing) row(id string) map[string]string {
	e.t.Helper()
	var all []string
	for at := e.redis.Scan(e.t.Context(), 0, "*:row:"+id, 1000).Iterator(); at.Next(e.t.Context()); {
		all = append(all, at.Val())
	}
	if len(all) != 1 {
		return nil
	}
	row, err := e.redis.HGetAll(e.t.Context(), all[0]).Result()
	if err != nil {
		e.t.Fatal(err)
	}
	return row
}

// erase is row 25, as often as it takes: the same call has one effect.
func (e *erasing) erase(d doomed) (call, error) {
	return try(e.t.Context(), e.url, e.keys.Lead, http.MethodPost, requests+"/"+d.id+"/above-ceiling", []byte(`{"code":"state_secret_content"}`), "Idempotency-Key", "erase-"+d.word)
}

// mustBeErased waits until a request is erased once, and in every store.
func (e *erasing) mustBeErased(d doomed) {
	e.t.Helper()
	eventually(e.t, 20*time.Second, func() error {
		for _, is := range []struct {
			what    string
			n, want uint64
		}{
			{"messages of the key, its tombstone", e.count("KEYS", "key."+d.kid), 1},
			{"drafts", e.count("DRAFTS", "draft."+d.task+".*"), 0},
			{"decisions, three and the tombstone", e.count(d.stream(), d.subject()), 4},
		} {
			if is.n != is.want {
				return fmt.Errorf("%d %s, want %d", is.n, is.what, is.want)
			}
		}
		if e.last("KEYS", "key."+d.kid).Header.Get("Vg-Erased") == "" {
			return errors.New("the key is there")
		}
		row := e.row(d.id)
		for _, part := range []string{"b", "p", "t"} {
			if bytes.Equal(d.secrets["row "+part], []byte(row[part])) {
				return fmt.Errorf("part %s of its row is as it was", part)
			}
		}
		return nil
	})
	e.must(410, e.keys.Partners["NG"], http.MethodPost, requests, full(e.t, e.words, d.word), "Idempotency-Key", d.word)
}

// A gateway is killed before each of the writes that an erasure is made of. The next one finishes it, once, and then none
// of what was erased is in a file of any server.
func TestAnErasureThatIsKilledBetweenTwoStepsIsFinishedOnce(t *testing.T) {
	t.Parallel()
	e := newErasing(t)
	steps := []struct {
		name   string
		at     *tap
		before func(d doomed) string
	}{
		{"event", e.nats, func(d doomed) string { return "HPUB " + d.subject() + " " }},
		{"tombstone of the key", e.nats, func(d doomed) string { return "HPUB key." + d.kid + " " }},
		{"key", e.nats, func(doomed) string { return "PUB $JS.API.STREAM.MSG.DELETE.KEYS " }},
		{"drafts", e.nats, func(doomed) string { return "PUB $JS.API.STREAM.MSG.DELETE.DRAFTS " }},
		{"carried out", e.nats, func(doomed) string { return "HPUB key.position.erasure " }},
		{"board", e.boards, func(d doomed) string { return ":row:" + d.id + "\r\n" }},
		{"queue", e.nats, func(d doomed) string { return "HPUB queue.03." + d.task + " " }},
	}
	var all []doomed
	for n, step := range steps {
		d := e.sends(fmt.Sprintf("Qzxwvk%02dHqjz", n))
		all = append(all, d)
		if n == 0 {
			e.mustBeOnDisk(d)
		}
		step.at.arm(step.before(d), func() { e.gateway.signal(syscall.SIGKILL) })
		answered, err := e.erase(d)
		select {
		case <-e.gateway.exited:
		case <-time.After(20 * time.Second):
			t.Fatalf("%s: nothing was written that the kill waits for; %d, %v\n%s", step.name, answered.Status, err, e.gateway.log.String())
		}
		e.starts()
		if again, err := e.erase(d); err != nil || again.Status != 200 {
			t.Fatalf("%s: erased again: %d %s %v", step.name, again.Status, again.Raw, err)
		}
		e.mustBeErased(d)
	}
	if n := mustVerify(t, e.dir, e.stores()...); n != len(steps) {
		t.Errorf("%d requests", n)
	}
	e.gateway.kill()
	e.saved()
	for _, d := range all {
		for what, secret := range d.secrets {
			for _, dir := range append(e.files, e.dir) {
				if onDisk(t, dir, secret) {
					t.Errorf("%s of %s is still in a file below %s", what, d.word, dir)
				}
			}
		}
	}
	for _, dir := range append(e.files, e.dir) {
		mustHoldNoWord(t, dir, e.words)
	}
}

// mustHoldNoWord looks for the words of a case in every file below a directory, and for one that is put there.
func mustHoldNoWord(t *testing.T, dir string, words canarytest.Words) {
	t.Helper()
	spelt := words.Spelt()
	leaks, err := spelt.Below(dir)
	if err != nil || len(leaks) > 0 {
		t.Errorf("%d words are looked for: %v %v", len(words), leaks, err)
	}
	planted := filepath.Join(t.TempDir(), "planted")
	if err := os.WriteFile(planted, []byte(url.QueryEscape("x"+words["statement"])), 0o600); err != nil {
		t.Fatal(err)
	}
	if leaks, err := spelt.Below(filepath.Dir(planted)); len(leaks) != 1 {
		t.Errorf("a planted word is found %d times, %v", len(leaks), err)
	}
}

// saved makes Redis write its dump and its log of writes anew, as it does by itself from time to time.
func (e *erasing) saved() {
	e.t.Helper()
	ctx := e.t.Context()
	if err := errors.Join(e.redis.BgRewriteAOF(ctx).Err(), e.redis.Save(ctx).Err()); err != nil && !strings.Contains(err.Error(), "in progress") {
		e.t.Fatal(err)
	}
	eventually(e.t, 10*time.Second, func() error {
		info, err := e.redis.Info(ctx, "persistence").Result()
		if err == nil && (!strings.Contains(info, "aof_rewrite_in_progress:0") || !strings.Contains(info, "aof_rewrite_scheduled:0")) {
			err = errors.New("the log of writes is being written anew")
		}
		return err
	})
	if err := e.redis.Save(ctx).Err(); err != nil {
		e.t.Fatal(err)
	}
}

// mustBeOnDisk holds the search to find what is there before it is erased.
func (e *erasing) mustBeOnDisk(d doomed) {
	e.t.Helper()
	e.saved()
	for what, secret := range d.secrets {
		if !onDisk(e.t, e.files[0], secret) && !onDisk(e.t, e.files[1], secret) {
			e.t.Errorf("%s is in no file: the search would find nothing of it", what)
		}
	}
}
