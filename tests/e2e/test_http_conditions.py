"""Preconditions (RFC 9110, section 13) through the wire: the same table for renditions, originals and the document."""

import time

import pictures
import pytest
from service import Tenant
from wire import ask, asctime_date, imf_date, rfc850_date, seconds_of

KEPT_BY_304 = ("Cache-Control", "Content-Location", "ETag", "Expires", "Vary", "Last-Modified", "X-Content-Type-Options")

# Name; field lines; status. {tag} is the opaque tag that the 200 has; {when}, {before}, {after} and {future} are dates
# around its Last-Modified, the last one beyond now; {rfc850} and {asctime} are {when} in the old forms.
OLD = "Thu, 01 Jan 1970 00:00:00 GMT"
BY_TAG = [
    ("strong", [("If-None-Match", '"{tag}"')], 304),
    ("weak compares weakly", [("If-None-Match", 'W/"{tag}"')], 304),
    ("another", [("If-None-Match", '"other"')], 200),
    ("star", [("If-None-Match", "*")], 304),
    ("first of a list", [("If-None-Match", '"{tag}", "other"')], 304),
    ("last of a list", [("If-None-Match", '"other", W/"more", "{tag}"')], 304),
    ("list without blanks", [("If-None-Match", '"other","{tag}"')], 304),
    ("empty members", [("If-None-Match", ', ,"other",, "{tag}" ,')], 304),
    ("comma in quotes before it", [("If-None-Match", '"a,b", "{tag}"')], 304),
    ("all of it in quotes", [("If-None-Match", '"a, {tag}"')], 200),
    ("the tag within a longer one", [("If-None-Match", '"{tag}x"')], 200),
    ("star in quotes", [("If-None-Match", '"*"')], 200),
    ("star in a list", [("If-None-Match", '"other", *')], 200),
    ("without quotes", [("If-None-Match", "{tag}")], 200),
    ("unfinished quotes", [("If-None-Match", '"{tag}')], 200),
    ("lower-case weakness", [("If-None-Match", 'w/"{tag}"')], 200),
    ("upper-case tag", [("If-None-Match", '"{TAG}"')], 200),
    ("empty", [("If-None-Match", "")], 200),
    ("empty tag", [("If-None-Match", '""')], 200),
    ("several lines", [("If-None-Match", '"other"'), ("If-None-Match", '"{tag}"')], 304),
    ("several lines, none", [("If-None-Match", '"other"'), ("if-none-match", '"more"')], 200),
    ("comes before the date that fits", [("If-None-Match", '"other"'), ("If-Modified-Since", "{when}")], 200),
    ("comes before the date that does not", [("If-None-Match", '"{tag}"'), ("If-Modified-Since", OLD)], 304),
    ("match", [("If-Match", '"{tag}"')], 200),
    ("match by star", [("If-Match", "*")], 200),
    ("match in a list", [("If-Match", '"other", "{tag}"')], 200),
    ("match on a second line", [("If-Match", '"other"'), ("If-Match", '"{tag}"')], 200),
    ("match compares strongly", [("If-Match", 'W/"{tag}"')], 412),
    ("match another", [("If-Match", '"other"')], 412),
    ("match nothing", [("If-Match", "")], 412),
    ("match fails before none-match", [("If-Match", '"other"'), ("If-None-Match", '"{tag}"')], 412),
    ("match holds, then none-match", [("If-Match", '"{tag}"'), ("If-None-Match", '"{tag}"')], 304),
    ("match holds, then the date", [("If-Match", '"{tag}"'), ("If-Modified-Since", "{when}")], 304),
    ("match makes unmodified-since idle", [("If-Match", '"{tag}"'), ("If-Unmodified-Since", OLD)], 200),
]
BY_DATE = [
    ("same second", [("If-Modified-Since", "{when}")], 304),
    ("a second before", [("If-Modified-Since", "{before}")], 200),
    ("later, and past", [("If-Modified-Since", "{after}")], 304),
    ("in the future: passed over", [("If-Modified-Since", "{future}")], 200),
    ("RFC 850's form", [("If-Modified-Since", "{rfc850}")], 304),
    ("asctime's form", [("If-Modified-Since", "{asctime}")], 304),
    ("the epoch", [("If-Modified-Since", OLD)], 200),
    ("no date", [("If-Modified-Since", "yesterday")], 200),
    ("a day that is not there", [("If-Modified-Since", "Sat, 31 Feb 2026 00:00:00 GMT")], 200),
    ("a zone", [("If-Modified-Since", "{when} +0100")], 200),
    ("ISO 8601", [("If-Modified-Since", "2026-01-01T00:00:00Z")], 200),
    ("two dates", [("If-Modified-Since", "{when}"), ("If-Modified-Since", "{when}")], 200),
    ("empty", [("If-Modified-Since", "")], 200),
    ("unmodified since", [("If-Unmodified-Since", "{when}")], 200),
    ("unmodified since before", [("If-Unmodified-Since", "{before}")], 412),
    ("unmodified since no date", [("If-Unmodified-Since", "yesterday")], 200),
    ("unmodified since the future", [("If-Unmodified-Since", "{future}")], 200),
    ("unmodified holds, then none-match", [("If-Unmodified-Since", "{when}"), ("If-None-Match", '"{tag}"')], 304),
    ("unmodified fails before none-match", [("If-Unmodified-Since", "{before}"), ("If-None-Match", '"{tag}"')], 412),
]


