# Reads claims, one JSON object a line, and runs both queries of each over tables of small numbers and nulls. Fails if a claim does not hold.
import collections
import json
import random
import sys

import duckdb

con = duckdb.connect()
con.execute("set threads = 1")
random.seed(1)
for name in ("t", "u"):
    con.execute(f"create table {name} (id integer, a integer, b integer)")
    rows = [tuple(random.choice([None, 0, 1, 2, 3]) for _ in range(3)) for _ in range(9)]
    con.executemany(f"insert into {name} values (?, ?, ?)", rows)


def run(query):
    found = con.execute(query)
    return [d[0].lower() for d in found.description], found.fetchall()


def picked(names, rows, kept):
    at = [names.index(name) for name in kept]
    return collections.Counter(tuple(row[i] for i in at) for row in rows)


held = broken = refused = 0
for line in sys.stdin:
    claim = json.loads(line)
    try:
        before, after = run(claim["Before"]), run(claim["After"])
    except duckdb.Error:
        refused += 1
        continue
    kept = claim["Kept"] or []
    same = len(before[1]) == len(after[1]) and picked(*before, kept) == picked(*after, kept)
    if claim["All"]:
        same = same and before[0] == after[0] == kept
    if same:
        held += 1
    else:
        broken += 1
        print("does not hold:", claim["Kept"], claim["Before"], claim["After"], sep="\n")
print(f"{held} claims hold, {broken} do not, DuckDB refused {refused}")
sys.exit(1 if broken else 0)
