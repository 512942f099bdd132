package runner

import (
	"math"
	"strconv"
	"unicode/utf8"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/artifact"
	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/relation"
	"github.com/modsql/mod/compiler/types"
)

// family says what can be asked of the values of a column. The macros know them by these names.
type family string

const (
	wholeNumbers family = "whole"
	decimals     family = "decimal"
	floats       family = "float"
	dates        family = "date"
	times        family = "time"
	textValues   family = "text"
	booleans     family = "boolean"
	otherValues  family = "other" // how many there are
)

// familyOf is the family of a type; of one that is not known nothing is asked that it may not be able to answer.
func familyOf(t types.Type) family {
	switch k := t.Kind(); k {
	case types.TinyInt, types.SmallInt, types.Int, types.BigInt, types.HugeInt, types.UTinyInt, types.USmallInt, types.UInt, types.UBigInt, types.UHugeInt:
		return wholeNumbers
	case types.Decimal:
		return decimals
	case types.Real, types.Double:
		return floats
	case types.Date:
		return dates
	case types.Timestamp, types.TimestampTZ, types.TimestampLTZ, types.TimestampS, types.TimestampMS, types.TimestampNS:
		return times
	case types.Text, types.Varchar, types.Char, types.Enum:
		return textValues
	case types.Boolean:
		return booleans
	default:
		return otherValues
	}
}

const (
	mostBuckets = 20
	mostValues  = 10  // that are told of a column
	fewValues   = 50  // a column with more of them has no values worth telling
	valueLength = 100 // in characters
	secondsADay = 24 * 60 * 60
)

// profileColumn is a column while it is being profiled.
type profileColumn struct {
	artifact.ColumnProfile
	ident     string // its name in SQL
	family    family
	distinct  int64   // where Distinct is what another relation has too
	low, high float64 // of those that have a histogram; high < low for none
}

func profileColumns(d *dialect.Dialect, n *compiler.Node, t *relation.Table, o ProfileOptions) []*profileColumn {
	var out []*profileColumn
	system := types.For(d)
	for _, c := range t.Columns {
		out = append(out, &profileColumn{
			ColumnProfile: artifact.ColumnProfile{Name: c.Name, Type: c.Type, Personal: o.Personal(n, c.Name)},
			ident:         d.Ident(c.Name), family: familyOf(system.Parse(c.Type)), low: 1,
		})
	}
	return out
}

// spelled is the column as the macros take it.
func (c *profileColumn) spelled() map[string]any {
	out := map[string]any{"ident": c.ident, "family": string(c.family), "personal": c.Personal}
	if h := c.Histogram; h != nil {
		number := func(f float64) string { return strconv.FormatFloat(f, 'e', -1, 64) }
		out["low"], out["width"], out["buckets"] = number(h.Start), number(h.Width), len(h.Counts)
	}
	return out
}

// answer takes the numbers that the statistics tell of the column: its nulls, how many values there are, how many are not finite, the least
// and the greatest, and both as points in time.
func (c *profileColumn) answer(told []any, rows int64, approximate bool) {
	c.Nulls = wholeNumber(told[0])
	c.Distinct, c.Approximate = min(wholeNumber(told[1]), rows-c.Nulls), approximate
	if c.Personal {
		return
	}
	c.NotFinite = wholeNumber(told[2])
	c.Min, c.Max = shortened(told[3]), shortened(told[4])
	switch c.family {
	case wholeNumbers, decimals, floats:
		c.low, c.high = numberOf(c.Min), numberOf(c.Max)
	case dates, times:
		low, isLow := told[5].(float64)
		high, isHigh := told[6].(float64)
		if isLow && isHigh {
			c.low, c.high = low, high
		}
	}
}

// numberOf reads a number; NaN if it is none, so that nothing is greater.
func numberOf(text *string) float64 {
	if text == nil {
		return math.NaN()
	}
	f, err := strconv.ParseFloat(*text, 64)
	if err != nil {
		return math.NaN()
	}
	return f
}

// shortened is a value as the profile tells it.
func shortened(v any) *string {
	text, ok := v.(string)
	if !ok {
		return nil
	}
	if utf8.RuneCountInString(text) > valueLength {
		text = string([]rune(text)[:valueLength]) + "…"
	}
	return &text
}

// spread tells whether it can be told how the column's values are spread, and prepares for it.
func (c *profileColumn) spread() bool {
	switch {
	case c.Personal:
		return false
	case c.family == textValues || c.family == booleans:
		return c.Distinct > 0 && c.Distinct <= fewValues
	}
	span := c.high - c.low
	if !(span >= 0) || math.IsInf(span, 0) {
		return false
	}
	h := &artifact.Histogram{Start: c.low, Width: span / mostBuckets, Times: c.family == dates || c.family == times}
	buckets := mostBuckets
	if unit := c.unit(); unit > 0 && span/unit < mostBuckets { // a bucket for each value
		h.Width, buckets = unit, int(span/unit)+1
	}
	if h.Width == 0 { // there is one value, or they are nearer than numbers can tell
		h.Width, buckets = 1, 1
	}
	h.Counts = make([]int64, buckets)
	c.Histogram = h
	return true
}

// unit is the least step from one value to another, 0 where there is none.
func (c *profileColumn) unit() float64 {
	switch c.family {
	case wholeNumbers:
		return 1
	case dates:
		return secondsADay
	}
	return 0
}

// count takes how many rows are in a bucket, or have a value.
func (c *profileColumn) count(bucket string, rows int64) {
	if bucket == "" { // null, or not finite
		return
	}
	if h := c.Histogram; h != nil {
		if i, err := strconv.Atoi(bucket); err == nil && i >= 0 && i < len(h.Counts) {
			h.Counts[i] += rows
		}
		return
	}
	c.Values = append(c.Values, artifact.ValueCount{Value: *shortened(bucket[1:]), Rows: rows})
}
