"""adapter_score.py BASELINE ADAPTER RESULTS KNOWN: what passes of dbt's adapter tests, by family.

BASELINE is what dbt passes, RESULTS a line of JSON for each test that ran, KNOWN the tests that are known to fail, with the
reason behind each. The exit status is 1 if a test fails that is not known to."""
import collections
import json
import sys


def main(baseline, adapter, results, known):
    with open(baseline) as f:
        wanted = json.load(f)[adapter]["passed"]
    with open(results) as f:
        ran = {r["test"]: r for r in map(json.loads, f)}
    with open(known) as f:
        excused = {line.split()[0] for line in f if line.strip() and not line.startswith("#")}
    families = collections.defaultdict(lambda: [0, 0])
    unknown = []
    for test in sorted(t for t in wanted if t in ran):
        family = families[test.split("__")[0].removeprefix("Test_")]
        family[0] += 1
        if ran[test]["outcome"] == "passed":
            family[1] += 1
        elif test.split("[")[0] not in excused:
            unknown.append(test + ": " + " ".join(ran[test]["why"].split())[:200])
    for name, (dbt, mod) in sorted(families.items()):
        print(f"{name:30} {mod:4} of {dbt}")
    print(f"{adapter}: {sum(f[1] for f in families.values())} of {sum(f[0] for f in families.values())} that dbt passes")
    for line in unknown:
        print("unexpected:", line, file=sys.stderr)
    return 1 if unknown or not families else 0


sys.exit(main(*sys.argv[1:]))