@pytest.fixture(scope="module")
def targets(service):
    tenant = Tenant(service, "http-conditions")
    tenant.open_shop("http-conditions")
    tenant.add_rule("plain", {"format": "jpg", "actions": [{"resize": {"width": 50}}]})
    tenant.add_rule("best", {"format": "auto", "actions": [{"resize": {"width": 50}}]})
    tenant.upload("a.jpg", pictures.jpeg(120, 80))
    time.sleep(2.1)  # so that there is a whole second between the change and now
    return {"rendition": "/http-conditions/images/a.jpg?rule=plain", "negotiated": "/http-conditions/images/a.jpg?rule=best",
            "original": "/http-conditions/statics/a.jpg", "document": "/openapi.yaml", "absent": "/http-conditions/statics/b.jpg"}


def filled(fields, answer):
    values = {"tag": answer.get("ETag").strip('"')}
    values["TAG"] = values["tag"].upper()
    if answer.get("Last-Modified"):
        when = seconds_of(answer.get("Last-Modified"))
        values |= {"when": imf_date(when), "before": imf_date(when - 1), "after": imf_date(when + 1), "rfc850": rfc850_date(when),
                   "asctime": asctime_date(when), "future": imf_date(time.time() + 3600)}
    return [(name, value.format_map(values)) for name, value in fields]


def check(service, target, fields, status):
    """By GET and by HEAD, which answer alike."""
    accept = [("Accept", "image/webp,*/*")]
    whole = ask(service.fetch, target, accept)
    assert whole.status == 200
    fields = filled(fields, whole) + accept
    answer = ask(service.fetch, target, fields)
    head = ask(service.fetch, target, fields, method="HEAD")
    assert answer.status == head.status == status
    assert head.body == b""
    if status == 412:
        assert answer.get("Cache-Control") == "no-store" and answer.get("Content-Type") == "application/problem+json"
        return
    assert answer.lasting() == head.lasting()
    if status == 200:
        assert answer.lasting() == whole.lasting() and answer.body == whole.body
        return
    assert answer.body == b"" and answer.get("Content-Type") is None and answer.get("Content-Length") is None
    assert answer.get("Date")
    assert {name: answer.get(name) for name in KEPT_BY_304} == {name: whole.get(name) for name in KEPT_BY_304}


@pytest.mark.parametrize("kind", ["rendition", "original", "document"])
@pytest.mark.parametrize("fields, status", [case[1:] for case in BY_TAG], ids=[case[0] for case in BY_TAG])
def test_tags(service, targets, kind, fields, status):
    if kind == "document":  # it has no date
        fields = [field for field in fields if "Since" not in field[0]]
        if fields == [("If-Match", '"{tag}"')]:
            status = 200
    check(service, targets[kind], fields, status)


@pytest.mark.parametrize("kind", ["rendition", "original"])
@pytest.mark.parametrize("fields, status", [case[1:] for case in BY_DATE], ids=[case[0] for case in BY_DATE])
def test_dates(service, targets, kind, fields, status):
    check(service, targets[kind], fields, status)


@pytest.mark.parametrize("fields, status", [case[1:] for case in BY_TAG if case[2] != 200][::3])
def test_a_negotiated_format_varies_whatever_the_answer(service, targets, fields, status):
    check(service, targets["negotiated"], fields, status)
    tag = filled(fields, ask(service.fetch, targets["negotiated"], [("Accept", "image/webp")]))
    assert ask(service.fetch, targets["negotiated"], tag + [("Accept", "image/webp")]).get("Vary") == "Accept"


def test_a_tag_of_another_format_is_another(service, targets):
    webp = ask(service.fetch, targets["negotiated"], [("Accept", "image/webp")])
    jpeg = ask(service.fetch, targets["negotiated"], [("Accept", "*/*"), ("If-None-Match", webp.get("ETag"))])
    assert jpeg.status == 200 and jpeg.get("ETag") != webp.get("ETag")


@pytest.mark.parametrize("fields", [[("If-None-Match", "*")], [("If-Match", "*")], [("If-None-Match", '"x"')],
                                    [("If-Modified-Since", imf_date(time.time()))], [("Range", "bytes=0-1")]])
@pytest.mark.parametrize("target", ["/http-conditions/statics/b.jpg", "/http-conditions/images/b.jpg?rule=plain",
                                    "/http-conditions/images/a.jpg?rule=absent", "/http-conditions/neither"])
def test_what_is_not_there_is_not_there_whatever_the_condition(service, targets, target, fields):
    assert ask(service.fetch, target, fields).status == 404


def test_no_last_modified_lies_ahead_of_the_date(service, targets):
    for kind in ("rendition", "original"):
        answer = ask(service.fetch, targets[kind])
        assert seconds_of(answer.get("Last-Modified")) <= seconds_of(answer.get("Date"))
