package main

import "runtime/debug"

// tune sets what `serve` sets for its process.
func tune() { debug.SetMemoryLimit(1 << 30) }
