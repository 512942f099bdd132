package snowflake

import (
	"bytes"
	"encoding/hex"
	"math/big"
	"strconv"
	"strings"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"github.com/modsql/mod/adapters"
)

// arrowReader reads the values of a column by what it is declared to be, or, where it does not hold what such a column holds, by what it holds.
// Semi-structured values are JSON, as text.
func arrowReader(column arrow.Array, declared string, scale int64) func(int) any {
	read := physical(column)
	switch strings.ToLower(declared) {
	case "fixed":
		read = number(column, scale, read)
	case "date":
		if days, ok := column.(*array.Date32); ok {
			read = func(i int) any { return days.Value(i).ToTime() }
		}
	case "time":
		read = clock(column, scale, read)
	case "timestamp_ntz", "timestamp_ltz", "timestamp_tz":
		read = instant(column, scale, read)
	}
	return func(i int) any {
		if column.IsNull(i) {
			return nil
		}
		return read(i)
	}
}

// physical reads values as Arrow has them.
func physical(column arrow.Array) func(int) any {
	switch c := column.(type) {
	case *array.Boolean:
		return func(i int) any { return c.Value(i) }
	case *array.Float64:
		return func(i int) any { return c.Value(i) }
	case *array.Float32:
		return func(i int) any { return float64(c.Value(i)) }
	case *array.String:
		return func(i int) any { return strings.Clone(c.Value(i)) }
	case *array.LargeString:
		return func(i int) any { return strings.Clone(c.Value(i)) }
	case *array.Binary:
		return func(i int) any { return bytes.Clone(c.Value(i)) }
	case *array.LargeBinary:
		return func(i int) any { return bytes.Clone(c.Value(i)) }
	case *array.Date32:
		return func(i int) any { return c.Value(i).ToTime() }
	case *array.Decimal128:
		scale := c.DataType().(*arrow.Decimal128Type).Scale
		return func(i int) any { return decimal(c.Value(i).BigInt(), int64(scale)) }
	case *array.Timestamp:
		unit := c.DataType().(*arrow.TimestampType).Unit
		return func(i int) any { return c.Value(i).ToTime(unit).UTC() }
	}
	if whole := integer(column); whole != nil {
		return func(i int) any { return whole(i) }
	}
	return func(i int) any { return column.ValueStr(i) }
}

// integer reads a column of whole numbers; it is nil for others.
func integer(column arrow.Array) func(int) int64 {
	switch c := column.(type) {
	case *array.Int64:
		return c.Value
	case *array.Int32:
		return func(i int) int64 { return int64(c.Value(i)) }
	case *array.Int16:
		return func(i int) int64 { return int64(c.Value(i)) }
	case *array.Int8:
		return func(i int) int64 { return int64(c.Value(i)) }
	case *array.Uint32:
		return func(i int) int64 { return int64(c.Value(i)) }
	case *array.Uint16:
		return func(i int) int64 { return int64(c.Value(i)) }
	case *array.Uint8:
		return func(i int) int64 { return int64(c.Value(i)) }
	}
	return nil
}

// number reads a NUMBER, which comes as whole numbers without their decimal point. Those without decimals are integers, however many digits
// their type has: the warehouse has no other type for them.
func number(column arrow.Array, scale int64, otherwise func(int) any) func(int) any {
	if c, ok := column.(*array.Decimal128); ok {
		return func(i int) any { return decimal(c.Value(i).BigInt(), scale) }
	}
	whole := integer(column)
	switch {
	case whole == nil:
		return otherwise
	case scale == 0:
		return func(i int) any { return whole(i) }
	}
	return func(i int) any { return decimal(big.NewInt(whole(i)), scale) }
}

// decimal is n / 10^scale.
func decimal(n *big.Int, scale int64) any {
	if scale <= 0 {
		if n.IsInt64() {
			return n.Int64()
		}
		return n
	}
	digits := n.String()
	sign := ""
	if n.Sign() < 0 {
		sign, digits = "-", digits[1:]
	}
	if missing := int(scale) + 1 - len(digits); missing > 0 {
		digits = strings.Repeat("0", missing) + digits
	}
	point := len(digits) - int(scale)
	return adapters.Decimal(sign + digits[:point] + "." + digits[point:])
}

