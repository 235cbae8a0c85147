// Package text is what people read on pages, in their language: words from catalogues, moments, spans of time and
// quantities as each language writes them. It is pure; what time it is and where the reader lives come in.
//
// A catalogue is made of the files text.vi.json and text.en.json that lie beside the pages that use them, and of the
// glossary of the reference data. Both languages are complete, which a test of package web sees to.
package text
