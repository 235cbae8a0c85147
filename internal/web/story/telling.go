package story

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"

	"verigate/internal/demo"
	"verigate/internal/web/site"
	"verigate/internal/web/text"
)

// The last scene is no call: the visitor ends the process, and looks again.
const (
	breaking = "break"
	survived = "survived"
)

type telling struct {
	site.Frame
	Run, Request string
	Watch        bool
	Seen         int // steps that are played
	All          int
	Step         step
	Before       []step // newest first
	Scenes       []sceneOf
	More         bool
	Lost         bool // the process that told it is gone
	PID          int
}

// sceneOf is an entry of the list of all scenes.
type sceneOf struct {
	ID         string
	Here, Done bool
}

type step struct {
	ID, Who      string
	Method, Path string
	Code         int
	Problem      string
	Fields       []field
	Page         string // where that person sees it; empty: nowhere
}

type field struct {
	Name, Text string
	At         text.Moment
}

// begin begins a telling and shows it.
func (s Story) begin(v *site.Visit) error {
	run, err := s.play.Begin(v.Context())
	if err != nil {
		return fmt.Errorf("begin the story: %w", err)
	}
	return s.lead(v, run, v.Form("watch") != "")
}

// lead leads to the page of a telling. The address names the request too, so that it is found when the telling is gone.
func (s Story) lead(v *site.Visit, run string, watch bool) error {
	told, err := s.play.Told(run)
	if err != nil {
		return err
	}
	return v.Go(address(run, told[len(told)-1].Request, watch))
}

func address(run, request string, watch bool) string {
	path := "/demo/story/" + run + "?request=" + request
	if watch {
		path += "&watch=1"
	}
	return path
}

// next plays one step.
func (s Story) next(v *site.Visit) error {
	run, watch := v.Param("run"), v.Form("watch") != ""
	seen, err := strconv.Atoi(v.Form("seen"))
	if err != nil {
		return fmt.Errorf("play a step: %w", notFound())
	}
	err = s.play.Next(v.Context(), run, seen)
	switch {
	case errors.Is(err, demo.ErrNotTold):
		return v.Go(address(run, v.Form("request"), false))
	case err != nil:
		return fmt.Errorf("play a step of the story: %w", err)
	case v.Within():
		view, err := s.view(v, run, watch)
		if err != nil {
			return err
		}
		return v.Show("story/stage", view)
	}
	return s.lead(v, run, watch)
}

// tell shows how far a telling is. One whose process was killed is gone, and its request is not: that is asked for.
func (s Story) tell(v *site.Visit) error {
	view, err := s.view(v, v.Param("run"), v.Query("watch") != "")
	switch {
	case errors.Is(err, demo.ErrNotTold) && v.Query("request") == "":
		return v.Go("/demo")
	case errors.Is(err, demo.ErrNotTold):
		return s.lookAgain(v)
	case err != nil:
		return err
	}
	return v.Show("story/page", view)
}

func (s Story) lookAgain(v *site.Visit) error {
	found, err := s.play.Look(v.Context(), v.Query("request"))
	if err != nil {
		return fmt.Errorf("ask what has become of the story's request: %w", err)
	}
	if found.Problem != "" {
		return v.Go("/demo")
	}
	view := telling{Frame: v.Frame("story.told"), Lost: true, Step: s.step(v, found)}
	view.Scenes, view.All = scenes(len(demo.Scenes())+1), len(demo.Scenes())+1
	view.Seen = view.All
	return v.Show("story/page", view)
}

func (s Story) view(v *site.Visit, run string, watch bool) (telling, error) {
	told, err := s.play.Told(run)
	if err != nil {
		return telling{}, err
	}
	all := len(demo.Scenes()) + 1 // and the breaking
	view := telling{
		Frame: v.Frame("story.told"), Run: run, Watch: watch, Seen: len(told), All: all, PID: os.Getpid(),
		Request: told[len(told)-1].Request, More: len(told) < all-1,
	}
	for _, one := range slices.Backward(told) {
		view.Before = append(view.Before, s.step(v, one))
	}
	view.Step, view.Before = view.Before[0], view.Before[1:]
	view.Scenes = scenes(len(told))
	return view, nil
}

// scenes is the list of all, of which some are played.
func scenes(played int) []sceneOf {
	var all []sceneOf
	for i, id := range append(demo.Scenes(), breaking) {
		all = append(all, sceneOf{ID: id, Done: i < played-1, Here: i == played-1})
	}
	return all
}

func (s Story) step(v *site.Visit, t demo.Told) step {
	out := step{ID: t.ID, Who: t.Who, Method: t.Method, Path: t.Path, Code: t.Code, Problem: t.Problem, Page: pageOf(t)}
	for _, f := range t.Fields {
		out.Fields = append(out.Fields, field{Name: v.Word("story_field", f.Name), Text: said(v, f), At: at(v, f)})
	}
	return out
}

func at(v *site.Visit, f demo.Field) text.Moment {
	if f.At.IsZero() {
		return text.Moment{}
	}
	return v.Moment(f.At)
}

// said is a field's text in the visitor's words, where it is one of a closed set.
func said(v *site.Visit, f demo.Field) string {
	switch f.Name {
	case "status", "state", "task_state", "result":
		return v.Word(f.Name, f.Text)
	case "role":
		var roles []string
		for role := range strings.SplitSeq(f.Text, ",") {
			roles = append(roles, v.Word(f.Name, strings.ToUpper(role)))
		}
		return strings.Join(roles, ", ")
	case "action":
		return v.Word("reading", f.Text)
	case "unit":
		return v.Unit(f.Text, v.Now)
	}
	return f.Text
}

// pageOf is where the person of a step sees what it was about.
func pageOf(t demo.Told) string {
	request := "/requests/" + t.Request
	switch t.ID {
	case "receipt", "read", "hidden", survived:
		return "/portal/" + t.Request
	case "routed":
		return request
	case "accepted", "answered":
		return "/tasks/" + t.Task
	case "masked":
		return request + "/package"
	case "refused", "approved":
		return request + "/review"
	case "readers":
		return request + "/readers"
	}
	return ""
}
