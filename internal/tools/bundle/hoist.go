package main

import (
	"strings"

	"gopkg.in/yaml.v3"
)

// hoist makes each object written inside the component name a component of its own, named
// after the path to it (StaffView, questions → StaffViewQuestion), so that generated types
// have names. Conditions (if, then, not, allOf …) stay where they are.
func (b *bundler) hoist(name string, schema *yaml.Node) {
	if items := child(schema, "items"); items != nil {
		b.hoistChild(schema, "items", singular(name))
	}
	props := child(schema, "properties")
	if props == nil {
		return
	}
	for i := 0; i+1 < len(props.Content); i += 2 {
		b.hoistChild(props, props.Content[i].Value, name+camel(props.Content[i].Value))
	}
}

// hoistChild replaces the object at key of parent by a reference to the component name.
func (b *bundler) hoistChild(parent *yaml.Node, key, name string) {
	schema := child(parent, key)
	b.hoist(name, schema)
	if child(schema, "properties") == nil || child(schema, "type") == nil {
		return
	}
	moved := *schema
	b.components[name] = &moved
	b.origin[name] = "inline " + name
	*schema = yaml.Node{Kind: yaml.MappingNode, Tag: "!!map", Content: []*yaml.Node{
		{Kind: yaml.ScalarNode, Tag: "!!str", Value: "$ref"},
		{Kind: yaml.ScalarNode, Tag: "!!str", Value: localPrefix + name},
	}}
}

// singular turns the name of a list into that of its member.
func singular(name string) string {
	if stem, ok := strings.CutSuffix(name, "ies"); ok {
		return stem + "y"
	}
	return strings.TrimSuffix(name, "s")
}

func camel(base string) string {
	var name strings.Builder
	for part := range strings.FieldsFuncSeq(base, func(r rune) bool { return r == '-' || r == '_' }) {
		name.WriteString(strings.ToUpper(part[:1]) + part[1:])
	}
	return name.String()
}
