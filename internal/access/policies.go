package access

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"path"
	"slices"
	"sync"

	"github.com/cedar-policy/cedar-go"
	"github.com/cedar-policy/cedar-go/x/exp/ast"
	"github.com/cedar-policy/cedar-go/x/exp/schema"
	"github.com/cedar-policy/cedar-go/x/exp/schema/resolved"
	"github.com/cedar-policy/cedar-go/x/exp/schema/validate"
)

// The policies are the object rules, in the language of Cedar (https://docs.cedarpolicy.com), one file for each role or
// idea: policies/*.cedar. They are read in words there; here they are only found, checked and asked.
//
//go:embed policies
var policyFiles embed.FS

const schemaFile = "schema.cedarschema"

// named is a policy under the id that it gives itself.
type named struct {
	id     cedar.PolicyID
	policy *cedar.Policy
}

// slice is the key of the policies that can matter to a question: by their scopes all others do not apply to it
// (policy slicing, as Cedar's authors call it). The empty role stands for policies about any principal.
type slice struct {
	action, role cedar.EntityUID
	resource     cedar.EntityType
}

// policySet is the policies with the actions that they speak of. They are never changed; what they answered is remembered.
type policySet struct {
	actions map[cedar.EntityUID]cedar.Entity
	slices  map[slice][]named
	decided decided
}

// ready reads the embedded policies at the first question, for each call asks at least once.
var ready = sync.OnceValues(func() (*policySet, error) {
	files, err := fs.Sub(policyFiles, "policies")
	if err != nil {
		return nil, err
	}
	return readPolicies(files, Table())
})

// CheckPolicies says what is wrong with the embedded policies, all of it together: a file that does not parse, a policy
// without an id of its own, an action or attribute that does not exist, an expression of the wrong type. With any of it
// nobody may do anything, and a gateway does not start.
func CheckPolicies() error {
	_, err := ready()
	return err
}

// readPolicies reads and checks all policies of a directory against its schema and the table of operations.
func readPolicies(files fs.FS, table []Rule) (*policySet, error) {
	types, err := readSchema(files, table)
	if err != nil {
		return nil, err
	}
	paths, err := fs.Glob(files, "*.cedar")
	if err != nil {
		return nil, err
	}
	p := &policySet{actions: map[cedar.EntityUID]cedar.Entity{}, slices: map[slice][]named{}}
	for id, a := range types.Actions {
		p.actions[id] = a.Entity
	}
	valid := validate.New(types)
	taken := map[cedar.PolicyID]bool{}
	var wrong []error
	for _, file := range paths {
		list, err := readFile(files, file)
		wrong = append(wrong, err)
		for _, n := range list {
			if taken[n.id] {
				wrong = append(wrong, fmt.Errorf("%s: policy %q stands twice: give one another @id", file, n.id))
			}
			taken[n.id] = true
			if err := valid.Policy(string(n.id), (*ast.Policy)(n.policy.AST())); err != nil {
				wrong = append(wrong, fmt.Errorf("%s: %w", file, err))
			}
			p.add(n, types)
		}
	}
	if len(taken) == 0 {
		wrong = append(wrong, errors.New("there are no policies: nobody could do anything"))
	}
	return p, errors.Join(wrong...)
}

func readSchema(files fs.FS, table []Rule) (*resolved.Schema, error) {
	text, err := fs.ReadFile(files, schemaFile)
	if err != nil {
		return nil, fmt.Errorf("read the schema of the policies: %w", err)
	}
	var s schema.Schema
	s.SetFilename(schemaFile)
	if err := s.UnmarshalCedar(text); err != nil {
		return nil, fmt.Errorf("read the schema of the policies: %w", err)
	}
	s.AST().Actions = actionsOf(table)
	types, err := s.Resolve()
	if err != nil {
		return nil, fmt.Errorf("read the schema of the policies: %w", err)
	}
	return types, nil
}

