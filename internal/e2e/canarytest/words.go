package canarytest

import (
	"fmt"
	"maps"
	"slices"

	"verigate/internal/identifier"
)

// Words are the words of a case, by the field.
type Words map[string]string

// Of is the word of a field, made when it is asked for first. The Đ and the quotation mark make each encoding of it another.
func (w Words) Of(field string) string { return w.made(field, `Đo"vàng%03dqzxw`) }

// Brief is Of for a field that takes eight characters at most.
func (w Words) Brief(field string) string { return w.made(field, `Đ"à%03dqz`) }

// Mail is Of for a field that takes an address of e-mail.
func (w Words) Mail(field string) string { return w.made(field, "dovang%03dqzxw@mail.example") }

// Phone is Of for a field that takes a telephone number.
func (w Words) Phone(field string) string { return w.made(field, "+319707791%03d") }

// IBAN is Of for a field that takes the number of an account, whose check digits hold.
func (w Words) IBAN(field string) string {
	form := "NL%02dDOVA0000791%%03d"
	if _, made := w[field]; !made {
		for check := 2; check <= 98; check++ {
			if one := fmt.Sprintf(fmt.Sprintf(form, check), len(w)); identifier.IBAN(one).Status == identifier.OK {
				w[field] = one
			}
		}
	}
	return w[field]
}

func (w Words) made(field, form string) string {
	if _, made := w[field]; !made {
		w[field] = fmt.Sprintf(form, len(w))
	}
	return w[field]
}

// Without is all words but those of some fields.
func (w Words) Without(fields ...string) Words {
	rest := maps.Clone(w)
	maps.DeleteFunc(rest, func(field, _ string) bool { return slices.Contains(fields, field) })
	return rest
}

// Found names the fields whose words are in some bytes.
func (w Words) Found(in []byte) []string { return w.Spelt().Found(in) }
