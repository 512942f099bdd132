"""Reads DuckDB's tests (*.test below the folder that is the argument) and writes, a line of JSON each, the queries that DuckDB parses,
with the tables and the output columns in its tree."""
import json
import pathlib
import re
import sys

import duckdb

connection = duckdb.connect(config={"allow_unsigned_extensions": "true"})


def queries(text):
    lines = text.split("\n")
    at = 0
    while at < len(lines):
        head = lines[at]
        at += 1
        if not re.match(r"(statement|query)\b", head) or "error" in head:
            continue
        body = []
        while at < len(lines) and lines[at].strip() and not lines[at].startswith("----"):
            body.append(lines[at])
            at += 1
        yield "\n".join(body)


def tables(node, found):
    if isinstance(node, list):
        for x in node:
            tables(x, found)
    elif isinstance(node, dict):
        if node.get("type") == "BASE_TABLE":
            parts = [node.get("catalog_name"), node.get("schema_name"), node["table_name"]]
            found.append(".".join(p for p in parts if p).lower())
        for x in node.values():
            tables(x, found)


def column(item):
    if item.get("alias"):
        return item["alias"].lower()
    if item["class"] == "COLUMN_REF":
        return item["column_names"][-1].lower()
    if item["class"] == "STAR" and not item.get("columns") and not item.get("expr"):
        return "*"
    return "?"


def columns(node):
    while node["type"] != "SELECT_NODE":
        if node["type"] == "SET_OPERATION_NODE":
            node = node.get("left") or node["children"][0]
        elif node["type"] in ("RECURSIVE_CTE_NODE", "CTE_NODE"):
            node = node["child"]
        else:
            return []
    if node["from_table"]["type"] == "EXPRESSION_LIST" and not node["from_table"].get("alias"):
        return []  # VALUES
    return [column(i) for i in node["select_list"]]


def main():
    seen = set()
    for path in sorted(pathlib.Path(sys.argv[1]).rglob("*.test")):
        for query in queries(path.read_text(errors="replace")):
            if query in seen or "${" in query:
                continue
            seen.add(query)
            try:
                tree = json.loads(connection.execute("select json_serialize_sql(?::varchar)", [query]).fetchone()[0])
            except (duckdb.Error, ValueError):
                continue
            if tree["error"] or len(tree["statements"]) != 1:
                continue
            node = tree["statements"][0]["node"]
            found = []
            tables(node, found)
            plain = not re.search("PIVOT|SHOW_REF", json.dumps(node) + query.upper())
            print(json.dumps({"sql": query, "tables": sorted(found), "columns": columns(node), "plain": plain}))


main()