// readFile reads the policies of one file with their ids. Those that have one are returned beside the error.
func readFile(files fs.FS, file string) ([]named, error) {
	text, err := fs.ReadFile(files, file)
	if err != nil {
		return nil, fmt.Errorf("read policies: %w", err)
	}
	list, err := cedar.NewPolicyListFromBytes(file, text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	var out []named
	var wrong []error
	for _, p := range list {
		id := cedar.PolicyID(p.Annotations()["id"])
		if id == "" {
			wrong = append(wrong, fmt.Errorf("%s: the policy at line %d has no @id: give it one, by which it can be told what was decided",
				path.Base(file), p.Position().Line))
			continue
		}
		out = append(out, named{id, p})
	}
	return out, errors.Join(wrong...)
}

// add puts a policy into every slice that its scope reaches.
func (p *policySet) add(n named, types *resolved.Schema) {
	scope := n.policy.AST()
	var role cedar.EntityUID
	if in, ok := scope.Principal.(ast.ScopeTypeIn); ok {
		role = in.Entity
	}
	for id, a := range types.Actions {
		if a.AppliesTo == nil || !p.reaches(scope.Action, id) {
			continue
		}
		for _, resource := range a.AppliesTo.Resources {
			if is, ok := scope.Resource.(ast.ScopeTypeIs); ok && is.Type != resource {
				continue
			}
			key := slice{action: id, role: role, resource: resource}
			p.slices[key] = append(p.slices[key], n)
		}
	}
}

func (p *policySet) reaches(scope ast.IsActionScopeNode, id cedar.EntityUID) bool {
	under := func(group cedar.EntityUID) bool { return id == group || p.actions[id].Parents.Contains(group) }
	switch s := scope.(type) {
	case ast.ScopeTypeEq:
		return id == s.Entity
	case ast.ScopeTypeIn:
		return under(s.Entity)
	case ast.ScopeTypeInSet:
		return slices.ContainsFunc(s.Entities, under)
	case ast.ScopeTypeAll:
	}
	return true
}

// matter is the policies that can matter to a question.
type matter struct {
	set      *policySet
	action   cedar.EntityUID
	resource cedar.EntityType
	roles    []cedar.EntityUID // of the principal
}

// All implements cedar.PolicyIterator. Cedar evaluates the scopes again: this only spares what cannot apply.
func (m matter) All() iter.Seq2[cedar.PolicyID, *cedar.Policy] {
	return func(yield func(cedar.PolicyID, *cedar.Policy) bool) {
		for i := -1; i < len(m.roles); i++ {
			key := slice{action: m.action, resource: m.resource} // about any principal, then about those of a role
			if i >= 0 {
				key.role = m.roles[i]
			}
			for _, n := range m.set.slices[key] {
				if !yield(n.id, n.policy) {
					return
				}
			}
		}
	}
}

// permits says whether some policy permits an action in the roles at all, whatever the object.
func (p *policySet) permits(action cedar.EntityUID, resource cedar.EntityType, roles []cedar.EntityUID) bool {
	for _, policy := range (matter{p, action, resource, roles}).All() {
		if policy.Effect() == cedar.Permit {
			return true
		}
	}
	return false
}

// EvaluationError is a policy that could not be evaluated: a caller or an object was not written as the schema says. It
// is a defect of the program, so it is thrown (panic): who meets it answers nothing. The edge answers 500 and logs it; a
// follower ends the process.
type EvaluationError struct {
	Policy string // its @id
	Reason string // of Cedar: names types and attributes, no value
}

// Error implements error.
func (e *EvaluationError) Error() string {
	return fmt.Sprintf("policy %q could not be evaluated, so that all is denied: %s", e.Policy, e.Reason)
}

// allows asks Cedar. It denies what no policy permits and what one forbids, and panics with *EvaluationError where a
// policy cannot be evaluated.
func (p *policySet) allows(who principal, action cedar.EntityUID, what cedar.Entity) bool {
	a := &asked{who: who.Entity, what: what, actions: p.actions}
	decision, told := cedar.Authorize(matter{p, action, what.UID.Type, who.roles}, a, cedar.Request{
		Principal: who.UID, Action: action, Resource: what.UID,
	})
	for _, e := range told.Errors {
		panic(&EvaluationError{Policy: string(e.PolicyID), Reason: e.Message})
	}
	return decision == cedar.Allow
}
