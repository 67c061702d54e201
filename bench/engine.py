#!/usr/bin/env python3
"""The engine beside sharp and libvips: the same photos on one core, in turn. See docs/performance.md.

    ./dev bench engine [--json | --write] [--quick] [--cases TEXT]

Each contestant is a process that keeps what it reads, is told "PATH<TAB>WIDTH<TAB>FORMAT<TAB>COUNT<TAB>OUT" and answers with as
many times in nanoseconds; the last body goes to OUT, unless that is "-".
"""

import argparse
import os
import pathlib
import statistics
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path[0] = str(ROOT / "bench" / "beside")  # this file's own folder would hide Python's `http` package

# pylint: disable=wrong-import-position
import document
import engine_report

BUILD = ROOT / "build" / "bench" / "engine"
SIZES = {"12mp": (4256, 2832), "2mp": (1744, 1160), "0.5mp": (872, 580)}
# What is read, its size, what it becomes, and how wide. Of the rest of the common mix, one size.
CASES = [("jpg", size, form, width) for form in ("jpg", "webp") for size in SIZES for width in (300, 640)]
CASES += [(source, "2mp", "jpg", width) for source in ("progressive", "png", "webp") for width in (300, 640)]
WRITERS = {"jpg": "jpeg({quality:85,chromaSubsampling:'4:2:0',optimiseCoding:false})",
           "progressive": "jpeg({quality:85,chromaSubsampling:'4:2:0',progressive:true})",
           "png": "png()", "webp": "webp({quality:85})"}
PACKAGES = ["plasma-workspace-wallpapers"]
# Photographs, not drawings, by the folders of the package.
PHOTOS = ["Autumn", "FallenLeaf", "Path", "EveningGlow", "Grey", "Kite", "DarkestHour", "summer_1am"]


def say(text):
    print(f"bench: {text}", file=sys.stderr, flush=True)


def run(*words, **arguments):
    return subprocess.run([str(word) for word in words], check=True, **arguments)


def install():
    """Packages of npm by exact versions, the libvips contestant, and the photographs."""
    modules = BUILD / "node_modules"
    lock = ROOT / "bench" / "engine" / "package-lock.json"
    if not modules.is_dir() or (BUILD / "package-lock.json").read_bytes() != lock.read_bytes():
        say("installing sharp and libvips from npm")
        for name in ("package.json", "package-lock.json"):
            (BUILD / name).write_bytes((ROOT / "bench" / "engine" / name).read_bytes())
        run("npm", "ci", "--silent", "--no-fund", "--no-audit", "--prefix", BUILD, stdout=subprocess.DEVNULL)
    library = next((modules / "@img/sharp-libvips-linux-x64/lib").glob("libvips-cpp.so.*"))
    include = modules / "@img/sharp-libvips-dev/include"
    glib = modules / "@img/sharp-libvips-linux-x64/lib/glib-2.0/include"
    program = BUILD / "libvips_engine"
    source = ROOT / "bench" / "engine" / "libvips_engine.cpp"
    if not program.exists() or program.stat().st_mtime < source.stat().st_mtime:
        run("clang++-19", "-O2", "-std=c++20", source, "-o", program, f"-I{include}", f"-I{include}/glib-2.0", f"-I{glib}", library,
            f"-Wl,-rpath,{library.parent}")
    return modules, program


def fetch_photographs():
    folder = BUILD / "photographs"
    if not folder.is_dir():
        say("fetching photographs from Debian")
        unpacked = BUILD / "packages"
        unpacked.mkdir(parents=True, exist_ok=True)
        run("apt-get", "download", "-q", *PACKAGES, cwd=unpacked, stdout=subprocess.DEVNULL)
        for package in unpacked.glob("*.deb"):
            run("dpkg-deb", "-x", package, folder)
    return folder / "usr" / "share" / "wallpapers"


def originals(modules, count):
    """By what is read and its size. JPEGs are baseline, quality 85, 4:2:0, as cameras write them."""
    folder = BUILD / "originals"
    folder.mkdir(exist_ok=True)
    script = ("const s=require(process.argv[1]+'/sharp');const [i,o,w,h]=process.argv.slice(2);"
              "s(i).resize(+w,+h,{fit:'cover'}).removeAlpha().WRITER.toFile(o).catch(e=>{console.error(e);process.exit(1)})")
    wallpapers = fetch_photographs()
    made = {case[:2]: [] for case in CASES}
    for name in PHOTOS[:count]:
        source = max((wallpapers / name / "contents" / "images").iterdir(), key=lambda path: path.stat().st_size)
        for kind, size in made:
            path = folder / f"{name}-{size}-{kind}.{'jpg' if kind == 'progressive' else kind}"
            if not path.exists():
                run("node", "-e", script.replace("WRITER", WRITERS[kind]), modules, source, path, *SIZES[size])
            made[kind, size].append(path)
    return made