// clock reads a TIME, which comes as a number of units since midnight.
func clock(column arrow.Array, scale int64, otherwise func(int) any) func(int) any {
	units := integer(column)
	switch c := column.(type) {
	case *array.Time64:
		units, scale = func(i int) int64 { return int64(c.Value(i)) }, unitScale(c.DataType().(*arrow.Time64Type).Unit)
	case *array.Time32:
		units, scale = func(i int) int64 { return int64(c.Value(i)) }, unitScale(c.DataType().(*arrow.Time32Type).Unit)
	}
	if units == nil {
		return otherwise
	}
	return func(i int) any { return split(units(i), scale).Format("15:04:05.999999999") }
}

func unitScale(u arrow.TimeUnit) int64 {
	return map[arrow.TimeUnit]int64{arrow.Second: 0, arrow.Millisecond: 3, arrow.Microsecond: 6, arrow.Nanosecond: 9}[u]
}

// split is the point in time that many units after 1970, of which 10^scale are a second.
func split(units, scale int64) time.Time {
	per := int64(1)
	for range scale {
		per *= 10
	}
	seconds, rest := units/per, units%per
	return time.Unix(seconds, rest*(int64(time.Second)/per)).UTC()
}

// instant reads a timestamp: a number of units since 1970, or seconds and their fraction, or one of those with a time zone, which the
// contract does not want to know.
func instant(column arrow.Array, scale int64, otherwise func(int) any) func(int) any {
	if units := integer(column); units != nil {
		return func(i int) any { return split(units(i), scale) }
	}
	parts, ok := column.(*array.Struct)
	if !ok || parts.NumField() == 0 {
		return otherwise
	}
	epoch, fraction := integer(parts.Field(0)), func(int) int64 { return 0 }
	if epoch == nil {
		return otherwise
	}
	fields := parts.DataType().(*arrow.StructType)
	if at, found := fields.FieldIdx("fraction"); found {
		if f := integer(parts.Field(at)); f != nil {
			fraction, scale = f, 0
		}
	}
	return func(i int) any {
		if parts.Field(0).IsNull(i) {
			return nil
		}
		return split(epoch(i), scale).Add(time.Duration(fraction(i)))
	}
}

// textReader reads values of a result that comes as JSON: https://docs.snowflake.com/en/developer-guide/sql-api/handling-responses#getting-the-data-from-the-results.
func textReader(declared string, scale int64) func(string) any {
	same := func(s string) any { return s }
	switch strings.ToLower(declared) {
	case "fixed":
		return func(s string) any {
			n, err := strconv.ParseInt(s, 10, 64)
			if err == nil {
				return n
			}
			if big, ok := new(big.Int).SetString(s, 10); ok {
				return big
			}
			return adapters.Decimal(s)
		}
	case "real":
		return parsed(func(s string) (any, error) { return strconv.ParseFloat(s, 64) })
	case "boolean":
		return parsed(func(s string) (any, error) { return strconv.ParseBool(s) })
	case "binary":
		return parsed(func(s string) (any, error) { return hex.DecodeString(s) })
	case "date":
		return parsed(func(s string) (any, error) {
			days, err := strconv.ParseInt(s, 10, 64)
			return time.Unix(days*24*60*60, 0).UTC(), err
		})
	case "time":
		return parsed(func(s string) (any, error) {
			t, err := seconds(s)
			return t.Format("15:04:05.999999999"), err
		})
	case "timestamp_ntz", "timestamp_ltz", "timestamp_tz":
		return parsed(func(s string) (any, error) {
			s, _, _ = strings.Cut(s, " ") // a zone follows
			t, err := seconds(s)
			return t, err
		})
	}
	return same
}

// parsed leaves a value that cannot be read as it is.
func parsed(read func(string) (any, error)) func(string) any {
	return func(s string) any {
		if v, err := read(s); err == nil {
			return v
		}
		return s
	}
}

// seconds reads "-1.500000000": seconds since 1970.
func seconds(s string) (time.Time, error) {
	r, ok := new(big.Rat).SetString(s)
	if !ok {
		return time.Time{}, strconv.ErrSyntax
	}
	r.Mul(r, big.NewRat(int64(time.Second), 1))
	nanoseconds := new(big.Int).Quo(r.Num(), r.Denom())
	whole, rest := new(big.Int).DivMod(nanoseconds, big.NewInt(int64(time.Second)), new(big.Int))
	return time.Unix(whole.Int64(), rest.Int64()).UTC(), nil
}
