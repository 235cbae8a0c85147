package jet

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"

	"verigate/internal/evidence"
	"verigate/internal/record"
)

// ErrNotTold says that a connection may not ask what it may do.
var ErrNotTold = errors.New("the credential may not ask for its own rights ($SYS.REQ.USER.INFO)")

const (
	askRights    = "$SYS.REQ.USER.INFO"
	rightsWithin = 2 * time.Second
)

// Excess lists the subjects that the connection's credential may publish to although no gateway has to: with any of them
// a stolen credential could empty a stream or change how it keeps. The embedded server has no credential and is asked
// nothing. ErrNotTold when the credential may not ask.
func (c *Conn) Excess(ctx context.Context) ([]string, error) {
	if c.embedded != nil {
		return nil, nil
	}
	ctx, cancel := context.WithTimeout(ctx, rightsWithin)
	defer cancel()
	m, err := c.nc.RequestMsgWithContext(ctx, nats.NewMsg(askRights))
	if err != nil {
		return nil, errors.Join(ErrNotTold, err)
	}
	var answer struct {
		Error *json.RawMessage `json:"error"`
		Data  server.UserInfo  `json:"data"`
	}
	if err := json.Unmarshal(m.Data, &answer); err != nil {
		return nil, fmt.Errorf("read the rights of the credential: %w", err)
	}
	if answer.Error != nil {
		return nil, ErrNotTold
	}
	return slices.DeleteFunc(administration(), func(subject string) bool { return !mayPublish(answer.Data.Permissions, subject) }), nil
}

// mayPublish reads permissions as the server does: none at all allow everything, a deny wins.
func mayPublish(p *server.Permissions, subject string) bool {
	if p == nil || p.Publish == nil {
		return true
	}
	covers := func(pattern string) bool { return server.SubjectMatchesFilter(subject, pattern) }
	if slices.ContainsFunc(p.Publish.Deny, covers) {
		return false
	}
	return len(p.Publish.Allow) == 0 || slices.ContainsFunc(p.Publish.Allow, covers)
}

// administration is what only whoever sets the streams up does. `verigate rebuild` purges QUEUE, and erasing overwrites
// single messages of KEYS.
func administration() []string {
	var all []string
	for _, stream := range append(recordStreams(), queueStream, keyStream, ledgerStream, evidence.Stream) {
		for _, act := range []string{"CREATE", "UPDATE", "DELETE", "RESTORE", "SNAPSHOT", "PEER.REMOVE"} {
			all = append(all, "$JS.API.STREAM."+act+"."+stream)
		}
		if stream != queueStream {
			all = append(all, "$JS.API.STREAM.PURGE."+stream)
		}
		if stream != keyStream {
			all = append(all, "$JS.API.STREAM.MSG.DELETE."+stream)
		}
	}
	return all
}

// recordStreams are those of a divided record and of an undivided one.
func recordStreams() []string {
	all := []string{recordStream(0, 1)}
	for i := range record.Partitions {
		all = append(all, recordStream(i, record.Partitions))
	}
	return all
}
