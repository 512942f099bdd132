package files

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress"

	"github.com/modsql/mod/syncs"
)

// parquetFormat is Parquet: https://parquet.apache.org/docs/file-format/.
type parquetFormat struct{ codec compress.Codec }

func parquetOf(compression string) (format, error) {
	codecs := map[string]compress.Codec{
		"": &parquet.Zstd, "zstd": &parquet.Zstd, "snappy": &parquet.Snappy, "gzip": &parquet.Gzip, "none": &parquet.Uncompressed,
	}
	codec, ok := codecs[compression]
	if !ok {
		return nil, broken("compression of parquet is %q: it is zstd, snappy, gzip or none", compression)
	}
	return parquetFormat{codec}, nil
}

func (parquetFormat) extension() string { return "parquet" }
func (parquetFormat) readable() format  { return jsonFormat{} }

func (p parquetFormat) encode(t table) ([]byte, error) {
	columns := make([]parquetColumn, len(t.fields))
	for i, f := range t.fields {
		columns[i] = columnFor(f.Type)
	}
	rows := make([]parquet.Row, len(t.rows))
	for i, row := range t.rows {
		var err error
		if rows[i], err = parquetRow(t.fields, columns, row); err != nil {
			return nil, err
		}
	}
	var out bytes.Buffer
	w := parquet.NewWriter(&out, schemaOf(t.fields, columns), parquet.Compression(p.codec), parquet.CreatedBy("mod", "1", ""))
	if _, err := w.WriteRows(rows); err != nil {
		return nil, err
	}
	err := w.Close()
	return out.Bytes(), err
}

func parquetRow(fields []syncs.Field, columns []parquetColumn, row []any) (parquet.Row, error) {
	out := make(parquet.Row, len(row))
	for i, v := range row {
		if v == nil {
			out[i] = parquet.NullValue().Level(0, 0, i)
			continue
		}
		value, err := columns[i].value(v)
		if err != nil {
			return nil, fmt.Errorf("field %s: %w", fields[i].Name, err)
		}
		out[i] = value.Level(0, 1, i)
	}
	return out, nil
}

// ordered is a group whose fields keep their order: the library has them in that of the alphabet.
type ordered struct {
	parquet.Group
	names []string
}

// Fields are those of the group in the order of names.
func (o ordered) Fields() []parquet.Field {
	fields := o.Group.Fields()
	slices.SortFunc(fields, func(a, b parquet.Field) int {
		return slices.Index(o.names, a.Name()) - slices.Index(o.names, b.Name())
	})
	return fields
}

func schemaOf(fields []syncs.Field, columns []parquetColumn) *parquet.Schema {
	root := ordered{Group: parquet.Group{}}
	for i, f := range fields {
		root.Group[f.Name] = parquet.Optional(columns[i].node)
		root.names = append(root.names, f.Name)
	}
	return parquet.NewSchema("records", root)
}

// parquetColumn is a column, and how its values are written.
type parquetColumn struct {
	node  parquet.Node
	value func(v any) (parquet.Value, error)
}

// columnFor is the column for values of a type, in the words of the warehouse.
func columnFor(kind string) parquetColumn {
	name, rest, _ := strings.Cut(strings.ToLower(strings.TrimSpace(kind)), "(")
	if strings.HasSuffix(kind, "]") {
		name = "json"
	}
	switch strings.TrimSpace(name) {
	case "boolean", "bool":
		return parquetColumn{parquet.Leaf(parquet.BooleanType), booleanValue}
	case "tinyint", "smallint", "int2", "integer", "int", "int4", "bigint", "int8", "utinyint", "usmallint", "uinteger":
		return parquetColumn{parquet.Int(64), integerValue}
	case "float", "real", "float4", "double", "double precision", "float8":
		return parquetColumn{parquet.Leaf(parquet.DoubleType), doubleValue}
	case "ubigint":
		return decimalColumn(20, 0)
	case "hugeint", "uhugeint":
		return decimalColumn(38, 0)
	case "decimal", "numeric":
		return decimalOf(rest)
	case "blob", "bytea", "binary", "varbinary":
		return parquetColumn{parquet.Leaf(parquet.ByteArrayType), bytesValue}
	case "date":
		return parquetColumn{parquet.Date(), dateValue}
	case "timestamp", "timestamp without time zone", "datetime", "timestamp_s", "timestamp_ms", "timestamp_ns":
		return parquetColumn{parquet.TimestampAdjusted(parquet.Microsecond, false), timeValue}
	case "timestamp with time zone", "timestamptz":
		return parquetColumn{parquet.Timestamp(parquet.Microsecond), timeValue}
	case "json", "jsonb", "struct", "map", "union":
		return parquetColumn{parquet.JSON(), documentValue}
	default:
		return parquetColumn{parquet.String(), textValue}
	}
}
