package files_test

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"

	"github.com/modsql/mod/syncs"
	"github.com/modsql/mod/syncs/destinationtest"
	"github.com/modsql/mod/syncs/files"
)

// suite is that of files in a folder of their own.
func suite(kind string, more syncs.Config) *destinationtest.Suite {
	return &destinationtest.Suite{
		Kind: files.New(),
		Place: func(t *testing.T, _ []syncs.Field, _ []string) destinationtest.Place {
			folder := t.TempDir()
			c := syncs.Config{"path": folder, "format": kind}
			maps.Copy(c, more)
			return destinationtest.Place{Config: c, Object: "some/where", Rows: func(t *testing.T) []map[string]any { return recordsIn(t, folder) }}
		},
		Loose: true, Lasting: true, Stored: storedIn(kind),
	}
}

// with are settings with another value for one.
func with(c syncs.Config, key string, value any) syncs.Config {
	c = maps.Clone(c)
	c[key] = value
	return c
}

// recordsIn reads all files of records in a folder.
func recordsIn(t *testing.T, folder string) []map[string]any {
	t.Helper()
	var out []map[string]any
	err := fs.WalkDir(os.DirFS(folder), ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || strings.HasSuffix(name, ".json") {
			return err
		}
		content, err := os.ReadFile(filepath.Join(folder, name))
		if err == nil {
			out = append(out, decode(t, name, content)...)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// decode reads a file of records.
func decode(t *testing.T, name string, content []byte) []map[string]any {
	t.Helper()
	if inner, ok := strings.CutSuffix(name, ".gz"); ok {
		r, err := gzip.NewReader(bytes.NewReader(content))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if content, err = io.ReadAll(r); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		name = inner
	}
	switch filepath.Ext(name) {
	case ".csv":
		return decodeCSV(string(content))
	case ".jsonl":
		return decodeJSON(t, content)
	case ".parquet":
		return decodeParquet(t, content)
	}
	t.Fatalf("what is %s?", name)
	return nil
}

// storedIn is what a format shows of a value, as decode reads it.
func storedIn(kind string) func(string, any) any {
	return func(_ string, v any) any {
		switch x := v.(type) {
		case nil:
			return nil
		case string:
			return x
		case time.Time:
			if kind != "parquet" {
				return x.UTC().Format(time.RFC3339Nano)
			}
		case []byte:
			if kind != "parquet" {
				return base64.StdEncoding.EncodeToString(x)
			}
		case []any, map[string]any:
			if kind != "jsonl" {
				text, err := json.Marshal(x)
				if err != nil {
					return err
				}
				return string(text)
			}
		default:
			if kind == "csv" {
				return strings.TrimPrefix(strings.Replace(fmt.Sprint(x), "Inf", "Infinity", 1), "+")
			}
		}
		return v
	}
}

// decodeCSV tells null, which is nothing at all, from an empty text, which is quoted.
func decodeCSV(content string) []map[string]any {
	var header []any
	var out []map[string]any
	for content != "" {
		var cells []any
		for more := true; more; {
			var cell any
			cell, content, more = csvCell(content)
			cells = append(cells, cell)
		}
		if header == nil {
			header = cells
			continue
		}
		record := map[string]any{}
		for i, cell := range cells {
			record[header[i].(string)] = cell
		}
		out = append(out, record)
	}
	return out
}

func csvCell(s string) (cell any, rest string, more bool) {
	if !strings.HasPrefix(s, `"`) {
		end := strings.IndexAny(s, ",\n")
		if end > 0 {
			cell = s[:end]
		}
		return cell, s[end+1:], s[end] == ','
	}
	var b strings.Builder
	for i := 1; ; i++ {
		if s[i] == '"' {
			if s[i+1] != '"' {
				return b.String(), s[i+2:], s[i+1] == ','
			}
			i++
		}
		b.WriteByte(s[i])
	}
}

func decodeJSON(t *testing.T, content []byte) []map[string]any {
	t.Helper()
	var out []map[string]any
	for d := json.NewDecoder(bytes.NewReader(content)); ; {
		d.UseNumber()
		var record map[string]any
		if err := d.Decode(&record); err == io.EOF {
			return out
		} else if err != nil {
			t.Fatal(err)
		}
		out = append(out, record)
	}
}

func decodeParquet(t *testing.T, content []byte) []map[string]any {
	t.Helper()
	r := parquet.NewReader(bytes.NewReader(content))
	defer r.Close()
	columns := r.Schema().Fields()
	var out []map[string]any
	rows := make([]parquet.Row, 1)
	for {
		n, err := r.ReadRows(rows)
		if n == 1 {
			record := map[string]any{}
			for i, v := range rows[0] {
				record[columns[i].Name()] = parquetValue(columns[i].Type(), v)
			}
			out = append(out, record)
		}
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

func parquetValue(kind parquet.Type, v parquet.Value) any {
	if v.IsNull() {
		return nil
	}
	if logical := kind.LogicalType(); logical != nil {
		switch l := logical.Value.(type) {
		case *format.TimestampType:
			return time.UnixMicro(v.Int64())
		case *format.DecimalType:
			return decimal(v.ByteArray(), int(l.Scale))
		case *format.DateType:
			return time.Unix(int64(v.Int32())*24*60*60, 0)
		case *format.StringType, *format.JsonType:
			return string(v.ByteArray())
		}
	}
	switch v.Kind() {
	case parquet.Boolean:
		return v.Boolean()
	case parquet.Double:
		return v.Double()
	case parquet.Int64:
		return v.Int64()
	default:
		return bytes.Clone(v.ByteArray())
	}
}

func decimal(unscaled []byte, scale int) syncs.Number {
	n := new(big.Int).SetBytes(unscaled)
	if n.Bit(8*len(unscaled)-1) == 1 {
		n.Sub(n, new(big.Int).Lsh(big.NewInt(1), uint(8*len(unscaled))))
	}
	tenth := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(scale)), nil)
	return syncs.Number(new(big.Rat).SetFrac(n, tenth).FloatString(scale))
}

func TestFilesAreADestination(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]syncs.Config{"csv": {}, "jsonl": {"compression": "gzip"}, "parquet": {}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			destinationtest.Run(t, suite(name, c))
		})
	}
}
