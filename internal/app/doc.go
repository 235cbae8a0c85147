// Package app puts the parts together and runs them: the one place that knows everything. parts.go opens them over a
// data directory, run.go starts and stops them in the order of the flow, demo.go fills a demonstration and seed.go gives
// it a past. The parts answer what the owner of the machine asks (package admin): admin.go has Verify, Rebuild and the
// administration of keys, persons.go that of people, calendar.go decreed days, root.go the keys of the house, ledger.go
// bundles, searched.go and gone.go what is erased, backup.go and snapshots.go copies; socket.go lets a running gateway be
// asked, and administer.go opens the parts for a command where none runs. serve.go serves; check.go looks without a record;
// restore.go brings a backup back; tune.go sets the Go runtime.
package app
