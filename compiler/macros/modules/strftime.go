package modules

import (
	"fmt"
	"strings"
	"time"
)

// strftime formats a time as Python does on Linux: the directives of C with the flags of glibc, and %f.
// Directives: https://docs.python.org/3/library/datetime.html#strftime-and-strptime-format-codes
func strftime(layout string, t time.Time, z *Zone) string {
	var b strings.Builder
	for i := 0; i < len(layout); i++ {
		if layout[i] != '%' || i+1 == len(layout) {
			b.WriteByte(layout[i])
			continue
		}
		i++
		flag := byte(0)
		if strings.IndexByte("-_0^#", layout[i]) >= 0 && i+1 < len(layout) {
			flag = layout[i]
			i++
		}
		directive := layout[i : i+1]
		if layout[i] == ':' && i+1 < len(layout) && layout[i+1] == 'z' {
			i++
			directive = ":z"
		}
		text, ok := formatted(directive, t, z)
		if !ok {
			b.WriteString("%" + strings.Trim(string(flag), "\x00") + directive)
			continue
		}
		b.WriteString(flagged(flag, text))
	}
	return b.String()
}

func flagged(flag byte, text string) string {
	switch flag {
	case '^':
		return strings.ToUpper(text)
	case '-', '_':
		trimmed := strings.TrimLeft(text, "0 ")
		if text != "" && trimmed == "" {
			trimmed = "0"
		}
		if flag == '_' {
			return strings.Repeat(" ", len(text)-len(trimmed)) + trimmed
		}
		return trimmed
	case '0':
		return strings.ReplaceAll(text, " ", "0")
	}
	return text
}

// formatted is the text of one directive; ok is false if there is no such directive.
func formatted(directive string, t time.Time, z *Zone) (text string, ok bool) {
	if text, ok := formattedDay(directive, t); ok {
		return text, true
	}
	hour12 := (t.Hour()+11)%12 + 1
	switch directive {
	case "H":
		return two(t.Hour()), true
	case "I":
		return two(hour12), true
	case "k":
		return fmt.Sprintf("%2d", t.Hour()), true
	case "l":
		return fmt.Sprintf("%2d", hour12), true
	case "M":
		return two(t.Minute()), true
	case "S":
		return two(t.Second()), true
	case "f":
		return fmt.Sprintf("%06d", t.Nanosecond()/1000), true
	case "p":
		return t.Format("PM"), true
	case "P":
		return t.Format("pm"), true
	case "T", "X":
		return isoTime(t, "seconds"), true
	case "R":
		return isoTime(t, "minutes"), true
	case "r":
		return fmt.Sprintf("%02d:%02d:%02d %s", hour12, t.Minute(), t.Second(), t.Format("PM")), true
	case "c":
		return t.Format("Mon Jan _2 15:04:05 2006"), true
	case "s":
		return fmt.Sprint(DateTime{t: t}.localUnix(z)), true
	case "n":
		return "\n", true
	case "t":
		return "\t", true
	case "%":
		return "%", true
	}
	return formattedZone(directive, t, z)
}

func formattedDay(directive string, t time.Time) (string, bool) {
	switch directive {
	case "a":
		return t.Format("Mon"), true
	case "A":
		return t.Format("Monday"), true
	case "b", "h":
		return t.Format("Jan"), true
	case "B":
		return t.Format("January"), true
	case "d":
		return two(t.Day()), true
	case "e":
		return fmt.Sprintf("%2d", t.Day()), true
	case "m":
		return two(int(t.Month())), true
	case "y":
		return two(t.Year() % 100), true
	case "Y":
		return fmt.Sprint(t.Year()), true
	case "C":
		return two(t.Year() / 100), true
	case "j":
		return fmt.Sprintf("%03d", t.YearDay()), true
	case "w":
		return fmt.Sprint(int(t.Weekday())), true
	case "u":
		return fmt.Sprint((int(t.Weekday())+6)%7 + 1), true
	case "U":
		return two((t.YearDay() + 6 - int(t.Weekday())) / 7), true
	case "W":
		return two((t.YearDay() + 6 - (int(t.Weekday())+6)%7) / 7), true
	case "D", "x":
		return t.Format("01/02/06"), true
	case "F":
		return fmt.Sprintf("%d-%02d-%02d", t.Year(), t.Month(), t.Day()), true
	case "G", "V":
		year, week := t.ISOWeek()
		if directive == "G" {
			return fmt.Sprint(year), true
		}
		return two(week), true
	}
	return "", false
}

func formattedZone(directive string, t time.Time, z *Zone) (string, bool) {
	switch directive {
	case "z", ":z", "Z":
	default:
		return "", false
	}
	if z == nil {
		return "", true
	}
	_, seconds := t.Zone()
	switch directive {
	case "z":
		return strings.ReplaceAll(isoOffset(seconds), ":", ""), true
	case ":z":
		return isoOffset(seconds), true
	}
	name, _ := DateTime{t, z}.zoneFact("tzname").(string)
	return name, true
}

func two(n int) string { return fmt.Sprintf("%02d", n) }

// localUnix is the time in seconds since 1970; a naive time is local.
func (d DateTime) localUnix(z *Zone) int64 {
	d.zone = z
	return int64(d.timestamp())
}
