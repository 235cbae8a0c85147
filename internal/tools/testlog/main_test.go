package main

import (
	"fmt"
	"strings"
	"testing"
)

const passed = `{"Action":"start","Package":"p"}
{"Action":"run","Package":"p","Test":"TestA"}
{"Action":"output","Package":"p","Test":"TestA","Output":"=== RUN   TestA\n"}
{"Action":"output","Package":"p","Test":"TestA","Output":"    a_test.go:1: chatter\n"}
{"Action":"output","Package":"p","Test":"TestA","Output":"--- PASS: TestA (0.00s)\n"}
{"Action":"pass","Package":"p","Test":"TestA","Elapsed":0}
{"Action":"output","Package":"p","Output":"PASS\n"}
{"Action":"output","Package":"p","Output":"ok  \tp\t0.01s\n"}
{"Action":"pass","Package":"p","Elapsed":0.01}
`

const skipped = `{"Action":"output","Package":"q","Test":"TestB","Output":"=== RUN   TestB\n"}
{"Action":"output","Package":"q","Test":"TestB","Output":"    b_test.go:1: redis-server is not installed\n"}
{"Action":"output","Package":"q","Test":"TestB","Output":"--- SKIP: TestB (0.00s)\n"}
{"Action":"skip","Package":"q","Test":"TestB","Elapsed":0}
{"Action":"output","Package":"q","Output":"ok  \tq\t0.01s\n"}
{"Action":"pass","Package":"q","Elapsed":0.01}
`

const noTests = `{"Action":"output","Package":"r","Output":"?   \tr\t[no test files]\n"}
{"Action":"skip","Package":"r","Elapsed":0}
`

// A test that ran in parallel: the time of its end is its own, without what it waited for its turn.
const lasting = `{"Time":"2026-01-02T03:04:00Z","Action":"run","Package":"verigate/internal/u","Test":"TestE"}
{"Time":"2026-01-02T03:04:00Z","Action":"pause","Package":"verigate/internal/u","Test":"TestE"}
{"Time":"2026-01-02T03:05:00Z","Action":"cont","Package":"verigate/internal/u","Test":"TestE"}
{"Time":"2026-01-02T03:05:07Z","Action":"pass","Package":"verigate/internal/u","Test":"TestE","Elapsed":7.04}
{"Action":"pass","Package":"verigate/internal/u","Test":"TestF","Elapsed":0.99}
{"Action":"pass","Package":"verigate/internal/u","Elapsed":67}
{"Action":"pass","Package":"v","Test":"TestE/of_another","Elapsed":112.5}
`

const failed = `{"ImportPath":"s","Action":"build-output","Output":"s.go:1: undefined: x\n"}
{"Action":"output","Package":"t","Test":"TestC","Output":"    c_test.go:1: got 1\n"}
{"Action":"output","Package":"t","Test":"TestC","Output":"--- FAIL: TestC (0.00s)\n"}
{"Action":"fail","Package":"t","Test":"TestC","Elapsed":0}
{"Action":"output","Package":"t","Test":"TestD","Output":"panic: test timed out\n"}
{"Action":"output","Package":"t","Output":"FAIL\tt\t0.01s\n"}
{"Action":"fail","Package":"t","Elapsed":0.01}
go: something else
`

func TestTheLogSaysWhatGoTestSaysAndWhatWasSkipped(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		in, want string
		args     []string
		status   int
	}{
		"passed tests are quiet":         {in: passed, want: "ok  \tp\t0.01s\n"},
		"a package without tests":        {in: noTests, want: "?   \tr\t[no test files]\n", args: []string{"-no-skips"}},
		"failures are told in full":      {in: failed, want: "s.go:1: undefined: x\n    c_test.go:1: got 1\n--- FAIL: TestC (0.00s)\npanic: test timed out\nFAIL\tt\t0.01s\ngo: something else\n"},
		"the slowest are told last":      {in: lasting, want: "the slowest tests:\n  112.5 s  v TestE/of_another\n    7.0 s  verigate/internal/u TestE\n"},
		"a skipped test gives a reason":  {in: skipped, want: "    b_test.go:1: redis-server is not installed\n--- SKIP: TestB (0.00s)\nok  \tq\t0.01s\n1 skipped, see SKIP above\n"},
		"a skipped test may be an error": {in: skipped, want: "    b_test.go:1: redis-server is not installed\n--- SKIP: TestB (0.00s)\nok  \tq\t0.01s\n1 skipped, see SKIP above\n", args: []string{"-no-skips"}, status: 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out strings.Builder
			if status := run(test.args, strings.NewReader(test.in), &out); status != test.status {
				t.Errorf("status %d, want %d", status, test.status)
			}
			if out.String() != test.want {
				t.Errorf("got:\n%swant:\n%s", out.String(), test.want)
			}
		})
	}
}

func TestTenOfTheSlowestAreToldTheSlowestFirst(t *testing.T) {
	t.Parallel()
	var in, out, want strings.Builder
	for n := range 12 {
		fmt.Fprintf(&in, `{"Action":"pass","Package":"p","Test":"Test%d","Elapsed":%d}`+"\n", n, 1+n)
	}
	want.WriteString("the slowest tests:\n")
	for n := 11; n > 1; n-- {
		fmt.Fprintf(&want, "%7.1f s  p Test%d\n", float64(1+n), n)
	}
	if status := run(nil, strings.NewReader(in.String()), &out); status != 0 || out.String() != want.String() {
		t.Errorf("status %d, got:\n%swant:\n%s", status, out.String(), want.String())
	}
}
