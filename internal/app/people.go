package app

import (
	"crypto/rand"

	"verigate/internal/account"
	"verigate/internal/limit"
	"verigate/internal/screen"
	"verigate/internal/seal"
	"verigate/internal/session"
	"verigate/internal/signin"
)

// passwordsAtOnce bounds the memory that proving passwords takes: 64 MiB each.
const passwordsAtOnce = 2

// openPeople is where people sign in. It needs the registry.
func (p *Parts) openPeople() {
	store, keyring := p.Conn.Sessions(), p.Registry.Keyring()
	p.Sessions = session.NewBook(session.Parts{
		Store: store, Sealer: sessionSeal{p.Names}, Persons: keyring, Now: p.Now, Elapsed: p.Elapsed, Retry: p.retried("sessions"),
	})
	p.People = signin.New(signin.Parts{
		Book: p.Sessions, Codes: store, Persons: keyring, Registry: p.Registry, Hasher: account.NewHasher(account.Recommended(), passwordsAtOnce),
		Throttle: limit.NewThrottle(p.Now), Now: p.Now,
	})
}

// openScreens is where screens are paired. It needs the registry.
func (p *Parts) openScreens() {
	p.Screens = screen.New(screen.Parts{
		Store: p.Conn.Pairings(), Principals: p.Registry.Keyring(), Registry: p.Registry, Throttle: limit.NewThrottle(p.Now), Random: rand.Reader, Now: p.Now,
	})
}

// sessionSeal seals sessions under the secret of names, each bound to its name.
type sessionSeal struct{ names *seal.Names }

// Seal implements session.Sealer.
func (s sessionSeal) Seal(boundTo string, plain []byte) ([]byte, error) {
	sealed, err := s.names.SealCursor(boundTo, plain)
	return []byte(sealed), err
}

// Open implements session.Sealer.
func (s sessionSeal) Open(boundTo string, sealed []byte) ([]byte, error) {
	return s.names.OpenCursor(boundTo, string(sealed))
}
