package main

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"time"

	"verigate/internal/access"
	"verigate/internal/account"
	"verigate/internal/admin"
	"verigate/internal/app"
	"verigate/internal/limit"
	"verigate/internal/limit/limittest"
	"verigate/internal/marking"
	"verigate/internal/session"
	"verigate/internal/signature"
	"verigate/internal/verification"
)

// The section "security": what it costs to know who calls, and whether they may, beside the whole of a POST and of a read.

// security is what was measured.
type security struct {
	post, read time.Duration // CPU of one, store, followers and client included
	pieces     []piece
}

// piece is one thing that is done for a call.
type piece struct {
	name string
	perCall
	post, read bool // whether it is done for a POST, for a read
	waits      bool // it waits for somebody else: its time is no CPU
}

const securityClients = 16

// measureSecurity measures over one gateway of its own, and prints.
func measureSecurity(ctx context.Context, s settings, out io.Writer) error {
	busy := load()
	app.Tune(true)
	err := withRedis(ctx, func(dir, redis string) (err error) {
		w, err := open(ctx, worldOptions{data: filepath.Join(dir, "data"), redis: redis})
		if err != nil {
			return err
		}
		found := security{}
		if err = found.calls(ctx, w, s.window); err == nil {
			err = found.measure(ctx, w)
		}
		if err == nil {
			found.print(out, busy)
		}
		return errors.Join(err, w.close())
	})
	if errors.Is(err, errNoRedis) {
		fmt.Fprintln(out, "security: not measured, redis-server is not installed: make deps")
		return nil
	}
	return err
}

// calls measures what a whole POST and a whole read take.
func (s *security) calls(ctx context.Context, w *world, window time.Duration) error {
	posts, end, err := clients(ctx, w, securityClients)
	if err != nil {
		return err
	}
	defer end()
	if err := count(ctx, posts, 40*securityClients); err != nil { // warm
		return err
	}
	posted, err := hammer(ctx, posts, window)
	if err != nil {
		return err
	}
	c, err := dial(ctx, w)
	if err != nil {
		return err
	}
	defer c.close()
	if err := c.create(ctx); err != nil {
		return err
	}
	if err := w.settle(ctx); err != nil {
		return err
	}
	read, err := w.read(ctx, w.key, securityClients, 0, window, c.made)
	if err != nil {
		return err
	}
	s.post, s.read = posted.cpu/time.Duration(posted.done), read.cpu/time.Duration(read.done)
	return nil
}

// measure times each piece by itself.
func (s *security) measure(ctx context.Context, w *world) error {
	ring, now := w.parts.Registry.Keyring(), w.parts.Now
	var failed error
	add := func(p piece, do func() error) {
		p.perCall = repeated(func() {
			if err := do(); err != nil {
				failed = fmt.Errorf("%s: %w", p.name, err)
			}
		})
		s.pieces = append(s.pieces, p)
	}
	by, err := ring.Identify(access.Proof{Key: w.key, At: now()})
	if err != nil {
		return fmt.Errorf("identify the bench: %w", err)
	}
	add(piece{name: "API key", post: true, read: true}, func() error {
		_, err := ring.Identify(access.Proof{Key: w.key, At: now()})
		return err
	})
	signed, err := w.signs(ctx)
	if err != nil {
		return err
	}
	add(piece{name: "signature, in place of the key", post: true}, func() error {
		claim, err := signature.Read(signed.origin, signed.request, now())
		if err != nil {
			return err
		}
		if !claim.Covers(signed.body) {
			return errors.New("other content")
		}
		_, err = ring.Identify(access.Proof{Signed: claim, At: now()})
		return err
	})
	token, err := w.signsIn(ctx)
	if err != nil {
		return err
	}
	add(piece{name: "session, in place of the key", post: true, read: true}, func() error {
		_, err := w.parts.People.Book.Find(token)
		return err
	})
	object := access.Object{ID: "any", Partner: "NG", State: verification.WithUnits, Level: marking.L1}
	add(piece{name: "may the caller submit (Cedar)", post: true}, func() error {
		return allowed(access.Ever(by, access.OpSubmitRequest) && access.May(by, access.OpSubmitRequest, access.Absent()) == access.Allowed)
	})
	add(piece{name: "may the caller read this one (Cedar)", read: true}, func() error {
		return allowed(access.Ever(by, access.OpGetRequest) && access.May(by, access.OpGetRequest, object) == access.Allowed &&
			access.ViewOf(by, object) == access.PartnerView)
	})
	limiter := limit.New(limit.Parts{Policy: limittest.Wide(), Shared: w.parts.Store, Now: now})
	caller := limit.Caller{ID: string(by.Person), Kind: limit.PartnerSystem}
	add(piece{name: "allowance, in Redis", post: true, read: true, waits: true}, func() error {
		return allowed(limiter.Call(ctx, caller, limit.Changing) == nil)
	})
	nonces, n := w.parts.Conn.Nonces(time.Minute), 0
	add(piece{name: "nonce of a signature, stored", waits: true}, func() error {
		n++
		_, err := nonces.Spend(ctx, fmt.Sprint("bench", n))
		return err
	})
	hasher := account.NewHasher(account.Recommended(), 1)
	add(piece{name: "password at a sign-in (argon2id)"}, func() error {
		_, err := hasher.Hash(ctx, "một hai ba bốn năm")
		return err
	})
	return failed
}

