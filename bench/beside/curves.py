"""Points of several series over a logarithmic axis, as an SVG of a few kilobytes that reads on light and on dark pages."""

import html
import math

COLOURS = ("#2b6cb0", "#c05621", "#2f855a", "#6b46c1")
LEFT, WIDTH, TOP, HEIGHT, RIGHT, BOTTOM = 70, 560, 58, 300, 30, 50


def text(x, y, words, anchor="start", extra=""):
    return f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}"{extra}>{html.escape(words)}</text>'


def scatter(title, across, up, series):
    """`series` is {name: [(x, y, what, is_marked)]}; x is greater than 0. Marked points are filled; a line joins those of one series."""
    points = [point for one in series.values() for point in one]
    if not points:
        raise ValueError("draw points: there is nothing to draw")
    low, high = (math.floor(math.log10(min(p[0] for p in points))), math.ceil(math.log10(max(p[0] for p in points)) + 1e-9))
    step = 0.05 if max(p[1] for p in points) - min(p[1] for p in points) < 0.6 else 0.2
    least, most = (math.floor(min(p[1] for p in points) / step) * step, math.ceil(max(p[1] for p in points) / step) * step)
    at_x = lambda x: round(LEFT + WIDTH * (math.log10(x) - low) / max(high - low, 1), 1)
    at_y = lambda y: round(TOP + HEIGHT * (most - y) / max(most - least, step), 1)
    body, legend, x = [], [], LEFT
    for number, (name, one) in enumerate(series.items()):
        colour = COLOURS[number % len(COLOURS)]
        line = " ".join(f"{at_x(p[0]):g},{at_y(p[1]):g}" for p in sorted(one))
        body.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="1" stroke-dasharray="2 3"/>')
        for px, py, what, is_marked in one:
            body.append(f'<circle cx="{at_x(px):g}" cy="{at_y(py):g}" r="5" stroke="{colour}" stroke-width="2" fill="{colour if is_marked else "#fff"}">'
                        f"<title>{html.escape(f'{name}, {what}: {px:.2f} ms, {py:.3f}')}</title></circle>")
        legend += [f'<circle cx="{x + 5}" cy="36" r="5" fill="{colour}"/>', text(x + 16, 40, name)]
        x += 80
    legend.append(text(x, 40, "filled: the default"))
    rows = [least + step * number for number in range(round((most - least) / step) + 1)]
    grid = "".join(f"M{LEFT} {at_y(row):g}H{LEFT + WIDTH}" for row in rows)
    grid += "".join(f"M{at_x(10 ** power):g} {TOP}V{TOP + HEIGHT}" for power in range(low, high + 1))
    floor = TOP + HEIGHT
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LEFT + WIDTH + RIGHT} {floor + BOTTOM}" font-family="sans-serif" font-size="12" '
        'fill="#222" role="img">', '<rect width="100%" height="100%" fill="#fff"/>',
        text(LEFT, 20, title, extra=' font-size="14" font-weight="bold"'), *legend, f'<path d="{grid}" stroke="#ddd"/>', *body,
        *[text(at_x(10 ** power), floor + 16, f"{10 ** power:g}", "middle") for power in range(low, high + 1)],
        *[text(LEFT - 8, at_y(row) + 4, f"{row:.2f}", "end") for row in rows],
        text(LEFT + WIDTH / 2, floor + 38, across, "middle"),
        text(18, TOP + HEIGHT / 2, up, "middle", f' transform="rotate(-90 18 {TOP + HEIGHT / 2:g})"'), "</svg>", ""])
