"""From sign-up to a rendition, and what a browser or CDN may rely on."""

import base64
import hashlib
import json
import os
import pathlib
import re
import subprocess

import pictures
import pytest
import requests
from PIL import ImageChops
from service import BIN, Service, Tenant

PUBLISHED = {"format": "webp", "watermark": {"location": "north", "margin": "20px", "dimension": "20%"},
             "actions": [{"resize": {"width": 300, "fit": {"type": "clip"}}}], "quality": 90}
MARK = pictures.encode(pictures.Image.new("RGBA", (400, 200), (255, 0, 0, 255)), "PNG")


def test_published_rule_gives_300_pixels_with_the_mark_at_the_top_centre(shop):
    shop.create(f"{shop.domain_path}/watermarks", {"alias": "logo"}, data=MARK)
    shop.add_rule("listing", PUBLISHED)
    shop.add_rule("plain", {"format": "webp", "actions": PUBLISHED["actions"], "quality": 90})
    assert shop.upload("wide.jpg", pictures.jpeg(1200, 676)).status_code == 201

    marked = shop.image("wide.jpg", "listing")
    plain = shop.image("wide.jpg", "plain")

    assert marked.status_code == 200 and marked.headers["Content-Type"] == "image/webp"
    image, bare = pictures.decode(marked.content), pictures.decode(plain.content)
    assert image.format == "WEBP" and image.size == (300, 169)
    changed = ImageChops.difference(image.convert("RGB"), bare.convert("RGB")).convert("L").point(lambda v: 255 * (v > 60))
    left, top, right, bottom = changed.getbbox()
    # 20 % of 300: 60 x 30, 20 px below the edge, centred; one pixel of tolerance for the codec.
    assert abs(left - 120) <= 1 and abs(right - 180) <= 1 and abs(top - 20) <= 1 and abs(bottom - 50) <= 1


def test_rule_is_found_by_id_and_by_the_long_path(shop):
    rule = shop.add_rule("by-id", {"format": "png", "actions": [{"resize": {"width": 50}}]})
    shop.upload("by-id.jpg", pictures.jpeg())

    short = shop.image("by-id.jpg", rule)
    long = requests.get(f"{shop.service.fetch}/api/v1{shop.bucket_path}/images/by-id.jpg", params={"rule": "by-id"},
                        timeout=10)

    assert short.status_code == long.status_code == 200
    assert short.content == long.content and short.headers["ETag"] == long.headers["ETag"]


def test_orientations_come_out_identical(shop):
    shop.add_rule("upright", {"format": "png", "actions": [{"resize": {"width": 120}}]})
    upright = pictures.scene(240, 160)
    decoded = []
    for orientation in range(1, 9):
        name = f"o/{orientation}.jpg"
        assert shop.upload(name, pictures.oriented(orientation, upright)).status_code == 201
        answer = shop.image(name, "upright")
        assert answer.status_code == 200, answer.text
        decoded.append(pictures.decode(answer.content).convert("RGB"))
    for orientation, image in enumerate(decoded, 1):
        assert image.size == (120, 80), orientation
        worst = max(high for _, high in ImageChops.difference(image, decoded[0]).getextrema())
        assert worst <= 4, (orientation, worst)


def test_conditional_head_and_cache_headers(shop):
    shop.add_rule("cached", {"format": "jpg", "actions": [{"resize": {"width": 90}}]})
    shop.upload("cached.jpg", pictures.jpeg())
    first = shop.image("cached.jpg", "cached")
    assert first.status_code == 200
    etag = first.headers["ETag"]
    assert re.fullmatch(r'"[^"]+"', etag)
    assert "max-age=3600" in first.headers["Cache-Control"] and "public" in first.headers["Cache-Control"]
    assert "Vary" not in first.headers
    assert first.headers["X-Content-Type-Options"] == "nosniff"

    again = shop.image("cached.jpg", "cached", headers={"If-None-Match": f'"other", W/{etag}'})
    assert again.status_code == 304 and not again.content and again.headers["ETag"] == etag

    head = requests.head(first.url, timeout=10)
    assert head.status_code == 200 and not head.content
    assert head.headers["Content-Length"] == str(len(first.content)) and head.headers["ETag"] == etag


def test_format_is_negotiated_by_accept(shop):
    shop.add_rule("negotiated", {"format": "auto", "actions": [{"resize": {"width": 90}}]})
    shop.upload("negotiated.jpg", pictures.jpeg())

    modern = shop.image("negotiated.jpg", "negotiated", headers={"Accept": "image/avif,image/webp,*/*"})
    webp = shop.image("negotiated.jpg", "negotiated", headers={"Accept": "image/webp,*/*"})
    old = shop.image("negotiated.jpg", "negotiated", headers={"Accept": "*/*"})

    kinds = [answer.headers["Content-Type"] for answer in (modern, webp, old)]
    assert kinds == ["image/avif", "image/webp", "image/jpeg"]
    assert all(answer.headers["Vary"] == "Accept" for answer in (modern, webp, old))
    assert len({answer.headers["ETag"] for answer in (modern, webp, old)}) == 3


