"""sqlglot_lineage.py QUERIES: the columns that each output column of queries is made of, by sqlglot.

QUERIES is a JSON list of {"sql", "dialect", "schema"}; printed is a list with, for each query, {"columns": [{"name", "sources" or
"error"}]} or {"error"}. A source is "database.schema.table.column" in lower case.
"""

import json
import sys

from sqlglot import exp, parse_one
from sqlglot.errors import SqlglotError
from sqlglot.lineage import lineage
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import build_scope


def sources(node, dialect):
    found = set()
    for n in node.walk():
        if isinstance(n.expression, exp.Table):
            table = n.expression
            column = parse_one(n.name, dialect=dialect).name
            found.add(".".join(p for p in (table.catalog, table.db, table.name, column) if p).lower())
    return sorted(found)


def columns(query):
    dialect = query["dialect"]
    tree = qualify(parse_one(query["sql"], dialect=dialect), schema=query["schema"], dialect=dialect, validate_qualify_columns=False)
    scope = build_scope(tree)
    for item in scope.expression.selects:
        try:
            node = lineage(item.alias_or_name, tree, schema=query["schema"], scope=scope, dialect=dialect, trim_selects=False)
            yield {"name": item.alias_or_name, "sources": sources(node, dialect)}
        except (SqlglotError, ValueError, AttributeError, KeyError, RecursionError) as e:
            yield {"name": item.alias_or_name, "error": f"{type(e).__name__}: {e}"[:200]}


def main():
    with open(sys.argv[1]) as f:
        queries = json.load(f)
    answers = []
    for query in queries:
        try:
            answers.append({"columns": list(columns(query))})
        except (SqlglotError, ValueError, AttributeError, KeyError, RecursionError) as e:
            answers.append({"error": f"{type(e).__name__}: {e}"[:200]})
    json.dump(answers, sys.stdout)


main()
