package directory

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"time"
)

// Campaign is an operation with a peak, in the form of campaigns/*.json. Later
// versions are appended and never replace one: a round keeps the version under
// which it started.
type Campaign struct {
	ID                 string            `json:"id"`
	Version            int               `json:"version,omitempty"` // from 1; set on loading and appending
	Name               map[string]string `json:"name"`              // by language, en and vi at least
	Theme              string            `json:"theme"`
	LeadBody           string            `json:"lead_body"`
	Order              Order             `json:"order"`
	Peak               Span              `json:"peak"`
	FollowUpFrom       time.Time         `json:"follow_up_from"`
	LookBackFrom       string            `json:"look_back_from"` // EDTF
	NominationDeadline Deadline          `json:"nomination_deadline"`
	Clock              ClockSwitch       `json:"clock"`
	Clauses            map[string]string `json:"clauses"` // which obligation a setting comes from
}

// Order is the text that ordered the campaign.
type Order struct {
	Number string `json:"number"`
	Date   string `json:"date"`
}

// Span is half-open: From is in it, To is not.
type Span struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
}

// Deadline is exclusive: at Before it is too late.
type Deadline struct {
	Before time.Time `json:"before"`
}

// ClockSwitch names the calendar of rounds that start inside the peak.
type ClockSwitch struct {
	InPeak string `json:"in_peak"`
}

// InPeak reports whether t lies in the peak, its end excluded.
func (c Campaign) InPeak(t time.Time) bool {
	return !t.Before(c.Peak.From) && t.Before(c.Peak.To)
}

// Moved is the campaign with its peak beginning at the start of t's day in Viet
// Nam, everything else at the same distance. For demonstrations.
func (c Campaign) Moved(t time.Time) Campaign {
	t = t.In(vietNam())
	by := time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, vietNam()).Sub(c.Peak.From)
	c.Peak = Span{From: c.Peak.From.Add(by), To: c.Peak.To.Add(by)}
	c.FollowUpFrom = c.FollowUpFrom.Add(by)
	c.NominationDeadline.Before = c.NominationDeadline.Before.Add(by)
	return c
}

// Campaign is the latest version of a campaign.
func (d *Directory) Campaign(id string) (Campaign, bool) {
	versions := d.campaigns[id]
	if len(versions) == 0 {
		return Campaign{}, false
	}
	return versions[len(versions)-1], true
}

// CampaignVersion is one version of a campaign, counted from 1.
func (d *Directory) CampaignVersion(id string, version int) (Campaign, bool) {
	versions := d.campaigns[id]
	if version < 1 || version > len(versions) {
		return Campaign{}, false
	}
	return versions[version-1], true
}

// Campaigns lists the latest version of each campaign, by id.
func (d *Directory) Campaigns() []Campaign {
	var list []Campaign
	for _, versions := range d.campaigns {
		list = append(list, versions[len(versions)-1])
	}
	slices.SortFunc(list, func(a, b Campaign) int { return bytes.Compare([]byte(a.ID), []byte(b.ID)) })
	return list
}

// WithCampaign appends a version of a campaign, or a new campaign; Version is
// set here.
func (d *Directory) WithCampaign(c Campaign) (*Directory, error) {
	if err := c.check(); err != nil {
		return nil, fmt.Errorf("add campaign: %w", err)
	}
	changed := d.copy()
	c.Version = len(d.campaigns[c.ID]) + 1
	changed.campaigns[c.ID] = append(slices.Clone(d.campaigns[c.ID]), c)
	return changed, nil
}

func (c Campaign) check() error {
	var problems []error
	if c.ID == "" || c.Name["en"] == "" || c.Name["vi"] == "" || c.Theme == "" {
		problems = append(problems, errors.New("a campaign needs an id, names in en and vi, a theme"))
	}
	if !c.Peak.From.Before(c.Peak.To) {
		problems = append(problems, errors.New("the peak must end after it begins"))
	}
	if c.Clock.InPeak != "" && c.Clock.InPeak != "24x7" {
		problems = append(problems, fmt.Errorf("calendar %q is unknown", c.Clock.InPeak))
	}
	return errors.Join(problems...)
}

func (l *loader) campaigns() map[string][]Campaign {
	files, err := fs.Glob(l.files, "campaigns/*.json")
	if err != nil {
		l.problem("campaigns", "%w", err)
	}
	campaigns := map[string][]Campaign{}
	for _, file := range files {
		c, err := l.campaign(file)
		if err != nil {
			l.problem(file, "%w", err)
			continue
		}
		if len(campaigns[c.ID]) > 0 {
			l.problem(file, "campaign %q stands twice", c.ID)
		}
		c.Version = 1
		campaigns[c.ID] = []Campaign{c}
	}
	return campaigns
}

func (l *loader) campaign(file string) (Campaign, error) {
	raw, err := fs.ReadFile(l.files, file)
	if err != nil {
		return Campaign{}, err
	}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.DisallowUnknownFields()
	var c Campaign
	if err := decoder.Decode(&c); err != nil {
		return Campaign{}, err
	}
	if decoder.More() {
		return Campaign{}, errors.New("more than one value")
	}
	return c, c.check()
}
