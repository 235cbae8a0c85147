package jet

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/nats-io/nats-server/v2/server"
)

// overwrite removes a message, and its bytes on the disk of each node; what the Raft logs of a cluster have of it stays
// until they are compacted. That it is gone already is fine: whoever has called it asks overwrote in the end.
func (c *Conn) overwrite(ctx context.Context, stream string, sequence uint64) error {
	err := c.remove(ctx, stream, sequence)
	if hasCode(err, codeNoSequence) || hasCode(err, codeNoMessage) {
		return nil
	}
	if hasCode(err, codeNotDeleted) {
		if failed := c.overwrote(ctx, stream); failed != nil {
			return failed
		}
	}
	return err
}

func (c *Conn) remove(ctx context.Context, stream string, sequence uint64) error {
	var answer struct {
		Success bool `json:"success"`
	}
	request := struct {
		Seq     uint64 `json:"seq"`
		NoErase bool   `json:"no_erase,omitempty"`
	}{Seq: sequence}
	err := c.ask(ctx, "$JS.API.STREAM.MSG.DELETE."+stream, request, &answer)
	if err == nil && !answer.Success {
		return errAgain
	}
	return err
}

// nowhere is a sequence that no stream comes to.
const nowhere = math.MaxUint64

// overwrote says whether the embedded store has on its disk all that was overwritten in a stream, and is ErrNotWritten when it
// could not. It tells that once, to who asked for the overwriting, and from then on shows as gone what the disk has still;
// its health knows of it with the next write there only. But whatever is to be deleted it answers with that failure first: so it
// is asked for what cannot be there. Others' servers are not: in a cluster the disk of each node is searched.
func (c *Conn) overwrote(ctx context.Context, stream string) error {
	if c.embedded == nil {
		return nil
	}
	asked := c.embedded.ns.Load()
	err := c.remove(ctx, stream, nowhere)
	var refused *apiError
	switch {
	case !errors.As(err, &refused):
		return err
	case refused.ErrCode != codeNotDeleted, refused.Description == server.ErrStoreEOF.Error():
		return nil
	case refused.Description == server.ErrStoreClosed.Error(), refused.Description == "stream closed":
		return errAgain // it is being stopped, or started anew
	}
	return cmp.Or(c.embedded.cannotOverwrite(asked, fmt.Sprintf("stream '%s' write error: %s", stream, refused.Description)), errAgain)
}

// cannotOverwrite notes that for as long as the server runs that said so, and returns the WriteError.
func (s *Server) cannotOverwrite(said *server.Server, why string) error {
	s.untold.CompareAndSwap(nil, &why)
	if s.ns.Load() != said {
		s.untold.CompareAndSwap(&why, nil)
	}
	return s.WriteError()
}
