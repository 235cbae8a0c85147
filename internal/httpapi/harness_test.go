package httpapi_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"verigate/api"
	"verigate/deploy"
	"verigate/internal/access"
	"verigate/internal/board/boardtest"
	"verigate/internal/contract"
	"verigate/internal/directory"
	"verigate/internal/draft"
	"verigate/internal/draft/drafttest"
	"verigate/internal/evidence"
	"verigate/internal/evidence/evidencetest"
	"verigate/internal/follow"
	"verigate/internal/gateway"
	"verigate/internal/httpapi"
	"verigate/internal/limit"
	"verigate/internal/limit/limittest"
	"verigate/internal/month"
	"verigate/internal/receipt"
	"verigate/internal/record"
	"verigate/internal/record/recordtest"
	"verigate/internal/retention"
	"verigate/internal/screen/screentest"
	"verigate/internal/seal/sealtest"
	"verigate/internal/session"
	"verigate/internal/session/sessiontest"
	"verigate/internal/sla"
	"verigate/internal/verification"
	"verigate/schemas"
)

// clock is a clock that a test sets.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) set(t *testing.T, at string) {
	t.Helper()
	moment, err := time.Parse(time.RFC3339, at)
	if err != nil {
		t.Fatal(err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = moment
}

// keyring knows everybody by a word.
type keyring struct {
	mu      sync.Mutex
	callers map[string]access.Caller
	record  *access.Keyring
}

func (k *keyring) Identify(proof access.Proof) (access.Caller, error) {
	secret := proof.Key
	if strings.HasPrefix(secret, "vg_") { // a screen's, which is in the record
		return k.record.Identify(proof)
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if c, ok := k.callers[secret]; ok {
		return c, nil
	}
	// The stories' partners and units: whoever holds such a key.
	if code, ok := strings.CutPrefix(secret, "partner-"); ok {
		return person(secret, code, "", nil, verification.RolePartner), nil
	}
	if code, ok := strings.CutPrefix(secret, "officer-"); ok {
		return person(secret, "", code, nil, verification.RoleUnit, verification.RoleUnitLead), nil
	}
	return access.Caller{}, access.ErrUnauthenticated
}

func (k *keyring) Current(by access.Caller, at time.Time) (access.Caller, error) {
	return k.Identify(access.Proof{Key: strings.TrimPrefix(string(by.Key), "key-"), At: at})
}

// person finds a principal by its id.
func (k *keyring) person(id verification.PersonID) (access.Principal, bool) {
	all := k.everybody()
	i := slices.IndexFunc(all, func(p access.Principal) bool { return p.ID == id })
	if i < 0 {
		return access.Principal{}, false
	}
	return all[i], true
}

// everybody is all principals by id; who is called "gone" has lost access.
func (k *keyring) everybody() []access.Principal {
	k.mu.Lock()
	defer k.mu.Unlock()
	var all []access.Principal
	for secret, c := range k.callers {
		p := access.Principal{ID: c.Person, Roles: c.Roles, Unit: c.Unit, Partner: c.Partner, Label: c.Label, Disabled: secret == "gone"}
		for _, room := range c.Members {
			p = p.Apply(access.Decision{Stamp: verification.Stamp{At: time.Unix(0, 0)}, Events: []access.Event{
				access.MembershipGranted{Membership: access.Membership{Compartment: room, Keeper: slices.Contains(c.Keeps, room)}},
			}})
		}
		all = append(all, p)
	}
	slices.SortFunc(all, func(a, b access.Principal) int { return strings.Compare(string(a.ID), string(b.ID)) })
	return all
}

// add lets somebody else in.
func (k *keyring) add(secret string, c access.Caller) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.callers[secret] = c
}

func (k *keyring) revoke(name string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.callers, name)
}

// person is a caller who is known by a name.
func person(name string, partner, unit string, compartments []verification.Compartment, roles ...verification.Role) access.Caller {
	p := access.Principal{
		ID: verification.PersonID("p_" + (name + "0000000000000000")[:16]), Label: name, Roles: roles,
		Partner: verification.PartnerCode(partner), Unit: verification.UnitCode(unit),
	}
	for _, c := range compartments {
		p.Compartments = append(p.Compartments, access.Membership{Compartment: c, Keeper: strings.HasPrefix(name, "keeper")})
	}
	return p.Caller(verification.KeyID("key-" + name))
}

