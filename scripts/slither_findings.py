"""Compares what slither found with what is explained; `scripts/slither` runs it.

A finding is known by its detector and by what it is about, `Contract.function`, so that moving lines changes nothing.
"""

import json
import sys
import tomllib
from collections import defaultdict
from pathlib import Path
from typing import Any

EXPLAINED = Path(__file__).with_suffix(".toml")
"""`[detector]` tables: what it is about = why it stands; `"*"` explains a detector as a whole."""


def main() -> int:
    """Prints what is not as it should be; 0 when every finding is explained and every explanation has its finding."""
    results = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    if not results["success"]:
        print(f"slither: {results['error']}", file=sys.stderr)
        return 4
    explained: dict[str, dict[str, str]] = tomllib.loads(EXPLAINED.read_text("utf-8"))
    found: defaultdict[str, defaultdict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for finding in results["results"].get("detectors", []):
        found[finding["check"]][subject(finding)].append(finding["description"].strip())

    wrong = 0
    for check, subjects in sorted(found.items()):
        reasons = explained.get(check, {})
        for about, descriptions in sorted(subjects.items()):
            reason = reasons.get(about, reasons.get("*"))
            if reason is None:
                wrong += 1
                print(f"not explained: [{check}] {about}\n" + "\n".join(descriptions) + "\n")
            elif "--all" in sys.argv[2:]:
                print(f"[{check}] {about}: {reason}\n" + "\n".join(descriptions) + "\n")
    for check, reasons in explained.items():
        for about in reasons:
            if check not in found or (about != "*" and about not in found[check]):
                wrong += 1
                print(f"explained, and not found any more: [{check}] {about}")
    total = sum(len(descriptions) for subjects in found.values() for descriptions in subjects.values())
    print(f"slither: {total} findings of {len(found)} detectors, {wrong} not as {EXPLAINED.name} has them")
    return 1 if wrong else 0


def subject(finding: dict[str, Any]) -> str:
    """`Contract.function`, or what else the finding's first element is."""
    element = finding["elements"][0]
    names = [element["name"]]
    while (parent := element.get("type_specific_fields", {}).get("parent")) is not None and parent["type"] != "file":
        # A node of a function is its source text: the function names it better.
        names = [parent["name"], *([] if element["type"] == "node" else names)]
        element = parent
    return ".".join(names)


if __name__ == "__main__":
    sys.exit(main())
