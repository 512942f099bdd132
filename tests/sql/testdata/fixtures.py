"""Reads sqlglot's tests (the folder tests/dialects of its sdist is the argument) and writes, a line of JSON each, the statements of
Snowflake and Trino in them that are queries or change rows."""
import ast
import json
import pathlib
import re
import sys

WANTED = ("snowflake", "trino")
STATEMENT = re.compile(r"\s*\(*\s*(select|with|insert|update|delete|merge|values|from)\b", re.I)


def text(node):
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def statements(path):
    own = path.stem.removeprefix("test_")
    for node in ast.walk(ast.parse(path.read_text())):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        if node.func.attr not in ("validate_identity", "validate_all"):
            continue
        for x in node.args[:2]:
            yield own, text(x)
        for keyword in node.keywords:
            if keyword.arg in ("read", "write") and isinstance(keyword.value, ast.Dict):
                for name, x in zip(keyword.value.keys, keyword.value.values):
                    yield text(name), text(x)


def main():
    seen = set()
    for path in sorted(pathlib.Path(sys.argv[1]).glob("test_*.py")):
        for dialect, sql in statements(path):
            if dialect in WANTED and sql and STATEMENT.match(sql) and (dialect, sql) not in seen:
                seen.add((dialect, sql))
                print(json.dumps({"dialect": dialect, "sql": sql}))


main()
