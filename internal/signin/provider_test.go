package signin_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"verigate/internal/access"
	"verigate/internal/session"
	"verigate/internal/signin"
	"verigate/internal/verification"
)

// provider says what a test tells it to.
type provider struct {
	subject signin.Subject
	err     error
	ended   signin.Ended
	fresh   bool
	asked   int
}

func (p *provider) Authorise(_ context.Context, fresh bool) (string, signin.Wait, error) {
	p.fresh = fresh
	return "https://id.example/auth", signin.Wait{State: "s", Nonce: "n", Verifier: "v"}, nil
}

func (p *provider) Redeem(context.Context, signin.Wait, string) (signin.Subject, error) {
	return p.subject, p.err
}

func (p *provider) Refresh(context.Context, string) (signin.Subject, error) {
	p.asked++
	return p.subject, p.err
}

func (p *provider) Logout(context.Context, string) (signin.Ended, error) { return p.ended, p.err }

// prefix binds what the browser keeps to what it is for.
type prefix struct{}

func (prefix) Seal(boundTo string, plain []byte) ([]byte, error) {
	return append([]byte(boundTo+"|"), plain...), nil
}

func (prefix) Open(boundTo string, sealed []byte) ([]byte, error) {
	plain, ok := strings.CutPrefix(string(sealed), boundTo+"|")
	if !ok {
		return nil, errors.New("not for that")
	}
	return []byte(plain), nil
}

const issuer = "https://id.example"

// provided is a room in which p_1, of the desk, is bound to the subject "lan".
func provided(t *testing.T) (*room, *signin.Provided, *provider) {
	t.Helper()
	r := newRoom(t)
	r.does(t, "p_a", "p_1", access.ProposeIdentity{Identity: "i2", Issuer: issuer, Subject: "lan"})
	r.does(t, "p_b", "p_1", access.BindIdentity{Identity: "i2"})
	for id, role := range map[access.GrantID]verification.Role{"g1": verification.RoleDesk, "g2": verification.RoleLead} {
		r.does(t, "p_a", "p_1", access.ProposeGrant{Grant: id, Role: role, Until: r.now.AddDate(0, 1, 0), Reason: "why"})
		r.does(t, "p_b", "p_1", access.ConfirmGrant{Grant: id})
	}
	p := &provider{subject: signin.Subject{Issuer: issuer, Subject: "lan", SID: "s1", Refresh: "r1", ProvedAt: r.now}}
	return r, &signin.Provided{Desk: r.Desk, Provider: p, Sealer: prefix{}, Failed: func(error) {}}, p
}

func through(t *testing.T, p *signin.Provided, open session.Open) (signin.Signed, error) {
	t.Helper()
	_, wait, err := p.Begin(t.Context(), open)
	if err != nil {
		t.Fatal(err)
	}
	return p.Finish(t.Context(), signin.Back{Wait: wait, State: "s", Code: "a code", Source: "192.0.2.7"})
}

func TestAProviderChoosesAmongWhatTheRecordGrants(t *testing.T) {
	t.Parallel()
	_, p, says := provided(t)
	for name, test := range map[string]struct {
		mapped bool
		roles  []verification.Role
		want   []verification.Role
	}{
		"no mapping":              {false, nil, []verification.Role{"DESK", "LEAD"}},
		"one of two":              {true, []verification.Role{"LEAD"}, []verification.Role{"LEAD"}},
		"one that is not granted": {true, []verification.Role{"AUDITOR", "OPERATOR"}, nil},
		"none":                    {true, nil, nil},
	} {
		says.subject.Mapped, says.subject.Roles = test.mapped, test.roles
		signed, err := through(t, p, session.Open{})
		if err != nil || len(signed.Caller.Roles) != len(test.want) {
			t.Fatalf("%s: %v, %v", name, signed.Caller.Roles, err)
		}
		for _, r := range test.want {
			if !signed.Caller.Has(r) {
				t.Errorf("%s: %v", name, signed.Caller.Roles)
			}
		}
	}
}

func TestWhoComesBackWithoutWhatItTakesIsRefused(t *testing.T) {
	t.Parallel()
	r, p, says := provided(t)
	_, wait, err := p.Begin(t.Context(), session.Open{})
	if err != nil {
		t.Fatal(err)
	}
	good := says.subject
	for name, change := range map[string]func(){
		"a subject that is nobody":   func() { says.subject.Subject = "minh" },
		"of another issuer":          func() { says.subject.Issuer = "https://other.example" },
		"that cannot be asked again": func() { says.subject.Refresh = "" },
		"that the provider refuses":  func() { says.err = signin.ErrRefused },
	} {
		change()
		if _, err := p.Finish(t.Context(), signin.Back{Wait: wait, State: "s", Code: "a code", Source: "192.0.2.7"}); !errors.Is(err, signin.ErrRefused) {
			t.Errorf("%s: %v", name, err)
		}
		says.subject, says.err = good, nil
	}
	for name, args := range map[string][2]string{"another state": {wait, "t"}, "no state": {wait, ""}, "no cookie": {"", "s"}, "another cookie": {"session x|{}", "s"}} {
		if _, err := p.Finish(t.Context(), signin.Back{Wait: args[0], State: args[1], Code: "a code"}); !errors.Is(err, signin.ErrRefused) {
			t.Errorf("%s: %v", name, err)
		}
	}
	r.pass(t, 10*time.Minute+time.Second)
	if _, err := p.Finish(t.Context(), signin.Back{Wait: wait, State: "s", Code: "a code", Source: "192.0.2.7"}); !errors.Is(err, signin.ErrRefused) {
		t.Errorf("after ten minutes: %v", err)
	}
	r.does(t, "p_a", "p_1", access.RemoveIdentity{Identity: "i2"})
	if _, err := through(t, p, session.Open{}); !errors.Is(err, signin.ErrRefused) {
		t.Errorf("a removed identity: %v", err)
	}
}

