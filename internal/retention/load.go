package retention

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"time"
)

// File is the table among the reference data.
const File = "retention.csv"

// longest bounds a period: a hundred years.
const longest = 1200

func columns() []string {
	return []string{"rule", "campaign", "kind", "months", "valid_from", "valid_to", "source"}
}

// Load reads a table of rules. Its error names every line that is wrong; a table without a rule is wrong too, for it would
// keep everything for ever without anybody having said so.
func Load(files fs.FS, name string) (*Rules, error) {
	f, err := files.Open(name)
	if err != nil {
		return nil, fmt.Errorf("read the retention rules: %w", err)
	}
	defer func() { _ = f.Close() }() // read only: nothing is lost
	rules, err := read(f, name)
	if err != nil {
		return nil, fmt.Errorf("the retention rules are refused: %w", err)
	}
	return rules, nil
}

func read(f io.Reader, name string) (*Rules, error) {
	table := csv.NewReader(f)
	header, err := table.Read()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if !slices.Equal(header, columns()) {
		return nil, fmt.Errorf("%s:1: the columns must be %s, in this order", name, strings.Join(columns(), ","))
	}
	var rules Rules
	var problems []error
	for {
		cells, err := table.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, errors.Join(append(problems, fmt.Errorf("%s: %w", name, err))...)
		}
		line, _ := table.FieldPos(0)
		rule, err := parse(cells)
		if err == nil && slices.ContainsFunc(rules.all, func(r Rule) bool { return r.Name == rule.Name }) {
			err = fmt.Errorf("rule %q stands twice: give the new period a name of its own", rule.Name)
		}
		if err != nil {
			problems = append(problems, fmt.Errorf("%s:%d: %w", name, line, err))
			continue
		}
		rules.all = append(rules.all, rule)
	}
	if len(rules.all) == 0 && len(problems) == 0 {
		problems = append(problems, fmt.Errorf("%s: it holds no rule, and nothing would ever fall due", name))
	}
	return &rules, errors.Join(problems...)
}

func parse(cells []string) (Rule, error) {
	for i := range cells {
		cells[i] = strings.TrimSpace(cells[i])
	}
	r := Rule{
		Name: cells[0], Campaign: cells[1], Kind: Kind(cells[2]), From: Day(cells[4]), To: Day(cells[5]), Source: cells[6],
	}
	months, err := strconv.Atoi(cells[3])
	r.Months = months
	switch {
	case r.Name == "":
		return r, errors.New("the rule has no name")
	case r.Kind != "" && r.Kind != KindRequest && r.Kind != KindInformation:
		return r, fmt.Errorf("kind %q is neither request nor information nor empty", r.Kind)
	case err != nil || months < 1 || months > longest:
		return r, fmt.Errorf("months %q is not a whole number from 1 to %d", cells[3], longest)
	case r.Source == "":
		return r, errors.New("the source is missing: say who set the period")
	}
	return r, r.span()
}

func (r Rule) span() error {
	for _, d := range []Day{r.From, r.To} {
		if _, err := time.Parse(time.DateOnly, string(d)); d != "" && err != nil {
			return fmt.Errorf("%q is not a day such as 2021-09-01", d)
		}
	}
	if r.To != "" && r.To <= r.From {
		return fmt.Errorf("the rule ends on %s, before it begins on %s", r.To, r.From)
	}
	return nil
}

// Unknown are the campaigns that rules name and nobody knows: a slip of the pen there would keep a campaign's requests
// too short.
func (r *Rules) Unknown(known func(campaign string) bool) error {
	var problems []error
	for _, rule := range r.all {
		if rule.Campaign != "" && !known(rule.Campaign) {
			problems = append(problems, fmt.Errorf("retention rule %q names campaign %q, which is not known: correct it, or add the campaign first", rule.Name, rule.Campaign))
		}
	}
	return errors.Join(problems...)
}
