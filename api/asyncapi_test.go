package api_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestEverySubjectOfTheStreamsIsDescribed(t *testing.T) {
	t.Parallel()
	read := func(path string) string {
		t.Helper()
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	var described []string
	for _, m := range regexp.MustCompile(`(?m)^    address: (\w+)\.`).FindAllStringSubmatch(read("asyncapi.yaml"), -1) {
		described = append(described, m[1])
	}
	lists := regexp.MustCompile(`Subjects:\s+\[\]string\{([^}]+)\}`).FindAllStringSubmatch(read("../internal/jet/streams.go"), -1)
	if len(lists) == 0 {
		t.Fatal("the streams' subjects are not where this test looks for them")
	}
	own := []string{"key", "session", "spent", "draft", "pairing", "signin"} // nobody's business but the gateways'
	for _, list := range lists {
		for subject := range strings.SplitSeq(list[1], ",") {
			subject = strings.Trim(subject, ` "`)
			first, _, _ := strings.Cut(subject, ".")
			if !slices.Contains(own, first) && !slices.Contains(described, first) {
				t.Errorf("asyncapi.yaml says nothing of %s", subject)
			}
		}
	}
}