def test_free_parameter_snaps(shop):
    shop.add_rule("free", {"version": "2026-01", "format": "png", "actions": [{"resize": {"width": "$w"}}],
                           "params": {"w": {"type": "int", "min": 80, "max": 240, "step": 80, "default": 160,
                                            "signed": False}}})
    shop.upload("free.jpg", pictures.jpeg())
    widths = {w: pictures.decode(shop.image("free.jpg", "free", params={"w": w} if w else {}).content).width
              for w in (None, "75", "200", "9999")}
    assert widths == {None: 160, "75": 80, "200": 240, "9999": 240}
    assert shop.image("free.jpg", "free", params={"w": "wide"}).status_code == 400


def test_statics_are_the_original_with_ranges(shop):
    content = pictures.jpeg(300, 200)
    shop.upload("deep/er/static one.jpg", content)

    whole = shop.static("deep/er/static%20one.jpg")
    assert whole.status_code == 200 and whole.content == content
    assert whole.headers["Accept-Ranges"] == "bytes"

    part = shop.static("deep/er/static%20one.jpg", headers={"Range": "bytes=10-19"})
    assert part.status_code == 206 and part.content == content[10:20]
    assert part.headers["Content-Range"] == f"bytes 10-19/{len(content)}"
    tail = shop.static("deep/er/static%20one.jpg", headers={"Range": "bytes=-7"})
    assert tail.status_code == 206 and tail.content == content[-7:]
    beyond = shop.static("deep/er/static%20one.jpg", headers={"Range": f"bytes={len(content)}-"})
    assert beyond.status_code == 416 and beyond.headers["Content-Range"] == f"bytes */{len(content)}"


def test_object_is_read_and_deleted(shop):
    content = pictures.jpeg(64, 64)
    shop.add_rule("small", {"format": "jpg", "actions": [{"resize": {"width": 32}}]})
    assert shop.upload("gone.jpg", content).status_code == 201
    path = f"{shop.bucket_path}/objects/gone.jpg"

    read = shop.call("GET", path)
    assert read.status_code == 200 and read.content == content
    assert read.headers["Content-MD5"] == base64.b64encode(hashlib.md5(content).digest()).decode()
    assert shop.image("gone.jpg", "small").status_code == 200
    assert shop.upload("gone.jpg", content).status_code == 409

    assert shop.call("DELETE", path, {"oid": "gone.jpg"}).status_code == 202
    assert shop.call("GET", path).status_code == 404
    assert shop.image("gone.jpg", "small").status_code == 404
    assert shop.static("gone.jpg").status_code == 404


def test_every_input_and_output_format(shop):
    source = pictures.scene(96, 64)
    inputs = {"jpg": pictures.encode(source, "JPEG"), "png": pictures.encode(source, "PNG"),
              "gif": pictures.encode(source, "GIF"), "webp": pictures.encode(source, "WEBP"),
              "tiff": pictures.encode(source, "TIFF")}
    for kind, content in inputs.items():
        assert shop.upload(f"in.{kind}", content).status_code == 201, kind
    for kind in ("jpg", "png", "webp", "gif", "tiff", "avif"):
        shop.add_rule(f"to-{kind}", {"format": kind, "actions": [{"resize": {"width": 48}}]})
        for original in inputs:
            answer = shop.image(f"in.{original}", f"to-{kind}")
            assert answer.status_code == 200, (original, kind, answer.text)
            if kind != "avif":
                assert pictures.decode(answer.content).size == (48, 32), (original, kind)
    avif = shop.image("in.png", "to-avif").content
    assert avif[4:12] == b"ftypavif"
    assert shop.upload("in.avif", avif).status_code == 201
    assert pictures.decode(shop.image("in.avif", "to-png").content).size == (48, 32)


def test_rule_errors_name_their_place(shop):
    answer = shop.call("POST", f"{shop.domain_path}/rules",
                       json={"name": "bad", "actions": [{"resize": {"widht": 300}}], "quality": 101, "dpr": "big"})
    assert answer.status_code == 422
    assert answer.headers["Content-Type"] == "application/problem+json"
    pointers = {error["pointer"] for error in answer.json()["errors"]}
    assert {"/actions/0/resize/widht", "/quality", "/dpr"} <= pointers
    assert shop.image("by-id.jpg", "bad").status_code == 404

    validated = shop.call("POST", "/schema/validate", json=PUBLISHED)
    assert validated.status_code == 200 and validated.json()["valid"] is True
    assert shop.call("POST", "/schema/validate", json={"nonsense": 1}).status_code == 422


@pytest.mark.parametrize("algorithm", ["RS256", "RS384", "RS512"])
def test_every_algorithm_signs(service, algorithm):
    tenant = Tenant(service, "signer", algorithm)
    assert tenant.call("GET", tenant.path).status_code == 200
    assert requests.get(f"{service.mgmt}/api/v1{tenant.path}", timeout=10).status_code == 401


