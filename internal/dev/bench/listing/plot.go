package main

import (
	"fmt"
	"html"
	"math"
	"strings"
)

// axis maps values to a length, by their logarithm or as they are.
type axis struct {
	from, to float64
	log      bool
	ticks    []tick
}

type tick struct {
	at   float64
	text string
}

// share is where a value lies between from and to, from 0 to 1.
func (a axis) share(value float64) float64 {
	if !a.log {
		return (value - a.from) / (a.to - a.from)
	}
	return math.Log(value/a.from) / math.Log(a.to/a.from)
}

// holds tells whether a value can be shown.
func (a axis) holds(value float64) bool { return value >= a.from && value <= a.to }

// series is a line of points.
type series struct {
	name, color string
	dashed      bool // not measured at these points, but worked out
	points      []point
}

type point struct{ x, y float64 }

// panel is a coordinate system.
type panel struct {
	title, below string
	x, y         axis
	series       []series
}

// The layout, in pixels.
const (
	panelWidth, panelHeight = 400.0, 250.0
	left, top, between      = 60.0, 40.0, 80.0
	legendLine              = 18.0
)

// svg draws panels side by side. The same panels give the same bytes.
func svg(panels ...panel) string {
	legend := 0
	for _, p := range panels {
		legend = max(legend, len(p.series))
	}
	width := left + float64(len(panels))*(panelWidth+between) - between + 30
	height := top + panelHeight + 60 + legendLine*float64(legend)
	var out strings.Builder
	fmt.Fprintf(&out, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %g %g" font-family="sans-serif" font-size="12">`+"\n", width, height)
	fmt.Fprintf(&out, `<rect width="%g" height="%g" fill="#ffffff"/>`+"\n", width, height)
	for i, p := range panels {
		fmt.Fprintf(&out, `<g transform="translate(%g %g)">`+"\n", left+float64(i)*(panelWidth+between), top)
		p.draw(&out)
		out.WriteString("</g>\n")
	}
	out.WriteString("</svg>\n")
	return out.String()
}

func (p panel) draw(out *strings.Builder) {
	label := func(x, y float64, anchor, more, text string) {
		fmt.Fprintf(out, `<text x="%.1f" y="%.1f" text-anchor="%s"%s>%s</text>`+"\n", x, y, anchor, more, html.EscapeString(text))
	}
	line := func(x1, y1, x2, y2 float64, color string) {
		fmt.Fprintf(out, `<line x1="%.1f" y1="%.1f" x2="%.1f" y2="%.1f" stroke="%s"/>`+"\n", x1, y1, x2, y2, color)
	}
	label(0, -16, "start", ` font-weight="bold"`, p.title)
	for _, t := range p.x.ticks {
		x := p.x.share(t.at) * panelWidth
		line(x, 0, x, panelHeight, "#e0e0e0")
		label(x, panelHeight+18, "middle", "", t.text)
	}
	for _, t := range p.y.ticks {
		y := panelHeight - p.y.share(t.at)*panelHeight
		line(0, y, panelWidth, y, "#e0e0e0")
		label(-8, y+4, "end", "", t.text)
	}
	line(0, panelHeight, panelWidth, panelHeight, "#333333")
	line(0, 0, 0, panelHeight, "#333333")
	label(panelWidth/2, panelHeight+38, "middle", "", p.below)
	for i, s := range p.series {
		s.draw(out, p.x, p.y)
		y := panelHeight + 60 + legendLine*float64(i)
		fmt.Fprintf(out, `<line x1="0" y1="%.1f" x2="28" y2="%.1f" stroke="%s" stroke-width="2"%s/>`+"\n", y-4, y-4, s.color, s.dashes())
		label(36, y, "start", "", s.name)
	}
}

func (s series) draw(out *strings.Builder, x, y axis) {
	var points []string
	for _, p := range s.points {
		if !x.holds(p.x) || !y.holds(p.y) {
			continue
		}
		atX, atY := x.share(p.x)*panelWidth, panelHeight-y.share(p.y)*panelHeight
		points = append(points, fmt.Sprintf("%.1f,%.1f", atX, atY))
		if !s.dashed {
			fmt.Fprintf(out, `<circle cx="%.1f" cy="%.1f" r="3" fill="%s"/>`+"\n", atX, atY, s.color)
		}
	}
	fmt.Fprintf(out, `<polyline points="%s" fill="none" stroke="%s" stroke-width="2"%s/>`+"\n", strings.Join(points, " "), s.color, s.dashes())
}

func (s series) dashes() string {
	if s.dashed {
		return ` stroke-dasharray="5 4"`
	}
	return ""
}

// curves draws what plans and applies of a manifest take at each size.
func (r Results) curves() string {
	x := axis{from: 1000, to: 10_000_000, log: true, ticks: []tick{
		{1000, "1,000"}, {10_000, "10,000"}, {100_000, "100,000"}, {1_000_000, "1 million"}, {10_000_000, "10 million"},
	}}
	seconds := panel{
		title: "Seconds", below: "objects in the bucket", x: x,
		y: axis{from: 0.01, to: 10_000, log: true, ticks: []tick{{0.01, "0.01"}, {0.1, "0.1"}, {1, "1"}, {10, "10"}, {100, "100"}, {1000, "1,000"}, {10_000, "10,000"}}},
		series: []series{
			r.measured("plan", "#1f6feb", func(m Manifest) float64 { return m.Steps[stepPlan].WallSeconds }),
			r.measured("plan, scan_on_plan = false", "#2da44e", func(m Manifest) float64 { return m.Steps[stepUnlisted].WallSeconds }),
			r.measured("apply of one new video, with its plan", "#bf3989", func(m Manifest) float64 { return m.Steps[stepUpdate].WallSeconds }),
		},
	}
	for _, other := range []struct{ lister, color string }{{boto3Paginator, "#9a6700"}, {rcloneLsf, "#6e7781"}, {sdkPaginator, "#cf222e"}} {
		l, ok := r.largest(other.lister)
		if !ok {
			continue
		}
		line := series{name: other.lister + fmt.Sprintf(" at %s keys/s, to list alone", grouped(int(l.rate()))), color: other.color, dashed: true}
		for _, t := range x.ticks {
			line.points = append(line.points, point{t.at, t.at / l.rate()})
		}
		seconds.series = append(seconds.series, line)
	}
	memory := panel{
		title: "MiB of the provider beyond what it has at rest", below: "objects in the bucket", x: x,
		series: []series{
			r.measured("plan", "#1f6feb", func(m Manifest) float64 { return r.overIdle(m, stepPlan) }),
			r.measured("plan, scan_on_plan = false", "#2da44e", func(m Manifest) float64 { return r.overIdle(m, stepUnlisted) }),
			r.measured("apply of one new video, with its plan", "#bf3989", func(m Manifest) float64 { return r.overIdle(m, stepUpdate) }),
		},
	}
	memory.y = upTo(memory.series)
	return svg(seconds, memory)
}

// upTo is an axis in fifties that holds every point.
func upTo(all []series) axis {
	const step = 50
	a := axis{to: 3 * step}
	for _, s := range all {
		for _, p := range s.points {
			a.to = max(a.to, step*math.Ceil(p.y/step))
		}
	}
	for at := 0.0; at <= a.to; at += step {
		a.ticks = append(a.ticks, tick{at, fmt.Sprintf("%g", at)})
	}
	return a
}

// measured is a line through a figure of every manifest.
func (r Results) measured(name, color string, figure func(Manifest) float64) series {
	s := series{name: name, color: color}
	for _, m := range r.Manifests {
		s.points = append(s.points, point{float64(m.Keys), figure(m)})
	}
	return s
}
