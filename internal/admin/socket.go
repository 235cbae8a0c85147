package admin

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// SocketName is the socket in a data directory on which commands speak to the gateway that runs over it.
const SocketName = "admin.sock"

// socketAtMost is how long the path of a unix socket may be on Linux, in bytes: unix(7), less the byte that ends it.
const socketAtMost = 107

// Socket is the path of the socket of a data directory. One that is too long for a socket is refused before anything is begun.
func Socket(data string) (string, error) {
	path := filepath.Join(data, SocketName)
	if len(path) > socketAtMost {
		return "", fmt.Errorf("the path of the data directory is too long: its socket %s would have %d bytes, and a socket's path has %d at most: name a directory with --data whose path is %d bytes shorter",
			SocketName, len(path), socketAtMost, len(path)-socketAtMost)
	}
	return path, nil
}

// Listen opens the socket in a data directory, whose lock this process has.
func Listen(ctx context.Context, data string) (net.Listener, error) {
	path, err := Socket(data)
	if err != nil {
		return nil, err
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("clear the admin socket: %w", err)
	}
	// The directory is 0700, so that nobody else can reach the socket before its own mode is set.
	l, err := (&net.ListenConfig{}).Listen(ctx, "unix", path)
	if err != nil {
		return nil, fmt.Errorf("open the admin socket: %w", err)
	}
	if err := os.Chmod(path, 0o600); err != nil {
		return nil, errors.Join(fmt.Errorf("guard the admin socket: %w", err), l.Close())
	}
	return ownOnly{l}, nil
}

// ErrStopping is why a command is broken off that the gateway still worked on when it was told to stop.
var ErrStopping = errors.New("the gateway was told to stop and broke this command off: it may be done or not: look whether it was done, and call it again when the gateway runs, or while none does")

// ownOnly hands over connections of this user and of root, and closes all others.
type ownOnly struct{ net.Listener }

// Accept implements net.Listener.
func (l ownOnly) Accept() (net.Conn, error) {
	for {
		c, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		uid, err := peer(c)
		if err == nil && (uid == uint32(os.Getuid()) || uid == 0) { //nolint:gosec // a uid is not negative here
			return c, nil
		}
		_ = c.Close()
	}
}

func peer(c net.Conn) (uint32, error) {
	raw, err := c.(*net.UnixConn).SyscallConn()
	if err != nil {
		return 0, err
	}
	var cred *unix.Ucred
	var failed error
	err = raw.Control(func(fd uintptr) {
		cred, failed = unix.GetsockoptUcred(int(fd), unix.SOL_SOCKET, unix.SO_PEERCRED)
	})
	if err = errors.Join(err, failed); err != nil {
		return 0, err
	}
	return cred.Uid, nil
}
