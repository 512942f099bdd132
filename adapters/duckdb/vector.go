package duckdb

import (
	"encoding/hex"
	"fmt"
	"math"
	"math/big"
	"strings"
	"time"
	"unsafe"

	bindings "github.com/duckdb/duckdb-go-bindings"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/compiler/relation"
)

// reader takes the values of a result out of its chunks.
type reader struct {
	res     *bindings.Result
	columns []relation.Column
	vectors []*vector
	chunk   bindings.DataChunk
}

func newReader(res *bindings.Result) *reader {
	r := &reader{res: res}
	for i := range bindings.ColumnCount(res) {
		t := bindings.ColumnLogicalType(res, i)
		name := bindings.ColumnName(res, i)
		r.columns = append(r.columns, relation.Column{Name: name, Type: typeName(t), Nullable: true})
		r.vectors = append(r.vectors, newVector(t))
		bindings.DestroyLogicalType(&t)
	}
	return r
}

// next goes to the next chunk and tells how many rows it has, 0 at the end.
func (r *reader) next() (int, error) {
	r.close()
	r.chunk = bindings.FetchChunk(*r.res)
	if r.chunk.Ptr == nil {
		if said := bindings.ResultError(r.res); said != "" {
			return 0, statementError(said)
		}
		return 0, nil
	}
	for i, v := range r.vectors {
		v.bind(bindings.DataChunkGetVector(r.chunk, bindings.IdxT(i)))
	}
	return int(bindings.DataChunkGetSize(r.chunk)), nil
}

// read sets row to the values of row i of the chunk. Nothing of them belongs to the chunk.
func (r *reader) read(i int, row []any) error {
	for c, v := range r.vectors {
		if v.value == nil {
			return &adapters.Error{
				Message:  fmt.Sprintf("column %q has type %s, which cannot be read", r.columns[c].Name, r.columns[c].Type),
				Hint:     "cast it to varchar",
				Position: -1,
			}
		}
		row[c] = v.at(i)
	}
	return nil
}

func (r *reader) close() {
	if r.chunk.Ptr != nil {
		bindings.DestroyDataChunk(&r.chunk)
	}
}

// vector reads the values of one column of a chunk, laid out as https://duckdb.org/docs/stable/clients/c/vector tells.
type vector struct {
	data, validity unsafe.Pointer // of the current chunk
	bindChildren   func(bindings.Vector)
	value          func(i int) any // of a row that is not null; nil if the type cannot be read
}

func (v *vector) bind(of bindings.Vector) {
	v.data, v.validity = bindings.VectorGetData(of), bindings.VectorGetValidity(of)
	if v.bindChildren != nil {
		v.bindChildren(of)
	}
}

func (v *vector) at(i int) any {
	if v.validity != nil && *element[uint64](v.validity, i/64)&(1<<(i%64)) == 0 {
		return nil
	}
	return v.value(i)
}

func element[T any](base unsafe.Pointer, i int) *T {
	var zero T
	return (*T)(unsafe.Add(base, uintptr(i)*unsafe.Sizeof(zero)))
}

func newVector(t bindings.LogicalType) *vector {
	v := &vector{}
	switch bindings.GetTypeId(t) {
	case bindings.TypeSQLNull:
		v.value = func(int) any { return nil }
	case bindings.TypeBoolean:
		v.value = func(i int) any { return *element[bool](v.data, i) }
	case bindings.TypeTinyInt:
		v.value = integer[int8](v)
	case bindings.TypeSmallInt:
		v.value = integer[int16](v)
	case bindings.TypeInteger:
		v.value = integer[int32](v)
	case bindings.TypeBigInt:
		v.value = integer[int64](v)
	case bindings.TypeUTinyInt:
		v.value = integer[uint8](v)
	case bindings.TypeUSmallInt:
		v.value = integer[uint16](v)
	case bindings.TypeUInteger:
		v.value = integer[uint32](v)
	case bindings.TypeUBigInt:
		v.value = func(i int) any { return small(new(big.Int).SetUint64(*element[uint64](v.data, i))) }
	case bindings.TypeFloat:
		v.value = func(i int) any { return float64(*element[float32](v.data, i)) }
	case bindings.TypeDouble:
		v.value = func(i int) any { return *element[float64](v.data, i) }
	case bindings.TypeHugeInt:
		v.value = func(i int) any { return small(element[int128](v.data, i).big()) }
	case bindings.TypeUHugeInt:
		v.value = func(i int) any { return small(element[int128](v.data, i).unsigned()) }
	case bindings.TypeBigNum:
		v.value = func(i int) any { return small(bignum(text16(v.data, i))) }
	case bindings.TypeVarchar:
		v.value = func(i int) any { return strings.Clone(text16(v.data, i)) }
	case bindings.TypeBlob, bindings.TypeGeometry:
		v.value = func(i int) any { return []byte(text16(v.data, i)) }
	case bindings.TypeBit:
		v.value = func(i int) any { return bits(text16(v.data, i)) }
	case bindings.TypeUUID:
		v.value = func(i int) any { return uuid(element[int128](v.data, i)) }
	case bindings.TypeDecimal, bindings.TypeEnum:
		v.value = packed(v, t)
	case bindings.TypeList, bindings.TypeMap, bindings.TypeArray, bindings.TypeStruct, bindings.TypeUnion:
		nest(v, t)
	default:
		v.value = temporal(v, bindings.GetTypeId(t))
	}
	return v
}

