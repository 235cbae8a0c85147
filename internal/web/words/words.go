// Package words is the words for codes: what a person reads in place of a state, a degree, an error or a field. Each closed
// set of the contract is complete in every language, which a test holds against the schemas.
package words

import (
	"embed"

	"verigate/internal/web/site"
)

//go:embed text.*.json
var files embed.FS

// Group is the words, and no page.
func Group() site.Group { return site.Group{Files: files} }
