package main

import (
	"fmt"
	"math"
)

// curves draws what plans and applies of a manifest take at each size.
func (r Results) curves() string {
	x := axis{from: 1000, to: tenMillion, log: true, ticks: []tick{
		{1000, "1,000"}, {10_000, "10,000"}, {100_000, "100,000"}, {million, "1 million"}, {tenMillion, "10 million"},
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
