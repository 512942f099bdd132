package files

import (
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"
	"time"

	"github.com/parquet-go/parquet-go"

	"github.com/modsql/mod/syncs"
)

// mismatch is why a value is not written to a column of another type.
func mismatch(v any, column string) (parquet.Value, error) {
	return parquet.Value{}, fmt.Errorf("a value of type %T is no %s", v, column)
}

func booleanValue(v any) (parquet.Value, error) {
	if b, ok := v.(bool); ok {
		return parquet.BooleanValue(b), nil
	}
	return mismatch(v, "boolean")
}

func integerValue(v any) (parquet.Value, error) {
	switch v := v.(type) {
	case int64:
		return parquet.Int64Value(v), nil
	case syncs.Number:
		if n, err := strconv.ParseInt(string(v), 10, 64); err == nil {
			return parquet.Int64Value(n), nil
		}
	case float64:
		if v == math.Trunc(v) && math.Abs(v) < 1<<53 {
			return parquet.Int64Value(int64(v)), nil
		}
	}
	return mismatch(v, "whole number")
}

func doubleValue(v any) (parquet.Value, error) {
	switch v := v.(type) {
	case float64:
		return parquet.DoubleValue(v), nil
	case int64:
		return parquet.DoubleValue(float64(v)), nil
	case syncs.Number:
		if f, err := strconv.ParseFloat(string(v), 64); err == nil {
			return parquet.DoubleValue(f), nil
		}
	}
	return mismatch(v, "number")
}

func bytesValue(v any) (parquet.Value, error) {
	switch v := v.(type) {
	case []byte:
		return parquet.ByteArrayValue(v), nil
	case string:
		return parquet.ByteArrayValue([]byte(v)), nil
	}
	return mismatch(v, "binary")
}

func textValue(v any) (parquet.Value, error) {
	text, err := textOf(v)
	return parquet.ByteArrayValue([]byte(text)), err
}

// documentValue takes a text for JSON that is written already.
func documentValue(v any) (parquet.Value, error) {
	if text, ok := v.(string); ok {
		return parquet.ByteArrayValue([]byte(text)), spellable(text)
	}
	text, err := jsonText(v)
	return parquet.ByteArrayValue([]byte(text)), err
}

func timeValue(v any) (parquet.Value, error) {
	if t, ok := v.(time.Time); ok {
		return parquet.Int64Value(t.UnixMicro()), nil
	}
	return mismatch(v, "time")
}

func dateValue(v any) (parquet.Value, error) {
	t, ok := syncs.Field{Type: "date"}.Midnight(v).(time.Time)
	if !ok {
		return mismatch(v, "date")
	}
	const day = 24 * 60 * 60
	midnight := t.UTC().Truncate(24 * time.Hour)
	return parquet.Int32Value(int32(midnight.Unix() / day)), nil
}

// most is how many digits a decimal has at most.
const most = 38

// decimalOf reads "18,4)".
func decimalOf(rest string) parquetColumn {
	digits, after, _ := strings.Cut(strings.TrimSuffix(strings.TrimSpace(rest), ")"), ",")
	precision, err := strconv.Atoi(strings.TrimSpace(digits))
	if err != nil || precision < 1 || precision > most {
		return parquetColumn{parquet.String(), textValue} // of any size
	}
	scale, err := strconv.Atoi(strings.TrimSpace(after))
	if err != nil || scale < 0 || scale > precision {
		scale = 0
	}
	return decimalColumn(precision, scale)
}

// decimalColumn has decimals in 16 bytes: https://github.com/apache/parquet-format/blob/master/LogicalTypes.md#decimal.
func decimalColumn(precision, scale int) parquetColumn {
	const width = 16
	bound := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(precision)), nil)
	factor := new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(scale)), nil))
	return parquetColumn{parquet.Decimal(scale, precision, parquet.FixedLenByteArrayType(width)), func(v any) (parquet.Value, error) {
		unscaled, ok := scaled(v, factor)
		if !ok {
			return mismatch(v, fmt.Sprintf("number with %d digits after the point", scale))
		}
		if unscaled.CmpAbs(bound) >= 0 {
			return parquet.Value{}, fmt.Errorf("the number %v has more than %d digits", v, precision)
		}
		if unscaled.Sign() < 0 { // two's complement
			unscaled.Add(unscaled, new(big.Int).Lsh(big.NewInt(1), 8*width))
		}
		return parquet.FixedLenByteArrayValue(unscaled.FillBytes(make([]byte, width))), nil
	}}
}

// scaled is a number times a factor, if that is a whole number.
func scaled(v any, factor *big.Rat) (*big.Int, bool) {
	switch v.(type) {
	case int64, syncs.Number, float64:
	default:
		return nil, false
	}
	n, ok := new(big.Rat).SetString(fmt.Sprint(v))
	if !ok || !n.Mul(n, factor).IsInt() {
		return nil, false
	}
	return new(big.Int).Set(n.Num()), true
}