def test_a_tenant_cannot_see_another(service, shop):
    other = Tenant(service, "other")
    strange = other.call("GET", shop.path)
    absent = other.call("GET", "/tenants/00000000-0000-4000-8000-000000000000")
    assert strange.status_code == absent.status_code == 404

    def anonymous(body):
        """Without what names the request itself: its id, and the id that it asked for."""
        body = {key: value for key, value in body.items() if key not in ("instance", "request_id")}
        body["detail"] = re.sub(r"[0-9a-f-]{36}", "ID", body["detail"])
        return body

    assert anonymous(strange.json()) == anonymous(absent.json())


def test_every_answer_has_its_request_id(shop):
    answer = requests.get(f"{shop.service.fetch}/api/v1/nowhere/images/x", timeout=10)
    assert answer.status_code == 404
    request_id = answer.headers["X-Request-Id"]
    assert answer.headers["X-Schibsted.request.toplevel.uuid"] == request_id
    assert answer.json()["request_id"] == request_id
    wanted = "6f1c8c7e-2f5c-4c56-9b8e-0d7c7e1f8a01"
    kept = requests.get(answer.url, headers={"X-Request-Id": wanted}, timeout=10)
    assert kept.headers["X-Request-Id"] == wanted


def test_operations_surface(service):
    assert requests.get(f"{service.ops}/healthz", timeout=10).status_code == 200
    assert requests.get(f"{service.ops}/readyz", timeout=10).status_code == 200
    metrics = requests.get(f"{service.ops}/metrics", timeout=10).text
    assert "calotype_http_requests_total" in metrics and "calotype_workers" in metrics


def test_secrets_stay_out_of_the_log(service, shop):
    shop.call("GET", shop.path)
    logged = service.logged()
    assert '"request"' in logged
    assert "jwt=" not in logged and "eyJ" not in logged and "PRIVATE KEY" not in logged


def test_objects_survive_a_restart(tmp_path):
    first = Service(tmp_path)
    tenant = Tenant(first)
    tenant.open_shop("kept")
    tenant.add_rule("r", {"format": "jpg", "actions": [{"resize": {"width": 40}}]})
    content = pictures.jpeg(80, 60)
    assert tenant.upload("kept.jpg", content).status_code == 201
    first.kill()

    tenant.service = Service(tmp_path)
    try:
        assert tenant.static("kept.jpg").content == content
        assert tenant.image("kept.jpg", "r").status_code == 200
        mode = os.stat(tmp_path / "store" / "operator.key").st_mode & 0o777
        assert mode == 0o600
        assert tenant.service.stop() == 0
    finally:
        tenant.service.kill()


def test_transform_renders_offline(tmp_path):
    (tmp_path / "in.jpg").write_bytes(pictures.jpeg(300, 200))
    (tmp_path / "rule.json").write_text(json.dumps({"format": "webp", "actions": [{"resize": {"width": 60}}]}))
    run = subprocess.run([BIN / "calotype", "transform", tmp_path / "in.jpg", "-", "--rule", tmp_path / "rule.json"],
                         capture_output=True, timeout=30)
    assert run.returncode == 0, run.stderr
    assert pictures.decode(run.stdout).size == (60, 40)

    (tmp_path / "bad.json").write_text('{"actions":[{"resize":{"widht":1}}]}')
    bad = subprocess.run([BIN / "calotype", "transform", tmp_path / "in.jpg", "-", "--rule", tmp_path / "bad.json"],
                         capture_output=True, timeout=30)
    assert bad.returncode == 3 and b"/actions/0/resize/widht" in bad.stderr and not bad.stdout
    (tmp_path / "text.jpg").write_text("no picture")
    text = subprocess.run([BIN / "calotype", "info", tmp_path / "text.jpg"], capture_output=True, timeout=30)
    assert text.returncode == 4 and text.stderr


def test_schema_accepts_what_the_service_accepts():
    import jsonschema

    schema = json.loads(subprocess.run([BIN / "calotype", "rule", "schema"], capture_output=True, check=True).stdout)
    validator = jsonschema.validators.validator_for(schema)
    validator.check_schema(schema)
    validator(schema).validate(PUBLISHED)
    assert not validator(schema).is_valid({"actions": [{"resize": {"widht": 300}}]})


def test_configuration_is_checked(tmp_path):
    config = tmp_path / "c.toml"
    config.write_text("[fetch]\nprot = 80\n")
    run = subprocess.run([BIN / "calotype", "config", "--check", "--config", config], capture_output=True, text=True)
    assert run.returncode != 0 and "c.toml:2" in run.stderr and "fetch.port" in run.stderr
    config.write_text("[fetch]\nport = 80\n")
    assert subprocess.run([BIN / "calotype", "config", "--check", "--config", config]).returncode == 0


def test_the_server_links_no_codec():
    linked = subprocess.run(["ldd", BIN / "calotype"], capture_output=True, text=True, check=True).stdout
    assert not re.search(r"libvips|libjpeg|libwebp|libheif|libpng|libtiff", linked)
    assert pathlib.Path(BIN / "calotype-worker").exists()
