#!/usr/bin/env python3
"""results.py LOG... - what Meson's testlog.json says: what was not tried, and one line that sums up, which .ci/run reads. A later log is of tests that were run
a second time; both results are said, and the later counts. Exit status 1: something failed. results.py --failed LOG: the names of what failed."""
import json
import re
import sys
from pathlib import Path

PASSES = ("OK", "EXPECTEDFAIL")


def read(log):
    return {test["name"]: test for test in map(json.loads, Path(log).read_text().splitlines())}


def is_failed(test):
    return test["result"] not in (*PASSES, "SKIP")


def not_tried(test):
    """What it could not try on this machine, though it passed; cmocka says it twice."""
    said = (test.get("stdout", "") + "\n" + test.get("stderr", "")).splitlines()
    found = (re.match(r"NOT TRIED: (.*)|\[  SKIPPED \] (?!\d+ test)(.*)", line) for line in said)
    return dict.fromkeys(match[1] or match[2] for match in found if match)


def main(first, *later):
    tests, mended = read(first), 0
    for name, test in (item for log in later for item in read(log).items()):
        print(f"SECOND GO: {name}: first {tests[name]['result']}, then, alone, {test['result']}")
        mended += is_failed(tests[name]) and not is_failed(test)
        tests[name] = test
    for name, test in tests.items():
        for what in not_tried(test):
            print(f"NOT TRIED: {name}: {what}")
    failed = sum(map(is_failed, tests.values()))
    skipped = sum(test["result"] == "SKIP" for test in tests.values())
    if skipped:
        print(f"{skipped} skipped: see the log")
    if mended:
        print(f"{mended} passed at the second go")
    print(f"{len(tests) - failed - skipped} passed, {failed} failed")
    return failed > 0


if __name__ == "__main__":
    if sys.argv[1] == "--failed":
        for name, test in read(sys.argv[2]).items():
            if is_failed(test):
                print(name.split(" / ")[-1])
    else:
        sys.exit(main(*sys.argv[1:]))
