"""What the bench of the encoders prints: a table and a plot."""

import datetime

import curves
import report
from contestants import package_version

PLOT = "encoders.svg"
PACKAGES = ("libwebp7", "libaom3", "libheif1", "libpng16-16", "libjpeg62-turbo")
NAMES = {"progressive=0": "baseline, tables to measure", "standard": "baseline, the standard's tables (libvips)", "progressive=1": "progressive"}


def name_of(row):
    return NAMES.get(row["settings"], row["settings"].replace("=", " ").replace(",", ", "))


def table(rows):
    lines = ["| format | encoder | ms | bytes | SSIM | bytes alike | least-most |", "| --- | --- | --- | --- | --- | --- | --- |"]
    for row in rows:
        mark = "**" if row["is_default"] else ""
        least, most = row["bytes_alike_spread"]
        lines.append(f"| {row['format']} | {mark}{name_of(row)}{mark} | {row['ms']:.2f} | {row['bytes']} | {row['ssim']:.4f} | "
                     f"{row['bytes_alike']:.3f} | {least:.2f}-{most:.2f} |")
    return "\n".join(lines)


def figure(rows):
    series = {}
    for row in rows:
        series.setdefault(row["format"], []).append((row["ms"], row["bytes_alike"], name_of(row), row["is_default"]))
    return curves.scatter("Encoders at their efforts", "ms (logarithmic)", "bytes at the default's likeness", series)


def markdown(rows, setup):
    """The report; its plot is looked for as images/PLOT."""
    today = datetime.datetime.now(datetime.timezone.utc).date().isoformat()
    versions = ", ".join(f"{name} {package_version(name)}" for name in PACKAGES)
    return "\n".join([f"{today}, {report.machine_line(report.machine())}", "", f"- {versions}", f"- {setup}", "",
                      f"![Time and bytes of each encoder at each of its efforts](images/{PLOT})", "", table(rows)])
