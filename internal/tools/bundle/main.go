// Command bundle joins api/openapi.yaml with the schemas that it refers to into one
// document: every file and every $defs member becomes a component, every reference a
// local one. The order of the output is that of the input, then of first use sorted by
// name, so repeated runs give the same bytes.
//
//	bundle <openapi.yaml> <out.yaml>
package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// localPrefix is where references to components point.
const localPrefix = "#/components/schemas/"

const banner = "# Bundled from openapi.yaml and schemas/*.json by internal/tools/bundle. DO NOT EDIT.\n"

func main() {
	os.Exit(run(os.Args[1:], os.Stderr))
}

func run(args []string, stderr io.Writer) int {
	if len(args) != 2 {
		fmt.Fprintln(stderr, "usage: bundle <openapi.yaml> <out.yaml>")
		return 2
	}
	out, err := bundle(args[0])
	if err == nil {
		err = os.WriteFile(args[1], out, 0o644) //nolint:gosec // a published document
	}
	if err != nil {
		fmt.Fprintln(stderr, "bundle:", err)
		return 1
	}
	return 0
}

// bundle returns the bundled document of the OpenAPI file at path.
func bundle(path string) ([]byte, error) {
	root, err := read(path)
	if err != nil {
		return nil, err
	}
	b := bundler{files: map[string]*yaml.Node{}, components: map[string]*yaml.Node{}, origin: map[string]string{}}
	if err := b.localise(root, filepath.Dir(path), ""); err != nil {
		return nil, err
	}
	schemas := child(child(root, "components"), "schemas")
	if schemas == nil {
		return nil, fmt.Errorf("%s has no components.schemas", path)
	}
	names := make([]string, 0, len(b.components))
	for name := range b.components {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if child(schemas, name) != nil {
			return nil, fmt.Errorf("component %s exists already", name)
		}
		key := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: name}
		schemas.Content = append(schemas.Content, key, b.components[name])
	}
	return encode(root)
}

func encode(root *yaml.Node) ([]byte, error) {
	var buf bytes.Buffer
	buf.WriteString(banner)
	enc := yaml.NewEncoder(&buf)
	enc.SetIndent(2)
	if err := enc.Encode(root); err != nil {
		return nil, fmt.Errorf("encode the bundle: %w", err)
	}
	if err := enc.Close(); err != nil {
		return nil, fmt.Errorf("encode the bundle: %w", err)
	}
	return buf.Bytes(), nil
}

// bundler collects the components that references ask for.
type bundler struct {
	files      map[string]*yaml.Node // by absolute path
	components map[string]*yaml.Node // by component name
	origin     map[string]string     // component name to the reference it came from
}

// localise rewrites each reference below n. dir is where relative files are looked for,
// file is the schema file that n belongs to, empty for the OpenAPI document itself.
func (b *bundler) localise(n *yaml.Node, dir, file string) error {
	if n.Kind == yaml.MappingNode {
		if ref := child(n, "$ref"); ref != nil {
			name, err := b.component(ref.Value, dir, file)
			if err != nil {
				return err
			}
			ref.Value = name
		}
		if mapping := child(n, "mapping"); mapping != nil && child(n, "propertyName") != nil {
			if err := b.localiseMapping(mapping, dir, file); err != nil {
				return err
			}
		}
	}
	for _, c := range n.Content {
		if err := b.localise(c, dir, file); err != nil {
			return err
		}
	}
	return nil
}

func (b *bundler) localiseMapping(mapping *yaml.Node, dir, file string) error {
	for i := 1; i < len(mapping.Content); i += 2 {
		name, err := b.component(mapping.Content[i].Value, dir, file)
		if err != nil {
			return err
		}
		mapping.Content[i].Value = name
	}
	return nil
}

// component returns the local reference for ref and makes sure that its component is there.
func (b *bundler) component(ref, dir, file string) (string, error) {
	target, fragment, _ := strings.Cut(ref, "#")
	switch {
	case target == "" && file == "":
		return ref, nil
	case target == "":
		target = file
	default:
		target = filepath.Join(dir, target)
	}
	name := componentName(target, fragment)
	local := localPrefix + name
	from := target + "#" + fragment
	if seen, ok := b.origin[name]; ok {
		if seen != from {
			return "", fmt.Errorf("component %s is both %s and %s", name, seen, from)
		}
		return local, nil
	}
	b.origin[name] = from
	schema, err := b.load(target, fragment)
	if err != nil {
		return "", err
	}
	b.components[name] = schema
	if err := b.localise(schema, filepath.Dir(target), target); err != nil {
		return "", err
	}
	b.hoist(name, schema)
	return local, nil
}

// load returns a fresh copy of the schema at target#fragment without the words that only a file carries.
func (b *bundler) load(target, fragment string) (*yaml.Node, error) {
	root, ok := b.files[target]
	if !ok {
		var err error
		if root, err = read(target); err != nil {
			return nil, err
		}
		b.files[target] = root
	}
	n := root
	for step := range strings.SplitSeq(strings.Trim(fragment, "/"), "/") {
		if step == "" {
			continue
		}
		if n = child(n, step); n == nil {
			return nil, fmt.Errorf("%s has no %s", target, fragment)
		}
	}
	c := clone(n)
	drop(c, "$schema", "$id")
	return c, nil
}

// componentName is the file's name, or that of the $defs member, in CamelCase.
func componentName(target, fragment string) string {
	base := strings.TrimSuffix(filepath.Base(target), filepath.Ext(target))
	if i := strings.LastIndex(fragment, "/"); i >= 0 {
		base = fragment[i+1:]
	}
	return camel(base)
}

// read returns the top node of a YAML or JSON file in block style.
func read(path string) (*yaml.Node, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read: %w", err)
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(data, &doc); err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	if len(doc.Content) != 1 {
		return nil, fmt.Errorf("read %s: no document", path)
	}
	block(doc.Content[0])
	return doc.Content[0], nil
}

// block drops the flow style that JSON brings; the encoder chooses quotes anew.
func block(n *yaml.Node) {
	if n.Kind == yaml.MappingNode || n.Kind == yaml.SequenceNode {
		n.Style = 0
	}
	if n.Kind == yaml.ScalarNode && n.Tag == "!!str" {
		n.Style = 0
	}
	for _, c := range n.Content {
		block(c)
	}
}

func child(n *yaml.Node, key string) *yaml.Node {
	if n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return nil
}

func drop(n *yaml.Node, keys ...string) {
	if n.Kind != yaml.MappingNode {
		return
	}
	kept := n.Content[:0]
	for i := 0; i+1 < len(n.Content); i += 2 {
		if !slices.Contains(keys, n.Content[i].Value) {
			kept = append(kept, n.Content[i], n.Content[i+1])
		}
	}
	n.Content = kept
}

func clone(n *yaml.Node) *yaml.Node {
	c := *n
	c.Content = make([]*yaml.Node, len(n.Content))
	for i, m := range n.Content {
		c.Content[i] = clone(m)
	}
	return &c
}
