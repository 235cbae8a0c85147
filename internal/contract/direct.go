package contract

import (
	"reflect"
	"slices"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// direct puts the schema that is meant in the place of each that only refers to it, for the members and items of
// schema and of all below it. The library visits, and allocates for, the two one after the other; what is accepted and
// what is said of the rest is the business of the second alone.
func direct(schema *jsonschema.Schema, seen map[*jsonschema.Schema]bool) {
	if schema == nil || seen[schema] {
		return
	}
	seen[schema] = true
	for name, member := range schema.Properties {
		schema.Properties[name] = meant(member)
	}
	schema.Items2020 = meant(schema.Items2020)
	for _, below := range children(schema) {
		direct(below, seen)
	}
}

// children are the schemas that schema applies: all places in which ours have any.
func children(schema *jsonschema.Schema) []*jsonschema.Schema {
	all := []*jsonschema.Schema{schema.Ref, schema.Items2020, schema.Not, schema.If, schema.Then, schema.Else}
	for _, member := range schema.Properties {
		all = append(all, member)
	}
	return slices.Concat(all, schema.AllOf, schema.AnyOf, schema.OneOf)
}

// meant follows schemas that only refer to another.
func meant(schema *jsonschema.Schema) *jsonschema.Schema {
	for schema != nil && schema.Ref != nil && onlyRefers(schema) {
		schema = schema.Ref
	}
	return schema
}

// onlyRefers says that nothing but Ref can refuse an instance. A keyword that it does not know counts as one that can.
func onlyRefers(schema *jsonschema.Schema) bool {
	return !slices.ContainsFunc(keywords(schema), func(keyword string) bool { return keyword != "Ref" && !silent(keyword) })
}

// keywords are the fields of a compiled schema that say something.
func keywords(schema *jsonschema.Schema) []string {
	var all []string
	for field, keyword := range reflect.ValueOf(*schema).Fields() {
		if field.IsExported() && !keyword.IsZero() {
			all = append(all, field.Name)
		}
	}
	return all
}

// silent are the keywords that refuse no instance.
func silent(keyword string) bool {
	return slices.Contains([]string{
		"DraftVersion", "Location", "ID", "Anchor", "Title", "Description", "Default", "Comment", "ReadOnly", "WriteOnly",
		"Examples", "Deprecated",
	}, keyword)
}
