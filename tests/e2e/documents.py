"""PDFs, made by hand."""

# As Debian's fonts are there or not, text in a font that is not embedded is drawn or left out; the page is there.
TEXT = "0 g BT /F 48 Tf 60 60 Td (Calotype) Tj ET"


def pdf(*pages, trailer=""):
    """A document of pages that are (size in points, what is drawn)."""
    kids = " ".join(f"{3 + 2 * number} 0 R" for number in range(len(pages)))
    objects = ["<</Type/Catalog/Pages 2 0 R>>", f"<</Type/Pages/Kids[{kids}]/Count {len(pages)}>>"]
    for number, ((width, height), drawn) in enumerate(pages):
        font = "<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>"
        objects.append(f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 {width} {height}]/Contents {4 + 2 * number} 0 R"
                       f"/Resources<</Font{font}>>>>")
        objects.append(f"<</Length {len(drawn)}>>stream\n{drawn}\nendstream")
    body, offsets = b"%PDF-1.4\n", []
    for number, text in enumerate(objects, start=1):
        offsets.append(len(body))
        body += f"{number} 0 obj{text}endobj\n".encode()
    table = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    return body + (f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}trailer<</Size {len(objects) + 1}"
                   f"/Root 1 0 R{trailer}>>\nstartxref\n{len(body)}\n%%EOF\n").encode()


def filled(size, colour):
    """The left half of a page in a colour."""
    red, green, blue = (value / 255 for value in colour)
    return size, f"{red} {green} {blue} rg 0 0 {size[0] / 2} {size[1]} re f {TEXT}"
