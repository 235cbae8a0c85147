package sla

import (
	"fmt"
	"strings"
)

// Words are a text in both languages of the gateway, in the words of the field.
type Words struct {
	VI string
	EN string
}

// say fills both texts of a format with the same words.
func say(vi, en string, with ...Words) Words {
	inVI, inEN := make([]any, len(with)), make([]any, len(with))
	for i, w := range with {
		inVI[i], inEN[i] = w.VI, w.EN
	}
	return Words{VI: fmt.Sprintf(vi, inVI...), EN: fmt.Sprintf(en, inEN...)}
}

// and writes words one behind the other, without those that are empty.
func (w Words) and(separator string, more ...Words) Words {
	for _, m := range more {
		if m == (Words{}) {
			continue
		}
		w = Words{VI: w.VI + separator + m.VI, EN: w.EN + separator + m.EN}
	}
	return w
}

// same is what has the same letters in both languages: a code, a number.
func same(s string) Words { return Words{VI: s, EN: s} }

// dictionary has the words of all codes of which an explanation speaks.
type dictionary map[string]Words

// of returns the words of a code, or the code itself, as a unit, an agency or a hold of which no word is known has it.
func (d dictionary) of(code string) Words {
	if w, ok := d[code]; ok {
		return w
	}
	if unit, ok := strings.CutPrefix(code, "unit:"); ok {
		return say("đơn vị %s", "unit %s", same(unit))
	}
	if agency, ok := strings.CutPrefix(code, "agency:"); ok {
		return say("cơ quan %s", "agency %s", same(agency))
	}
	return same(strings.TrimPrefix(code, "hold:"))
}

// words are those of deploy/data/glossary.csv where it has one. A clock is under "clock:", because some codes of clocks
// are reasons too.
func words() dictionary {
	return dictionary{
		"clock:total":         {"Trả lời đầy đủ", "Whole answer"},
		"clock:acknowledge":   {"Báo đã tiếp nhận", "Acknowledgement"},
		"clock:route":         {"Phân loại, chuyển xử lý", "Routing"},
		"clock:accept":        {"Tiếp nhận", "Acceptance"},
		"clock:answer":        {"Trả lời", "Answer"},
		"clock:interim":       {"Trả lời bước đầu", "Interim answer"},
		"clock:review":        {"Rà soát", "Review"},
		"clock:action":        {"Hành động trước sự kiện", "Action before the event"},
		"clock:clarify":       {"Bổ sung thông tin", "Clarification"},
		"clock:confirm":       {"Xác nhận kết quả", "Confirmation"},
		"clock:consent":       {"Đồng ý của bên cung cấp thông tin", "Consent of the originator"},
		"clock:recall_notice": {"Nhận thông báo thu hồi", "Recall notice"},
		"clock:red_cause":     {"Lý do chậm", "Reason for delay"},

		ChargedDesk:       {"Phòng 1", "desk"},
		ChargedPartner:    {"đối tác", "partner"},
		ChargedOriginator: {"bên cung cấp thông tin", "originator"},
		ChargedAll:        {"tất cả các bên", "all"},

		causeRunning:           {"đang xử lý", "work"},
		causeClarifying:        {"chờ bổ sung thông tin", "clarification"},
		causeConsent:           {"chờ sự đồng ý", "a consent"},
		"hold:laboratory":      {"chờ phòng thí nghiệm", "a laboratory"},
		"hold:other_force":     {"chờ lực lượng khác", "another force"},
		"hold:legal_authority": {"chờ cơ quan có thẩm quyền", "a legal authority"},
		"hold:physical_exam":   {"kiểm tra thực tế", "a physical examination"},
		"hold:internal":        {"việc nội bộ", "an internal matter"},

		"laboratory":      {"phòng thí nghiệm", "laboratory"},
		"other_force":     {"lực lượng khác", "another force"},
		"legal_authority": {"cơ quan có thẩm quyền", "legal authority"},
		"physical_exam":   {"kiểm tra thực tế", "physical examination"},

		"further_checks":   {"kiểm tra bổ sung", "further checks"},
		"outside_agency":   {"cơ quan khác", "outside agency"},
		"consent_awaited":  {"chờ sự đồng ý", "consent awaited"},
		"translation":      {"bản dịch", "translation"},
		"volume":           {"khối lượng lớn", "volume"},
		"force_majeure":    {"bất khả kháng", "force majeure"},
		"risk_to_life":     {"nguy hiểm tính mạng", "risk to life"},
		"live_animals":     {"động vật sống", "live animals"},
		"goods_in_motion":  {"hàng đang vận chuyển", "goods in motion"},
		"physical_event":   {"sự kiện thực tế", "physical event"},
		"release_imminent": {"sắp thông quan", "release imminent"},
		"evidence_loss":    {"nguy cơ mất chứng cứ", "evidence loss"},
		"campaign":         {"chiến dịch", "campaign"},
		"partner_request":  {"theo đề nghị của đối tác", "partner's request"},
		"event_past":       {"sự kiện đã qua", "event past"},
		"complexity":       {"phức tạp", "complexity"},
		"over_stated":      {"độ khẩn cao hơn cần thiết", "overstated"},
		"floor":            {"mức tối thiểu của nội dung yêu cầu", "floor of what is asked"},
		"other":            {"lý do khác", "other"},

		"flight_arrival":    {"chuyến bay đến", "flight arrival"},
		"gate_out":          {"hàng ra cổng", "gate-out"},
		"controlled_window": {"vận chuyển có kiểm soát", "controlled delivery"},
		"vessel_arrival":    {"tàu đến", "vessel arrival"},
		"court_date":        {"phiên tòa", "court date"},

		"flash":     {"hỏa tốc", "flash"},
		"urgent":    {"thượng khẩn", "urgent"},
		"priority":  {"khẩn", "priority"},
		"routine":   {"thường", "routine"},
		"look_back": {"tra cứu vụ việc cũ (từ năm 2018)", "look-back"},
		"complex":   {"phức tạp", "complex"},

		"place:":             {"trực 24/7", "round the clock"},
		"place:headquarters": {"giờ hành chính, trụ sở", "office hours of headquarters"},
		"place:north":        {"giờ hành chính, miền Bắc", "office hours of the north"},
		"place:central":      {"giờ hành chính, miền Trung", "office hours of the centre"},
		"place:south":        {"giờ hành chính, miền Nam", "office hours of the south"},
	}
}
