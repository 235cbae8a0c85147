package httpapi

import (
	"slices"
	"strconv"
	"strings"

	"verigate/internal/access"
	"verigate/internal/gateway"
)

// ifMatch is a read If-Match; the zero value asks for no version.
type ifMatch struct {
	given bool
	any   bool
	tags  []string // strong ones, with their quotes
}

const maxIfMatch = 200

// parseIfMatch reads the header. A weak tag is a tag that never matches (RFC 9110, 13.1.1).
func parseIfMatch(given []string) (ifMatch, error) {
	if len(given) == 0 {
		return ifMatch{}, nil
	}
	text := strings.TrimSpace(strings.Join(given, ","))
	if text == "*" {
		return ifMatch{given: true, any: true}, nil
	}
	m := ifMatch{given: true}
	for tag := range strings.SplitSeq(text, ",") {
		tag = strings.TrimSpace(tag)
		bare := strings.TrimPrefix(tag, "W/")
		if len(text) > maxIfMatch || len(bare) < 2 || bare[0] != '"' || strings.IndexByte(bare[1:], '"') != len(bare)-2 {
			return ifMatch{}, &fault{code: codeIfMatch, limit: maxIfMatch}
		}
		if bare == tag {
			m.tags = append(m.tags, tag)
		}
	}
	return m, nil
}

// match is how the gateway compares the version before it decides: by the tag that this caller would have read.
func (e *edge) match(m ifMatch) func(gateway.View) bool {
	switch {
	case !m.given:
		return nil
	case m.any:
		return func(gateway.View) bool { return true }
	}
	return func(v gateway.View) bool { return slices.Contains(m.tags, e.tag(v)) }
}

// tag is the entity tag of a request for its reader. Staff compare the count of its messages; a partner compares what it
// can see itself, so that no internal step changes its tag.
func (e *edge) tag(v gateway.View) string {
	if access.ViewOf(v.By, access.ObjectOf(v.Request)) != access.PartnerView {
		return staffTag(v)
	}
	return e.partnerTag(v)
}

func staffTag(v gateway.View) string { return `"` + strconv.FormatUint(v.Request.Version, 10) + `"` }

// partnerTag is a keyed hash of what settles the partner's view: the version in which it could see a change last, which
// must not be told; whether the promise was extended, which a standing clock shows by no other due time; and what this
// caller may do, which changes with steps that are not seen.
func (e *edge) partnerTag(v gateway.View) string {
	settled := []string{
		string(v.Request.ID), strconv.FormatUint(v.Changed, 10), strconv.FormatBool(v.Request.Extended),
	}
	return `"` + e.Gateway.Identity.Tag(append(settled, names(v.Allowed())...)...) + `"`
}
