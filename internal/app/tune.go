package app

import (
	"os"
	"runtime"
	"runtime/debug"
)

// memoryLimit is what the process may hold before it collects harder, unless GOMEMLIMIT says otherwise: the embedded
// store's block caches are freed by nothing else. Below it garbage may grow to gcPercent of what is alive, unless GOGC
// says otherwise: collecting was a fifth of the CPU time of a creation at Go's 100.
const (
	memoryLimit = 2 << 30
	gcPercent   = 400
)

// Tune sets the collector of this process, and its processors when a store embedded in it writes: Serve does, and what
// measures it. Doing it twice changes nothing.
func Tune(embedded bool) {
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(memoryLimit)
	}
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	if embedded && os.Getenv("GOMAXPROCS") == "" {
		runtime.SetDefaultGOMAXPROCS()
		runtime.GOMAXPROCS(perCPU * runtime.GOMAXPROCS(0))
	}
}

// perCPU is how many of Go's processors there are for each CPU, unless GOMAXPROCS says otherwise. One that is in an
// fsync runs nothing else until the runtime notices and takes it away, which can take as long as the fsync: with one for
// each of two CPUs, one of them stood idle for a third of the time while the store wrote and goroutines waited.
const perCPU = 2
