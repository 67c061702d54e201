"""What the bench of the engine prints: JSON of the agreed keys, a table with spread, and a plot."""

import datetime
import json

import plot
import report
from contestants import output_of, package_version

KEYS = ("case", "ours_ms", "sharp_ms", "libvips_ms", "ratio_sharp", "ratio_libvips", "ssim", "ssim_libvips")
OTHERS = ("sharp", "libvips")
PLOT = "engine_ratios.svg"


def lines_of_json(rows):
    return "\n".join(json.dumps({key: row[key] for key in KEYS}) for row in rows)


def table(rows):
    head = ("| case | ours ms | sharp ms | libvips ms | over sharp | over libvips | SSIM ours | sharp | libvips | bytes ours | sharp | libvips |\n"
            "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    lines = []
    for row in rows:
        spread = {name: "{0:.2f} ({1[0]}-{1[1]})".format(row[f"ratio_{name}"], row[f"ratio_{name}_spread"]) for name in OTHERS}
        lines.append(f"| {row['case']} | {row['ours_ms']} | {row['sharp_ms']} | {row['libvips_ms']} | {spread['sharp']} | {spread['libvips']} | "
                     f"{row['ssim']:.4f} | {row['ssim_sharp']:.4f} | {row['ssim_libvips']:.4f} | {row['bytes']} | {row['bytes_sharp']} | "
                     f"{row['bytes_libvips']} |")
    return "\n".join([head, *lines])


def versions(modules):
    """Of all that was measured, by contestant. `modules` is npm's folder."""
    read = lambda path: json.loads((modules / path).read_text(encoding="utf-8"))
    prebuilt = read("@img/sharp-libvips-linux-x64/versions.json")
    parts = ", ".join(f"{name} {prebuilt[key]}" for name, key in (("libvips", "vips"), ("libwebp", "webp"), ("zlib-ng", "zlib-ng"))
                      if key in prebuilt)
    own = ", ".join(f"{name} {package_version(name)}" for name in ("libvips42", "libwebp7", "libjpeg62-turbo"))
    return {"calotype": f"{output_of('git', '-C', str(report.ROOT), 'describe', '--always', '--dirty')}, {own}",
            "sharp": f"{read('sharp/package.json')['version']}, node {output_of('node', '--version').lstrip('v')}",
            "libvips": f"as sharp has it: {parts}"}


def figure(rows):
    groups = [(row["case"], {name: (row[f"ratio_{name}"], *row[f"ratio_{name}_spread"]) for name in OTHERS}) for row in rows]
    return plot.bars("The engine on one core", "times as fast (their time over ours)", groups, OTHERS)


def markdown(rows, modules, setup):
    """The report; its plot is looked for as images/PLOT."""
    today = datetime.datetime.now(datetime.timezone.utc).date().isoformat()
    lines = [f"{today}, {report.machine_line(report.machine())}", ""]
    lines += [f"- {name}: {version}" for name, version in versions(modules).items()]
    lines += [f"- {setup}", "", f"![How many times as fast the engine is as sharp and libvips, by case](images/{PLOT})", "", table(rows)]
    return "\n".join(lines)
