package sql

// keyword is the number of a word that means something to a grammar. The zero value is any other word.
type keyword uint16

// The keywords.
const (
	notKeyword keyword = iota
	kwAbsent
	kwAll
	kwAlter
	kwAnalyse
	kwAnalyze
	kwAnd
	kwAnti
	kwAny
	kwArray
	kwAs
	kwAsc
	kwAsof
	kwAsymmetric
	kwAt
	kwAuthorization
	kwBefore
	kwBernoulli
	kwBetween
	kwBinary
	kwBit
	kwBlock
	kwBoth
	kwBreadth
	kwBy
	kwCase
	kwCast
	kwChanges
	kwChar
	kwCharacter
	kwCheck
	kwCollate
	kwCollation
	kwColumn
	kwColumns
	kwConcurrently
	kwConditional
	kwConnect
	kwConnectByRoot
	kwConstraint
	kwContent
	kwCorresponding
	kwCount
	kwCreate
	kwCross
	kwCube
	kwCurrent
	kwCurrentCatalog
	kwCurrentDate
	kwCurrentRole
	kwCurrentSchema
	kwCurrentTime
	kwCurrentTimestamp
	kwCurrentUser
	kwCycle
	kwDatabases
	kwDay
	kwDeallocate
	kwDefault
	kwDeferrable
	kwDelete
	kwDepth
	kwDesc
	kwDescribe
	kwDistinct
	kwDo
	kwDocument
	kwDouble
	kwDrop
	kwElse
	kwEmpty
	kwEncoding
	kwEnd
	kwError
	kwEscape
	kwExcept
	kwExclude
	kwExecute
	kwExists
	kwFalse
	kwFetch
	kwFilter
	kwFirst
	kwFollowing
	kwFor
	kwForeign
	kwFormat
	kwFreeze
	kwFrom
	kwFull
	kwGenerated
	kwGlob
	kwGlobal
	kwGrant
	kwGroup
	kwGrouping
	kwGroups
	kwHaving
	kwHour
	kwIf
	kwIgnore
	kwIlike
	kwIn
	kwIncrement
	kwIndent
	kwInitially
	kwInner
	kwInsert
	kwIntersect
	kwInterval
	kwInto
	kwIs
	kwIsnull
	kwJoin
	kwJSON
	kwKeep
	kwKey
	kwKeys
	kwLambda
	kwLast
	kwLateral
	kwLeading
	kwLeft
	kwLike
	kwLimit
	kwLocal
	kwLocaltime
	kwLocaltimestamp
	kwLock
	kwLocked
	kwMap
	kwMatchCondition
	kwMatchRecognize
	kwMaterialized
	kwMinus
	kwMinute
	kwMonth
	kwName
	kwNational
	kwNatural
	kwNchar
	kwNext
	kwNfc
	kwNfd
	kwNfkc
	kwNfkd
	kwNo
	kwNocycle
	kwNormalized
	kwNot
	kwNotnull
	kwNowait
	kwNull
	kwNulls
	kwObject
	kwOf
	kwOffset
	kwOmit
	kwOn
	kwOnly
	kwOperator
	kwOr
	kwOrder
	kwOrdinality
	kwOthers
	kwOuter
	kwOver
	kwOverflow
	kwOverlaps
	kwPartition
	kwPassing
	kwPercent
	kwPivot
	kwPivotLonger
	kwPivotWider
	kwPlacing
	kwPositional
	kwPreceding
	kwPrecision
	kwPrepare
	kwPreserve
	kwPrimary
	kwPrior
	kwQualify
	kwQuotes
	kwRange
	kwRecursive
	kwRef
	kwReferences
	kwRegexp
	kwRename
	kwRepeatable
	kwReplace
	kwReservoir
	kwRespect
	kwReturning
	kwRevoke
	kwRight
	kwRlike
	kwRollup
	kwRow
	kwRows
	kwSafeCast
	kwSample
	kwScalar
	kwSchemas
	kwSearch
	kwSecond
	kwSeed
	kwSelect
	kwSemi
	kwSeparator
	kwSessionUser
	kwSet
	kwSetof
	kwSets
	kwSettings
	kwShare
	kwShow
	kwSiblings
	kwSimilar
	kwSkip
	kwSome
	kwStandalone
	kwStart
	kwString
	kwStrip
	kwStruct
	kwSummarize
	kwSymmetric
	kwSystem
	kwSystemTime
	kwSystemUser
	kwTable
	kwTables
	kwTablesample
	kwTemp
	kwTemporary
	kwThen
	kwTies
	kwTime
	kwTimestamp
	kwTo
	kwTop
	kwTrailing
	kwTrigger
	kwTrim
	kwTrue
	kwTruncate
	kwTryCast
	kwUescape
	kwUnbounded
	kwUnconditional
	kwUnion
	kwUnique
	kwUnknown
	kwUnlogged
	kwUnnest
	kwUnpack
	kwUnpivot
	kwUpdate
	kwUser
	kwUsing
	kwValue
	kwValues
	kwVariadic
	kwVarying
	kwVerbose
	kwVersion
	kwWhen
	kwWhenever
	kwWhere
	kwWhitespace
	kwWindow
	kwWith
	kwWithin
	kwWithout
	kwWrapper
	kwYear
	kwYes
	kwZone
)

