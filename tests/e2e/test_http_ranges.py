"""Range and If-Range (RFC 9110, section 14) through the wire, on originals and on renditions."""

import time

import pictures
import pytest
from service import Tenant
from wire import ask, asctime_date, imf_date, seconds_of

# Name; the field; first and last byte of what comes, as numbers or from the end; None: the whole; "416".
RANGES = [
    ("first bytes", "bytes=0-9", (0, 9)),
    ("one byte", "bytes=0-0", (0, 0)),
    ("from the middle", "bytes=100-199", (100, 199)),
    ("to the end", "bytes=100-", (100, -1)),
    ("all of it", "bytes=0-", (0, -1)),
    ("last bytes", "bytes=-10", (-10, -1)),
    ("more than there are, from behind", "bytes=-99999999", (0, -1)),
    ("clipped", "bytes=100-99999999", (100, -1)),
    ("clipped beyond any number", "bytes=100-99999999999999999999999999", (100, -1)),
    ("the unit in capitals", "Bytes=0-9", (0, 9)),
    ("leading zeros", "bytes=0000-0009", (0, 9)),
    ("behind the end", "bytes=99999999-", "416"),
    ("behind the end, closed", "bytes=99999999-99999999", "416"),
    ("behind any number", "bytes=99999999999999999999999999-", "416"),
    ("no last byte at all", "bytes=-0", "416"),
    ("backwards", "bytes=9-0", None),
    ("no numbers", "bytes=a-b", None),
    ("empty", "bytes=", None),
    ("a dash alone", "bytes=-", None),
    ("without a dash", "bytes=5", None),
    ("negative", "bytes=--5", None),
    ("signs", "bytes=+1-+5", None),
    ("hexadecimal", "bytes=0x0-0x9", None),
    ("blank within", "bytes=0 - 9", None),
    ("another unit", "items=0-9", None),
    ("no unit", "0-9", None),
    ("two of them", "bytes=0-9,20-29", None),
    ("overlapping", "bytes=0-99,50-149", None),
    ("very many", "bytes=" + ",".join(f"{n}-" for n in range(1000)), None),
]


@pytest.fixture(scope="module")
def things(service):
    tenant = Tenant(service, "ranges")
    tenant.open_shop("ranges")
    tenant.add_rule("plain", {"format": "jpg", "actions": [{"resize": {"width": 100}}]})
    tenant.add_rule("best", {"format": "auto", "actions": [{"resize": {"width": 100}}]})
    tenant.upload("a.jpg", pictures.jpeg(300, 200))
    time.sleep(2.1)  # a date is as good as a tag once a second has passed
    return {"original": "/ranges/statics/a.jpg", "rendition": "/ranges/images/a.jpg?rule=plain"}


def part_of(answer, whole, first, last):
    size = len(whole.body)
    first, last = (size + number if number < 0 else number for number in (first, last))
    assert answer.status == 206
    assert answer.get("Content-Range") == f"bytes {first}-{last}/{size}"
    assert answer.get("Content-Length") == str(last - first + 1)
    assert answer.body == whole.body[first:last + 1]
    for name in ("ETag", "Last-Modified", "Cache-Control", "Content-Type", "Vary", "Accept-Ranges"):
        assert answer.get(name) == whole.get(name), name
    assert answer.get("Date")


@pytest.mark.parametrize("kind", ["original", "rendition"])
@pytest.mark.parametrize("field, wanted", [case[1:] for case in RANGES], ids=[case[0] for case in RANGES])
def test_ranges(service, things, kind, field, wanted):
    whole = ask(service.fetch, things[kind])
    assert whole.status == 200 and whole.get("Accept-Ranges") == "bytes" and len(whole.body) > 300
    answer = ask(service.fetch, things[kind], [("Range", field)])
    if wanted is None:
        assert answer.status == 200 and answer.body == whole.body and answer.get("Content-Range") is None
    elif wanted == "416":
        assert answer.status == 416 and answer.get("Content-Range") == f"bytes */{len(whole.body)}"
        assert answer.get("Cache-Control") == "no-store" and answer.get("Content-Type") == "application/problem+json"
    else:
        part_of(answer, whole, *wanted)
    head = ask(service.fetch, things[kind], [("Range", field)], method="HEAD")
    assert head.status == 200 and head.get("Content-Length") == str(len(whole.body)), "ranges are for GET alone"


