// Package deploy holds the reference data that is built into the binary: units,
// places, provinces, request types, limits, calendars, campaigns. Every file
// carries its own dates of validity or version; nothing here is read from disk
// at run time.
package deploy

import (
	"embed"
	"io/fs"
)

//go:embed data
var data embed.FS

// Data is the folder deploy/data: `units-2021.csv`, `campaigns/…` stand at its
// root. It cannot be changed.
var Data fs.FS = root{data}

// root opens names below data/ so that no error has to be handled where the
// variable is set.
type root struct{ files embed.FS }

// Open implements fs.FS.
func (r root) Open(name string) (fs.File, error) {
	if !fs.ValidPath(name) {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrInvalid}
	}
	if name == "." {
		return r.files.Open("data")
	}
	return r.files.Open("data/" + name)
}
