package admin_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"verigate/internal/admin"
	"verigate/internal/backup"
	"verigate/internal/follow"
	"verigate/internal/ledger"
	"verigate/internal/production"
)

// fake answers each act with something of its own, and keeps what was said with it.
type fake struct {
	fails error
	said  any
}

func said[R any](f *fake, what any, result R) (R, error) {
	f.said = what
	if f.fails != nil {
		var none R
		return none, f.fails
	}
	return result, nil
}

func (f *fake) Verify(context.Context) (follow.Report, error) {
	return said(f, nil, follow.Report{Requests: 7, Notes: []string{"a note"}})
}

func (f *fake) Rebuild(context.Context) (admin.Rebuilt, error) {
	return said(f, nil, admin.Rebuilt{Messages: 9, Took: time.Second})
}

func (f *fake) Gone(context.Context) ([]admin.Erased, error) {
	return said(f, nil, []admin.Erased{{With: []string{"2026-11"}}})
}

func (f *fake) Key(_ context.Context, r admin.KeyRequest) (admin.KeyResult, error) {
	return said(f, r, admin.KeyResult{Secret: "vg_1_x"})
}

func (f *fake) Calendar(_ context.Context, r admin.CalendarRequest) (admin.CalendarResult, error) {
	return said(f, r, admin.CalendarResult{Current: "vn-2"})
}

func (f *fake) Unfit(context.Context) ([]production.Finding, error) {
	return said(f, nil, []production.Finding{{What: "no TLS"}})
}

func (f *fake) Person(_ context.Context, r admin.PersonRequest) (admin.PersonResult, error) {
	return said(f, r, admin.PersonResult{Person: "p_1"})
}
func (f *fake) Known(context.Context) (admin.Known, error) { return said(f, nil, admin.Known{}) }
func (f *fake) Bundle(_ context.Context, r admin.BundleRequest) ([]byte, error) {
	return said(f, r, []byte("bundle"))
}

func (f *fake) LedgerKeys(_ context.Context, r admin.LedgerKeysRequest) ([]ledger.PublicKey, error) {
	return said(f, r, []ledger.PublicKey{{Lines: []string{"log"}}})
}

func (f *fake) EvidenceRoom(_ context.Context, r admin.EvidenceRequest) (admin.EvidenceRoom, error) {
	return said(f, r, admin.EvidenceRoom{Bytes: 3})
}

func (f *fake) RootKeys(_ context.Context, r admin.RootRequest) (admin.RootResult, error) {
	return said(f, r, admin.RootResult{Did: "rotated"})
}

func (f *fake) NoteErasures(_ context.Context, r admin.NoteRequest) (admin.Noted, error) {
	return said(f, r, admin.Noted{Done: []string{"vr_1"}})
}

func (f *fake) KeysBackup(_ context.Context, r admin.KeysBackupRequest) (admin.KeysBackupResult, error) {
	return said(f, r, admin.KeysBackupResult{Known: true})
}

func (f *fake) KeysEnded(_ context.Context, copied map[string]backup.Extent) (string, error) {
	return said(f, copied, "an erasure")
}

func (f *fake) BackupStreams(context.Context) ([]string, error) {
	return said(f, nil, []string{"RECORD_0", "KEYS"})
}

func (f *fake) Snapshot(_ context.Context, stream string, _ io.Writer) (backup.Extent, error) {
	return said(f, stream, backup.Extent{})
}

