"""Reads pairs of queries, a line of JSON each, and writes how many of them DuckDB reads as the same tree, places apart."""
import json
import sys

import duckdb

PLACES = ("query_location", "location")
connection = duckdb.connect()


def tree(query):
    try:
        return strip(json.loads(connection.execute("select json_serialize_sql(?::varchar)", [query]).fetchone()[0]))
    except (duckdb.Error, ValueError) as error:
        return str(error)


def strip(node):
    if isinstance(node, list):
        return [strip(x) for x in node]
    if isinstance(node, dict):
        return {k: strip(v) for k, v in node.items() if k not in PLACES}
    return node


def main():
    pairs = [json.loads(line) for line in sys.stdin]
    others = [p for p in pairs if tree(p[0]) != tree(p[1])]
    json.dump({"same": len(pairs) - len(others), "of": len(pairs), "others": others}, sys.stdout)


main()
