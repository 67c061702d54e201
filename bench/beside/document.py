"""A bench's part of a document: what stands between its two markers is the bench's, all else is its readers'."""

import pathlib

DOCS = pathlib.Path(__file__).resolve().parent.parent.parent / "docs"


def markers(name):
    return f"<!-- written by ./dev bench {name} --write -->", f"<!-- end of what ./dev bench {name} writes -->"


def with_part(whole, name, part):
    """`whole` with `part` between the markers of that name, which have to be there once each, in order."""
    begin, end = markers(name)
    if whole.count(begin) != 1 or whole.count(end) != 1 or whole.index(begin) > whole.index(end):
        raise ValueError(f"write what bench {name} saw: the document needs one line `{begin}` and, below it, one line `{end}`")
    before, _, rest = whole.partition(begin)
    return f"{before}{begin}\n{part.strip()}\n{end}{rest.partition(end)[2]}"


def write(document, name, part, plots):
    """Puts `part` into docs/`document` and `plots`, by file name, into docs/images. Returns what was written."""
    path = DOCS / document
    whole = with_part(path.read_text(encoding="utf-8"), name, part)
    images = [DOCS / "images" / file for file in plots]
    for image, svg in zip(images, plots.values()):
        image.write_text(svg, encoding="utf-8")
    path.write_text(whole, encoding="utf-8")
    return [path, *images]
