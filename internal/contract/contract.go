// Package contract checks bodies against the schemas of the contract. What is wrong is
// named by a pointer and a stable code, never by the value: a refused body may hold what
// must not be logged or sent back. A body that is plainly good passes without the library that
// judges all others (plain.go); what that may say yes to is held to the library by tests.
package contract

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// base is where the schemas have their $id.
const base = "https://verigate.example/schemas/"

// ErrUnknownSchema is returned for a name that no schema has: a mistake of the caller, not
// of the body.
var ErrUnknownSchema = errors.New("unknown schema")

// Contract holds the compiled schemas. It is safe for concurrent use.
type Contract struct {
	schemas map[string]*jsonschema.Schema
	known   map[*jsonschema.Schema]bool // of which plainly can be sure
}

// New compiles every *.json at the root of fsys. It reads nothing else, and nothing from
// the network.
func New(fsys fs.FS) (*Contract, error) {
	c, err := compile(fsys)
	if err != nil {
		return nil, err
	}
	for _, schema := range c.schemas { // one that is referred to is the same value there
		byKind(schema)
	}
	seen := map[*jsonschema.Schema]bool{}
	for _, schema := range c.schemas {
		direct(schema, seen)
	}
	c.known = map[*jsonschema.Schema]bool{}
	for _, schema := range c.schemas {
		judgeable(schema, c.known)
	}
	return c, nil
}

// compile is New without what only makes it faster.
func compile(fsys fs.FS) (*Contract, error) {
	files, err := fs.Glob(fsys, "*.json")
	if err != nil {
		return nil, fmt.Errorf("list schemas: %w", err)
	}
	compiler := jsonschema.NewCompiler()
	compiler.DefaultDraft(jsonschema.Draft2020)
	compiler.UseLoader(noLoader{})
	compiler.AssertFormat()
	for _, f := range formats() {
		compiler.RegisterFormat(f)
	}
	for _, file := range files {
		if err := add(compiler, fsys, file); err != nil {
			return nil, err
		}
	}
	c := &Contract{schemas: make(map[string]*jsonschema.Schema, len(files))}
	for _, file := range files {
		schema, err := compiler.Compile(base + file)
		if err != nil {
			return nil, fmt.Errorf("compile schema %s: %w", file, err)
		}
		c.schemas[strings.TrimSuffix(file, ".json")] = schema
	}
	return c, nil
}

// Names returns the names that Check knows, sorted.
func (c *Contract) Names() []string {
	names := make([]string, 0, len(c.schemas))
	for name := range c.schemas {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// Check returns what is wrong with body as an instance of the schema name: nothing for a
// good one, at most 100 violations sorted by pointer and code. When the body is no strict
// JSON, only that is said. The only error is ErrUnknownSchema.
func (c *Contract) Check(name string, body []byte) ([]Violation, error) {
	schema, ok := c.schemas[name]
	if !ok {
		return nil, fmt.Errorf("check a body against %q: %w", name, ErrUnknownSchema)
	}
	value, found := decode(body)
	if len(found) > 0 {
		return tidy(found), nil
	}
	if plainly(schema, value, c.known) {
		return nil, nil
	}
	err := schema.Validate(value)
	if err == nil {
		return nil, nil
	}
	var invalid *jsonschema.ValidationError
	if !errors.As(err, &invalid) {
		return []Violation{{Code: CodeMalformed}}, nil
	}
	return tidy(flatten(invalid)), nil
}

// add gives one schema file to the compiler, integers marked so that 1.0, which Go's
// decoder refuses, is refused here too.
func add(compiler *jsonschema.Compiler, fsys fs.FS, file string) error {
	data, err := fs.ReadFile(fsys, file)
	if err != nil {
		return fmt.Errorf("read schema %s: %w", file, err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		return fmt.Errorf("read schema %s: %w", file, err)
	}
	markIntegers(doc)
	if err := compiler.AddResource(base+file, doc); err != nil {
		return fmt.Errorf("add schema %s: %w", file, err)
	}
	return nil
}

func markIntegers(node any) {
	switch node := node.(type) {
	case map[string]any:
		if node["type"] == "integer" && node["format"] == nil {
			node["format"] = formatInteger
		}
		for _, child := range node {
			markIntegers(child)
		}
	case []any:
		for _, child := range node {
			markIntegers(child)
		}
	}
}

// noLoader refuses to fetch: every schema is in the binary.
type noLoader struct{}

func (noLoader) Load(url string) (any, error) {
	return nil, fmt.Errorf("schema %s is not embedded", url)
}
