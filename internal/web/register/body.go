package register

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"

	"verigate/api/client"
	"verigate/internal/web/site"
	"verigate/internal/web/text"
)

// local is how a browser writes a time of day with its date; it is one of Hanoi.
const local = "2006-01-02T15:04"

// arrival is when the paper, call or message arrived.
func arrival(v *site.Visit) (time.Time, error) {
	at, err := time.ParseInLocation(local, v.Form("received_at"), text.Hanoi())
	if err == nil {
		return at, nil
	}
	return time.Time{}, &site.Problem{Problem: client.Problem{
		Status: http.StatusUnprocessableEntity, Code: "invalid_body", Errors: []client.ProblemError{{Pointer: "/received_at", Code: "required"}},
	}}
}

// registration is the body of row 1b.
func registration(v *site.Visit, at time.Time) client.Registration {
	r := client.Registration{ReceivedAt: at, RegisterNumber: v.Form("register_number"), Request: request(v)}
	if v.Form("partner") == unknown {
		r.Sender, r.SenderName, r.SenderContact = client.RegistrationSenderUnknown, v.Form("sender_name"), v.Form("sender_contact")
		return r
	}
	r.Partner = v.Form("partner")
	return r
}

// unknown is the partner of a form whose sender is none.
const unknown = "unknown"

// request is what the sender asks, as far as the form has it; the rest of the paper stands in the statement.
func request(v *site.Visit) json.RawMessage {
	body := client.VerificationRequest{
		Kind: client.RequestKind(v.Form("kind")), Channel: client.Channel(v.Form("channel")), OwnReference: v.Form("own_reference"),
		Language: v.Form("language"),
		Urgency: client.Urgency{
			Degree: client.Degree(v.Form("degree")), Justification: client.UrgencyJustification(v.Form("justification")), JustificationText: lines(v, "justification_text"),
		},
		Purpose: client.VerificationRequestPurpose{Statement: lines(v, "statement"), LegalBasis: v.Form("legal_basis")},
		Handling: client.Handling{
			Code: client.HandlingCode(v.Form("code")), MarkingVerbatim: v.Form("marking_verbatim"), TLP: client.HandlingTLP(v.Form("tlp")),
			InterpolLevel: client.HandlingInterpolLevel(v.Form("interpol_level")),
		},
	}
	for i := range sentRows(v, "questions") {
		if code, asks := v.Form(at("code", i)), lines(v, at("question", i)); code != "" || asks != "" {
			body.Questions = append(body.Questions, client.Question{N: len(body.Questions) + 1, Code: client.RequestType(code), Text: asks})
		}
	}
	for i := range sentRows(v, "subjects") {
		if s := subject(v, i, len(body.Subjects)+1); s != nil {
			body.Subjects = append(body.Subjects, s)
		}
	}
	content, _ := json.Marshal(body) // a type of the contract is always written
	return content
}

// at is the name of a field in a row.
func at(name string, row int) string { return name + "-" + strconv.Itoa(row) }

// lines is a text of several lines, which browsers end with CRLF.
func lines(v *site.Visit, name string) string { return strings.ReplaceAll(v.Form(name), "\r\n", "\n") }

// subject is a row in which something was typed: its kind says which member the name or number is.
func subject(v *site.Visit, row, number int) json.RawMessage {
	kind, named, remark := v.Form(at("kind", row)), v.Form(at("named", row)), v.Form(at("remark", row))
	if kind == "" && named == "" && remark == "" {
		return nil
	}
	members := map[string]any{"id": "s" + strconv.Itoa(number), "kind": kind}
	switch member := memberOf(kind); {
	case named == "":
	case member == "names":
		members["names"] = []client.Name{{Text: named}}
	default:
		members[member] = named
	}
	if remark != "" {
		members["remark"] = remark
	}
	content, _ := json.Marshal(members) // strings are always written
	return content
}

// memberOf is by what a subject of a kind is known first.
func memberOf(kind string) string {
	switch kind {
	case "person", "company":
		return "names"
	case "container", "flight", "permit", "account":
		return "number"
	case "consignment":
		return "bl_no"
	case "vehicle":
		return "plate"
	case "phone":
		return "e164"
	case "specimen":
		return "scientific_name"
	case "drug":
		return "inn"
	case "online":
		return "handle"
	case "past_case":
		return "summary"
	}
	return "name"
}

// enterStub is row 1c. There is nothing to read but the register's own fields.
func enterStub(v *site.Visit) error {
	at, err := arrival(v)
	if err == nil {
		err = site.Done(v.API.RegisterStub(v.Context(), &client.RegisterStubParams{IdempotencyKey: v.Form("key")}, client.Stub{
			Partner: v.Form("partner"), OwnReference: v.Form("own_reference"), Channel: client.Channel(v.Form("channel")),
			RegisterNumber: v.Form("register_number"), Keeper: v.Form("keeper"), Degree: client.Degree(v.Form("degree")), ReceivedAt: at,
		}))
	}
	if p, no := site.Refused(err); no {
		return show(v, refused{problem: p, stub: true, sent: true})
	}
	if err != nil {
		return err
	}
	// Only its keeper may open it from here on.
	return v.GoSaying("/register", "register_stub")
}

func codes[T ~string](all ...T) []string {
	out := make([]string, len(all))
	for i, code := range all {
		out[i] = string(code)
	}
	return out
}

// channels are the ways in which something comes that does not come through the gateway.
func channels() []string {
	return codes(client.ChannelPaper, client.ChannelTelephone, client.ChannelEmail, client.ChannelRiloCencomm, client.ChannelNcb, client.ChannelBilateral, client.ChannelCoordinationBoard)
}

// degrees are the most urgent first.
func degrees() []string {
	return codes(client.DegreeFlash, client.DegreeUrgent, client.DegreePriority, client.DegreeRoutine, client.DegreeLookBack, client.DegreeComplex)
}

func arguments() []string {
	return codes(
		client.UrgencyJustificationLifeThreat, client.UrgencyJustificationLiveAnimals, client.UrgencyJustificationGoodsInMotion,
		client.UrgencyJustificationArrestWindow, client.UrgencyJustificationReleaseImminent, client.UrgencyJustificationEvidenceLoss,
		client.UrgencyJustificationOther,
	)
}

func marks() []string { return []string{"H0", "H1", "H2", "H3"} }

func lights() []string {
	return codes(client.HandlingTLPCLEAR, client.HandlingTLPGREEN, client.HandlingTLPAMBER, client.HandlingTLPAMBERSTRICT, client.HandlingTLPRED)
}

func levels() []string {
	return codes(client.HandlingInterpolLevelFOROFFICIALUSEONLY, client.HandlingInterpolLevelRESTRICTED, client.HandlingInterpolLevelCONFIDENTIAL)
}

// types are those of questions: a notice has none, and what is ours to ask abroad does not come in here.
func types() []string {
	return codes(
		client.RequestTypeIDP, client.RequestTypeCOM, client.RequestTypeCON, client.RequestTypeDEC, client.RequestTypeVEH, client.RequestTypeVES,
		client.RequestTypeTRV, client.RequestTypePER, client.RequestTypeCDL, client.RequestTypeSPE, client.RequestTypeCRI, client.RequestTypeSEI,
		client.RequestTypeCAS, client.RequestTypeFIN, client.RequestTypeTEL,
	)
}

func kinds() []string {
	return []string{
		"container", "consignment", "company", "person", "vessel", "vehicle", "flight", "permit", "specimen", "drug", "phone", "account",
		"online", "place", "past_case",
	}
}
