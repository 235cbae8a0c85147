package site

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"slices"
	"strings"
)

// assets are the files that pages load, each under a hash of its content: a browser may keep it for ever.
type assets struct {
	files map[string]asset // by name
	paths map[string]string
}

type asset struct {
	media         string
	plain, zipped []byte
	hash          string
	packed        bool // compressed already
}

// styles is the name of the one style sheet: the sheets of all groups one after the other, for one rule may refine another.
const styles = "style.css"

const assetPrefix = "/assets/"

func loadAssets(trees []fs.FS) (*assets, error) {
	a := &assets{files: map[string]asset{}, paths: map[string]string{}}
	var sheets []string
	for _, tree := range trees {
		err := fs.WalkDir(tree, "assets", func(name string, d fs.DirEntry, err error) error {
			if errors.Is(err, fs.ErrNotExist) {
				return fs.SkipAll
			}
			if err != nil || d.IsDir() {
				return err
			}
			content, err := fs.ReadFile(tree, name)
			if err != nil {
				return err
			}
			switch path.Ext(name) {
			case ".css":
				sheets = append(sheets, string(content))
			case ".js", ".svg", ".woff2":
				return a.add(path.Base(name), content)
			}
			return nil // licences and the like
		})
		if err != nil {
			return nil, fmt.Errorf("read what pages load: %w", err)
		}
	}
	sheet := strings.Join(sheets, "\n")
	for _, name := range a.names() { // a font stands in the sheet by its name
		sheet = strings.ReplaceAll(sheet, "url("+name+")", "url("+a.paths[name]+")")
	}
	return a, a.add(styles, []byte(sheet))
}

func (a *assets) names() []string {
	var all []string
	for name := range a.files {
		all = append(all, name)
	}
	slices.Sort(all)
	return all
}

func (a *assets) add(name string, content []byte) error {
	if _, twice := a.files[name]; twice {
		return fmt.Errorf("two groups have a file %s", name)
	}
	sum := sha256.Sum256(content)
	f := asset{media: mediaOf(name), plain: content, hash: hex.EncodeToString(sum[:8]), packed: strings.HasSuffix(name, ".woff2")}
	if !f.packed {
		var zipped bytes.Buffer
		w, err := gzip.NewWriterLevel(&zipped, gzip.BestCompression)
		if err != nil {
			return fmt.Errorf("compress %s: %w", name, err)
		}
		if _, err := w.Write(content); err != nil {
			return fmt.Errorf("compress %s: %w", name, err)
		}
		if err := w.Close(); err != nil {
			return fmt.Errorf("compress %s: %w", name, err)
		}
		f.zipped = zipped.Bytes()
	}
	a.files[name] = f
	a.paths[name] = assetPrefix + f.hash + "/" + name
	return nil
}

func mediaOf(name string) string {
	switch path.Ext(name) {
	case ".woff2":
		return "font/woff2"
	case ".js":
		return "text/javascript; charset=utf-8"
	}
	return mime.TypeByExtension(path.Ext(name))
}

// path is where a file lies; one that there is not is a defect of the page.
func (a *assets) path(name string) (string, error) {
	p, ok := a.paths[name]
	if !ok {
		return "", fmt.Errorf("there is no file %s", name)
	}
	return p, nil
}

// ServeHTTP answers with a file under its present name.
func (a *assets) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("name")
	f, ok := a.files[name]
	if !ok || r.PathValue("hash") != f.hash {
		http.Error(w, "not found", http.StatusNotFound)
		return
	}
	h := w.Header()
	h.Set("Content-Type", f.media)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("Vary", "Accept-Encoding")
	content := f.plain
	if !f.packed && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		h.Set("Content-Encoding", "gzip")
		content = f.zipped
	}
	_, _ = w.Write(content) // a reader who left is no error of ours
}
