#!/usr/bin/python3
"""Prints the table of docs/api.md from openapi/calotype.yaml; with --write it puts it there, between its two marks."""

import pathlib
import sys

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "api.md"
BEGIN, END = "<!-- made by tools/api_table.py -->", "<!-- end -->"
SHORT = (("/tenants/{tenant}/domains/{domain}/buckets/{bucket}", "…B"), ("/tenants/{tenant}/domains/{domain}", "…D"),
         ("/tenants/{tenant}", "…T"))


def shortened(path):
    for long, short in SHORT:
        if path.startswith(long):
            return short + path[len(long):]
    return path


def table():
    document = yaml.safe_load((ROOT / "openapi" / "calotype.yaml").read_text())
    lines = []
    for tag in document["tags"]:
        rows = []
        for path, item in document["paths"].items():
            for method, operation in item.items():
                if tag["name"] not in operation["tags"]:
                    continue
                good = ", ".join(status for status in operation["responses"] if status < "400")
                later = " *(planned)*" if operation.get("x-calotype-planned") else ""
                rows.append(f"| `{method.upper()} {shortened(path)}` | {good} | {operation['summary']}{later} |")
        lines += [f"**{tag['name']}**: {tag['description']}", "", "| call | success | what it does |", "| --- | --- | --- |",
                  *rows, ""]
    return "\n".join(lines)


def main():
    text = table()
    if "--write" not in sys.argv:
        print(text)
        return
    page = PAGE.read_text()
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    PAGE.write_text(f"{before}{BEGIN}\n\n{text}\n{END}{after}")


if __name__ == "__main__":
    main()
