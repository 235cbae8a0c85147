package contract

import (
	"slices"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// discriminator is the member that tells the branches of a oneOf apart.
const discriminator = "kind"

// dispatch stands in for a oneOf whose branches each require a kind of their own: the one branch
// that the instance's kind names decides, and fourteen others need not be tried. What is
// accepted and what is said of the rest stays the same.
type dispatch struct {
	branches map[string]*jsonschema.Schema
	whole    *jsonschema.Schema // the oneOf, for an instance of no known kind
}

// Validate implements jsonschema.SchemaExt.
func (d dispatch) Validate(ctx *jsonschema.ValidatorContext, v any) {
	if err := ctx.Validate(d.branch(v), v, nil); err != nil {
		ctx.AddErr(err)
	}
}

// branch is the schema that decides on an instance.
func (d dispatch) branch(v any) *jsonschema.Schema {
	if object, is := v.(map[string]any); is {
		name, _ := object[discriminator].(string)
		if known, found := d.branches[name]; found {
			return known
		}
	}
	return d.whole
}

// byKind replaces the oneOf of a compiled schema where that changes nothing: it has nothing else
// to check, and each branch is an object that requires a kind, another for each.
func byKind(schema *jsonschema.Schema) {
	d := dispatch{branches: make(map[string]*jsonschema.Schema, len(schema.OneOf))}
	for _, branch := range schema.OneOf {
		name, ok := requiredKind(branch)
		if _, twice := d.branches[name]; !ok || twice {
			return
		}
		d.branches[name] = meant(branch)
	}
	if len(d.branches) == 0 {
		return
	}
	whole := *schema
	d.whole = &whole
	schema.OneOf, schema.Extensions = nil, append(slices.Clip(schema.Extensions), d)
}

// requiredKind is the only kind that a branch accepts.
func requiredKind(branch *jsonschema.Schema) (string, bool) {
	for branch.Ref != nil {
		branch = branch.Ref
	}
	kind, there := branch.Properties[discriminator]
	if !there || kind.Const == nil || !slices.Contains(branch.Required, discriminator) ||
		branch.Types == nil || !slices.Equal(branch.Types.ToStrings(), []string{"object"}) {
		return "", false
	}
	name, is := (*kind.Const).(string)
	return name, is
}
