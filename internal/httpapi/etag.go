package httpapi

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"verigate/api/server"
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
	return func(v gateway.View) bool {
		tag, err := e.tag(v)
		return err == nil && slices.Contains(m.tags, tag)
	}
}

// tag is the entity tag of a request for its reader. Staff compare the count of its messages; a partner's is a keyed
// hash of the partner's own view, so that no internal step changes it.
func (e *edge) tag(v gateway.View) (string, error) {
	if access.ViewOf(v.By, access.ObjectOf(v.Request)) != access.PartnerView {
		return staffTag(v), nil
	}
	view, err := e.partnerView(v)
	if err != nil {
		return "", err
	}
	return e.partnerTag(view)
}

func staffTag(v gateway.View) string { return `"` + strconv.FormatUint(v.Request.Version, 10) + `"` }

// partnerTag is over the bytes that Go's encoder gives for the view: the same view, the same bytes. Accepted bodies
// stand in it by their length: they do not change but by being erased, and copying them would be most of the work.
func (e *edge) partnerTag(view server.PartnerView) (string, error) {
	view.Request = length(view.Request)
	view.FollowUps = slices.Clone(view.FollowUps)
	for i := range view.FollowUps {
		view.FollowUps[i].Request = length(view.FollowUps[i].Request)
	}
	form, err := json.Marshal(view)
	if err != nil {
		return "", err
	}
	return `"` + e.Gateway.Identity.Tag(form) + `"`, nil
}

func length(body json.RawMessage) json.RawMessage {
	return strconv.AppendInt(nil, int64(len(body)), 10)
}
