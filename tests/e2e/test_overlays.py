"""What rules draw over pictures: boxes, gradients, texts, and pictures of the domain."""

import io

import pictures
import pytest
from PIL import Image, ImageChops
from service import Tenant

GREY = (120, 130, 140)


def plain(width=200, height=100, colour=GREY):
    return pictures.encode(Image.new("RGB", (width, height), colour), "PNG")


@pytest.fixture(scope="module")
def site(service):
    tenant = Tenant(service, "overlay-keeper")
    tenant.open_shop("overlays-shop")
    assert tenant.upload("grey.png", plain()).status_code == 201
    assert tenant.upload("photo.jpg", pictures.jpeg(1200, 800)).status_code == 201
    return tenant


def drawn(site, name, photo="grey.png", **arguments):
    answer = site.image(photo, name, **arguments)
    assert answer.status_code == 200, answer.text
    return answer, pictures.decode(answer.content).convert("RGB")


def near(pixel, wanted, tolerance=3):
    return all(abs(a - b) <= tolerance for a, b in zip(pixel, wanted))


def test_a_box_and_a_gradient_are_drawn_in_their_order(site):
    site.add_rule("boxes", {"format": "png", "overlays": [
        {"type": "gradient", "from": "#000", "colour": "#fff"},
        {"type": "rect", "colour": "#c00", "width": 40, "height": "50%", "location": "northwest", "margin": 10}]})
    _, picture = drawn(site, "boxes")
    assert near(picture.getpixel((20, 20)), (204, 0, 0)) and near(picture.getpixel((49, 59)), (204, 0, 0))
    assert picture.getpixel((2, 90))[0] < 10 and picture.getpixel((197, 90))[0] > 245
    assert not near(picture.getpixel((51, 20)), (204, 0, 0))


def test_a_parameter_sets_a_colour(site):
    site.add_rule("tinted", {"format": "png", "params": {"c": {"type": "colour", "default": "red"}},
                             "overlays": [{"type": "rect", "colour": "$c"}]})
    assert near(drawn(site, "tinted")[1].getpixel((5, 5)), (255, 0, 0))
    assert near(drawn(site, "tinted", params={"c": "00f"})[1].getpixel((5, 5)), (0, 0, 255))


def test_an_image_is_a_watermark_of_the_domain(site):
    mark = site.create(f"{site.domain_path}/watermarks", {"alias": "badge"}, data=plain(20, 20, (0, 200, 0)))
    site.add_rule("badged", {"format": "png", "watermark": {"id": mark, "location": "northeast"}, "overlays": [
        {"type": "rect", "colour": "#000"}, {"type": "image", "image": "asset:badge", "location": "center", "dimension": 40}]})
    first, picture = drawn(site, "badged")
    assert near(picture.getpixel((100, 50)), (0, 200, 0)) and near(picture.getpixel((81, 31)), (0, 200, 0))
    assert near(picture.getpixel((195, 5)), (0, 0, 0)), "the box lies over the watermark, and under the image"

    replaced = site.call("PUT", f"{site.domain_path}/watermarks/{mark}", {"alias": "badge"}, data=plain(20, 20, (0, 0, 250)))
    assert replaced.status_code == 200
    second, picture = drawn(site, "badged")
    assert near(picture.getpixel((100, 50)), (0, 0, 250)) and first.headers["ETag"] != second.headers["ETag"]

    site.add_rule("lost", {"overlays": [{"type": "image", "image": "nowhere"}]})
    lost = site.image("grey.png", "lost")
    assert lost.status_code == 422 and lost.json()["code"] == "watermark-missing"
    site.add_rule("unharmed", {"format": "png", "overlays": [{"type": "image", "image": "nowhere", "onMissing": "skip"}]})
    assert near(drawn(site, "unharmed")[1].getpixel((100, 50)), GREY)


def test_later_stages_have_overlays_of_their_own(site):
    site.add_rule("staged", {"format": "png", "overlays": [{"type": "rect", "colour": "red", "width": "50%", "location": "west"}],
                             "then": [{"actions": [{"flip": "h"}],
                                       "overlays": [{"type": "rect", "colour": "blue", "width": 10, "location": "west"}]}]})
    _, picture = drawn(site, "staged")
    assert near(picture.getpixel((5, 50)), (0, 0, 255))
    assert near(picture.getpixel((50, 50)), GREY)
    assert near(picture.getpixel((150, 50)), (255, 0, 0))


def inked(picture, ground=GREY):
    """The box of what is not the ground."""
    flat = Image.new("RGB", picture.size, ground)
    return ImageChops.difference(picture, flat).point(lambda value: 255 if value > 12 else 0).getbbox()


def test_a_text_is_written_where_it_belongs(site):
    site.add_rule("credit", {"format": "png", "overlays": [
        {"type": "text", "text": "Photo: NTB", "size": 12, "colour": "#fff", "location": "southwest", "margin": 10}]})
    _, picture = drawn(site, "credit")
    left, top, right, bottom = inked(picture)
    assert 10 <= left <= 13 and 84 <= bottom <= 90 and 8 <= bottom - top <= 14 and 60 <= right - left <= 100
    brightest = max(picture.crop((left, top, right, bottom)).convert("L").getdata())
    assert brightest > 240, "letters that are as white as they should be"


