"""What the benches write: plots that are XML and to scale, and only their own part of a document."""

import importlib.util
import pathlib
import re
import sys
import xml.etree.ElementTree

import pytest

BESIDE = str(pathlib.Path(__file__).resolve().parent.parent.parent / "bench" / "beside")
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(name="bench")
def modules_of_the_bench(monkeypatch):
    """Its modules, whose names (`document`, `plot`, `report`) are its own only while a test runs."""
    monkeypatch.syspath_prepend(BESIDE)
    before = set(sys.modules)
    # pylint: disable=import-outside-toplevel,multiple-imports,import-error
    import curves, document, encoders_report, engine_report, plot, report
    yield type("Bench", (), {"curves": curves, "document": document, "encoders_report": encoders_report, "engine_report": engine_report,
                             "plot": plot, "report": report})
    for name in set(sys.modules) - before:
        if str(getattr(sys.modules[name], "__file__", "")).startswith(BESIDE):
            del sys.modules[name]


def row(case, sharp, libvips):
    return {"case": case, "ours_ms": 1.0, "sharp_ms": sharp, "libvips_ms": libvips, "ratio_sharp": sharp, "ratio_libvips": libvips,
            "ratio_sharp_spread": [sharp / 2, sharp * 2], "ratio_libvips_spread": [libvips / 2, libvips * 2], "ssim": 0.97,
            "ssim_sharp": 0.96, "ssim_libvips": 0.965, "bytes": 10, "bytes_sharp": 11, "bytes_libvips": 12}


def test_a_plot_draws_bars_to_scale_with_their_spread(bench):
    svg = xml.etree.ElementTree.fromstring(bench.engine_report.figure([row("a<b", 2.0, 4.0)]))

    bars = [one for one in svg.iter(f"{SVG}rect") if one.find(f"{SVG}title") is not None]
    widths = [float(one.get("width")) for one in bars]
    assert widths[1] == pytest.approx(2 * widths[0], abs=0.2)
    assert "2.00 (1.00 to 4.00)" in bars[0].find(f"{SVG}title").text
    words = [one.text for one in svg.iter(f"{SVG}text")]
    assert "a<b" in words and "times as fast (their time over ours)" in words
    whisker = next(one.get("d") for one in svg.iter(f"{SVG}path") if one.get("d").startswith("M") and "v5m0-2.5H" in one.get("d"))
    least, most = (float(number) for number in re.match(r"M([\d.]+) .*H([\d.]+)m", whisker).groups())
    start = float(bars[0].get("x"))
    assert least - start == pytest.approx(widths[0] / 2, abs=0.2) and most - start == pytest.approx(widths[0] * 2, abs=0.2)


@pytest.mark.parametrize("most", [0.4, 1, 3.7, 8.69, 12.4, 857])
def test_an_axis_has_few_ticks_and_reaches_the_most(bench, most):
    svg = bench.plot.bars("t", "x", [("case", {"sharp": (most, most, most)})], ("sharp",))

    ticks = [float(number) for number in re.findall(r'text-anchor="middle">([\d.e+]+)</text>', svg)]
    assert max(ticks) >= max(most, 1) and 3 <= len(ticks) <= 10


def test_nothing_to_draw_is_refused(bench):
    with pytest.raises(ValueError, match="nothing to draw"):
        bench.plot.bars("t", "x", [], ("sharp",))


def test_json_has_exactly_the_agreed_keys(bench):
    assert bench.engine_report.lines_of_json([row("a", 2.0, 4.0)]) == (
        '{"case": "a", "ours_ms": 1.0, "sharp_ms": 2.0, "libvips_ms": 4.0, "ratio_sharp": 2.0, "ratio_libvips": 4.0, "ssim": 0.97, '
        '"ssim_libvips": 0.965}')


def of_http(case, contestant, **ratios):
    return {"case": case, "contestant": contestant, "rps": 159.0, "cpu_ms": 12.4, "p50_ms": 49.6, "p99_ms": 64.0, "rss_mb": 182.0, "pss_mb": 90.5,
            "errors": 0, "bytes": 9519, **ratios}


def test_http_json_has_one_object_for_each_case_with_the_ratios(bench):
    rows = [of_http("a_cold", "calotype", ratio_rps_ipx=2.6, ratio_cpu_ipx=0.4), of_http("a_cold", "ipx")]

    assert bench.report.lines_of_json({"cases": rows}) == (
        '{"case": "a_cold", "rps": 159.0, "cpu_ms": 12.4, "p99_ms": 64.0, "rss_mb": 182.0, "pss_mb": 90.5, "ratio_ipx": 2.6, "ratio_cpu_ipx": 0.4}')


