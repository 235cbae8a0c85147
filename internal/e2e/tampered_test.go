package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	natsserver "github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"verigate/internal/config"
	"verigate/internal/record"
)

// intruder has all rights on the store of a gateway that does not run, and no key.
type intruder struct {
	t  *testing.T
	js jetstream.JetStream
}

// intrudes lets somebody at the files of a store.
func intrudes(t *testing.T, dir string, do func(intruder)) {
	t.Helper()
	ns, err := natsserver.NewServer(&natsserver.Options{
		ServerName: "verigate", DontListen: true, NoSigs: true, NoLog: true, MaxPayload: 4 << 20, JetStream: true, JetStreamDomain: "hub",
		JetStreamMaxMemory: 64 << 20, JetStreamMaxStore: 64 << 30, StoreDir: filepath.Join(dir, "nats"), SyncAlways: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	ns.Start()
	defer func() {
		ns.Shutdown()
		ns.WaitForShutdown()
	}()
	if !ns.ReadyForConnections(20 * time.Second) {
		t.Fatal("the store does not start")
	}
	nc, err := nats.Connect("", nats.InProcessServer(ns))
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	js, err := jetstream.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	do(intruder{t: t, js: js})
}

// all are the messages of a stream, ready to be published again.
func (i intruder) all(name string) (config jetstream.StreamConfig, messages []*nats.Msg) {
	i.t.Helper()
	s, err := i.js.Stream(i.t.Context(), name)
	if err != nil {
		i.t.Fatal(err)
	}
	for n := s.CachedInfo().State.FirstSeq; n <= s.CachedInfo().State.LastSeq; n++ {
		m, err := s.GetMsg(i.t.Context(), n)
		if err != nil {
			i.t.Fatalf("%s %d: %v", name, n, err)
		}
		for header := range m.Header {
			if strings.HasPrefix(header, "Nats-Expected-") || strings.HasPrefix(header, "Nats-Batch-") { // of the write that it was
				delete(m.Header, header)
			}
		}
		messages = append(messages, &nats.Msg{Subject: m.Subject, Header: m.Header, Data: m.Data})
	}
	return s.CachedInfo().Config, messages
}

func (i intruder) publish(m *nats.Msg) uint64 {
	i.t.Helper()
	ack, err := i.js.PublishMsg(i.t.Context(), m)
	if err != nil {
		i.t.Fatal(err)
	}
	return ack.Sequence
}

// last is the last message of a subject, ready to be published again.
func (i intruder) last(stream, subject string) *nats.Msg {
	i.t.Helper()
	_, all := i.all(stream)
	at := slices.IndexFunc(all, func(m *nats.Msg) bool { return m.Subject == subject })
	if at < 0 {
		i.t.Fatalf("nothing on %s", subject)
	}
	for n, m := range all {
		if m.Subject == subject {
			at = n
		}
	}
	return all[at]
}

// pair are two requests of one partition of the record.
type pair struct {
	ids       [2]string
	partition int
	stream    string
}

func (w *world) pair() pair {
	w.t.Helper()
	first := map[int]string{}
	for n := range 20 {
		key := fmt.Sprint("pair-", n)
		id := w.must(201, w.keys.Partners["NG"], http.MethodPost, requests, named(w.t, key), "Idempotency-Key", key).text("id")
		in := record.Request(id).In(record.Partitions)
		if before, met := first[in]; met {
			return pair{ids: [2]string{before, id}, partition: in, stream: fmt.Sprint("RECORD_", in)}
		}
		first[in] = id
	}
	w.t.Fatal("no two requests lie in one partition")
	return pair{}
}

func (p pair) subject(n int) string { return record.Request(p.ids[n]).Name(p.partition) }

// damage is what an intruder did: where the record shows it, and of which request.
type damage struct {
	at, id, code string
	ledger       bool // the stream is not what was signed either
}

func (p pair) place(sequence uint64) string {
	return fmt.Sprint("record ", record.Place{Partition: p.partition, Sequence: sequence})
}

// swapsCiphertexts puts the sealed bytes of each of two requests in the other's place, everything else as it was.
func swapsCiphertexts(i intruder, p pair) damage {
	config, all := i.all(p.stream)
	if err := i.js.DeleteStream(i.t.Context(), p.stream); err != nil {
		i.t.Fatal(err)
	}
	if _, err := i.js.CreateStream(i.t.Context(), config); err != nil {
		i.t.Fatal(err)
	}
	var places []int
	for n, m := range all {
		if m.Subject == p.subject(0) || m.Subject == p.subject(1) {
			places = append(places, n)
		}
	}
	all[places[0]].Data, all[places[1]].Data = all[places[1]].Data, all[places[0]].Data
	for _, m := range all {
		i.publish(m)
	}
	return damage{at: p.place(uint64(places[0]) + 1), id: p.ids[0], code: "record_tampered", ledger: true}
}

// swapsKeys puts the wrapped key of each of two requests under the other's name.
func swapsKeys(i intruder, p pair) damage {
	_, all := i.all(p.stream)
	var at uint64
	var keys []*nats.Msg
	for n, m := range all {
		if m.Subject == p.subject(0) || m.Subject == p.subject(1) {
			keys = append(keys, i.last("KEYS", "key."+m.Header.Get("Vg-Kid")))
			if at == 0 {
				at = uint64(n) + 1
			}
		}
	}
	keys[0].Subject, keys[1].Subject = keys[1].Subject, keys[0].Subject
	i.publish(keys[0])
	i.publish(keys[1])
	return damage{at: p.place(at), id: p.ids[0], code: "record_tampered"}
}

// losesAKey takes the key of a request away, without an erasure.
func losesAKey(i intruder, p pair) damage {
	_, all := i.all(p.stream)
	at := slices.IndexFunc(all, func(m *nats.Msg) bool { return m.Subject == p.subject(0) })
	keys, err := i.js.Stream(i.t.Context(), "KEYS")
	if err != nil {
		i.t.Fatal(err)
	}
	if err := keys.Purge(i.t.Context(), jetstream.WithPurgeSubject("key."+all[at].Header.Get("Vg-Kid"))); err != nil {
		i.t.Fatal(err)
	}
	return damage{at: p.place(uint64(at) + 1), id: p.ids[0], code: "record_key_missing"}
}

// movesAnEvent writes a copy of a request's first event under the id of a request that nobody sent.
func movesAnEvent(i intruder, p pair) damage {
	m := i.last(p.stream, p.subject(0))
	id := foreign
	for n := byte('a'); record.Request(id).In(record.Partitions) != p.partition; n++ {
		id = foreign[:len(foreign)-1] + string(n)
	}
	m.Subject = record.Request(id).Name(p.partition)
	return damage{at: p.place(i.publish(m)), id: id, code: "record_tampered"}
}

// Somebody with all rights on the store, and no key, puts something where it does not belong. Nothing of it is believed or
// shown, what else there is goes on, and the auditor reads what is wrong where, from whoever came upon it: the followers of
// the gateway, and a person who asked.
func TestWhatWasPutInAnothersPlaceIsNamedRefusedAndEvidence(t *testing.T) {
	t.Parallel()
	for name, does := range map[string]func(intruder, pair) damage{
		"swapped ciphertext": swapsCiphertexts, "swapped keys": swapsKeys, "a lost key": losesAKey, "an old event under a new id": movesAnEvent,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := begin(t, config.Stores{Data: filepath.Join(t.TempDir(), "data")}, time.Now)
			p, data := w.pair(), w.parts.Data
			w.stop()
			var done damage
			intrudes(t, data, func(i intruder) { done = does(i, p) })

			w = begin(t, config.Stores{Data: data}, time.Now)
			asked := w.must(500, w.keys.Desk[0], http.MethodGet, requests+"/"+done.id, nil)
			if strings.Contains(string(asked.Raw), "pair-") || asked.text("code") != "internal" {
				t.Errorf("it is shown: %s", asked.Raw)
			}
			w.must(201, w.keys.Partners["NG"], http.MethodPost, requests, named(t, "later"), "Idempotency-Key", "later")
			w.mustTellOf(done)
			w.mustTellOfNoRequest(p.ids[1])
			report, err := w.parts.Verify(t.Context())
			if found := fmt.Sprint(report.Differences); err != nil || !strings.Contains(found, strings.TrimPrefix(done.at, "record ")) && !strings.Contains(found, done.id) {
				t.Errorf("verify finds %s, %v", found, err)
			}
		})
	}
}

