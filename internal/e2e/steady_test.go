package e2e_test

import (
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// chance is what two answers to one question may differ by: ids of calls, keys of forms, sealed cursors, the nonces of a
// second factor, and what counts calls.
var chance = patternsOf(
	`X-Request-Id: .*`, `Ratelimit[-a-z]*: .*`, `RateLimit[-A-Za-z]*: .*`, `Date: .*`, `Etag: .*`, `Content-Length: .*`, `Set-Cookie: .*`,
	`"request_id":"[^"]*"`, `name="key" value="[^"]*"`, `"next_cursor":"[^"]*"`, `"cursor":"[^"]*"`, `cursor=[^"&]*`, `id: \S+`,
	`"instance":"[^"]*"`, `<code>[a-z2-7]{26}</code>`, `data-place="[^"]*"`,
)

// lag is how many messages a follower has yet to take at that moment, in the contract and on the operators' page.
var lag = patternsOf(`"lag":\d+,`, `<td data-label="Chậm">.*?</td>`)

func steady(answer []byte) string {
	return chance.replace(lag.replace(string(answer), ""), "…")
}

// patterns are the alternatives of one regular expression. Each begins with a text of its own, by which it is looked for: one
// expression of them all would try each of them at every byte, which was most of the time of the tests that compare answers.
type patterns []*regexp.Regexp

func patternsOf(all ...string) (p patterns) {
	for _, one := range all {
		p = append(p, regexp.MustCompile(one))
	}
	return p
}

// replace is ReplaceAllLiteralString of the one expression: the first match counts, of two at one place that of the first pattern,
// and what it covers is in no other.
func (p patterns) replace(in, with string) string {
	next := make([][]int, len(p)) // the next match of each, at its place in all of it; nil: none
	find := func(i, from int) {
		if next[i] = p[i].FindStringIndex(in[from:]); next[i] != nil {
			next[i][0], next[i][1] = next[i][0]+from, next[i][1]+from
		}
	}
	for i := range p {
		find(i, 0)
	}
	var out strings.Builder
	for from := 0; ; {
		var first []int
		for _, match := range next {
			if match != nil && (first == nil || match[0] < first[0]) {
				first = match
			}
		}
		if first == nil {
			out.WriteString(in[from:])
			return out.String()
		}
		out.WriteString(in[from:first[0]])
		out.WriteString(with)
		from = first[1]
		for i, match := range next {
			if match != nil && match[0] < from {
				find(i, from)
			}
		}
	}
}

// Whatever the patterns' texts are put together to, they match as one expression of them all.
func TestPatternsMatchAsTheirAlternativesInOneExpressionDo(t *testing.T) {
	t.Parallel()
	for name, p := range map[string]patterns{"chance": chance, "lag": lag} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pieces := []string{"a", " ", "\n", `"`, "&", "…", "</td>", "</code>", "x-y: ", strings.Repeat("a2", 13), "7"}
			var all []string
			for _, one := range p {
				all = append(all, one.String())
				prefix, _ := one.LiteralPrefix()
				if len(prefix) < 4 {
					t.Errorf("%s has no beginning by which it is found", one)
				}
				pieces = append(pieces, prefix)
			}
			one := regexp.MustCompile(strings.Join(all, "|"))
			rapid.Check(t, func(t *rapid.T) {
				text := strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 20).Draw(t, "pieces"), "")
				if got, want := p.replace(text, "-"), one.ReplaceAllLiteralString(text, "-"); got != want {
					t.Errorf("%q: %q, want %q", text, got, want)
				}
			})
		})
	}
}