func everybody() map[string]access.Caller {
	drugs := []verification.Compartment{"drugs", "precursor", "wildlife-l3", "general-l3"}
	return map[string]access.Caller{
		"ng":         person("ng", "NG", "", nil, verification.RolePartner),
		"th":         person("th", "TH", "", nil, verification.RolePartner),
		"unit03":     person("unit03", "", "03", nil, verification.RoleUnit),
		"lead03":     person("lead03", "", "03", nil, verification.RoleUnit, verification.RoleUnitLead),
		"unit02":     person("unit02", "", "02", nil, verification.RoleUnit),
		"desk":       person("desk", "", "A1K1", drugs, verification.RoleDesk),
		"reviewer":   person("reviewer", "", "A1K1", drugs, verification.RoleDesk),
		"lead":       person("lead", "", "A1K1", drugs, verification.RoleLead),
		"keeper":     person("keeper", "", "", drugs, verification.RoleKeeper, verification.RoleDesk),
		"supervisor": person("supervisor", "", "", nil, verification.RoleSupervisor),
		"auditor":    person("auditor", "", "", nil, verification.RoleAuditor),
	}
}

// rig is the edge over a real gateway on a record and a board in memory, with the followers at work.
type rig struct {
	clock    *clock
	keys     *keyring
	journal  *recordtest.Fake
	board    *boardtest.Fake
	contract *contract.Contract
	receipts *receipt.Keys
	ledger   logs
	parts    httpapi.Parts
	edge     *httpapi.Server
	gateway  *gateway.Gateway
	registry *gateway.Registry
	sessions *sessiontest.Fake
	book     *session.Book
	unpaired *screentest.Fake
	logged   *bytes.Buffer
	ready    bool
	limiter  *limit.Limiter
	months   atomic.Pointer[[]month.Month]
	evidence *evidencetest.Store
	vault    record.Vault // of evidence

	operations map[string]operation
}

// Its limits are wide, unless a test narrows them.
func newRig(t *testing.T, narrow ...func(*limit.Policy)) *rig {
	t.Helper()
	return newRigOf(t, func(*rig, *httpapi.Parts) {}, narrow...)
}

// forms are the compiled schemas, which all tests share: compiling them takes as long as many tests.
var forms = sync.OnceValues(func() (*contract.Contract, error) { return contract.New(schemas.FS) })

// newRigOf changes what the edge is put together from.
func newRigOf(t *testing.T, change func(*rig, *httpapi.Parts), narrow ...func(*limit.Policy)) *rig {
	t.Helper()
	limits := limittest.Wide()
	for _, by := range narrow {
		by(&limits)
	}
	r := &rig{
		clock: &clock{}, keys: &keyring{callers: everybody()}, board: boardtest.NewFake(), logged: &bytes.Buffer{}, ready: true,
	}
	r.clock.set(t, "2021-09-02T23:40:00+07:00")
	r.months.Store(&[]month.Month{})
	r.journal = recordtest.NewDivided(r.clock.now)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	rules, err := sla.Load(deploy.Data)
	must(err)
	kept, err := retention.Load(deploy.Data, retention.File)
	must(err)
	places, err := directory.Load(deploy.Data)
	must(err)
	for _, code := range []string{"TH-CUSTOMS", "NG", "AO"} { // those for whom the desk registers
		places, err = places.WithPartner(directory.Partner{Code: code, Name: "Fictional", Country: code[:2], Kind: directory.Customs})
		must(err)
	}
	r.operations, err = operations()
	must(err)
	r.contract, err = forms()
	must(err)
	r.receipts, err = receipt.Open(t.TempDir(), r.clock.now)
	must(err)
	vault := sealtest.Vault(t)
	log := record.NewLog(r.journal, vault, exact{})
	watch, feed := gateway.NewWatch(), gateway.NewFeed()
	r.registry = gateway.NewRegistry(record.NewLog(r.journal, sealtest.Vault(t), access.Codec{}), gateway.Reference{Directory: places, Rules: rules}, r.clock.now)
	g := gateway.New(gateway.Parts{
		Requests: log, Lasting: log, Directory: func() *directory.Directory { return places }, Rules: rules, Retention: kept, Signer: r.receipts,
		Identity: gateway.NewIdentity(bytes.Repeat([]byte{1}, 32)), Board: r.board, Blinds: sealtest.Names(t),
		Watch: watch, Feed: feed, Now: r.clock.now, Persons: r.keys.person, Everybody: r.keys.everybody,
		Roster: r.registry, Months: func(context.Context) ([]month.Month, error) { return *r.months.Load(), nil },
		Book: &draft.Book{Store: drafttest.NewStore(), Sealer: vault},
	})
	r.gateway = g
	r.limiter = limit.New(limit.Parts{Policy: limits, Now: r.clock.now})
	r.keys.record = r.registry.Keyring()
	r.unpaired = screentest.NewFake()
	r.evidence, r.vault = evidencetest.NewStore(), sealtest.Vault(t)
	writer := evidence.NewWriter(evidence.Parts{Store: r.evidence, Vault: r.vault, Now: r.clock.now})
	r.follow(t, writer.Run)
	g.Witnesses = &evidence.Readers{Log: evidence.Log{Store: r.evidence, Vault: r.vault}}
	r.follow(t, g.Witnesses.Run)
	r.parts = httpapi.Parts{
		Gateway: g, Contract: r.contract, Keyring: r.keys, People: r.people(t), Screens: r.screens(), KeySet: r.receipts.JWKS, Ledger: &r.ledger, LedgerKeys: r.ledger.trustFile, Now: r.clock.now, OpenAPI: api.OpenAPI,
		Health: func(context.Context) httpapi.Health { return httpapi.Health{Ready: r.ready} },
		Logger: slog.New(slog.NewJSONHandler(r.logged, nil)), Limits: httpapi.Limits{Hosts: []string{"example.com", "127.0.0.1"}},
		Limiter: r.limiter, Evidence: writer,
	}
	change(r, &r.parts)
	r.edge, err = httpapi.New(r.parts)
	must(err)
	r.follow(t, r.book.Run)
	r.follow(t, follow.Watcher{Log: log, Rules: rules, Watch: watch, Feed: feed, Now: r.clock.now}.Run)
	boarder := &follow.Boarder{Log: log, Rules: rules, Board: r.board, Now: r.clock.now}
	r.follow(t, boarder.Run)
	return r
}

