package tui

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// many is a number with its noun.
func many(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	if stem, ok := strings.CutSuffix(noun, "ry"); ok {
		return number(int64(n)) + " " + stem + "ries"
	}
	if strings.HasSuffix(noun, "ch") {
		noun += "e"
	}
	return number(int64(n)) + " " + noun + "s"
}

// number writes a number with commas between thousands.
func number(n int64) string {
	words := strconv.FormatInt(n, 10)
	for i := len(words) - 3; i > 0 && words[i-1] != '-'; i -= 3 {
		words = words[:i] + "," + words[i:]
	}
	return words
}

// took is a duration for people: "0.02s", "3.1s", "1m12s".
func took(d time.Duration) string {
	switch {
	case d < 95*time.Millisecond:
		return fmt.Sprintf("%.2fs", max(d, 0).Seconds())
	case d < 9950*time.Millisecond:
		return fmt.Sprintf("%.1fs", d.Seconds())
	case d < time.Minute:
		return fmt.Sprintf("%.0fs", d.Seconds())
	case d < time.Hour:
		d = d.Round(time.Second)
		return fmt.Sprintf("%dm%02ds", d/time.Minute, d%time.Minute/time.Second)
	default:
		d = d.Round(time.Minute)
		return fmt.Sprintf("%dh%02dm", d/time.Hour, d%time.Hour/time.Minute)
	}
}

// ago is how long ago something was; "" for what never was.
func ago(at, now time.Time) string {
	if at.IsZero() || now.IsZero() {
		return ""
	}
	switch d := now.Sub(at); {
	case d < time.Minute:
		return "now"
	case d < time.Hour:
		return fmt.Sprintf("%dm", d/time.Minute)
	case d < 48*time.Hour:
		return fmt.Sprintf("%dh", d/time.Hour)
	default:
		return fmt.Sprintf("%dd", d/(24*time.Hour))
	}
}

// mark is the sign of a status, and its style.
func mark(status string) span {
	switch status {
	case "success", "pass":
		return span{good, "✓"}
	case "error", "fail", "partial success", "runtime error":
		return span{bad, "✗"}
	case "warn":
		return span{warn, "!"}
	case "skipped", "no-op", "cancelled":
		return span{dim, "-"}
	default:
		return span{dim, " "}
	}
}