class Contestant:
    """A process on a core of its own."""

    def __init__(self, name, *command):
        core = sorted(os.sched_getaffinity(0))[-1]
        self.name = name
        self.process = subprocess.Popen(["taskset", "-c", str(core), *[str(word) for word in command]], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True, bufsize=1,
                                        env={**os.environ, "VIPS_CONCURRENCY": "1", "UV_THREADPOOL_SIZE": "1"})

    def ask(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            raise RuntimeError(f"{self.name} ended")
        return answer.split()

    def times(self, path, width, form, count, out="-"):
        return [int(word) for word in self.ask(f"{path}\t{width}\t{form}\t{count}\t{out}")]

    def end(self):
        self.process.stdin.close()
        self.process.wait(10)


def geometric(values):
    return statistics.geometric_mean(values)


def name_of(case):
    kind, size, form, width = case
    return f"{size}_{form}_{width}" if kind == "jpg" else f"{size}_{kind}_to_{form}_{width}"


def measure(case, contestants, judge, photos, rounds, count, work):
    """Of each photo and contestant the median time; the ratios of each round."""
    kind, size, form, width = case
    medians = {one.name: [] for one in contestants}
    ratios = {one.name: [] for one in contestants[1:]}
    similar = {one.name: [] for one in contestants}
    sizes = {one.name: [] for one in contestants}
    for photo in photos[kind, size]:
        outs = {one.name: work / f"{one.name}.{form}" for one in contestants}
        for one in contestants:
            one.times(photo, width, form, 2, outs[one.name])
            sizes[one.name].append(outs[one.name].stat().st_size)
        seen = judge.ask("\t".join([str(photo)] + [str(outs[one.name]) for one in contestants]))
        for one, value in zip(contestants, seen):
            similar[one.name].append(float(value))
        all_times = {one.name: [] for one in contestants}
        for turn in range(rounds):
            of_round = {}
            for one in contestants[turn % len(contestants):] + contestants[:turn % len(contestants)]:
                times = one.times(photo, width, form, count)
                of_round[one.name] = statistics.median(times)
                all_times[one.name] += times
            for name, into in ratios.items():
                into.append(of_round[name] / of_round[contestants[0].name])
        for name, times in all_times.items():
            medians[name].append(statistics.median(times) / 1e6)
    ours, *others = contestants
    row = {"case": name_of(case), "ours_ms": round(geometric(medians[ours.name]), 3)}
    for one in others:
        row[f"{one.name}_ms"] = round(geometric(medians[one.name]), 3)
        row[f"ratio_{one.name}"] = round(geometric(ratios[one.name]), 3)
        row[f"ratio_{one.name}_spread"] = [round(min(ratios[one.name]), 2), round(max(ratios[one.name]), 2)]
    row["ssim"] = round(statistics.mean(similar[ours.name]), 5)
    for one in others:
        row[f"ssim_{one.name}"] = round(statistics.mean(similar[one.name]), 5)
        row[f"ssim_worst_loss_to_{one.name}"] = round(max(b - a for a, b in zip(similar[ours.name], similar[one.name])), 5)
    for one in contestants:
        row["bytes" if one is ours else f"bytes_{one.name}"] = round(statistics.mean(sizes[one.name]))
    return row


def main():
    parser = argparse.ArgumentParser(prog="./dev bench engine", description=__doc__.splitlines()[0])
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="one JSON object for each case, a line each")
    form.add_argument("--write", action="store_true", help="put the report and its plot into docs/performance.md")
    parser.add_argument("--quick", action="store_true", help="fewer photos and rounds, for a first impression only")
    parser.add_argument("--cases", default="", help="only the cases whose name holds this text, such as 2mp_jpg")
    options = parser.parse_args()
    if options.write and (options.quick or options.cases):
        parser.error("--write is for all cases at full length: leave --quick and --cases out")
    if not any(options.cases in name_of(case) for case in CASES):
        parser.error("no case has that name; they are " + " ".join(name_of(case) for case in CASES))
    photo_count, rounds, count = (4, 3, 5) if options.quick else (len(PHOTOS), 7, 9)
    BUILD.mkdir(parents=True, exist_ok=True)
    modules, libvips = install()
    photos = originals(modules, photo_count)
    contestants = [Contestant("ours", ROOT / "build/release/bin/bench_engine"),
                   Contestant("sharp", "node", ROOT / "bench/engine/sharp_engine.mjs", modules),
                   Contestant("libvips", libvips)]
    judge = Contestant("judge", ROOT / "build/release/bin/bench_engine", "compare")
    rows = []
    try:
        for case in CASES:
            if options.cases not in name_of(case):
                continue
            begun = time.monotonic()
            rows.append(measure(case, contestants, judge, photos, rounds, count, BUILD))
            say(f"{rows[-1]['case']}: {rows[-1]['ratio_sharp']} times sharp, {rows[-1]['ratio_libvips']} times libvips, "
                f"{time.monotonic() - begun:.0f} s")
    finally:
        for one in [*contestants, judge]:
            one.end()
    if options.json:
        print(engine_report.lines_of_json(rows))
        return 0
    setup = f"{photo_count} photographs, {rounds} rounds of {count} operations for each contestant, in turn"
    text = engine_report.markdown(rows, modules, setup)
    if options.write:
        for path in document.write("performance.md", "engine", text, {engine_report.PLOT: engine_report.figure(rows)}):
            say(f"wrote {path.relative_to(ROOT)}")
    else:
        print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
