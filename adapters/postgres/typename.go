package postgres

import (
	"context"
	"fmt"
	"strconv"

	"github.com/jackc/pgx/v5/pgtype"
)

// typeName spells a type as format_type does, for which the server need not be asked if the type is built in.
func (w *warehouse) typeName(ctx context.Context, oid uint32, modifier int32) string {
	if t, ok := types.TypeForOID(oid); ok {
		return builtIn(t, modifier)
	}
	if name, ok := w.types.Load(oid); ok {
		return name.(string)
	}
	name, err := w.askTypeName(ctx, oid)
	if err != nil {
		return "unknown" // made in a transaction that is still open, for one
	}
	w.types.Store(oid, name)
	return name
}

// askTypeName uses a connection of its own: the session's is about to stream.
func (w *warehouse) askTypeName(ctx context.Context, oid uint32) (string, error) {
	conn, err := w.dial(ctx)
	if err != nil {
		return "", err
	}
	defer func() { _ = conn.Close(ctx) }()
	const sql = "select format_type(oid, null) from pg_type where oid = $1"
	result := conn.ExecParams(ctx, sql, [][]byte{strconv.AppendUint(nil, uint64(oid), 10)}, nil, nil, nil).Read()
	if result.Err != nil {
		return "", result.Err
	}
	if len(result.Rows) == 0 {
		return "", fmt.Errorf("there is no type %d", oid)
	}
	return string(result.Rows[0][0]), nil
}

func builtIn(t *pgtype.Type, modifier int32) string {
	if codec, ok := t.Codec.(*pgtype.ArrayCodec); ok {
		return builtIn(codec.ElementType, modifier) + "[]"
	}
	switch t.OID {
	case pgtype.NumericOID:
		if modifier < 4 {
			return "numeric"
		}
		precision, scale := (modifier-4)>>16, (modifier-4)&0x7ff
		if scale >= 1024 {
			scale -= 2048
		}
		return fmt.Sprintf("numeric(%d,%d)", precision, scale)
	case pgtype.VarcharOID:
		return sized("character varying", "", modifier, 4)
	case pgtype.BPCharOID:
		return sized("character", "", modifier, 4)
	case pgtype.BitOID:
		return sized("bit", "", modifier, 0)
	case pgtype.VarbitOID:
		return sized("bit varying", "", modifier, 0)
	case pgtype.TimeOID:
		return sized("time", " without time zone", modifier, 0)
	case pgtype.TimetzOID:
		return sized("time", " with time zone", modifier, 0)
	case pgtype.TimestampOID:
		return sized("timestamp", " without time zone", modifier, 0)
	case pgtype.TimestamptzOID:
		return sized("timestamp", " with time zone", modifier, 0)
	}
	if name, ok := longNames[t.Name]; ok {
		return name
	}
	return t.Name
}

// longNames are the types whose name in SQL is not the one in the catalog.
var longNames = map[string]string{
	"bool": "boolean", "int2": "smallint", "int4": "integer", "int8": "bigint",
	"float4": "real", "float8": "double precision", "char": `"char"`,
}

// sized puts the size, if there is one, between the words of a type's name.
func sized(before, after string, modifier, offset int32) string {
	if modifier < offset || modifier < 0 {
		return before + after
	}
	return fmt.Sprintf("%s(%d)%s", before, modifier-offset, after)
}
