package form

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
)

// Schemas are the schemas of a contract. They do not change and are safe for concurrent use.
type Schemas struct{ documents map[string]*schema }

// schema is what a form needs of a JSON Schema (2020-12).
type schema struct {
	Ref           string             `json:"$ref"`
	Type          string             `json:"type"`
	Format        string             `json:"format"`
	Const         string             `json:"const"`
	Enum          []string           `json:"enum"`
	MaxLength     int                `json:"maxLength"`
	Required      []string           `json:"required"`
	Properties    properties         `json:"properties"`
	Items         *schema            `json:"items"`
	Defs          map[string]*schema `json:"$defs"`
	Discriminator struct {
		PropertyName string `json:"propertyName"`
	} `json:"discriminator"`
	OneOf []*schema `json:"oneOf"`
}

// properties keep the order in which a schema has them: it is that of the form.
type properties []property

type property struct {
	name  string
	value *schema
}

// UnmarshalJSON implements json.Unmarshaler.
func (p *properties) UnmarshalJSON(content []byte) error {
	d := json.NewDecoder(bytes.NewReader(content))
	if _, err := d.Token(); err != nil {
		return err
	}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return err
		}
		member := property{name: fmt.Sprint(name), value: &schema{}}
		if err := d.Decode(member.value); err != nil {
			return err
		}
		*p = append(*p, member)
	}
	return nil
}

// Load reads the schemas among the root's files that a body refers to, which are named: verification-request reads
// verification-request.json and what it refers to.
func Load(files fs.FS, names ...string) (*Schemas, error) {
	s := &Schemas{documents: map[string]*schema{}}
	for len(names) > 0 {
		name := names[0]
		names = names[1:]
		if s.documents[name] != nil {
			continue
		}
		content, err := fs.ReadFile(files, name+".json")
		if err != nil {
			return nil, fmt.Errorf("read a schema: %w", err)
		}
		document := &schema{}
		if err := json.Unmarshal(content, document); err != nil {
			return nil, fmt.Errorf("read the schema %s: %w", name, err)
		}
		s.documents[name] = document
		names = append(names, referred(content)...)
	}
	return s, nil
}

// referred are the files that a schema's references name.
func referred(content []byte) []string {
	var names []string
	for _, part := range strings.Split(string(content), `"$ref": "`)[1:] {
		if name, _, found := strings.Cut(part, ".json"); found && !strings.ContainsAny(name, `"/`) {
			names = append(names, name)
		}
	}
	return names
}

// resolve follows references of the two forms that the contract has: file.json and file.json#/$defs/name.
func (s *Schemas) resolve(n *schema) (*schema, error) {
	for n.Ref != "" {
		file, inside, _ := strings.Cut(n.Ref, "#/$defs/")
		document := s.documents[strings.TrimSuffix(file, ".json")]
		if document != nil && inside != "" {
			document = document.Defs[inside]
		}
		if document == nil {
			return nil, fmt.Errorf("there is no schema %s", n.Ref)
		}
		n = document
	}
	return n, nil
}

// Shape is the form of a body by its schema's name.
func (s *Schemas) Shape(name string) (Shape, error) {
	shape, err := s.shape("", &schema{Ref: name + ".json"})
	if err == nil && shape.Sort != Group {
		err = errors.New("it is no object")
	}
	if err != nil {
		return shape, fmt.Errorf("make a form of %s: %w", name, err)
	}
	return shape, nil
}

func (s *Schemas) shape(member string, n *schema) (Shape, error) {
	n, err := s.resolve(n)
	if err != nil {
		return Shape{}, err
	}
	shape := Shape{Member: member, Choices: n.Enum}
	switch n.Type {
	case "object":
		shape.Sort = Group
		shape.members, err = s.members(n)
	case "array":
		err = s.list(&shape, n)
	case "integer":
		shape.Sort = Whole
	case "number":
		shape.Sort = Number
	case "boolean":
		shape.Sort = Tick
	case "string":
		shape.Sort, shape.fixed = sortOf(n), n.Const
	default:
		err = fmt.Errorf("%s has no type that a form knows", member)
	}
	return shape, err
}

// long is from how many characters on a text gets several lines.
const long = 500

func sortOf(n *schema) Sort {
	switch {
	case n.Const != "":
		return Fixed
	case len(n.Enum) > 0:
		return Choice
	case n.Format == "date-time":
		return Moment
	case n.Format == "edtf":
		return Day
	case n.Format == "duration":
		return Span
	case n.MaxLength >= long:
		return Long
	}
	return Text
}

func (s *Schemas) members(n *schema) ([]Shape, error) {
	var all []Shape
	for _, p := range n.Properties {
		shape, err := s.shape(p.name, p.value)
		if err != nil {
			return nil, err
		}
		shape.Required = slices.Contains(n.Required, p.name)
		all = append(all, shape)
	}
	return all, nil
}

// list is of texts, of choices to tick, or of rows, whose items are of one form or of several kinds.
func (s *Schemas) list(shape *Shape, n *schema) error {
	of, err := s.resolve(n.Items)
	if err != nil {
		return err
	}
	if len(of.OneOf) > 0 {
		shape.Sort, shape.by = Rows, of.Discriminator.PropertyName
		return s.variants(shape, of)
	}
	item, err := s.shape("", of)
	switch {
	case err != nil:
		return err
	case item.Sort == Group:
		shape.Sort, shape.rows = Rows, []Shape{item}
	case item.Sort == Choice && len(item.Choices) <= few:
		shape.Sort, shape.Choices = Ticks, item.Choices
	default:
		shape.Sort, shape.Choices = Lines, item.Choices
	}
	return nil
}

// few is how many choices may be ticked; of more, such as all countries, the wanted ones are typed.
const few = 10

func (s *Schemas) variants(shape *Shape, of *schema) error {
	for _, one := range of.OneOf {
		variant, err := s.shape("", one)
		if err != nil {
			return err
		}
		for _, m := range variant.members {
			if m.Member == shape.by {
				variant.kind = m.fixed
			}
		}
		if variant.kind == "" {
			return fmt.Errorf("a kind of %s has no name", shape.Member)
		}
		shape.rows = append(shape.rows, variant)
	}
	return nil
}
