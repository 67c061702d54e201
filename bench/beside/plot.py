"""Bars of ratios with their spread, as an SVG of a few kilobytes that reads on light and on dark pages."""

import html
import math

COLOURS = ("#2b6cb0", "#c05621", "#2f855a")
LEFT, WIDTH, RIGHT = 190, 520, 24  # of the names, of the axis, and behind it
BAR, GAP, TOP, BOTTOM = 9, 9, 58, 44


def step_of(most):
    """Between ticks: 1, 2 or 5 times a power of ten, so that there are at most eight."""
    power = 10 ** math.floor(math.log10(most / 8))
    return next(power * factor for factor in (1, 2, 5, 10) if most / (power * factor) <= 8)


def text(x, y, words, anchor="start", extra=""):
    return f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}"{extra}>{html.escape(words)}</text>'


def bars(title, axis, groups, series):
    """One bar of each series in each group. `groups` is of (name, {series: (middle, least, most)}), `axis` names what is measured.

    A series that a group lacks leaves no room there. Every bar starts at 0; a line stands at 1, where both are as fast.
    """
    ends = [most for _, values in groups for _, _, most in values.values()]
    if not ends:
        raise ValueError("draw bars: there is nothing to draw")
    step = step_of(max(*ends, 1))
    end = step * math.ceil(max(*ends, 1) / step)
    at = lambda value: round(LEFT + WIDTH * value / end, 1)
    body, y = [], TOP
    for name, values in groups:
        shown = [one for one in series if one in values]
        body.append(text(LEFT - 8, y + len(shown) * BAR / 2 + 4, name, "end"))
        for one in shown:
            middle, least, most = values[one]
            line = y + BAR / 2
            body.append(f'<rect x="{LEFT}" y="{y}" width="{at(middle) - LEFT:g}" height="{BAR - 1}" fill="{COLOURS[series.index(one)]}">'
                        f"<title>{html.escape(f'{name}, over {one}: {middle:.2f} ({least:.2f} to {most:.2f})')}</title></rect>"
                        f'<path d="M{at(least):g} {line - 3:g}v5m0-2.5H{at(most):g}m0-2.5v5" stroke="#333" stroke-width="1.2" fill="none"/>')
            y += BAR
        y += GAP
    floor = y - GAP + 4
    ticks = [step * number for number in range(round(end / step) + 1)]
    grid = "".join(f"M{at(tick):g} {TOP - 4}V{floor:g}" for tick in ticks)
    legend, x = [], LEFT
    for number, one in enumerate(series):
        legend += [f'<rect x="{x}" y="31" width="10" height="10" fill="{COLOURS[number]}"/>', text(x + 15, 40, f"over {one}")]
        x += 110
    legend += [f'<path d="M{x} 33v6m0-3h22m0-3v6" stroke="#333" stroke-width="1.2" fill="none"/>', text(x + 28, 40, "least to most")]
    height = floor + BOTTOM
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LEFT + WIDTH + RIGHT} {height:g}" font-family="sans-serif" font-size="12" '
        'fill="#222" role="img">', '<rect width="100%" height="100%" fill="#fff"/>',
        text(LEFT, 20, title, extra=' font-size="14" font-weight="bold"'), *legend,
        f'<path d="{grid}" stroke="#ddd"/>', *body, f'<path d="M{at(1):g} {TOP - 4}V{floor:g}" stroke="#222" stroke-dasharray="4 3"/>',
        *[text(at(tick), floor + 16, f"{tick:g}", "middle") for tick in ticks],
        text(LEFT + WIDTH / 2, floor + 36, axis, "middle"), "</svg>", ""])
