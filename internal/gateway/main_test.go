package gateway_test

import (
	"errors"
	"os"
	"sync"
	"testing"

	"go.uber.org/goleak"

	"verigate/internal/gateway"
	"verigate/internal/gateway/gatewaytest"
	"verigate/internal/verification"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// load reads the reference data once for all tests: nothing changes it.
var load = sync.OnceValues(func() (*gatewaytest.Data, error) {
	dir, err := os.MkdirTemp("", "gateway")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	return gatewaytest.Load(dir)
})

func data(t testing.TB) *gatewaytest.Data {
	t.Helper()
	d, err := load()
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func still(t *testing.T) *gatewaytest.World   { t.Helper(); return gatewaytest.New(t, data(t)) }
func running(t *testing.T) *gatewaytest.World { t.Helper(); return gatewaytest.Running(t, data(t)) }

func want(t *testing.T, got, wanted error) {
	t.Helper()
	if !errors.Is(got, wanted) {
		t.Errorf("got error %v, want %v", got, wanted)
	}
}

func refused(t *testing.T, err error, code verification.Code) {
	t.Helper()
	want(t, err, &verification.Refusal{Code: code})
}

func violated(t *testing.T, err error, pointer, code string) {
	t.Helper()
	var invalid *gateway.InvalidError
	if !errors.As(err, &invalid) {
		t.Errorf("got error %v, want a violation at %s", err, pointer)
		return
	}
	for _, v := range invalid.Violations {
		if v.Pointer == pointer && v.Code == code {
			return
		}
	}
	t.Errorf("got %v, want %s at %s", invalid.Violations, code, pointer)
}
