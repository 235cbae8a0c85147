// Package form makes the fields of a form from the JSON schema of a body, and the body from what was typed into them.
//
// A field is named by the place of its value in the body, a JSON pointer (RFC 6901) such as /subjects/0/number: what a
// refusal says of a pointer it says of that field. A member that is added to a schema is in the form by itself.
//
//	schema  ─Shape─▶  fields with what was typed, for a template
//	values  ─Shape─▶  body in JSON
//
// Nothing is judged here. What cannot be read as the schema wants goes into the body as it was typed, so that the edge
// refuses it and the form says where.
package form