// mustTellOfNoRequest holds the list of evidence to leave out, and to say so, what it says about requests: a gateway that cannot
// follow the record does not know who may know of which.
func (w *world) mustTellOfNoRequest(id string) {
	w.t.Helper()
	w.do(w.keys.Desk[0], http.MethodGet, requests+"/"+id, nil)
	all := w.must(200, w.keys.Auditor, http.MethodGet, "/v1/evidence?limit=200", nil)
	if all.Body["caseless"] != true || strings.Contains(string(all.Raw), `"requests"`) {
		w.t.Errorf("while the record cannot be followed the auditor is told %s", all.Raw)
	}
}

// mustTellOf waits until the auditor is told what is wrong where, by each who came upon it.
func (w *world) mustTellOf(d damage) {
	w.t.Helper()
	by := map[string]string{"getRequest": d.code, "gateway watch": d.code, "gateway board": d.code} // the queue had followed it before
	if d.ledger {
		by["gateway ledger"] = "ledger_broken"
	}
	eventually(w.t, 20*time.Second, func() error {
		var list struct {
			Items []struct{ Operation, Outcome, Code, Where, Who string }
		}
		said := w.must(200, w.keys.Auditor, http.MethodGet, "/v1/evidence?outcome=refused&limit=200", nil)
		if err := json.Unmarshal(said.Raw, &list); err != nil {
			return err
		}
		for operation, code := range by {
			found := false
			for _, e := range list.Items {
				where := e.Where == d.at || operation == "gateway ledger" && strings.Contains(e.Where, "/RECORD_")
				found = found || e.Operation == operation && e.Code == code && where && (e.Who == "") == strings.HasPrefix(operation, "gateway ")
			}
			if !found {
				return fmt.Errorf("no entry %s %s of %s in %s", operation, code, d.at, said.Raw)
			}
		}
		return nil
	})
}
