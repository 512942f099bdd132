package shell

import (
	"bytes"
	"os"
	"strconv"
	"strings"
)

// askBackground asks a terminal for the colour of its background:
// https://invisible-island.net/xterm/ctlseqs/ctlseqs.html#h3-Operating-System-Commands (OSC 11). Nobody waits for the answer: not every terminal gives
// one, and over a slow line it takes its time.
const askBackground = "\x1b]11;?\x1b\\"

// What an answer begins with, and how long it is at most: "\x1b]11;rgb:ffff/ffff/ffff\x1b\\".
const (
	answerBegins = "\x1b]11;"
	answerLong   = 64
)

// keyboard is a terminal's input without its answers to [askBackground], which would be taken for keys.
type keyboard struct {
	*os.File
	light func(bool) // is told whether the background is light, once the terminal has said it
	held  []byte     // the beginning of an answer of which the rest has not come
}

// Read implements io.Reader. It may read nothing without an error.
func (k *keyboard) Read(p []byte) (int, error) {
	if len(p) <= answerLong {
		return k.File.Read(p)
	}
	n, err := k.File.Read(p[:len(p)-len(k.held)])
	text := append(k.held, p[:n]...)
	k.held = nil
	for {
		at := bytes.Index(text, []byte(answerBegins))
		if at < 0 {
			break
		}
		answer, rest, whole := cutAnswer(text[at+len(answerBegins):])
		if !whole {
			if len(text)-at < answerLong {
				k.held, text = bytes.Clone(text[at:]), text[:at]
			}
			break
		}
		if light, ok := isLight(answer); ok {
			k.light(light)
		}
		text = append(text[:at:at], rest...)
	}
	if k.held == nil {
		text, k.held = cutBeginning(text)
	}
	return copy(p, text), err
}

// cutAnswer cuts what a terminal says at its end: BEL, or ESC and a backslash.
func cutAnswer(text []byte) (answer string, rest []byte, whole bool) {
	at := bytes.IndexAny(text, "\x07\x1b")
	switch {
	case at < 0 || text[at] == 0x1b && at+1 == len(text):
		return "", nil, false
	case text[at] == 0x07:
		return string(text[:at]), text[at+1:], true
	case text[at+1] == '\\':
		return string(text[:at]), text[at+2:], true
	default:
		return "", text[at:], true // it was broken off
	}
}

// cutBeginning cuts off what may be the beginning of an answer. A lone escape at the end is a key.
func cutBeginning(text []byte) (keys, held []byte) {
	for n := min(len(answerBegins)-1, len(text)); n > 1; n-- {
		if bytes.HasSuffix(text, []byte(answerBegins[:n])) {
			return text[:len(text)-n], bytes.Clone(text[len(text)-n:])
		}
	}
	return text, nil
}

// isLight tells whether a colour is a light one: "rgb:ffff/ffff/e0e0", by the luma of https://en.wikipedia.org/wiki/Rec._601.
func isLight(color string) (light, ok bool) {
	words, is := strings.CutPrefix(color, "rgb:")
	parts := strings.Split(words, "/")
	if !is || len(parts) != 3 {
		return false, false
	}
	luma := 0.0
	for i, weight := range []float64{0.299, 0.587, 0.114} {
		n, err := strconv.ParseUint(parts[i], 16, 16)
		if err != nil || parts[i] == "" {
			return false, false
		}
		luma += weight * float64(n) / float64(uint64(1)<<(4*len(parts[i]))-1)
	}
	return luma > 0.5, true
}
