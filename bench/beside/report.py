"""From slices to figures: medians, ratios round by round with their spread, as JSON or as a Markdown table."""

import datetime
import json
import os
import pathlib
import platform
import statistics

import plot

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PLOT = "http_ratios.svg"
PLOTTED = ("ipx", "sharp")  # nginx' ratios would leave the others no room
COMPARED = {("ipx", "calotype"), ("sharp", "calotype"), ("nginx", "calotype")}  # base, and who is measured by it


def percentile(latency, share):
    """Of a histogram {microseconds: count}; None when it is empty."""
    wanted, seen = share * sum(latency.values()), 0
    for time_us in sorted(latency):
        seen += latency[time_us]
        if seen >= wanted:
            return time_us
    return None


def ratios(courses, base, what):
    """This contestant over the base in the same round: median, least, most."""
    pairs = [(one[what], other[what]) for one, other in zip(courses.slices, base.slices)]
    each = [one / other for one, other in pairs if one > 0 and other > 0]
    return (statistics.median(each), min(each), max(each)) if each else None


def figures(course, field):
    milliseconds = [None if time is None else round(time / 1000, 3)
                    for time in (percentile(course.latency, 0.50), percentile(course.latency, 0.99))]
    answers = sum(part["answers"] for part in course.slices)
    row = {"case": course.case.name, "contestant": course.contestant.name,
           "rps": round(statistics.median(part["rps"] for part in course.slices), 2),
           "cpu_ms": round(statistics.median(part["cpu_ms"] for part in course.slices), 4),
           "p50_ms": milliseconds[0], "p99_ms": milliseconds[1], "rss_mb": round(course.peak_rss / 1e6, 1),
           "pss_mb": round(course.peak_pss / 1e6, 1),
           "errors": sum(part["errors"] for part in course.slices), "answers": answers,
           "bytes": round(course.bytes / max(1, answers)), "picture": course.picture,
           "rps_rounds": [round(part["rps"], 2) for part in course.slices],
           "cpu_ms_rounds": [round(part["cpu_ms"], 4) for part in course.slices],
           "generator_cpu_s": round(sum(part["generator_cpu_s"] for part in course.slices), 3),
           "others_cores": round(statistics.mean(part["others_cores"] for part in course.slices), 2)}
    if course.first_error:
        row["first_error"] = course.first_error
    if course.not_fresh:
        row["not_as_cold_or_cached_as_promised"] = course.not_fresh
    for base in field:
        if base is course or (base.contestant.name, course.contestant.name) not in COMPARED:
            continue
        for what, key in (("rps", "rps"), ("cpu_ms", "cpu")):
            ratio = ratios(course, base, what)
            if ratio:
                for end, value in zip(("", "_min", "_max"), ratio):
                    row[f"ratio_{key}_{base.contestant.name}{end}"] = round(value, 5)
    return row


def machine():
    def first(path, prefix):
        with open(path, encoding="utf-8") as file:
            return next((line.partition(":")[2].strip() for line in file if line.startswith(prefix)), "unknown")

    system = platform.freedesktop_os_release().get("PRETTY_NAME", "unknown")
    return {"cpu": first("/proc/cpuinfo", "model name"), "cores": os.cpu_count(),
            "memory_gb": round(int(first("/proc/meminfo", "MemTotal").split()[0]) / 1e6, 1),
            "kernel": platform.release(), "system": system}


def whole(courses_by_case, versions, setup):
    rows = [figures(course, field) for field in courses_by_case for course in field]
    others = [row["others_cores"] for row in rows]
    setup["other load"] = (f"processes that do not belong to the benchmark used {statistics.mean(others):.2f} cores meanwhile "
                           f"(by case and contestant {min(others):.2f} to {max(others):.2f})")
    return {"date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"), "machine": machine(),
            "versions": versions, "setup": setup, "cases": rows}


def number(value):
    if value is None:
        return "-"
    digits = 0 if value >= 100 else 1 if value >= 10 else 2 if value >= 0.1 else 4
    return f"{value:.{digits}f}"


def cell(row, key):
    if f"ratio_{key}" not in row:
        return "-"
    middle, least, most = (number(row[f"ratio_{key}{end}"]) for end in ("", "_min", "_max"))
    return f"**{middle}** ({least}-{most})"


def machine_line(where):
    return f"{where['cpu']}, {where['cores']} cores, {where['memory_gb']:.0f} GB, {where['system']}, kernel {where['kernel']}"


def lines_of_json(result):
    """Of each case what Calotype had, and its ratios to the others: `ratio_NAME` in requests a second, `ratio_cpu_NAME`."""
    lines = []
    for row in result["cases"]:
        if row["contestant"] == "calotype":
            kept = {key: row[key] for key in ("case", "rps", "cpu_ms", "p99_ms", "rss_mb", "pss_mb")}
            for base, _ in sorted(COMPARED):
                if f"ratio_rps_{base}" in row:
                    kept |= {f"ratio_{base}": row[f"ratio_rps_{base}"], f"ratio_cpu_{base}": row[f"ratio_cpu_{base}"]}
            lines.append(json.dumps(kept))
    return "\n".join(lines)


def figure(result):
    """What is made anew: what is kept is compared in the table, for ipx and sharp keep nothing."""
    groups = []
    for row in result["cases"]:
        if row["contestant"] == "calotype" and row["case"].endswith("_cold"):
            groups.append((row["case"], {base: tuple(row[f"ratio_rps_{base}{end}"] for end in ("", "_min", "_max"))
                                         for base in PLOTTED if f"ratio_rps_{base}" in row}))
    return plot.bars(f"The service over HTTP, {result['machine']['cores']} cores", "times the requests a second (ours over theirs)", groups, PLOTTED)


def markdown(result):
    lines = [f"{result['date'][:10]}, {machine_line(result['machine'])}", ""]
    lines += [f"- {name} {version}" for name, version in result["versions"].items()]
    lines += ["", *[f"- {key}: {value}" for key, value in result["setup"].items()], "",
              "| case | contestant | req/s | req/s over ipx | over sharp | over nginx | CPU ms/req | CPU over ipx | over sharp | over nginx | p50 ms | p99 ms "
              "| PSS MB | RSS MB | errors | bytes |", "| --- | --- " + "| ---: " * 14 + "|"]
    for row in result["cases"]:
        lines.append("| " + " | ".join([
            row["case"], row["contestant"], number(row["rps"]), cell(row, "rps_ipx"), cell(row, "rps_sharp"), cell(row, "rps_nginx"),
            number(row["cpu_ms"]), cell(row, "cpu_ipx"), cell(row, "cpu_sharp"), cell(row, "cpu_nginx"), number(row["p50_ms"]),
            number(row["p99_ms"]), number(row["pss_mb"]), number(row["rss_mb"]), str(row["errors"]), str(row["bytes"])]) + " |")
    return "\n".join(lines)