func integer[T int8 | int16 | int32 | int64 | uint8 | uint16 | uint32](v *vector) func(int) any {
	return func(i int) any { return int64(*element[T](v.data, i)) }
}

// temporal reads dates and times; those that are infinite become the words for it.
func temporal(v *vector, t bindings.Type) func(int) any {
	switch t {
	case bindings.TypeDate:
		return func(i int) any {
			days := *element[int32](v.data, i)
			if days == math.MaxInt32 || days == -math.MaxInt32 {
				return infinity(int64(days))
			}
			return time.Unix(int64(days)*86400, 0).UTC()
		}
	case bindings.TypeTimestamp, bindings.TypeTimestampTZ:
		return instantSince(v, time.UnixMicro)
	case bindings.TypeTimestampMS:
		return instantSince(v, time.UnixMilli)
	case bindings.TypeTimestampS:
		return instantSince(v, func(n int64) time.Time { return time.Unix(n, 0) })
	case bindings.TypeTimestampNS:
		return instantSince(v, func(n int64) time.Time { return time.Unix(0, n) })
	case bindings.TypeTime:
		return func(i int) any { return clock(*element[int64](v.data, i) * 1000) }
	case bindings.TypeTimeNS:
		return func(i int) any { return clock(*element[int64](v.data, i)) }
	case bindings.TypeTimeTZ:
		return func(i int) any { return zonedClock(*element[uint64](v.data, i)) }
	case bindings.TypeInterval:
		return func(i int) any { return element[span](v.data, i).String() }
	default:
		return nil
	}
}

func instantSince(v *vector, since func(int64) time.Time) func(int) any {
	return func(i int) any {
		n := *element[int64](v.data, i)
		if n == math.MaxInt64 || n == -math.MaxInt64 {
			return infinity(n)
		}
		return since(n).UTC()
	}
}

func infinity(n int64) string {
	if n < 0 {
		return "-infinity"
	}
	return "infinity"
}

// packed reads decimals and enums, which are kept in the smallest integer that can hold them.
func packed(v *vector, t bindings.LogicalType) func(int) any {
	if bindings.GetTypeId(t) == bindings.TypeDecimal {
		scale := int(bindings.DecimalScale(t))
		if bindings.DecimalInternalType(t) == bindings.TypeHugeInt {
			return func(i int) any { return decimal(element[int128](v.data, i).big(), scale) }
		}
		at := packedInteger(v, bindings.DecimalInternalType(t))
		return func(i int) any { return decimal(big.NewInt(at(i)), scale) }
	}
	words := make([]any, bindings.EnumDictionarySize(t))
	for i := range words {
		words[i] = bindings.EnumDictionaryValue(t, bindings.IdxT(i))
	}
	at := packedInteger(v, bindings.EnumInternalType(t))
	return func(i int) any { return words[at(i)] }
}

func packedInteger(v *vector, t bindings.Type) func(int) int64 {
	switch t {
	case bindings.TypeUTinyInt:
		return func(i int) int64 { return int64(*element[uint8](v.data, i)) }
	case bindings.TypeUSmallInt:
		return func(i int) int64 { return int64(*element[uint16](v.data, i)) }
	case bindings.TypeUInteger:
		return func(i int) int64 { return int64(*element[uint32](v.data, i)) }
	case bindings.TypeSmallInt:
		return func(i int) int64 { return int64(*element[int16](v.data, i)) }
	case bindings.TypeInteger:
		return func(i int) int64 { return int64(*element[int32](v.data, i)) }
	default:
		return func(i int) int64 { return *element[int64](v.data, i) }
	}
}

// nest makes v read values that have values inside.
func nest(v *vector, t bindings.LogicalType) {
	switch bindings.GetTypeId(t) {
	case bindings.TypeList:
		child := ofType(bindings.ListTypeChildType(t))
		v.bindChildren = func(of bindings.Vector) { child.bind(bindings.ListVectorGetChild(of)) }
		v.value = ifReadable(func(i int) any {
			e := *element[[2]uint64](v.data, i)
			return child.slice(int(e[0]), int(e[1]))
		}, child)
	case bindings.TypeArray:
		child := ofType(bindings.ArrayTypeChildType(t))
		size := int(bindings.ArrayTypeArraySize(t))
		v.bindChildren = func(of bindings.Vector) { child.bind(bindings.ArrayVectorGetChild(of)) }
		v.value = ifReadable(func(i int) any { return child.slice(i*size, size) }, child)
	case bindings.TypeMap:
		key, value := ofType(bindings.MapTypeKeyType(t)), ofType(bindings.MapTypeValueType(t))
		v.bindChildren = func(of bindings.Vector) {
			entries := bindings.ListVectorGetChild(of)
			key.bind(bindings.StructVectorGetChild(entries, 0))
			value.bind(bindings.StructVectorGetChild(entries, 1))
		}
		v.value = ifReadable(func(i int) any {
			e := *element[[2]uint64](v.data, i)
			m := make(map[string]any, e[1])
			for j := int(e[0]); j < int(e[0]+e[1]); j++ {
				m[fmt.Sprint(key.at(j))] = value.at(j)
			}
			return m
		}, key, value)
	case bindings.TypeStruct:
		nestStruct(v, t)
	default:
		nestUnion(v, t)
	}
}