func allowed(ok bool) error {
	if !ok {
		return errors.New("refused")
	}
	return nil
}

// signsIn makes a person, and a session in that name.
func (w *world) signsIn(ctx context.Context) (string, error) {
	made, err := w.parts.Key(ctx, admin.KeyRequest{
		Act: "create", Label: "bench", Roles: []verification.Role{verification.RoleDesk}, Unit: verification.DeskUnit,
	})
	if err != nil {
		return "", fmt.Errorf("make a person: %w", err)
	}
	p, _ := w.parts.Registry.Keyring().Principal(made.Person)
	now := w.parts.Now()
	token, _, err := w.parts.People.Book.Begin(ctx, session.Begin(made.Person, session.ByAccount, p.RightsAt(now), now))
	return token.Reveal(), err
}

// signedCall is a POST as the gateway reads it.
type signedCall struct {
	origin  signature.Origin
	request signature.Request
	body    []byte
}

// signs binds a key to the bench's system and signs a POST with it.
func (w *world) signs(ctx context.Context) (signedCall, error) {
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return signedCall{}, fmt.Errorf("make a signer: %w", err)
	}
	form, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		return signedCall{}, fmt.Errorf("make a signer: %w", err)
	}
	made, err := w.parts.Key(ctx, admin.KeyRequest{
		Act: "signer", Person: w.person, File: pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: form}),
	})
	if err != nil {
		return signedCall{}, fmt.Errorf("bind a signer: %w", err)
	}
	origin, err := signature.ParseOrigin("https://gateway.example")
	if err != nil {
		return signedCall{}, err
	}
	body := bytes.Join(w.body[:], []byte(mark))
	digest := sha256.Sum256(body)
	h := http.Header{
		"Content-Type": {"application/json"}, "Idempotency-Key": {reference()},
		"Content-Digest": {"sha-256=:" + base64.StdEncoding.EncodeToString(digest[:]) + ":"},
	}
	const uri = "/v1/verification-requests"
	created := w.parts.Now().Unix()
	params := fmt.Sprintf(`("@method" "@target-uri" "content-digest" "content-type" "idempotency-key");created=%d;expires=%d;nonce=%q;keyid=%q;alg="ed25519"`,
		created, created+300, reference(), made.Key)
	lines := []string{
		`"@method": POST`, `"@target-uri": https://gateway.example` + uri, `"content-digest": ` + h.Get("Content-Digest"),
		`"content-type": application/json`, `"idempotency-key": ` + h.Get("Idempotency-Key"), `"@signature-params": ` + params,
	}
	h.Set("Signature-Input", "sig="+params)
	h.Set("Signature", "sig=:"+base64.StdEncoding.EncodeToString(ed25519.Sign(private, []byte(strings.Join(lines, "\n"))))+":")
	return signedCall{origin, signature.Request{Method: http.MethodPost, URI: uri, Header: h, Content: true}, body}, nil
}

func (s security) print(out io.Writer, busy string) {
	fmt.Fprintf(out, "Security%s. CPU of one call over HTTP with %d clients, store, followers and client included:\n"+
		"POST of %d bytes %.0f µs, read of one request %.0f µs.\n\n", busy, securityClients, bodySize, micro(s.post), micro(s.read))
	fmt.Fprintf(out, "%-42s | %9s %7s | %11s %11s\n", "piece", "µs", "allocs", "of a POST", "of a read")
	share := func(p piece, done bool, whole time.Duration) string {
		if !done || p.waits {
			return "-"
		}
		return fmt.Sprintf("%.1f %%", 100*float64(p.took)/float64(whole))
	}
	for _, p := range s.pieces {
		fmt.Fprintf(out, "%-42s | %9.2f %7.0f | %11s %11s\n", p.name, micro(p.took), p.allocs, share(p, p.post, s.post), share(p, p.read, s.read))
	}
	fmt.Fprint(out, "\nallowance and nonce: how long a call waits for Redis and for the disk, when nobody else does.\n")
}
