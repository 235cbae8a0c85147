package screen

import (
	"errors"
	"sync"

	"verigate/internal/access"
	"verigate/internal/verification"
)

// presses are the pairings that are under way: the throttle would take a second press for another guess. They are safe for
// concurrent use.
type presses struct {
	mu    sync.Mutex
	under map[pressed]*press // guarded by mu
}

// pressed is who sends what: only the same of the same person is one press.
type pressed struct {
	by verification.PersonID
	Pairing
}

// press is one, and what came of it once done is closed.
type press struct {
	done   chan struct{}
	screen access.Principal
	err    error
}

// errBroken is what came of a press that panicked.
var errBroken = errors.New("the pairing broke off")

// once does a press, or waits for the same one that is under way and gives what came of that.
func (p *presses) once(of pressed, do func() (access.Principal, error)) (access.Principal, error) {
	p.mu.Lock()
	if first, is := p.under[of]; is {
		p.mu.Unlock()
		<-first.done
		return first.screen, first.err
	}
	mine := &press{done: make(chan struct{}), err: errBroken}
	p.under[of] = mine
	p.mu.Unlock()
	defer func() {
		p.mu.Lock()
		delete(p.under, of)
		p.mu.Unlock()
		close(mine.done)
	}()
	mine.screen, mine.err = do()
	return mine.screen, mine.err
}
