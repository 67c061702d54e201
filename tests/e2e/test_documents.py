"""Documents: pages of a PDF as pictures, where the installation takes them, and nowhere else."""

import io
import random
import time

import pictures
import pytest
import requests
from PIL import Image
from documents import filled, pdf
from service import Service, Tenant

RED, BLUE = (255, 0, 0), (0, 0, 255)
A5 = (420, 595)  # points
BROCHURE = pdf(filled(A5, RED), filled((600, 200), BLUE))


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    running = Service(tmp_path_factory.mktemp("house"), "--documents", "on")
    yield running
    running.kill()


@pytest.fixture(scope="module")
def owner(house):
    tenant = Tenant(house, "library")
    tenant.open_shop("library")
    tenant.add_rule("page", {"format": "png"})
    tenant.add_rule("second", {"format": "png", "source": {"page": 2}})
    tenant.add_rule("sharp", {"format": "png", "source": {"density": 144}})
    tenant.add_rule("thumb", {"format": "jpg", "actions": [{"resize": {"width": 100}}]})
    tenant.add_rule("same", {"format": "origin"})
    stored = tenant.upload("brochure.pdf", BROCHURE)
    assert stored.status_code == 201, stored.text
    assert tenant.upload("photo.jpg", pictures.jpeg()).status_code == 201
    return tenant


def page(owner, rule, **query):
    return requests.get(f"{owner.service.fetch}/api/v1/library/documents/brochure.pdf",
                        params={"rule": rule, **query}, timeout=30)


def opened(answer):
    assert answer.status_code == 200, answer.text
    return Image.open(io.BytesIO(answer.content)).convert("RGB")


def problem(answer, status, code=None):
    assert answer.status_code == status, (answer.status_code, answer.text)
    assert answer.headers["Content-Type"] == "application/problem+json"
    if code:
        assert answer.json()["code"] == code, answer.text


def test_pages_have_their_own_sizes(owner):
    first, second = opened(page(owner, "page")), opened(page(owner, "page", page=2))
    assert first.size == A5 and second.size == (600, 200)
    assert first.getpixel((10, 300)) == RED and first.getpixel((400, 300)) == (255, 255, 255)
    assert second.getpixel((10, 100)) == BLUE
    assert opened(page(owner, "second")).size == (600, 200)
    assert opened(page(owner, "second", page=1)).size == A5, "the address comes before the rule"


def test_density_and_sizes(owner):
    sharp = opened(page(owner, "sharp"))
    assert sharp.size == (840, 1190) and sharp.getpixel((10, 600)) == RED
    thumb = page(owner, "thumb")
    assert thumb.headers["Content-Type"] == "image/jpeg" and opened(thumb).size == (100, 142)
    assert page(owner, "same").headers["Content-Type"] == "image/png"


def test_answers_are_cached_by_page(owner):
    first, second = page(owner, "thumb"), page(owner, "thumb", page=2)
    assert first.headers["ETag"] != second.headers["ETag"]
    again = page(owner, "thumb", page=2)
    assert "hit" in again.headers["Cache-Status"] and again.content == second.content
    known = requests.get(second.url, headers={"If-None-Match": second.headers["ETag"]}, timeout=30)
    assert known.status_code == 304


def test_the_original_is_what_was_stored(owner):
    answer = owner.call("GET", f"{owner.bucket_path}/objects/brochure.pdf")
    assert answer.content == BROCHURE and answer.headers["Content-Type"] == "application/pdf"


def test_pages_that_are_not_there(owner):
    problem(page(owner, "page", page=3), 422, "no-such-frame")
    for wrong in ("0", "-1", "x", "10001", ""):
        problem(page(owner, "page", page=wrong), 422, "invalid-parameter")


def test_pictures_and_documents_are_told_apart(owner):
    base = f"{owner.service.fetch}/api/v1/library"
    problem(requests.get(f"{base}/images/brochure.pdf?rule=page", timeout=30), 404, "not-a-picture")
    problem(requests.get(f"{base}/documents/photo.jpg?rule=page", timeout=30), 404, "not-a-document")
    problem(requests.get(f"{base}/documents/none.pdf?rule=page", timeout=30), 404, "no-such-object")
    mark = owner.call("POST", f"{owner.domain_path}/watermarks", {"alias": "pdf"}, data=BROCHURE)
    problem(mark, 415)


REFUSED = {
    "cut off": BROCHURE[:200],
    "only the magic bytes": b"%PDF-1.7\n",
    "noise": b"%PDF-1.4\n" + random.Random(7).randbytes(50_000),
    "no pages": pdf(),
    "locked": pdf(filled(A5, RED), trailer="/Encrypt<</Filter/Standard/V 1/R 2/O(" + "a" * 32 + ")/U(" + "b" * 32 +
                                          ")/P -4>>/ID[(x)(x)]"),
    "its own parent": BROCHURE.replace(b"/Kids[3 0 R 5 0 R]", b"/Kids[2 0 R 2 0 R]"),
    "a page as large as a field": pdf(filled((1_000_000, 1_000_000), RED)),
}


@pytest.mark.parametrize("name", REFUSED)
def test_documents_that_are_refused(owner, name):
    content = REFUSED[name]
    began = time.monotonic()
    problem(owner.upload(f"{name}.pdf", content), 422)
    assert time.monotonic() - began < 3
    assert opened(page(owner, "thumb")).size == (100, 142), "the others go on"


def test_a_document_that_never_ends_costs_itself_alone(owner, house):
    # A form that draws itself, ten times.
    spiral = pdf((A5, "/X Do " * 10)).replace(b"/Resources<<", b"/Resources<</XObject<</X 5 0 R>>")
    spiral = spiral.replace(b"xref\n", b"5 0 obj<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 5 0 R>>>>"
                                       b"/Length 60>>stream\n" + b"/X Do " * 10 + b"\nendstream endobj\nxref\n", 1)
    stored = owner.upload("spiral.pdf", spiral)
    assert stored.status_code in (201, 422)
    answer = requests.get(f"{house.fetch}/api/v1/library/documents/spiral.pdf?rule=thumb", timeout=30)
    assert answer.status_code in (200, 404, 422)
    assert opened(page(owner, "page")).size == A5


def test_off_by_default(tmp_path):
    running = Service(tmp_path)
    try:
        tenant = Tenant(running, "plain")
        tenant.open_shop("plain")
        problem(tenant.upload("a.pdf", BROCHURE), 415)
        answer = requests.get(f"{running.fetch}/api/v1/plain/documents/a.pdf?rule=x", timeout=30)
        problem(answer, 404)
    finally:
        running.kill()


def test_by_hand(tmp_path):
    import subprocess

    from service import BIN
    (tmp_path / "a.pdf").write_bytes(BROCHURE)
    (tmp_path / "rule.json").write_text('{"format": "png", "source": {"page": 2, "density": 36}}')
    out = tmp_path / "out.png"
    subprocess.run([BIN / "calotype", "transform", tmp_path / "a.pdf", out, "--rule", tmp_path / "rule.json"], check=True)
    assert Image.open(out).size == (300, 100)
    info = subprocess.run([BIN / "calotype", "info", tmp_path / "a.pdf"], check=True, capture_output=True, text=True)
    assert '"format":"pdf","width":420,"height":595,"frames":2' in info.stdout
