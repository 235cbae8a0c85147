// Package app puts the parts together and runs them: the one place that knows everything. parts.go opens them over a
// data directory, run.go starts and stops them in the order of the flow, demo.go fills a demonstration and seed.go gives
// it a past, admin.go is the socket on which commands speak to a running gateway, commands.go is what each command does,
// calendar.go what those on decreed days do,
// backup.go and restore.go those on backups; tune.go sets the Go runtime.
package app