# Name; the field; whether it lets the range through.
IF_RANGE = [
    ("the tag", '"{tag}"', True),
    ("another tag", '"other"', False),
    ("the tag, weak", 'W/"{tag}"', False),
    ("the date", "{when}", True),
    ("an earlier date", "{before}", False),
    ("a later date: only the same will do", "{after}", False),
    ("the date in the old form", "{asctime}", True),
    ("no date", "yesterday", False),
    ("a star", "*", False),
    ("nothing", "", False),
]


@pytest.mark.parametrize("kind", ["original", "rendition"])
@pytest.mark.parametrize("field, is_let", [case[1:] for case in IF_RANGE], ids=[case[0] for case in IF_RANGE])
def test_if_range(service, things, kind, field, is_let):
    whole = ask(service.fetch, things[kind])
    when = seconds_of(whole.get("Last-Modified"))
    value = field.format(tag=whole.get("ETag").strip('"'), when=imf_date(when), before=imf_date(when - 1),
                         after=imf_date(when + 1), asctime=asctime_date(when))
    answer = ask(service.fetch, things[kind], [("Range", "bytes=5-14"), ("If-Range", value)])
    if is_let:
        part_of(answer, whole, 5, 14)
    else:
        assert answer.status == 200 and answer.body == whole.body
    beyond = ask(service.fetch, things[kind], [("Range", "bytes=99999999-"), ("If-Range", value)])
    assert beyond.status == (416 if is_let else 200)


@pytest.mark.parametrize("kind", ["original", "rendition"])
def test_conditions_come_before_the_range(service, things, kind):
    tag = ask(service.fetch, things[kind]).get("ETag")
    part = ("Range", "bytes=0-9")
    assert ask(service.fetch, things[kind], [("If-None-Match", tag), part]).status == 304
    assert ask(service.fetch, things[kind], [("If-Match", '"other"'), part]).status == 412
    assert ask(service.fetch, things[kind], [("If-Match", tag), part]).status == 206
    assert ask(service.fetch, things[kind], [("If-None-Match", '"other"'), part]).status == 206


def test_a_date_of_this_second_is_not_strong_enough(service, things):
    tenant = Tenant(service, "ranges-young")
    tenant.open_shop("ranges-young")
    for attempt in range(20):
        name = f"{attempt}.jpg"
        tenant.upload(name, pictures.jpeg(40, 30))
        whole = ask(service.fetch, f"/ranges-young/statics/{name}")
        answer = ask(service.fetch, f"/ranges-young/statics/{name}",
                     [("Range", "bytes=0-9"), ("If-Range", whole.get("Last-Modified"))])
        if answer.get("Date") == whole.get("Last-Modified"):
            assert answer.status == 200
            return
    pytest.fail("never within one second")


def test_two_range_fields_are_several_ranges(service, things):
    answer = ask(service.fetch, things["original"], [("Range", "bytes=0-9"), ("Range", "bytes=20-29")])
    assert answer.status == 200


def test_a_part_of_a_negotiated_format_varies(service, things):
    accept = ("Accept", "image/webp")
    target = "/ranges/images/a.jpg?rule=best"
    whole = ask(service.fetch, target, [accept])
    part_of(ask(service.fetch, target, [accept, ("Range", "bytes=2-")]), whole, 2, -1)
    assert ask(service.fetch, target, [accept, ("Range", "bytes=99999999-")]).get("Vary") == "Accept"
