package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"verigate/internal/app"
)

// asNobody does something as somebody whom the files of this user are closed to. Of root only the one thread becomes another.
func asNobody(t *testing.T, dir string, do func()) {
	t.Helper()
	if os.Getuid() != 0 {
		if err := os.Chmod(dir, 0); err != nil {
			t.Fatal(err)
		}
		defer func() {
			if err := os.Chmod(dir, 0o700); err != nil {
				t.Error(err)
			}
		}()
		do()
		return
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread() // and never unlocked: the thread ends with this goroutine
		if err := unix.Setfsuid(65534); err != nil {
			t.Error(err)
			return
		}
		do()
	}()
	<-done
}

// A directory that one may not look into is not one in which nothing is.
func TestWhatMayNotBeReadIsNotCalledAbsent(t *testing.T) {
	g := newGateway(t)
	if err := os.WriteFile(filepath.Join(g.data.Data, app.CredentialFile), []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"verify", "--data", g.data.Data}, {"check", "--production", "--data", g.data.Data}, {"check", "--data", g.data.Data}, {"demo", "--data", g.data.Data},
	} {
		t.Run(strings.Join(args[:len(args)-2], " "), func(t *testing.T) {
			var out, errs bytes.Buffer
			code := -1
			asNobody(t, g.data.Data, func() { code = Main(t.Context(), args, &out, &errs) })
			said := errs.String()
			if code != 1 || !strings.Contains(said, "as the user of the gateway, or as root") {
				t.Errorf("code %d: %s", code, said)
			}
			for _, untrue := range []string{"holds no record", "start a demonstration", "begin it"} {
				if strings.Contains(said, untrue) {
					t.Errorf("says %s", said)
				}
			}
		})
	}
}
