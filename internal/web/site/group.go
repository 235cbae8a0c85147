package site

import (
	"io/fs"

	"verigate/internal/access"
	"verigate/internal/verification"
)

// Handler answers one call of a page. What it returns is shown as a problem (problem.go).
type Handler func(*Visit) error

// Page is one address: a pattern of http.ServeMux with its method, such as "GET /tasks/{task}".
type Page struct {
	Pattern string
	Handle  Handler
	Secret  bool // its form carries what proves who somebody is, which is never shown again
	Device  bool // for a device, which has no session: none is asked for, and whoever is signed in there is nobody
}

// Entry is one of the menu, for whoever may call the operation that its page begins with.
type Entry struct {
	Text      string // id of the text
	Path      string
	Operation access.Operation
	Role      verification.Role // only for who has it as well; empty: for whoever may
	Place     int               // among the others; the least that a person has is the page they begin with
}

// Group is a package of pages.
type Group struct {
	Files fs.FS // *.html, text.vi.json, text.en.json, and assets/*, which may be missing
	Pages []Page
	Menu  []Entry
}
