package identifier

// fields takes what a subject of this kind carries: the table "Subjects" of the
// specification.
func (c *collector) fields() {
	switch kind := c.text("kind"); kind {
	case "person":
		c.checked("nationalities/*", Country)
		c.plain("documents/*/number", KindDocument)
		c.checked("documents/*/country", Country)
		c.checked("documents/*/mrz", MRZ)
	case "company":
		c.company()
	case "vessel":
		c.checked("imo", IMO)
		c.checked("mmsi", MMSI)
		c.plain("call_sign", KindCallSign)
		c.checked("flag", Country)
	case "flight":
		c.checked("number", Flight)
		c.plain("registration", KindAircraft)
		c.checked("from", Airport)
		c.checked("to", Airport)
	case "vehicle":
		c.plain("plate", KindPlate)
		c.checked("plate_country", Country)
		c.checked("vin", VIN)
	case "container":
		c.checked("number", Container)
		c.plain("seals/*", KindSeal)
	case "consignment":
		c.consignment()
	case "place":
		c.checked("country", Country)
		c.checked("subdivision", Subdivision)
		c.checked("locode", LOCODE)
		c.checked("office", Office)
	default:
		c.traces(kind)
	}
}

// company applies the Vietnamese arithmetic only to a company that is
// Vietnamese or does not say.
func (c *collector) company() {
	c.checked("country", Country)
	c.plain("registration_no", KindRegistration)
	if country := c.text("country"); country == "" || Country(country).Normalised == "VN" {
		c.checked("tax_no", VNTax)
	} else {
		c.plain("tax_no", KindForeignTax)
	}
	c.checked("lei", LEI)
}

// consignment reads the waybill of a postal item as the post's own number.
func (c *collector) consignment() {
	c.checked("port", LOCODE)
	if c.text("form") == "post" {
		c.checked("bl_no", Post)
		c.checked("awb_no", Post)
	} else {
		c.plain("bl_no", KindBillOfLading)
		c.checked("awb_no", AWB)
	}
	c.checked("declaration_no", Declaration)
	c.checked("office", Office)
	c.plain("manifest_no", KindManifest)
	c.checked("hs_codes/*", HS)
	c.checked("route/*", LOCODE)
}

// traces are the kinds that leave a trace on paper or on line.
func (c *collector) traces(kind string) {
	switch kind {
	case "permit":
		c.plain("number", KindPermit)
		c.checked("country", Country)
	case "specimen":
		c.plain("mark", KindSpecimenMark)
	case "drug":
		c.checked("cas", CAS)
	case "phone":
		c.checked("e164", Phone)
		c.checked("imei", IMEI)
	case "account":
		c.checked("iban", IBAN)
		c.checked("country", Country)
		c.plain("number", KindAccount)
		c.checked("bic", BIC)
		c.checked("wallet", wallet)
	case "online":
		c.plain("handle", KindHandle)
		c.checked("email", email)
	case "past_case":
		c.plain("partner_case_no", KindCase)
		c.plain("our_case_no", KindCase)
	}
}
