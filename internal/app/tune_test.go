package app_test

import (
	"os"
	"runtime"
	"testing"

	"verigate/internal/app"
)

// Each case changes the whole process for its time, so none is parallel.
func TestProcessorsAreDoubledForAnEmbeddedStoreAlone(t *testing.T) {
	for _, test := range []struct {
		name     string
		env      string
		embedded bool
		want     func(cpus int) int
	}{
		{"embedded, twice the CPUs, however often it is asked for", "", true, func(cpus int) int { return 2 * cpus }},
		{"a store elsewhere writes without us", "", false, func(cpus int) int { return cpus }},
		{"the environment wins", "7", true, func(cpus int) int { return cpus }},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Setenv("GOMAXPROCS", test.env)
			t.Setenv("GOMEMLIMIT", "off") // of the collector nothing is changed here
			t.Setenv("GOGC", "100")
			before := runtime.GOMAXPROCS(0)
			t.Cleanup(func() { runtime.GOMAXPROCS(before) })
			runtime.SetDefaultGOMAXPROCS()
			cpus := runtime.GOMAXPROCS(0)
			app.Tune(test.embedded)
			app.Tune(test.embedded)
			if got := runtime.GOMAXPROCS(0); got != test.want(cpus) {
				t.Errorf("%d processors on %d CPUs with GOMAXPROCS=%q, want %d", got, cpus, os.Getenv("GOMAXPROCS"), test.want(cpus))
			}
		})
	}
}