// keywords are the words by their numbers.
var keywords = [...]string{
	notKeyword:         "",
	kwAbsent:           "absent",
	kwAll:              "all",
	kwAlter:            "alter",
	kwAnalyse:          "analyse",
	kwAnalyze:          "analyze",
	kwAnd:              "and",
	kwAnti:             "anti",
	kwAny:              "any",
	kwArray:            "array",
	kwAs:               "as",
	kwAsc:              "asc",
	kwAsof:             "asof",
	kwAsymmetric:       "asymmetric",
	kwAt:               "at",
	kwAuthorization:    "authorization",
	kwBefore:           "before",
	kwBernoulli:        "bernoulli",
	kwBetween:          "between",
	kwBinary:           "binary",
	kwBit:              "bit",
	kwBlock:            "block",
	kwBoth:             "both",
	kwBreadth:          "breadth",
	kwBy:               "by",
	kwCase:             "case",
	kwCast:             "cast",
	kwChanges:          "changes",
	kwChar:             "char",
	kwCharacter:        "character",
	kwCheck:            "check",
	kwCollate:          "collate",
	kwCollation:        "collation",
	kwColumn:           "column",
	kwColumns:          "columns",
	kwConcurrently:     "concurrently",
	kwConditional:      "conditional",
	kwConnect:          "connect",
	kwConnectByRoot:    "connect_by_root",
	kwConstraint:       "constraint",
	kwContent:          "content",
	kwCorresponding:    "corresponding",
	kwCount:            "count",
	kwCreate:           "create",
	kwCross:            "cross",
	kwCube:             "cube",
	kwCurrent:          "current",
	kwCurrentCatalog:   "current_catalog",
	kwCurrentDate:      "current_date",
	kwCurrentRole:      "current_role",
	kwCurrentSchema:    "current_schema",
	kwCurrentTime:      "current_time",
	kwCurrentTimestamp: "current_timestamp",
	kwCurrentUser:      "current_user",
	kwCycle:            "cycle",
	kwDatabases:        "databases",
	kwDay:              "day",
	kwDeallocate:       "deallocate",
	kwDefault:          "default",
	kwDeferrable:       "deferrable",
	kwDelete:           "delete",
	kwDepth:            "depth",
	kwDesc:             "desc",
	kwDescribe:         "describe",
	kwDistinct:         "distinct",
	kwDo:               "do",
	kwDocument:         "document",
	kwDouble:           "double",
	kwDrop:             "drop",
	kwElse:             "else",
	kwEmpty:            "empty",
	kwEncoding:         "encoding",
	kwEnd:              "end",
	kwError:            "error",
	kwEscape:           "escape",
	kwExcept:           "except",
	kwExclude:          "exclude",
	kwExecute:          "execute",
	kwExists:           "exists",
	kwFalse:            "false",
	kwFetch:            "fetch",
	kwFilter:           "filter",
	kwFirst:            "first",
	kwFollowing:        "following",
	kwFor:              "for",
	kwForeign:          "foreign",
	kwFormat:           "format",
	kwFreeze:           "freeze",
	kwFrom:             "from",
	kwFull:             "full",
	kwGenerated:        "generated",
	kwGlob:             "glob",
	kwGlobal:           "global",
	kwGrant:            "grant",
	kwGroup:            "group",
	kwGrouping:         "grouping",
	kwGroups:           "groups",
	kwHaving:           "having",
	kwHour:             "hour",
	kwIf:               "if",
	kwIgnore:           "ignore",
	kwIlike:            "ilike",
	kwIn:               "in",
	kwIncrement:        "increment",
	kwIndent:           "indent",
	kwInitially:        "initially",
	kwInner:            "inner",
	kwInsert:           "insert",
	kwIntersect:        "intersect",
	kwInterval:         "interval",
	kwInto:             "into",
	kwIs:               "is",
	kwIsnull:           "isnull",
	kwJoin:             "join",
	kwJSON:             "json",
	kwKeep:             "keep",
	kwKey:              "key",
	kwKeys:             "keys",
	kwLambda:           "lambda",
	kwLast:             "last",
	kwLateral:          "lateral",
	kwLeading:          "leading",
	kwLeft:             "left",
	kwLike:             "like",
	kwLimit:            "limit",
	kwLocal:            "local",
	kwLocaltime:        "localtime",
	kwLocaltimestamp:   "localtimestamp",
	kwLock:             "lock",
	kwLocked:           "locked",
	kwMap:              "map",
	kwMatchCondition:   "match_condition",
	kwMatchRecognize:   "match_recognize",
	kwMaterialized:     "materialized",
	kwMinus:            "minus",
	kwMinute:           "minute",
	kwMonth:            "month",
	kwName:             "name",
	kwNational:         "national",
	kwNatural:          "natural",
	kwNchar:            "nchar",
	kwNext:             "next",
	kwNfc:              "nfc",
	kwNfd:              "nfd",
	kwNfkc:             "nfkc",
	kwNfkd:             "nfkd",
	kwNo:               "no",
	kwNocycle:          "nocycle",
	kwNormalized:       "normalized",
	kwNot:              "not",
	kwNotnull:          "notnull",
	kwNowait:           "nowait",
	kwNull:             "null",
	kwNulls:            "nulls",
	kwObject:           "object",
	kwOf:               "of",
	kwOffset:           "offset",
	kwOmit:             "omit",
	kwOn:               "on",
	kwOnly:             "only",
	kwOperator:         "operator",
	kwOr:               "or",
	kwOrder:            "order",
	kwOrdinality:       "ordinality",
	kwOthers:           "others",
	kwOuter:            "outer",
	kwOver:             "over",
	kwOverflow:         "overflow",
	kwOverlaps:         "overlaps",
	kwPartition:        "partition",
	kwPassing:          "passing",
	kwPercent:          "percent",
	kwPivot:            "pivot",
	kwPivotLonger:      "pivot_longer",
	kwPivotWider:       "pivot_wider",
	kwPlacing:          "placing",
	kwPositional:       "positional",
	kwPreceding:        "preceding",
	kwPrecision:        "precision",
	kwPrepare:          "prepare",
	kwPreserve:         "preserve",
	kwPrimary:          "primary",
	kwPrior:            "prior",
	kwQualify:          "qualify",
	kwQuotes:           "quotes",
	kwRange:            "range",
	kwRecursive:        "recursive",
	kwRef:              "ref",
	kwReferences:       "references",
	kwRegexp:           "regexp",
	kwRename:           "rename",
	kwRepeatable:       "repeatable",
	kwReplace:          "replace",
	kwReservoir:        "reservoir",
	kwRespect:          "respect",
	kwReturning:        "returning",
	kwRevoke:           "revoke",
	kwRight:            "right",
	kwRlike:            "rlike",
	kwRollup:           "rollup",
	kwRow:              "row",
	kwRows:             "rows",
	kwSafeCast:         "safe_cast",
	kwSample:           "sample",
	kwScalar:           "scalar",
	kwSchemas:          "schemas",
	kwSearch:           "search",
	kwSecond:           "second",
	kwSeed:             "seed",
	kwSelect:           "select",
	kwSemi:             "semi",
	kwSeparator:        "separator",
	kwSessionUser:      "session_user",
	kwSet:              "set",
	kwSetof:            "setof",
	kwSets:             "sets",
	kwSettings:         "settings",
	kwShare:            "share",
	kwShow:             "show",
	kwSiblings:         "siblings",
	kwSimilar:          "similar",
	kwSkip:             "skip",
	kwSome:             "some",
	kwStandalone:       "standalone",
	kwStart:            "start",
	kwString:           "string",
	kwStrip:            "strip",
	kwStruct:           "struct",
	kwSummarize:        "summarize",
	kwSymmetric:        "symmetric",
	kwSystem:           "system",
	kwSystemTime:       "system_time",
	kwSystemUser:       "system_user",
	kwTable:            "table",
	kwTables:           "tables",
	kwTablesample:      "tablesample",
	kwTemp:             "temp",
	kwTemporary:        "temporary",
	kwThen:             "then",
	kwTies:             "ties",
	kwTime:             "time",
	kwTimestamp:        "timestamp",
	kwTo:               "to",
	kwTop:              "top",
	kwTrailing:         "trailing",
	kwTrigger:          "trigger",
	kwTrim:             "trim",
	kwTrue:             "true",
	kwTruncate:         "truncate",
	kwTryCast:          "try_cast",
	kwUescape:          "uescape",
	kwUnbounded:        "unbounded",
	kwUnconditional:    "unconditional",
	kwUnion:            "union",
	kwUnique:           "unique",
	kwUnknown:          "unknown",
	kwUnlogged:         "unlogged",
	kwUnnest:           "unnest",
	kwUnpack:           "unpack",
	kwUnpivot:          "unpivot",
	kwUpdate:           "update",
	kwUser:             "user",
	kwUsing:            "using",
	kwValue:            "value",
	kwValues:           "values",
	kwVariadic:         "variadic",
	kwVarying:          "varying",
	kwVerbose:          "verbose",
	kwVersion:          "version",
	kwWhen:             "when",
	kwWhenever:         "whenever",
	kwWhere:            "where",
	kwWhitespace:       "whitespace",
	kwWindow:           "window",
	kwWith:             "with",
	kwWithin:           "within",
	kwWithout:          "without",
	kwWrapper:          "wrapper",
	kwYear:             "year",
	kwYes:              "yes",
	kwZone:             "zone",
}
