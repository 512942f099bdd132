package shell

import (
	"os"
	"strings"
	"testing"
)

// TestAnswersOfTheTerminalAreNoKeys sends keys with an answer among them, cut in two at every place.
func TestAnswersOfTheTerminalAreNoKeys(t *testing.T) {
	t.Parallel()
	for _, end := range []string{"\x07", "\x1b\\"} {
		for color, want := range map[string]bool{"rgb:ffff/ffff/ffff": true, "rgb:00/00/00": false, "rgb:fdf6/e3e3/e3e3": true, "rgb:1e1e/1e1e/2e2e": false} {
			sent := "jk" + answerBegins + color + end + "l\x1b[A"
			for cut := range len(sent) {
				if cut > 0 && sent[cut-1] == 0x1b && cut < 4 {
					continue // an escape by itself is a key
				}
				keys, said := readKeys(t, sent[:cut], sent[cut:])
				if keys != "jkl\x1b[A" || len(said) != 1 || said[0] != want {
					t.Errorf("%q and %q: the keys are %q, the background is said to be light: %v, want %v", sent[:cut], sent[cut:], keys, said, want)
				}
			}
		}
	}
}

func TestWhatIsNoAnswerStaysAKey(t *testing.T) {
	t.Parallel()
	for _, sent := range []string{"\x1b", "\x1b]", "\x1b[11;5R", "\x1b]12;x\x07", strings.Repeat("x", 300), "é界"} {
		keys, said := readKeys(t, sent, "")
		if sent == "\x1b]" {
			keys += "\x1b]" // it waits for what follows
		}
		if keys != sent || len(said) > 0 {
			t.Errorf("%q is read as %q, and says %v", sent, keys, said)
		}
	}
}

func TestWhichColoursAreLight(t *testing.T) {
	t.Parallel()
	for _, color := range []string{"", "rgb:", "rgb:1/2", "rgb:g/0/0", "rgb:11111/0/0", "rgba:0/0/0/0"} {
		if _, ok := isLight(color); ok {
			t.Errorf("%q is taken for a colour", color)
		}
	}
}

// readKeys reads what a terminal sends, part by part.
func readKeys(t *testing.T, parts ...string) (keys string, said []bool) {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close() //nolint:errcheck // it was only read
	k := &keyboard{File: r, light: func(light bool) { said = append(said, light) }}
	p := make([]byte, 256)
	for _, part := range parts {
		for sent := 0; sent < len(part); sent += 100 {
			if _, err := w.WriteString(part[sent:min(sent+100, len(part))]); err != nil {
				t.Fatal(err)
			}
			n, err := k.Read(p)
			if err != nil {
				t.Fatal(err)
			}
			keys += string(p[:n])
		}
	}
	_ = w.Close()
	return keys, said
}
