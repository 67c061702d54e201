"""The originals: one photo in three sizes, each stored under many names with content that differs but costs the same."""

import subprocess

GRAIN = 24  # standard deviation before it is softened: makes about as many bytes a pixel as a phone's photos have
SIZES = {"12mp": (4248, 2832), "2mp": (1740, 1160), "0.5mp": (870, 580)}


def vips(*words):
    subprocess.run(["vips", *[str(word) for word in words]], check=True)


def make_photo(sample, folder, name):
    """The sample at one of SIZES, with film grain; kept from one run to the next. Returns its path."""
    width, height = SIZES[name]
    photo = folder / f"photo-{name}-{GRAIN}.jpg"
    if photo.exists():
        return photo
    step = {key: folder / f"step-{key}.v" for key in ("scaled", "noise", "grain", "sum", "whole")}
    vips("thumbnail", sample, step["scaled"], width, "--height", height, "--size", "force")
    vips("gaussnoise", step["noise"], width, height, "--mean", 0, "--sigma", GRAIN, "--seed", 7)
    vips("gaussblur", step["noise"], step["grain"], 0.6)
    vips("add", step["scaled"], step["grain"], step["sum"])
    vips("cast", step["sum"], step["whole"], "uchar")
    vips("jpegsave", step["whole"], folder / "step.jpg", "--Q", 85, "--strip")
    (folder / "step.jpg").rename(photo)
    for path in step.values():
        path.unlink()
    return photo


def numbered(photo, number):
    """The same picture with a comment segment after its first marker: other bytes, other hash, same pixels."""
    comment = f"original {number:06}".encode()
    return photo[:2] + b"\xff\xfe" + (len(comment) + 2).to_bytes(2, "big") + comment + photo[2:]


def jpeg_shape(content):
    """Width, height, chroma and kind of a JPEG, from its frame header."""
    at = 2
    while at + 9 < len(content):
        marker, length = content[at + 1], int.from_bytes(content[at + 2:at + 4], "big")
        if marker in (0xC0, 0xC1, 0xC2):
            chroma = {0x22: "4:2:0", 0x21: "4:2:2", 0x11: "4:4:4"}.get(content[at + 11], "other chroma")
            kind = "progressive" if marker == 0xC2 else "baseline"
            return int.from_bytes(content[at + 7:at + 9], "big"), int.from_bytes(content[at + 5:at + 7], "big"), chroma, kind
        at += 2 + length
    raise ValueError("no frame header in this JPEG")


def webp_shape(content):
    """Width, height, chroma and kind of a still WebP."""
    if content[8:12] != b"WEBP":
        raise ValueError("not a WebP")
    chunk = content[12:16]
    if chunk == b"VP8 ":
        return (int.from_bytes(content[26:28], "little") & 0x3FFF, int.from_bytes(content[28:30], "little") & 0x3FFF,
                "4:2:0", "lossy")
    if chunk == b"VP8X":
        return (int.from_bytes(content[24:27], "little") + 1, int.from_bytes(content[27:30], "little") + 1,
                "4:2:0", "extended")
    raise ValueError(f"a WebP that begins with {chunk}")


def shape(content):
    return jpeg_shape(content) if content[:2] == b"\xff\xd8" else webp_shape(content)