// follow runs until the test is over.
func (r *rig) follow(t *testing.T, run func(context.Context) error) {
	t.Helper()
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	done := make(chan error, 1)
	go func() { done <- run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-done; err != nil && ctx.Err() == nil {
			t.Error(err)
		}
	})
}

// ask is one call.
type ask struct {
	by     string // empty: no credential
	method string
	path   string
	body   string // empty: none
	header map[string]string
}

type reply struct {
	status int
	header http.Header
	body   []byte
}

func (r *rig) call(t *testing.T, a ask) reply {
	t.Helper()
	var body io.Reader
	if a.body != "" {
		body = strings.NewReader(a.body)
	}
	ctx, leave := context.WithTimeout(t.Context(), 20*time.Second)
	defer leave()
	q := httptest.NewRequestWithContext(ctx, a.method, a.path, body)
	if a.body != "" {
		q.Header.Set("Content-Type", "application/json")
	}
	if a.by != "" {
		q.Header.Set("Authorization", "Bearer "+a.by)
	}
	for name, value := range a.header {
		q.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	r.edge.ServeHTTP(reader{w, sync.OnceFunc(func() { time.AfterFunc(50*time.Millisecond, leave) })}, q)
	got := reply{status: w.Code, header: w.Header(), body: w.Body.Bytes()}
	if got.header.Get("Content-Type") == "application/problem+json" {
		r.fits(t, "problem", got.body)
	}
	return got
}

// reader leaves a while after a stream, which alone is flushed and does not end by itself, has begun.
type reader struct {
	*httptest.ResponseRecorder
	begun func()
}

// Flush implements http.Flusher.
func (r reader) Flush() {
	r.ResponseRecorder.Flush()
	r.begun()
}

func (r *rig) get(t *testing.T, by, path string) reply {
	t.Helper()
	return r.call(t, ask{by: by, method: http.MethodGet, path: path})
}

func (r *rig) post(t *testing.T, by, path, body string) reply {
	t.Helper()
	return r.call(t, ask{by: by, method: http.MethodPost, path: path, body: body})
}

func withKey(key string) map[string]string { return map[string]string{"Idempotency-Key": key} }

// fits holds a body against its schema.
func (r *rig) fits(t *testing.T, schema string, body []byte) {
	t.Helper()
	found, err := r.contract.Check(schema, body)
	if err != nil || len(found) > 0 {
		t.Errorf("the reply is no %s: %v %v\n%s", schema, found, err, body)
	}
}

// want fails the test when the reply has another status, and shows it.
func (g reply) want(t *testing.T, status int) reply {
	t.Helper()
	if g.status != status {
		t.Fatalf("status %d, want %d: %s", g.status, status, g.body)
	}
	return g
}

// problem fails unless the reply is that problem.
func (g reply) problem(t *testing.T, status int, code string) reply {
	t.Helper()
	if g.status != status || g.field(t, "code") != code {
		t.Errorf("status %d, want %d %s: %s", g.status, status, code, g.body)
	}
	return g
}

// field returns a member of the body, by names with dots between.
func (g reply) field(t *testing.T, path string) any {
	t.Helper()
	var v any
	if err := json.Unmarshal(g.body, &v); err != nil {
		t.Fatalf("read a reply: %v: %s", err, g.body)
	}
	for name := range strings.SplitSeq(path, ".") {
		switch node := v.(type) {
		case map[string]any:
			v = node[name]
		case []any:
			var i int
			if err := json.Unmarshal([]byte(name), &i); err != nil || i >= len(node) {
				return nil
			}
			v = node[i]
		default:
			return nil
		}
	}
	return v
}

func (g reply) text(t *testing.T, path string) string {
	t.Helper()
	s, ok := g.field(t, path).(string)
	if !ok {
		t.Fatalf("the reply has no %s: %s", path, g.body)
	}
	return s
}

// eventually waits for what a follower does.
func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	for range 400 {
		if is() {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Fatalf("not within two seconds: %s", what)
}