def test_the_plot_of_http_shows_what_is_made_anew(bench):
    ratios = {"ratio_rps_ipx": 2.6, "ratio_rps_ipx_min": 2.5, "ratio_rps_ipx_max": 2.7}
    result = {"machine": {"cores": 2}, "cases": [of_http("a_cold", "calotype", **ratios), of_http("a_cold", "ipx"),
                                                 of_http("a_cached", "calotype", **ratios)]}

    svg = xml.etree.ElementTree.fromstring(bench.report.figure(result))
    titles = [one.text for one in svg.iter(f"{SVG}title")]
    assert titles == ["a_cold, over ipx: 2.60 (2.50 to 2.70)"]


def test_a_report_replaces_only_its_own_part(bench):
    begin, end = bench.document.markers("engine")

    assert bench.document.with_part(f"a\n{begin}\nold\n{end}\nb", "engine", "new\n") == f"a\n{begin}\nnew\n{end}\nb"


@pytest.mark.parametrize("whole", ["none", "{end}\n{begin}", "{begin}\n{begin}\n{end}", "{begin}"])
def test_a_document_without_its_markers_is_left_alone(bench, whole):
    begin, end = bench.document.markers("engine")

    with pytest.raises(ValueError, match="needs one line"):
        bench.document.with_part(whole.format(begin=begin, end=end), "engine", "new")


def of_encoder(settings, milliseconds, alike, is_default=False):
    return {"format": "webp", "settings": settings, "is_default": is_default, "ms": milliseconds, "bytes": 100, "ssim": 0.97,
            "bytes_alike": alike, "bytes_alike_spread": [alike, alike]}


def test_the_plot_of_encoders_puts_points_to_scale_and_fills_the_default(bench):
    rows = [of_encoder("effort=1", 1.0, 1.4), of_encoder("effort=4", 10.0, 1.0, True), of_encoder("effort=8", 100.0, 0.9)]

    svg = xml.etree.ElementTree.fromstring(bench.encoders_report.figure(rows))
    points = [one for one in svg.iter(f"{SVG}circle") if one.find(f"{SVG}title") is not None]
    across = [float(one.get("cx")) for one in points]
    down = [float(one.get("cy")) for one in points]
    assert across[1] - across[0] == pytest.approx(across[2] - across[1], abs=0.2) and across[1] > across[0]
    assert down[1] - down[0] == pytest.approx(4 * (down[2] - down[1]), abs=0.5) and down[2] > down[1]
    assert [one.get("fill") != "#fff" for one in points] == [False, True, False]
    assert "webp, effort 4: 10.00 ms, 1.000" in [one.find(f"{SVG}title").text for one in points]


def test_the_table_of_encoders_marks_the_default(bench):
    lines = bench.encoders_report.table([of_encoder("compression=3,effort=4", 1.0, 1.0, True), of_encoder("standard", 1.0, 1.04)]).splitlines()

    assert [line.split("|")[2].strip() for line in lines[2:]] == ["**compression 3, effort 4**", "baseline, the standard's tables (libvips)"]


def test_no_points_are_refused(bench):
    with pytest.raises(ValueError, match="nothing to draw"):
        bench.curves.scatter("t", "x", "y", {})


@pytest.mark.parametrize("likeness,size", [(0.9, 1000), (0.99, 4000), (1 - 10 ** -1.5, 2000), (0.999, 16000)])
def test_bytes_are_read_off_the_line_between_two_qualities(bench, monkeypatch, likeness, size):
    """Logarithms on both axes, and the last line goes on."""
    assert bench.curves
    monkeypatch.setattr(sys, "path", sys.path[:])
    spec = importlib.util.spec_from_file_location("bench_of_encoders", pathlib.Path(BESIDE).parent / "encoders.py")
    encoders = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(encoders)

    assert encoders.bytes_at(likeness, [(4000, 0.99), (1000, 0.9)]) == pytest.approx(size)


@pytest.mark.parametrize("name,document", [("encoders", "performance.md"), ("engine", "performance.md"), ("http", "benchmarks.md")])
def test_the_documents_have_their_markers(bench, name, document):
    whole = (bench.document.DOCS / document).read_text(encoding="utf-8")

    assert "new" in bench.document.with_part(whole, name, "new")
