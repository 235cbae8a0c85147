package jet

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/nats-io/nats-server/v2/server"
)

// Restoring is a server in this process over a directory that a backup is put into. It does not sync each message, which
// a restore of many would wait for: Finish syncs all of them at once.
type Restoring struct {
	*Conn
	ns  *server.Server
	dir string
}

// Restore starts such a server over a directory of its own that has nothing yet.
func Restore(dir string) (*Restoring, error) {
	o := Options{Dir: dir}.server()
	o.SyncAlways = false
	ns, err := server.NewServer(o)
	if err != nil {
		return nil, fmt.Errorf("make embedded nats-server: %w", err)
	}
	ns.Start()
	if !ns.ReadyForConnections(startWithin) {
		ns.Shutdown()
		ns.WaitForShutdown()
		return nil, errors.New("start embedded nats-server: it does not")
	}
	s := &Server{}
	s.ns.Store(ns)
	conn, err := s.Connect()
	if err != nil {
		s.Close()
		return nil, err
	}
	return &Restoring{Conn: conn, ns: ns, dir: dir}, nil
}

// Close stops the server without making anything durable.
func (r *Restoring) Close() {
	r.Conn.Close()
	r.ns.Shutdown()
	r.ns.WaitForShutdown()
}

// Finish stops the server and syncs all that it wrote.
func (r *Restoring) Finish(ctx context.Context) error {
	r.Close()
	root, err := os.OpenRoot(r.dir)
	if err != nil {
		return fmt.Errorf("sync what was restored: %w", err)
	}
	err = fs.WalkDir(root.FS(), ".", func(path string, d fs.DirEntry, err error) error {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil || !d.IsDir() && !d.Type().IsRegular() {
			return err
		}
		f, err := root.Open(path)
		if err != nil {
			return err
		}
		return errors.Join(f.Sync(), f.Close())
	})
	if err = errors.Join(err, root.Close()); err != nil {
		return fmt.Errorf("sync what was restored: %w", err)
	}
	return nil
}