// runs serves a fake on the socket of a directory until the test ends.
func runs(t *testing.T, f *fake, within func(context.Context) context.Context) admin.Service {
	t.Helper()
	dir := t.TempDir()
	if _, there, err := admin.Running(t.Context(), dir); there || err != nil {
		t.Fatalf("before it runs: %t, %v", there, err)
	}
	l, err := admin.Listen(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	answers := admin.Handler(f, slog.New(slog.DiscardHandler))
	s := &http.Server{ReadHeaderTimeout: time.Minute, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answers.ServeHTTP(w, r.WithContext(within(r.Context())))
	})}
	served := make(chan error, 1)
	go func() { served <- s.Serve(l) }()
	t.Cleanup(func() {
		if err := errors.Join(s.Close(), <-served); !errors.Is(err, http.ErrServerClosed) {
			t.Error(err)
		}
	})
	if info, err := os.Stat(filepath.Join(dir, admin.SocketName)); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the socket: %v, %v", info, err)
	}
	remote, there, err := admin.Running(t.Context(), dir)
	if err != nil || !there {
		t.Fatalf("it runs, and is found %t: %v", there, err)
	}
	return remote
}

func unchanged(ctx context.Context) context.Context { return ctx }

// Each act comes to the gateway as it was said, and what comes of it, or why it was refused, comes back.
func TestEachActTravelsOverTheSocket(t *testing.T) {
	t.Parallel()
	f := &fake{}
	remote := runs(t, f, unchanged)
	type service = admin.Service
	acts := reflect.TypeFor[service]()
	for i := range acts.NumMethod() {
		act := acts.Method(i)
		if act.Name == "Snapshot" { // is no JSON: the tests of backups bring it over the socket
			continue
		}
		args := []reflect.Value{reflect.ValueOf(t.Context())}
		var says any
		if act.Type.NumIn() == 2 {
			says = filled(act.Type.In(1))
			args = append(args, reflect.ValueOf(says))
		}
		f.fails = nil
		want := reflect.ValueOf(service(f)).Method(i).Call(args)[0].Interface()
		f.said = nil
		got := reflect.ValueOf(remote).MethodByName(act.Name).Call(args)
		if err, _ := got[1].Interface().(error); err != nil {
			t.Errorf("%s: %v", act.Name, err)
		}
		if diff := cmp.Diff(want, got[0].Interface()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", act.Name, diff)
		}
		if diff := cmp.Diff(says, f.said); diff != "" {
			t.Errorf("%s was said so (-want +got):\n%s", act.Name, diff)
		}
		f.fails = errors.New("not today")
		if err, _ := reflect.ValueOf(remote).MethodByName(act.Name).Call(args)[1].Interface().(error); err == nil || err.Error() != "not today" {
			t.Errorf("%s was refused: %v", act.Name, err)
		}
	}
}

// filled is a request whose texts all say something.
func filled(of reflect.Type) any {
	v := reflect.New(of).Elem()
	if of.Kind() == reflect.Map {
		return map[string]backup.Extent{"KEYS": {First: 1, Last: 2, Messages: 2}}
	}
	for i := range of.NumField() {
		if field := v.Field(i); field.Kind() == reflect.String {
			field.SetString("said " + of.Field(i).Name)
		}
	}
	return v.Interface()
}

// A gateway that was told to stop says so in place of what became of the work.
func TestWhatIsBrokenOffSaysThatTheGatewayStops(t *testing.T) {
	t.Parallel()
	remote := runs(t, &fake{fails: context.Canceled}, func(ctx context.Context) context.Context {
		ctx, stop := context.WithCancelCause(ctx)
		stop(admin.ErrStopping)
		return ctx
	})
	if _, err := remote.Verify(t.Context()); err == nil || err.Error() != admin.ErrStopping.Error() {
		t.Error(err)
	}
}

// What is too long is called that, and is not called a defect of the version.
func TestARequestThatIsTooLongIsCalledThat(t *testing.T) {
	t.Parallel()
	f := &fake{}
	remote := runs(t, f, unchanged)
	_, err := remote.Key(t.Context(), admin.KeyRequest{Act: "list", Label: strings.Repeat("x", 64<<10)})
	if err == nil || !strings.Contains(err.Error(), "more than 65536 bytes") || f.said != nil {
		t.Errorf("%v; the gateway was asked %v", err, f.said)
	}
}
