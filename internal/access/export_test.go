package access

import (
	"errors"
	"io/fs"
	"slices"
	"sync"

	"github.com/cedar-policy/cedar-go"
	"github.com/cedar-policy/cedar-go/x/exp/schema/resolved"
	"github.com/cedar-policy/cedar-go/x/exp/schema/validate"
)

// ReadPolicies reads policies as the start does.
func ReadPolicies(files fs.FS) error {
	_, err := readPolicies(files, Table())
	return err
}

// Policies are the embedded files.
func Policies() fs.FS {
	files, err := fs.Sub(policyFiles, "policies")
	if err != nil {
		panic(err)
	}
	return files
}

func embedded() *policySet {
	set, err := ready()
	if err != nil {
		panic(err)
	}
	return set
}

// declared is the schema with its actions, and all policies in one set.
var declared = sync.OnceValues(func() (*resolved.Schema, *cedar.PolicySet) {
	types, err := readSchema(Policies(), Table())
	if err != nil {
		panic(err)
	}
	all := cedar.NewPolicySet()
	for _, list := range embedded().slices {
		for _, n := range list {
			all.Add(n.id, n.policy)
		}
	}
	return types, all
})

// ActionsOn are the actions that can be asked of the object, by the schema.
func ActionsOn(o Object) []string {
	types, _ := declared()
	var out []string
	for id, a := range types.Actions {
		if a.AppliesTo != nil && slices.Contains(a.AppliesTo.Resources, o.entity().UID.Type) {
			out = append(out, string(id.ID))
		}
	}
	slices.Sort(out)
	return out
}

// Sliced asks as the program does.
func Sliced(c Caller, name string, o Object) bool { return askerOf(c).mayOn(name, o) }

// Whole asks all policies, those that cannot apply too. An error is a denial.
func Whole(c Caller, name string, o Object) bool {
	_, all := declared()
	who, what := c.principal(), o.entity()
	decision, told := cedar.Authorize(all, &asked{who: who.Entity, what: what, actions: embedded().actions}, cedar.Request{
		Principal: who.UID, Action: action(name), Resource: what.UID,
	})
	return decision == cedar.Allow && len(told.Errors) == 0
}

// Fits holds a caller and an object against the schema.
func Fits(c Caller, o Object) error {
	types, _ := declared()
	v := validate.New(types)
	return errors.Join(v.Entity(c.principal().Entity), v.Entity(o.entity()))
}

// SameFace says whether both are whole in one face.
func SameFace(a, b Object) bool {
	one, whole := a.face()
	two, both := b.face()
	return whole && both && one == two
}

// HasFace says whether the object's face is the whole of it.
func HasFace(o Object) bool {
	_, whole := o.face()
	return whole
}

// SameEntity says whether the policies see two objects as one.
func SameEntity(a, b Object) bool { return a.entity().Equal(b.entity()) }

// AskOfAnEmptyCase asks about a case without attributes, as the program never writes one.
func AskOfAnEmptyCase(c Caller) bool {
	return askerOf(c).may(askKnow, cedar.Entity{UID: uid(typeCase, "")})
}
