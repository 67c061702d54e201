"""One case after the other: every contestant fresh, its pictures looked at, then slices in turn, several rounds."""

import dataclasses
import json
import subprocess
import time

import photos
from contestants import WIDTH
from processes import MemoryWatch, harness_cpu_seconds, machine_cpu_seconds, settled_cpu_seconds

MAGIC = {"jpg": "ffd8", "webp": "52494646"}
CONNECTIONS = 8


@dataclasses.dataclass(frozen=True)
class Scale:
    """How long a run takes and how much it stores."""

    rounds: int
    seconds: float
    warm_up_seconds: float
    originals: dict
    variants: int  # rules of the same effect: every original through each of them is another rendition
    cached_names: int


FULL = Scale(rounds=5, seconds=3, warm_up_seconds=1, originals={"12mp": 60, "2mp": 120, "0.5mp": 240}, variants=80,
             cached_names=30)
QUICK = Scale(rounds=1, seconds=0.5, warm_up_seconds=0.1, originals={"12mp": 12, "2mp": 30, "0.5mp": 60}, variants=30,
              cached_names=10)


@dataclasses.dataclass(frozen=True)
class Case:
    size: str
    kind: str
    is_cached: bool

    @property
    def name(self):
        return f"{self.size}_{self.kind}_{WIDTH}_{'cached' if self.is_cached else 'cold'}"


def cases():
    return [Case(size, kind, is_cached) for is_cached in (False, True) for size in photos.SIZES for kind in MAGIC]


class Course:
    """What one contestant is asked for in one case, and what came of it, round by round."""

    def __init__(self, contestant, case, scale):
        self.contestant = contestant
        self.case = case
        self.scale = scale
        self.slices = []
        self.latency = {}
        self.bytes = self.peak_rss = self.peak_pss = self.not_fresh = 0
        self.first_error = self.picture = ""
        count = scale.originals[case.size]
        if case.is_cached:
            count = min(count, scale.cached_names)
        self._paths = [contestant.path(case.kind, case.size, number, variant, case.is_cached)
                       for variant in range(1 if case.is_cached else scale.variants) for number in range(count)]
        self._next = 0

    def look(self):
        """One picture, checked: of the promised kind and width."""
        content = self.contestant.get(self._paths[self._next])
        self._next += not self.case.is_cached
        width, height, chroma, kind = photos.shape(content)
        is_jpeg = content[:2] == b"\xff\xd8"
        if width != WIDTH or is_jpeg != (self.case.kind == "jpg"):
            raise RuntimeError(f"{self.contestant.name}, {self.case.name}: got {width}x{height} {kind}, not what was asked")
        self.picture = f"{width}x{height} {chroma} {kind}"

    def warm_up(self):
        if self.case.is_cached and self.contestant.keeps:
            self._load(60, self._paths, [])  # each once: from now on they are kept
        self._load(self.scale.warm_up_seconds, *self._ration(self.scale.rounds + 1), connections=2)

    def slice(self, rounds_left):
        """Asks for a while; keeps what it measured."""
        root = self.contestant.pid
        rendered = self.contestant.rendered()
        paths, flags = self._ration(rounds_left)
        before = settled_cpu_seconds(root)
        begun, machine = time.monotonic(), machine_cpu_seconds() - harness_cpu_seconds()
        with MemoryWatch(root) as watch:
            got = self._load(self.scale.seconds, paths, flags)
        cpu = settled_cpu_seconds(root) - before
        others = max(0.0, machine_cpu_seconds() - harness_cpu_seconds() - machine - cpu) / (time.monotonic() - begun)
        if rendered is not None:
            made = self.contestant.rendered() - rendered
            self.not_fresh += abs(made - (0 if self.case.is_cached else got["answers"]))
        self.peak_rss = max(self.peak_rss, watch.peak_rss)
        self.peak_pss = max(self.peak_pss, watch.peak_pss)
        self.bytes += got["bytes"]
        self.first_error = self.first_error or got["first_error"]
        for time_us, count in got["latency_us"]:
            self.latency[time_us] = self.latency.get(time_us, 0) + count
        self.slices.append({"answers": got["answers"], "errors": got["errors"], "rps": got["answers"] / got["seconds"],
                            "cpu_ms": 1000 * cpu / max(1, got["answers"]), "generator_cpu_s": got["cpu_seconds"],
                            "others_cores": others})

    def _ration(self, shares):
        """Paths for one slice; cold ones are used up evenly, so that none comes twice."""
        if self.case.is_cached:
            return self._paths, ["--cycle"]
        return self._paths[self._next:self._next + max(1, (len(self._paths) - self._next) // shares)], []

    def _load(self, seconds, paths, flags, connections=CONNECTIONS):
        one_by_one = ["--close"] if self.contestant.asks_one_by_one and not self.case.is_cached else []
        command = [Course.generator, str(self.contestant.port), "--connections", str(connections), "--seconds", str(seconds),
                   "--magic", MAGIC[self.case.kind], *flags, *one_by_one]
        done = subprocess.run(command, input="\n".join(paths).encode(), stdout=subprocess.PIPE, check=True)
        got = json.loads(done.stdout)
        if not self.case.is_cached:
            self._next += got["asked"]
        return got


def build_generator(source, out):
    out.parent.mkdir(parents=True, exist_ok=True)
    if not out.exists() or out.stat().st_mtime < source.stat().st_mtime:
        subprocess.run(["clang++-19", "-std=c++20", "-O2", "-Wall", "-Wextra", "-Werror", source, "-o", out], check=True)
    Course.generator = out


def run_case(case, contestants, scale, say):
    """All contestants that write the case's format, in turn, `scale.rounds` times; their courses."""
    field = [contestant for contestant in contestants if contestant.makes(case.kind)]
    courses = [Course(contestant, case, scale) for contestant in field]
    begun = time.monotonic()
    try:
        for course in courses:
            course.contestant.start()
            course.look()
            course.warm_up()
        for number in range(scale.rounds):
            shift = number % len(courses)
            for course in courses[shift:] + courses[:shift]:
                course.slice(scale.rounds - number)
    finally:
        for contestant in field:
            contestant.stop()
    say(f"{case.name}: " + ", ".join(f"{course.contestant.name} {max(part['rps'] for part in course.slices):.0f}/s"
                                     for course in courses) + f" ({time.monotonic() - begun:.0f} s)")
    return courses
