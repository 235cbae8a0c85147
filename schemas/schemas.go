// Package schemas holds the JSON Schemas (2020-12) of every body of the contract, one file
// a thing.
package schemas

import "embed"

// FS holds the schema files at its root; a schema's name is its file's without .json.
//
//go:embed *.json
var FS embed.FS
