#!/usr/bin/env python3
"""Calotype beside ipx, a minimal server of sharp and nginx's image filter: the same photos, the same machine, in turn. See docs/benchmarks.md.

    ./dev bench http [--json | --write] [--quick] [--only NAME,...] [--cases TEXT] [--calotype FILE]
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[0] = str(ROOT / "bench" / "beside")  # this file's own folder would hide Python's `http` package

# pylint: disable=wrong-import-position
import argparse
import os
import shutil
import tempfile

import document
import measure
import photos
import report
from contestants import Calotype, Ipx, Nginx, Sharp
from processes import Program, end_all_on_signals


def say(text):
    print(f"bench: {text}", file=sys.stderr, flush=True)


def arguments():
    parser = argparse.ArgumentParser(prog="./dev bench http", description=__doc__.splitlines()[0])
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="one JSON object for each case, a line each, instead of a table")
    form.add_argument("--write", action="store_true", help="put the report and its plot into docs/benchmarks.md")
    parser.add_argument("--quick", action="store_true", help="one short round, for a first impression only")
    parser.add_argument("--only", default="calotype,ipx,sharp,nginx", help="contestants, with commas between")
    parser.add_argument("--calotype", type=Path, default=ROOT / "build/release/bin/calotype", help="another build of it")
    parser.add_argument("--cases", default="", help="only the cases whose name holds this text, such as 2mp_jpg or cold")
    options = parser.parse_args()
    if not any(options.cases in case.name for case in measure.cases()):
        parser.error("no case has that name; they are " + " ".join(case.name for case in measure.cases()))
    if unknown := set(options.only.split(",")) - {one.name for one in (Calotype, Ipx, Sharp, Nginx)}:
        parser.error(f"no such contestant: {' '.join(unknown)}")
    if options.json and "calotype" not in options.only.split(","):
        parser.error("--json tells of calotype beside others: name it in --only, too")
    if options.write and (options.quick or options.cases or len(set(options.only.split(","))) < 4):
        parser.error("--write is for all cases and contestants at full length: leave --quick, --cases and --only out")
    return options


def store_originals(build, work, scale):
    """The photos under their many names, below `work`; what they are, for the report."""
    described = []
    for size, (width, height) in photos.SIZES.items():
        photo = photos.make_photo(ROOT / "samples" / "photo.jpg", build, size).read_bytes()
        folder = work / "originals" / size
        folder.mkdir(parents=True)
        for number in range(scale.originals[size]):
            (folder / f"{number}.jpg").write_bytes(photos.numbered(photo, number))
        described.append(f"{size} {width}x{height}, {len(photo) / width / height:.2f} bytes a pixel, "
                         f"{scale.originals[size]} originals")
    return work / "originals", "; ".join(described)


def measured(options, build, work):
    scale = measure.QUICK if options.quick else measure.FULL
    every = [Calotype(work, options.calotype.resolve(), scale.variants), Ipx(work), Sharp(work), Nginx(work)]
    contestants = [one for one in every if one.name in options.only.split(",")]
    for contestant in contestants:
        contestant.install(build / "ipx")
    measure.build_generator(ROOT / "bench" / "load.cpp", build / "load")
    originals, described = store_originals(build, work, scale)
    for contestant in contestants:
        contestant.prepare(originals)
    chosen = [case for case in measure.cases() if options.cases in case.name]
    results = [measure.run_case(case, contestants, scale, say) for case in chosen]
    setup = {"photos": described, "load": f"{measure.CONNECTIONS} connections, closed loop, on the same cores as the services",
             "slices": f"{scale.rounds} rounds of {scale.seconds} s for each contestant, in turn"}
    return report.whole(results, {one.name: one.version() for one in contestants}, setup)


def main():
    options = arguments()
    end_all_on_signals()
    build = ROOT / "build" / "bench"
    build.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix="run-", dir=build))
    try:
        result = measured(options, build, work)
    except RuntimeError as error:
        say(str(error))
        return 1
    finally:
        Program.end_all()
        if os.environ.get("BENCH_KEEP"):
            say(f"kept {work}")
        else:
            shutil.rmtree(work, ignore_errors=True)
    errors = sum(row["errors"] for row in result["cases"])
    unlike = sum(row.get("not_as_cold_or_cached_as_promised", 0) for row in result["cases"])
    if errors or unlike:
        say(f"{errors} errors, {unlike} answers that came from elsewhere than the case promises: see the figures")
    if options.write and not errors and not unlike:
        part = f"{report.markdown(result)}\n\n![Requests a second over ipx and sharp, by case](images/{report.PLOT})"
        for path in document.write("benchmarks.md", "http", part, {report.PLOT: report.figure(result)}):
            say(f"wrote {path.relative_to(ROOT)}")
    else:
        print(report.lines_of_json(result) if options.json else report.markdown(result))
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
