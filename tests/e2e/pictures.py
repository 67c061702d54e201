"""Pictures that the tests need, good and hostile, all made here."""

import io
import struct
import zlib

from PIL import Image


def encode(image, kind, **options):
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def decode(content):
    return Image.open(io.BytesIO(content))


def scene(width, height):
    """Smooth in both directions and different in every corner, so that turns and crops show."""
    down = Image.linear_gradient("L").resize((width, height))
    across = Image.linear_gradient("L").transpose(Image.Transpose.ROTATE_90).resize((width, height))
    return Image.merge("RGB", (across, down, Image.blend(across, down, 0.5)))


def jpeg(width=600, height=400, **options):
    return encode(scene(width, height), "JPEG", quality=90, **options)


def oriented(orientation, upright):
    """A JPEG whose pixels are turned so that its EXIF orientation makes `upright` of them."""
    undo = {1: None, 2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180,
            4: Image.Transpose.FLIP_TOP_BOTTOM, 5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_90,
            7: Image.Transpose.TRANSVERSE, 8: Image.Transpose.ROTATE_270}[orientation]
    stored = upright if undo is None else upright.transpose(undo)
    exif = Image.Exif()
    exif[0x0112] = orientation
    return encode(stored, "JPEG", quality=97, subsampling=0, exif=exif)


def png_chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def huge_png(side=65536):
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", header) + png_chunk(b"IDAT", zlib.compress(b"\0" * 100_000))
            + png_chunk(b"IEND", b""))


def lying_progressive_jpeg(width=35584, height=18696):
    """230 bytes: a progressive JPEG header of hundreds of megapixels, and hardly anything behind it."""
    tables = b"\xff\xdb\x00\x43\x00" + b"\x01" * 64
    frame = b"\xff\xc2\x00\x11\x08" + struct.pack(">HH", height, width) + b"\x03\x01\x22\x00\x02\x11\x00\x03\x11\x00"
    huffman = b"\xff\xc4\x00\x1f\x00" + bytes([0, 1, 5, 1, 1, 1, 1, 1, 1] + [0] * 7) + bytes(range(12))
    scan = b"\xff\xda\x00\x0c\x03\x01\x00\x02\x00\x03\x00\x00\x00\x00"
    content = b"\xff\xd8" + tables + frame + huffman + scan
    return content + b"\x00" * (228 - len(content)) + b"\xff\xd9"


def animation(frames, width=20, height=20):
    """A GIF whose frames all differ."""
    pictures = [Image.new("RGB", (width, height), (n * 47 % 256, n // 256 * 16, n * 89 % 256)) for n in range(frames)]
    return encode(pictures[0], "GIF", save_all=True, append_images=pictures[1:], duration=50, loop=0)