def test_a_text_is_a_parameter(site):
    site.add_rule("named", {"format": "png", "params": {"by": {"type": "text", "default": ""}},
                            "overlays": [{"type": "text", "text": "$by", "location": "center"}]})
    empty, picture = drawn(site, "named")
    assert inked(picture) is None
    short, picture = drawn(site, "named", params={"by": "Åse"})
    narrow = inked(picture)
    long, picture = drawn(site, "named", params={"by": "<b>Åse & Ng</b>"})
    wide = inked(picture)
    assert wide[2] - wide[0] > 2 * (narrow[2] - narrow[0]), "mark-up is text"
    assert len({answer.headers["ETag"] for answer in (empty, short, long)}) == 3
    for bad in ("a\nb", "a\u0085", "\u2028", "$by", "x" * 501):
        refused = site.image("grey.png", "named", params={"by": bad})
        assert refused.status_code == 400 and refused.json()["code"] == "bad-parameter", (bad, refused.text)


@pytest.mark.parametrize("words", ["שלום עולם", "مرحبا بالعالم", "写真：東京", "ภาษาไทยยาวมากนะครับ", "हिन्दी", "👩\u200d🚀", "\u202eabc\u2066",
                                   "Z" + "\u0301" * 400, "\u200b\u200d\ufeff", "W" * 500, "a\u00ad" * 200])
def test_every_way_of_writing_is_drawn_behind_closed_doors(site, words):
    name = f"words-{ord(words[0])}-{len(words)}"
    site.add_rule(name, {"format": "png", "overlays": [
        {"type": "text", "text": words, "font": font, "size": size, "location": location}
        for font, size, location in (("sans", 11, "north"), ("serif bold", "30%", "center"), ("mono", 17, "tile"))]})
    _, picture = drawn(site, name)
    assert inked(picture) is not None or words[0] in "\u200b\u202e"


def test_a_long_text_stays_in_its_lines(site):
    words = "a long text that goes on and on and on and on and on and on and on and on"
    site.add_rule("lines", {"format": "png", "overlays": [
        {"type": "text", "text": words, "size": 14, "colour": "#fff", "background": "#000", "maxLines": 2, "width": "50%",
         "location": "northwest"}]})
    left, top, right, bottom = inked(drawn(site, "lines")[1])
    assert (left, top, right) == (0, 0, 100) and 30 <= bottom <= 36


def test_a_text_is_as_large_at_every_density(site):
    site.add_rule("dense", {"format": "png", "params": {"d": {"type": "num", "default": 1, "min": 1, "max": 3}}, "dpr": "$d",
                            "overlays": [{"type": "text", "text": "Dense", "size": 12, "colour": "#000", "location": "northwest"}]})
    boxes = [inked(drawn(site, "dense", params={"d": d})[1]) for d in (1, 2, 3)]
    widths = [box[2] - box[0] for box in boxes]
    assert abs(widths[1] - 2 * widths[0]) <= 2 and abs(widths[2] - 3 * widths[0]) <= 3


def test_every_frame_has_them(site):
    frames = [Image.new("RGB", (60, 40), colour) for colour in ("white", "yellow", "green")]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:], duration=100, loop=0)
    assert site.upload("moving.gif", out.getvalue()).status_code == 201
    site.add_rule("moving", {"overlays": [{"type": "rect", "colour": "black", "width": 20, "height": 20, "location": "center"}]})
    answer = site.image("moving.gif", "moving")
    assert answer.status_code == 200, answer.text
    moved = pictures.decode(answer.content)
    assert moved.n_frames == 3
    for number in range(3):
        moved.seek(number)
        picture = moved.convert("RGB")
        assert near(picture.getpixel((30, 20)), (0, 0, 0), 8) and not near(picture.getpixel((2, 2)), (0, 0, 0), 60)


def test_what_is_not_in_the_language_is_refused(site):
    for overlay, pointer in (({"type": "rect", "angle": 90}, "/overlays/0/angle"),
                             ({"type": "image"}, "/overlays/0"),
                             ({"type": "image", "image": "object:b/x"}, "/overlays/0/image"),
                             ({"type": "image", "image": "badge", "actions": []}, "/overlays/0/actions"),
                             ({"type": "text"}, "/overlays/0"),
                             ({"type": "text", "text": "a\nb"}, "/overlays/0/text"),
                             ({"type": "text", "text": "a", "font": "Arial"}, "/overlays/0/font"),
                             ({"type": "text", "text": "a", "markup": True}, "/overlays/0/markup"),
                             ({"type": "text", "text": "$by"}, "/overlays/0/text"),
                             ({"type": "circle"}, "/overlays/0/type")):
        answer = site.call("POST", f"{site.domain_path}/rules", json={"name": "refused", "overlays": [overlay]})
        assert answer.status_code == 422, overlay
        assert pointer in {error["pointer"] for error in answer.json()["errors"]}, answer.text


def test_a_request_is_explained(site):
    site.add_rule("told", {"overlays": [{"type": "rect", "width": 10, "height": 10}, {"type": "text", "text": "told so"}]})
    path = f"{site.bucket_path}/explain/grey.png"
    answer = site.call_with({"rule": "told"}, "GET", path)
    assert answer.status_code == 200, answer.text
    assert "rect 10x10 #000000ff at southeast" in answer.text
    assert "told so" in answer.text and "sans bold 24" in answer.text
