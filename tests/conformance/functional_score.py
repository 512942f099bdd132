"""functional_score.py REPOSITORY RESULTS KNOWN: how many of dbt's functional tests that run the command pass, by family.

KNOWN has a line for each test that is known to fail: the repository, a beginning of the test's name, the reason. The exit status is 1 if
another one fails of a repository that has such lines."""
import collections
import json
import sys


def family(test):
    parts = test.removeprefix("tests/functional/").split("::")[0].split("/")
    return "/".join(parts[:2] if parts[0] == "adapter" else parts[:1]).removesuffix(".py")


def main(repository, results, known):
    with open(results) as f:
        ran = {r["test"]: r for r in map(json.loads, f)}
    with open(known) as f:
        words = [line.split() for line in f if line.strip() and not line.startswith("#")]
    excused = tuple("tests/functional/" + w[1] for w in words if w[0] == repository)
    families = collections.defaultdict(lambda: [0, 0])
    unknown = []
    for test, r in sorted(ran.items()):
        if not r["calls"] or r["outcome"] == "skipped":
            continue
        families[family(test)][0] += 1
        if r["outcome"] == "passed":
            families[family(test)][1] += 1
        elif not test.startswith(excused):
            unknown.append(test + ": " + " ".join(r["why"].split())[:200])
    for name, (all_of, passed) in sorted(families.items()):
        print(f"{name:40} {passed:4} of {all_of}")
    print(f"{repository}: {sum(f[1] for f in families.values())} of {sum(f[0] for f in families.values())}")
    for line in unknown:
        print("unexpected:", line, file=sys.stderr)
    return 1 if unknown and excused else 0


sys.exit(main(*sys.argv[1:]))