func nestStruct(v *vector, t bindings.LogicalType) {
	var names []string
	var children []*vector
	for i := range bindings.StructTypeChildCount(t) {
		names = append(names, bindings.StructTypeChildName(t, i))
		children = append(children, ofType(bindings.StructTypeChildType(t, i)))
	}
	v.bindChildren = func(of bindings.Vector) { bindAll(children, of, 0) }
	v.value = ifReadable(func(i int) any {
		m := make(map[string]any, len(names))
		for c, name := range names {
			m[name] = children[c].at(i)
		}
		return m
	}, children...)
}

// nestUnion reads the member that is set. A union is a struct with the number of that member before all members.
func nestUnion(v *vector, t bindings.LogicalType) {
	tag := &vector{}
	var members []*vector
	for i := range bindings.UnionTypeMemberCount(t) {
		members = append(members, ofType(bindings.UnionTypeMemberType(t, i)))
	}
	v.bindChildren = func(of bindings.Vector) {
		tag.bind(bindings.StructVectorGetChild(of, 0))
		bindAll(members, of, 1)
	}
	v.value = ifReadable(func(i int) any { return members[*element[uint8](tag.data, i)].at(i) }, members...)
}

func bindAll(children []*vector, of bindings.Vector, first int) {
	for i, c := range children {
		c.bind(bindings.StructVectorGetChild(of, bindings.IdxT(first+i)))
	}
}

func ofType(t bindings.LogicalType) *vector {
	defer bindings.DestroyLogicalType(&t)
	return newVector(t)
}

func ifReadable(value func(int) any, children ...*vector) func(int) any {
	for _, c := range children {
		if c.value == nil {
			return nil
		}
	}
	return value
}

func (v *vector) slice(from, n int) []any {
	out := make([]any, n)
	for i := range out {
		out[i] = v.at(from + i)
	}
	return out
}

// text16 is the text or bytes of row i, borrowed from the chunk: up to 12 bytes stand beside their length, more elsewhere.
func text16(base unsafe.Pointer, i int) string {
	at := unsafe.Add(base, uintptr(i)*16)
	n := int(*(*uint32)(at))
	if n <= 12 {
		return unsafe.String((*byte)(unsafe.Add(at, 4)), n)
	}
	return unsafe.String(*(**byte)(unsafe.Add(at, 8)), n)
}

// int128 is two's complement.
type int128 struct {
	low  uint64
	high int64
}

func (n *int128) big() *big.Int {
	b := big.NewInt(n.high)
	return b.Add(b.Lsh(b, 64), new(big.Int).SetUint64(n.low))
}

func (n *int128) unsigned() *big.Int {
	b := new(big.Int).SetUint64(uint64(n.high))
	return b.Add(b.Lsh(b, 64), new(big.Int).SetUint64(n.low))
}

// small is an int64 where that holds the number.
func small(n *big.Int) any {
	if n.IsInt64() {
		return n.Int64()
	}
	return n
}

// bignum reads a number of any length: three bytes of header, then the magnitude, big end first, all inverted if negative.
func bignum(s string) *big.Int {
	b := []byte(s)
	if len(b) < 4 {
		return new(big.Int)
	}
	negative := b[0]&0x80 == 0
	if negative {
		for i := range b {
			b[i] = ^b[i]
		}
	}
	n := new(big.Int).SetBytes(b[3:])
	if negative {
		n.Neg(n)
	}
	return n
}

func decimal(n *big.Int, scale int) adapters.Decimal {
	s := n.String()
	sign := ""
	if s[0] == '-' {
		sign, s = "-", s[1:]
	}
	if scale == 0 {
		return adapters.Decimal(sign + s)
	}
	if missing := scale + 1 - len(s); missing > 0 {
		s = strings.Repeat("0", missing) + s
	}
	return adapters.Decimal(sign + s[:len(s)-scale] + "." + s[len(s)-scale:])
}

// uuid is stored with its highest bit inverted, so that it sorts as a number.
func uuid(n *int128) string {
	var b [16]byte
	high := uint64(n.high) ^ 1<<63
	for i := range 8 {
		b[i], b[8+i] = byte(high>>(56-8*i)), byte(n.low>>(56-8*i))
	}
	h := hex.EncodeToString(b[:])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}

// bits is stored with the number of unused leading bits in the first byte.
func bits(s string) string {
	if s == "" {
		return ""
	}
	var b strings.Builder
	for i := int(s[0]); i < (len(s)-1)*8; i++ {
		b.WriteByte('0' + s[1+i/8]>>(7-i%8)&1)
	}
	return b.String()
}
