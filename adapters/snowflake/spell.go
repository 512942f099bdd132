package snowflake

import (
	"bufio"
	"compress/gzip"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/modsql/mod/compiler/relation"
)

// text is a value as every type of column reads it; there is none for null.
func text(v any) (s string, isNull bool, err error) {
	switch v := v.(type) {
	case nil:
		return "", true, nil
	case string:
		return v, false, nil
	case bool:
		return strconv.FormatBool(v), false, nil
	case int64:
		return strconv.FormatInt(v, 10), false, nil
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64), false, nil
	case []byte:
		return hex.EncodeToString(v), false, nil
	case time.Time:
		v = v.UTC()
		if v.Equal(v.Truncate(24 * time.Hour)) {
			return v.Format("2006-01-02"), false, nil // a date, too, and a timestamp as well
		}
		return v.Format("2006-01-02 15:04:05.999999999-07:00"), false, nil
	}
	return "", false, fmt.Errorf("a value of type %T cannot be loaded", v)
}

// insertion is a statement that inserts the rows. All values are texts, which the server casts to the columns' types: so the rows of VALUES agree in
// theirs.
func insertion(into relation.Table, rows [][]any) (string, error) {
	var b strings.Builder
	b.WriteString("insert into " + target(into) + " values ")
	for i, row := range rows {
		b.WriteString(map[bool]string{true: "(", false: ", ("}[i == 0])
		for k, v := range row {
			if k > 0 {
				b.WriteString(", ")
			}
			s, isNull, err := text(v)
			switch _, isBytes := v.([]byte); {
			case err != nil:
				return "", fmt.Errorf("row %d: %w", i+1, err)
			case isNull:
				b.WriteString("null")
			case isBytes:
				b.WriteString("x'" + s + "'")
			default:
				b.WriteString(literal(s))
			}
		}
		b.WriteByte(')')
	}
	return b.String(), nil
}

// fileSize is how much text a file holds before the next one is begun: the server reads several at once.
const fileSize = 128 << 20

// writeFiles writes the rows as CSV, compressed. A mark stands for null where nothing cannot.
func writeFiles(folder, mark string, few [][]any, source *source) error {
	var f *csvFile
	written := 0
	write := func(row []any) (err error) {
		if f != nil && f.size > fileSize {
			err = f.close()
			f = nil
		}
		if f == nil && err == nil {
			f, err = newCSVFile(filepath.Join(folder, fmt.Sprintf("rows_%d.csv.gz", written)), mark)
			written++
		}
		if err == nil {
			err = f.write(row)
		}
		return err
	}
	var err error
	for _, row := range few {
		if err = write(row); err != nil {
			break
		}
	}
	for err == nil {
		var row []any
		if row, err = source.row(); row == nil || err != nil {
			break
		}
		err = write(row)
	}
	if f != nil {
		err = errors.Join(err, f.close())
	}
	return err
}

// csvFile is a file in the form that copyStatement describes: all values in quotes, nothing for null, but the mark in rows of one value: an
// empty line is no row.
type csvFile struct {
	mark string
	file *os.File
	zip  *gzip.Writer
	*bufio.Writer
	size int
}

func newCSVFile(name, mark string) (*csvFile, error) {
	file, err := os.OpenFile(name, os.O_CREATE|os.O_WRONLY|os.O_EXCL, 0o600)
	if err != nil {
		return nil, err
	}
	zip, err := gzip.NewWriterLevel(file, gzip.BestSpeed)
	return &csvFile{mark: mark, file: file, zip: zip, Writer: bufio.NewWriterSize(zip, 64<<10)}, err
}

func (f *csvFile) write(row []any) error {
	for i, v := range row {
		if i > 0 {
			_ = f.WriteByte(',')
		}
		s, isNull, err := text(v)
		if err != nil {
			return err
		}
		switch {
		case !isNull:
			_ = f.WriteByte('"')
			_, _ = f.WriteString(strings.ReplaceAll(s, `"`, `""`))
			_ = f.WriteByte('"')
		case len(row) == 1:
			_, _ = f.WriteString(f.mark)
		}
		f.size += len(s) + 3
	}
	return f.WriteByte('\n') // an error of one write is one of all that follow
}

func (f *csvFile) close() error { return errors.Join(f.Flush(), f.zip.Close(), f.file.Close()) }
