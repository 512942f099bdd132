package cmd

import (
	"time"

	"github.com/spf13/pflag"

	"github.com/modsql/mod/compiler"
)

// eventTimes are the flags that narrow a run to the rows of some time.
type eventTimes struct{ start, stop, sample string }

func (o *eventTimes) register(fs *pflag.FlagSet) {
	fs.StringVar(&o.start, "event-time-start", "", "the `time` from which on microbatch models are built")
	fs.StringVar(&o.stop, "event-time-end", "", "the `time` up to which microbatch models are built")
	fs.StringVar(&o.sample, "sample", "", "read only a `window` of what has an event_time: \"3 days\", or {start: …, end: …}")
	hide(fs, "event-time-start", "event-time-end", "sample")
}

// narrowed tells whether not all is to be built that is due.
func (o *eventTimes) narrowed() bool { return o.start != "" || o.stop != "" || o.sample != "" }

// window is what microbatch models are to build, zero for what is due.
func (o *eventTimes) window() (compiler.Window, error) {
	var w compiler.Window
	for _, f := range []struct {
		name, text, other, otherText string
		into                         *time.Time
	}{
		{"--event-time-start", o.start, "--event-time-end", o.stop, &w.Start},
		{"--event-time-end", o.stop, "--event-time-start", o.start, &w.End},
	} {
		if f.text == "" {
			continue
		}
		if f.otherText == "" {
			return w, usagef("give both", "%s was specified, but %s was not", f.name, f.other)
		}
		t, ok := compiler.EventTime(f.text)
		if !ok {
			return w, usagef("write it as 2024-01-31 or 2024-01-31T12:00:00", "%s is %q", f.name, f.text)
		}
		*f.into = t
	}
	if !w.IsZero() && !w.Start.Before(w.End) {
		return w, usagef("swap them", "--event-time-start must be before --event-time-end")
	}
	return w, nil
}

// sampled is what models are to read of what has an event_time, nil for all of it.
func (o *eventTimes) sampled(now time.Time) (*compiler.Window, error) {
	if o.sample == "" {
		return nil, nil
	}
	w, err := compiler.ParseSample(o.sample, now)
	if err != nil {
		return nil, usagef("", "--sample: %v", err)
	}
	return w, nil
}
