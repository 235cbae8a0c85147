package portal

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"verigate/internal/identifier"
	"verigate/internal/web/form"
	"verigate/internal/web/site"
	"verigate/internal/web/text"
)

// draft is a form that is being filled in. It is nowhere but in the browser that fills it in.
type draft struct {
	shape  form.Shape
	values form.Values
	zone   *time.Location // by whose clock instants are typed
	seen   map[string]string
	after  after
	fresh  string // the row that was added just now
	tag    string // version of the request that more is said to
}

// after is the subjects that a request has already, when more is said to it.
type after struct {
	subjects []string      // ids
	named    []site.Choice // the same, with what they are
}

// seenPrefix begins the names of the ticks by which the sender says that a mark is as it was seen. The value of each is
// the mark that it was said of.
const seenPrefix = "seen:"

func begun(v *site.Visit, shape form.Shape) draft {
	zone := v.Zone
	if zone == nil {
		zone = text.Hanoi()
	}
	return draft{shape: shape, values: form.Values{}, zone: zone, seen: map[string]string{}}
}

// sent is the draft that a browser sends. Its instants are of the clock that the form named when it was shown.
func sent(v *site.Visit, shape form.Shape) draft {
	d := begun(v, shape)
	_ = v.Form("key") // reads the form
	d.values = form.Read(v.Request.PostForm)
	d.named(v)
	d.zone = text.Hanoi()
	if name := v.Form("zone"); name != "" {
		if zone, err := time.LoadLocation(name); err == nil && zone != time.Local {
			d.zone = zone
		}
	}
	for name, said := range v.Request.PostForm {
		if at, is := strings.CutPrefix(name, seenPrefix); is {
			d.seen[at] = said[0]
		}
	}
	return d
}

// zoneName is the zone as the form carries it; Hanoi's is none.
func (d draft) zoneName() string {
	if d.zone.String() == text.Hanoi().String() {
		return ""
	}
	return d.zone.String()
}

// change does what a button of the form says: add:/subjects, remove:/questions/1. Any other only shows the form again.
func (d *draft) change(do, kind string) {
	what, at, _ := strings.Cut(do, ":")
	switch what {
	case "add":
		d.add(at, kind)
	case "remove":
		if i := strings.LastIndex(at, "/"); i > 0 {
			if n, err := strconv.Atoi(at[i+1:]); err == nil {
				d.remove(at[:i], n)
			}
		}
	case "kind":
		d.values.Set("/kind", at)
	}
}

func (d *draft) add(at, kind string) {
	row := at + "/" + strconv.Itoa(d.values.Rows(at))
	d.fresh = row
	switch at {
	case "/subjects":
		d.values.Set(row+"/id", d.freeID())
		d.values.Set(row+"/kind", kind)
		if kind == "person" || kind == "company" {
			d.values.Set(row+"/names/0/text", "")
		}
	default:
		d.values.Set(row+"/", "") // holds the place of a row without anything typed
	}
}

// freeID is the next id that no subject has.
func (d *draft) freeID() string {
	taken := slices.Clone(d.after.subjects)
	for i := range d.values.Rows("/subjects") {
		taken = append(taken, d.values.Get("/subjects/"+strconv.Itoa(i)+"/id"))
	}
	for n := 1; ; n++ {
		if id := "s" + strconv.Itoa(n); !slices.Contains(taken, id) {
			return id
		}
	}
}

// remove takes a row out; of a subject also where questions name it.
func (d *draft) remove(at string, n int) {
	if at == "/subjects" {
		id := d.values.Get(at + "/" + strconv.Itoa(n) + "/id")
		for name, typed := range d.values {
			if strings.HasPrefix(name, "/questions/") && strings.HasSuffix(name, "/subjects") {
				d.values[name] = slices.DeleteFunc(typed, func(s string) bool { return s == id })
			}
		}
	}
	d.values.Remove(at, n)
}

// tidy drops empty rows and numbers what the sender does not number, so that the form stands as its body will.
func (d *draft) tidy() {
	d.values.Tidy(d.shape, "")
	for i := range d.values.Rows("/questions") {
		d.values.Set("/questions/"+strconv.Itoa(i)+"/n", strconv.Itoa(i+1))
	}
	for i := range d.values.Rows("/attachments") {
		d.values.Set("/attachments/"+strconv.Itoa(i)+"/id", "a"+strconv.Itoa(i+1))
	}
}

func (d draft) body() ([]byte, error) {
	body, err := json.Marshal(d.shape.Body(d.values, d.zone))
	if err != nil {
		return nil, fmt.Errorf("write the body of a form: %w", err)
	}
	return body, nil
}

// checks are those of the identifiers that were typed, by pointer.
func (d draft) checks() map[string]identifier.Check {
	checks := map[string]identifier.Check{}
	for _, f := range identifier.In(d.subjects()) {
		checks[f.Pointer] = f.Check
	}
	return checks
}

// subjects as they will be in the body.
func (d draft) subjects() []map[string]any {
	body, err := d.body()
	var decoded struct {
		Subjects []map[string]any `json:"subjects"`
	}
	if err != nil || json.Unmarshal(body, &decoded) != nil {
		return nil
	}
	return decoded.Subjects
}

// unconfirmed says whether a mark has a wrong check digit that nobody has said to be as seen.
func (d draft) unconfirmed() bool {
	for at, c := range d.checks() {
		if c.Warned() && d.seen[at] != c.Raw {
			return true
		}
	}
	return false
}

// traces are the fields of subjects that identify something, as kind and path with every row numbered 0: what the rules
// find in a body that has all fields.
func traces(request form.Shape) map[string]bool {
	found := map[string]bool{}
	subjects, _ := request.At("subjects")
	for _, kind := range subjects.Kinds() {
		d := draft{shape: request, values: form.Values{}, zone: time.UTC}
		d.values.Set("/subjects/0/kind", kind)
		for range 2 { // rows first, then what is in them
			fill(subjects.Field("/subjects", d.values), d.values)
		}
		for _, f := range identifier.In(d.subjects()) {
			found[kind+strings.TrimPrefix(f.Pointer, "/subjects/0")] = true
		}
	}
	return found
}

// fill types something into every text of a field, and gives every list a row.
func fill(f form.Field, v form.Values) {
	switch f.Sort {
	case form.Text, form.Long, form.Lines, form.Choice:
		v.Set(f.Pointer, "0")
	case form.Rows:
		if len(f.Rows) == 0 {
			v.Set(f.Pointer+"/0/", "")
		}
	default:
	}
	for _, within := range slices.Concat(f.Fields, f.Rows) {
		fill(within, v)
	}
}
