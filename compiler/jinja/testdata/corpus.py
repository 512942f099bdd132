"""Renders the templates of corpus.txt with Jinja2 and writes what came out to corpus.json.

corpus.txt is a txtar archive: a template follows each line "-- name --". Two words after the name change a case:
escaped means that the template is written with Python's escapes, and ownwords that the engine words the error itself.
Run it with a Python that has Jinja2 3.1.6.
"""

import json
import pathlib
import re

import jinja2

HERE = pathlib.Path(__file__).parent


def cases(text):
    head = re.compile(r"^-- (\S+)((?: \w+)*) --\n", re.M)
    marks = list(head.finditer(text))
    for mark, following in zip(marks, marks[1:] + [None]):
        body = text[mark.end() : following.start() if following else len(text)]
        words = mark.group(2).split()
        if "escaped" in words:
            body = body.removesuffix("\n").encode("ascii").decode("unicode_escape")
        yield mark.group(1), words, body


def render(source):
    env = jinja2.Environment(extensions=["jinja2.ext.do", "jinja2.ext.loopcontrols"])
    try:
        return env.from_string(source).render(), None
    except Exception as error:
        return None, f"{type(error).__name__}: {getattr(error, 'message', None) or error}"


def main():
    done = {}
    for name, words, source in cases((HERE / "corpus.txt").read_text(encoding="utf-8")):
        if name in done:
            raise SystemExit(f"two cases are called {name}")
        out, err = render(source)
        if err and "ownwords" in words:
            err = err.split(":")[0] + ": "
        done[name] = {"name": name, "src": source, "out": out, "err": err}
    text = json.dumps(list(done.values()), ensure_ascii=False, indent=1)
    (HERE / "corpus.json").write_text(text + "\n", encoding="utf-8")
    print(len(done), "cases,", sum(1 for c in done.values() if c["err"]), "of them errors")


if __name__ == "__main__":
    main()
