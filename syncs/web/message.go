package web

import (
	"bytes"
	"encoding/json"
	"strings"
	"unicode/utf8"
)

// mostWords is how many bytes of an explanation are kept.
const mostWords = 500

// explanation is what the body of a failed request says in words: the message that a JSON answer has under one of the usual names, else its text.
func explanation(body []byte) string {
	if v, ok := Decode(body); ok {
		if text := message(v, 4); text != "" {
			return shorten(text)
		}
	}
	text := string(bytes.ToValidUTF8(body, []byte("?")))
	if strings.HasPrefix(strings.TrimSpace(text), "<") {
		return "" // a page for people
	}
	return shorten(text)
}

// message looks for words in a decoded answer, at most so deep.
func message(v any, depth int) string {
	switch v := v.(type) {
	case string:
		return v
	case []any:
		if len(v) > 0 && depth > 0 {
			return message(v[0], depth-1)
		}
	case map[string]any:
		if depth == 0 {
			return ""
		}
		for _, name := range []string{"message", "error_description", "detail", "error", "errors", "title", "description", "reason"} {
			if text := message(v[name], depth-1); text != "" {
				return text
			}
		}
	}
	return ""
}

// shorten puts a text on one line that is not too long.
func shorten(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if len(text) <= mostWords {
		return text
	}
	cut := mostWords
	for cut > 0 && !utf8.RuneStart(text[cut]) {
		cut--
	}
	return text[:cut] + "…"
}

// Decode reads JSON with numbers as they are written; false if it is none.
func Decode(body []byte) (any, bool) {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	var v any
	if d.Decode(&v) != nil {
		return nil, false
	}
	return v, true
}
