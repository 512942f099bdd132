package sql

// keyword is the number of a word that means something to a grammar. The zero value is any other word.
type keyword uint16

// The keywords.
const (
	notKeyword keyword = iota
	kwAbsent
	kwAfter
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
	kwConflict
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
	kwDefine
	kwDelete
	kwDepth
	kwDesc
	kwDescribe
	kwDimensions
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
	kwExportState
	kwFacts
	kwFalse
	kwFetch
	kwFilter
	kwFinal
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
	kwInclude
	kwIncrement
	kwIndent
	kwInitial
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
	kwJSONTable
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
	kwMatch
	kwMatchCondition
	kwMatchRecognize
	kwMatched
	kwMatches
	kwMaterialized
	kwMeasures
	kwMerge
	kwMetrics
	kwMinus
	kwMinute
	kwMonth
	kwName
	kwNational
	kwNatural
	kwNchar
	kwNested
	kwNext
	kwNfc
	kwNfd
	kwNfkc
	kwNfkd
	kwNo
	kwNocycle
	kwNormalized
	kwNot
	kwNothing
	kwNotnull
	kwNowait
	kwNull
	kwNulls
	kwObject
	kwOf
	kwOffset
	kwOmit
	kwOn
	kwOne
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
	kwOverriding
	kwOverwrite
	kwPartition
	kwPassing
	kwPast
	kwPath
	kwPattern
	kwPer
	kwPercent
	kwPivot
	kwPivotLonger
	kwPivotWider
	kwPlacing
	kwPosition
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
	kwRunning
	kwSafeCast
	kwSample
	kwScalar
	kwSchemas
	kwSearch
	kwSecond
	kwSecure
	kwSeed
	kwSeek
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
	kwSource
	kwStandalone
	kwStart
	kwString
	kwStrip
	kwSubset
	kwSummarize
	kwSymmetric
	kwSystem
	kwSystemTime
	kwSystemUser
	kwTable
	kwTables
	kwTablesample
	kwTarget
	kwTemp
	kwTemporary
	kwThen
	kwTies
	kwTime
	kwTimestamp
	kwTo
	kwTop
	kwTrailing
	kwTransient
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
	kwUnmatched
	kwUnnest
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
	kwView
	kwVolatile
	kwWhen
	kwWhenever
	kwWhere
	kwWhitespace
	kwWindow
	kwWith
	kwWithin
	kwWithout
	kwWrapper
	kwXmlnamespaces
	kwXmltable
	kwYear
	kwYes
	kwZone
)

// keywords are the words by their numbers.
var keywords = [...]string{
	notKeyword:         "",
	kwAbsent:           "absent",
	kwAfter:            "after",
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
	kwConflict:         "conflict",
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
	kwDefine:           "define",
	kwDelete:           "delete",
	kwDepth:            "depth",
	kwDesc:             "desc",
	kwDescribe:         "describe",
	kwDimensions:       "dimensions",
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
	kwExportState:      "export_state",
	kwFacts:            "facts",
	kwFalse:            "false",
	kwFetch:            "fetch",
	kwFilter:           "filter",
	kwFinal:            "final",
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
	kwInclude:          "include",
	kwIncrement:        "increment",
	kwIndent:           "indent",
	kwInitial:          "initial",
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
	kwJSONTable:        "json_table",
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
	kwMatch:            "match",
	kwMatchCondition:   "match_condition",
	kwMatchRecognize:   "match_recognize",
	kwMatched:          "matched",
	kwMatches:          "matches",
	kwMaterialized:     "materialized",
	kwMeasures:         "measures",
	kwMerge:            "merge",
	kwMetrics:          "metrics",
	kwMinus:            "minus",
	kwMinute:           "minute",
	kwMonth:            "month",
	kwName:             "name",
	kwNational:         "national",
	kwNatural:          "natural",
	kwNchar:            "nchar",
	kwNested:           "nested",
	kwNext:             "next",
	kwNfc:              "nfc",
	kwNfd:              "nfd",
	kwNfkc:             "nfkc",
	kwNfkd:             "nfkd",
	kwNo:               "no",
	kwNocycle:          "nocycle",
	kwNormalized:       "normalized",
	kwNot:              "not",
	kwNothing:          "nothing",
	kwNotnull:          "notnull",
	kwNowait:           "nowait",
	kwNull:             "null",
	kwNulls:            "nulls",
	kwObject:           "object",
	kwOf:               "of",
	kwOffset:           "offset",
	kwOmit:             "omit",
	kwOn:               "on",
	kwOne:              "one",
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
	kwOverriding:       "overriding",
	kwOverwrite:        "overwrite",
	kwPartition:        "partition",
	kwPassing:          "passing",
	kwPast:             "past",
	kwPath:             "path",
	kwPattern:          "pattern",
	kwPer:              "per",
	kwPercent:          "percent",
	kwPivot:            "pivot",
	kwPivotLonger:      "pivot_longer",
	kwPivotWider:       "pivot_wider",
	kwPlacing:          "placing",
	kwPosition:         "position",
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
	kwRunning:          "running",
	kwSafeCast:         "safe_cast",
	kwSample:           "sample",
	kwScalar:           "scalar",
	kwSchemas:          "schemas",
	kwSearch:           "search",
	kwSecond:           "second",
	kwSecure:           "secure",
	kwSeed:             "seed",
	kwSeek:             "seek",
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
	kwSource:           "source",
	kwStandalone:       "standalone",
	kwStart:            "start",
	kwString:           "string",
	kwStrip:            "strip",
	kwSubset:           "subset",
	kwSummarize:        "summarize",
	kwSymmetric:        "symmetric",
	kwSystem:           "system",
	kwSystemTime:       "system_time",
	kwSystemUser:       "system_user",
	kwTable:            "table",
	kwTables:           "tables",
	kwTablesample:      "tablesample",
	kwTarget:           "target",
	kwTemp:             "temp",
	kwTemporary:        "temporary",
	kwThen:             "then",
	kwTies:             "ties",
	kwTime:             "time",
	kwTimestamp:        "timestamp",
	kwTo:               "to",
	kwTop:              "top",
	kwTrailing:         "trailing",
	kwTransient:        "transient",
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
	kwUnmatched:        "unmatched",
	kwUnnest:           "unnest",
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
	kwView:             "view",
	kwVolatile:         "volatile",
	kwWhen:             "when",
	kwWhenever:         "whenever",
	kwWhere:            "where",
	kwWhitespace:       "whitespace",
	kwWindow:           "window",
	kwWith:             "with",
	kwWithin:           "within",
	kwWithout:          "without",
	kwWrapper:          "wrapper",
	kwXmlnamespaces:    "xmlnamespaces",
	kwXmltable:         "xmltable",
	kwYear:             "year",
	kwYes:              "yes",
	kwZone:             "zone",
}
