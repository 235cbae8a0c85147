package jet

import (
	"testing"

	"github.com/nats-io/nats-server/v2/server"
)

func TestRightsAreReadAsTheServerReadsThem(t *testing.T) {
	t.Parallel()
	const subject = "$JS.API.STREAM.DELETE.RECORD_0"
	publish := func(allow, deny []string) *server.Permissions {
		return &server.Permissions{Publish: &server.SubjectPermission{Allow: allow, Deny: deny}}
	}
	for name, test := range map[string]struct {
		rights *server.Permissions
		may    bool
	}{
		"none are all":            {nil, true},
		"none to publish":         {&server.Permissions{}, true},
		"named":                   {publish([]string{subject}, nil), true},
		"by a wildcard":           {publish([]string{"$JS.API.STREAM.*.RECORD_0"}, nil), true},
		"by the rest":             {publish([]string{"a", "$JS.API.>"}, nil), true},
		"others":                  {publish([]string{"$JS.API.STREAM.INFO.RECORD_0", "$JS.API.STREAM.DELETE.RECORD"}, nil), false},
		"a deny of the same":      {publish([]string{">"}, []string{"$JS.API.STREAM.DELETE.*"}), false},
		"a deny without an allow": {publish(nil, []string{"$JS.API.STREAM.>"}), false},
		"a deny of another":       {publish([]string{">"}, []string{"$JS.API.STREAM.DELETE.QUEUE"}), true},
	} {
		if got := mayPublish(test.rights, subject); got != test.may {
			t.Errorf("%s: %v", name, got)
		}
	}
}
