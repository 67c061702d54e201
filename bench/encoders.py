#!/usr/bin/env python3
"""The encoders at each of their efforts: time, bytes and likeness over photographs. See docs/performance.md.

    ./dev bench encoders [--json | --write] [--quick] [--formats jpg,webp]

A process that keeps the pictures is told "PATH<TAB>WIDTH FORMAT SETTINGS QUALITY COUNT" and answers with bytes, SSIM to what was
encoded, and the least of so many times in nanoseconds. Settings are those of a rule's encoder.
"""

import argparse
import json
import math
import os
import pathlib
import statistics
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path[0] = str(ROOT / "bench" / "beside")  # this file's own folder would hide Python's `http` package

# pylint: disable=wrong-import-position
import document
import encoders_report
import wallpapers

WIDTH = 640
QUALITIES = (55, 70, 80, 90)
MEASURED = 80  # at which time, bytes and likeness are given; the default of rules
# What each format can be told, the engine's default first. "standard" are the tables of the JPEG standard, by libvips.
VARIANTS = {
    "jpg": ["progressive=0", "standard", "progressive=1"],
    "webp": [f"effort={effort}" for effort in (4, 1, 2, 3, 6, 8)],
    "avif": [f"effort={effort}" for effort in (4, 1, 6, 8)],
    "png": [f"compression=3,effort={effort}" for effort in (4, 3)] +
           [f"compression={level},effort={effort}" for level in (1, 6, 9) for effort in (4, 3)],
}


def say(text):
    print(f"bench: {text}", file=sys.stderr, flush=True)


class Encoder:
    """The engine's encoders, on a core of their own."""

    def __init__(self):
        core = sorted(os.sched_getaffinity(0))[-1]
        self.process = subprocess.Popen(["taskset", "-c", str(core), str(ROOT / "build/release/bin/bench_encoders")], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True, bufsize=1, env={**os.environ, "VIPS_WARNING": "0"})

    def ask(self, path, form, settings, quality, count):
        self.process.stdin.write(f"{path}\t{WIDTH} {form} {settings} {quality} {count}\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline().split()
        if len(answer) != 3:
            raise RuntimeError(f"encode {path} as {form}, {settings}: the encoder ended")
        return int(answer[0]), float(answer[1]), int(answer[2]) / 1e6

    def end(self):
        self.process.stdin.close()
        self.process.wait(60)


def bytes_at(likeness, points):
    """By `points` of (bytes, SSIM): along the line between the two nearest, of the logarithms of bytes and of what is missing to 1."""
    scale = lambda ssim: -math.log(max(1 - ssim, 1e-6))
    known = sorted((scale(ssim), math.log(size)) for size, ssim in points)
    wanted = scale(likeness)
    pairs = list(zip(known, known[1:]))
    below, above = next((pair for pair in pairs if wanted <= pair[1][0]), pairs[-1])
    slope = (above[1] - below[1]) / max(above[0] - below[0], 1e-9)
    return math.exp(below[1] + slope * (wanted - below[0]))


def measure(encoder, form, photos, count):
    """A row for each variant: means over the photographs, and bytes at the default's likeness as a ratio."""
    is_lossless = form == "png"
    qualities = (MEASURED,) if is_lossless else QUALITIES
    seen = {}
    for settings in VARIANTS[form]:
        for photo in photos:
            for quality in qualities:
                seen[settings, photo, quality] = encoder.ask(photo, form, settings, quality, count if quality == MEASURED else 1)
        say(f"{form} {settings}")
    default = VARIANTS[form][0]
    rows = []
    for settings in VARIANTS[form]:
        ratios = []
        for photo in photos:
            sizes = []
            for one in (settings, default):
                points = [seen[one, photo, quality][:2] for quality in qualities]
                sizes.append(points[0][0] if is_lossless else bytes_at(seen[default, photo, MEASURED][1], points))
            ratios.append(sizes[0] / sizes[1])
        at = [seen[settings, photo, MEASURED] for photo in photos]
        rows.append({"format": form, "settings": settings, "is_default": settings == default,
                     "ms": round(statistics.geometric_mean(one[2] for one in at), 3), "bytes": round(statistics.mean(one[0] for one in at)),
                     "ssim": round(statistics.mean(one[1] for one in at), 5),
                     "bytes_alike": round(statistics.geometric_mean(ratios), 4),
                     "bytes_alike_spread": [round(min(ratios), 3), round(max(ratios), 3)]})
    return rows


def main():
    parser = argparse.ArgumentParser(prog="./dev bench encoders", description=__doc__.splitlines()[0])
    shape = parser.add_mutually_exclusive_group()
    shape.add_argument("--json", action="store_true", help="one JSON object for each format and setting, a line each")
    shape.add_argument("--write", action="store_true", help="put the report and its plot into docs/performance.md")
    parser.add_argument("--quick", action="store_true", help="six photographs, each encoded once, for a first impression only")
    parser.add_argument("--formats", default=",".join(VARIANTS), help="only these, such as jpg,webp")
    options = parser.parse_args()
    formats = options.formats.split(",")
    if not set(formats) <= set(VARIANTS):
        parser.error("formats are " + ", ".join(VARIANTS))
    if options.write and (options.quick or formats != list(VARIANTS)):
        parser.error("--write is for all formats at full length: leave --quick and --formats out")
    photos = wallpapers.photographs(say)
    if options.quick:
        photos = photos[::len(photos) // 6][:6]
    encoder = Encoder()
    rows = []
    try:
        for form in formats:
            rows += measure(encoder, form, photos, 1 if options.quick else 3 if form == "avif" else 7)
    finally:
        encoder.end()
    if options.json:
        print("\n".join(json.dumps(row) for row in rows))
        return 0
    setup = f"{len(photos)} photographs, {WIDTH} pixels wide, quality {MEASURED}; bytes alike by qualities {', '.join(map(str, QUALITIES))}"
    page = encoders_report.markdown(rows, setup)
    if options.write:
        for path in document.write("performance.md", "encoders", page, {encoders_report.PLOT: encoders_report.figure(rows)}):
            say(f"wrote {path.relative_to(ROOT)}")
    else:
        print(page)
    return 0


if __name__ == "__main__":
    sys.exit(main())