func TestAProofAtTheProviderIsAsOldAsItSays(t *testing.T) {
	t.Parallel()
	r, p, says := provided(t)
	says.subject.ProvedAt = r.now.Add(-time.Hour) // it knew the browser still
	signed, err := through(t, p, session.Open{})
	if err != nil || signed.ProvedAt(r.now) || says.fresh {
		t.Fatalf("fresh by an old proof: %v", err)
	}
	if _, err := through(t, p, signed.Open); !errors.Is(err, signin.ErrRefused) || !says.fresh {
		t.Errorf("proved again by an old proof: %v", err)
	}
	says.subject.ProvedAt = r.now
	again, err := through(t, p, signed.Open)
	if err != nil || !again.ProvedAt(r.now) || again.Began != signed.Began || again.ID == signed.ID {
		t.Fatalf("%+v, %v", again.Session, err)
	}
	if _, err := r.Book.Holds(signed.ID); !errors.Is(err, session.ErrNone) {
		t.Errorf("the old token: %v", err)
	}
	r.account(t, "p_2", "minh")
	r.does(t, "p_a", "p_2", access.ProposeIdentity{Identity: "i2", Issuer: issuer, Subject: "minh"})
	r.does(t, "p_b", "p_2", access.BindIdentity{Identity: "i2"})
	says.subject.Subject = "minh"
	if _, err := through(t, p, again.Open); !errors.Is(err, signin.ErrRefused) {
		t.Errorf("a colleague proved for the session's person: %v", err)
	}
	says.subject.Subject, says.subject.ProvedAt = "lan", time.Time{}
	if signed, err = through(t, p, session.Open{}); err != nil || signed.ProvedAt(r.now) {
		t.Errorf("fresh by a proof that nobody speaks of: %v", err)
	}
}

func TestAProviderIsAskedAgainInTimeAndItsNoEndsTheSession(t *testing.T) {
	t.Parallel()
	r, p, says := provided(t)
	says.subject.Mapped, says.subject.Roles = true, []verification.Role{"DESK"}
	signed, err := through(t, p, session.Open{})
	if err != nil {
		t.Fatal(err)
	}
	holds := func() error { _, err := r.Book.Holds(signed.ID); return err }
	p.Recheck(t.Context())
	if says.asked != 0 {
		t.Error("asked at once")
	}
	for range 2 {
		r.pass(t, 3*time.Minute)
		p.Recheck(t.Context())
		p.Recheck(t.Context())
	}
	if says.asked != 2 || holds() != nil {
		t.Errorf("asked %d times, %v", says.asked, holds())
	}
	says.err = signin.ErrProviderAway
	r.pass(t, 3*time.Minute)
	p.Recheck(t.Context())
	if holds() != nil {
		t.Errorf("an outage of a moment: %v", holds())
	}
	r.pass(t, 2*time.Minute)
	if !errors.Is(holds(), session.ErrUnavailable) {
		t.Errorf("five minutes unheard: %v", holds())
	}
	says.err = nil
	p.Recheck(t.Context())
	if holds() != nil {
		t.Errorf("heard again: %v", holds())
	}
	says.subject.Roles = []verification.Role{"LEAD"}
	r.pass(t, 3*time.Minute)
	p.Recheck(t.Context())
	if !errors.Is(holds(), session.ErrNone) {
		t.Errorf("with another role there: %v", holds())
	}
	if signed, err = through(t, p, session.Open{}); err != nil {
		t.Fatal(err)
	}
	says.err = signin.ErrRefused
	r.pass(t, 3*time.Minute)
	p.Recheck(t.Context())
	if !errors.Is(holds(), session.ErrNone) {
		t.Errorf("of somebody who left there: %v", holds())
	}
}

func TestALogoutEndsTheProvidersSessionOrAllOfItsSubject(t *testing.T) {
	t.Parallel()
	r, p, says := provided(t)
	begin := func(sid string) session.ID {
		t.Helper()
		says.subject.SID = sid
		signed, err := through(t, p, session.Open{})
		if err != nil {
			t.Fatal(err)
		}
		return signed.ID
	}
	one, two := begin("s1"), begin("s2")
	local, err := r.SignIn(t.Context(), signin.Attempt{Name: "lan", Password: r.first, Source: "s"})
	if err != nil {
		t.Fatal(err)
	}
	ends := func(e signin.Ended, want ...bool) {
		t.Helper()
		says.ended = e
		if err := p.Logout(t.Context(), "a token"); err != nil {
			t.Fatal(err)
		}
		for i, id := range []session.ID{one, two, local.ID} {
			if _, err := r.Book.Holds(id); (err == nil) != want[i] {
				t.Errorf("%+v: session %d: %v", e, i, err)
			}
		}
	}
	ends(signin.Ended{Issuer: "https://other.example", Subject: "lan", SID: "s1"}, true, true, true)
	ends(signin.Ended{Issuer: issuer, Subject: "lan", SID: "s1"}, false, true, true)
	ends(signin.Ended{Issuer: issuer, Subject: "lan"}, false, false, true)
	says.err = signin.ErrRefused
	if err := p.Logout(t.Context(), "a token"); !errors.Is(err, signin.ErrRefused) {
		t.Errorf("got %v", err)
	}
}
