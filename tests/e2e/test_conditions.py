"""Patches of rules by original, owner and client, and parameters that a browser's hints fill in, through the wire."""

import io

import pictures
import pytest
import requests
from PIL import Image
from service import Tenant

RULE = {
    "format": "png",
    "actions": [{"resize": {"width": "$w"}}],
    "params": {"w": {"type": "int", "min": 40, "max": 200, "step": 40, "default": 80, "signed": False, "hint": "width"}},
    "when": [
        {"if": {"source.width": {"lt": 300}}, "set": {"actions": [{"resize": {"width": 20}}]}},
        {"if": {"object.meta.sold": {"eq": "yes"}}, "set": {"actions": [{"resize": {"width": "$w"}}, {"tone": {"grayscale": True}}]}},
        {"if": {"client.saveData": {"eq": True}}, "set": {"format": "jpg", "quality": 30}},
    ],
}


@pytest.fixture(scope="module")
def site(service):
    tenant = Tenant(service, "conditional")
    tenant.open_shop("conditions")
    assert tenant.upload("wide.jpg", pictures.jpeg(600, 400)).status_code == 201
    assert tenant.upload("narrow.jpg", pictures.jpeg(200, 100)).status_code == 201
    tenant.add_rule("card", RULE)
    return tenant


def fetch(site, name, query="", **fields):
    headers = {key.replace("_", "-"): value for key, value in fields.items()}
    return requests.get(f"{site.service.fetch}/api/v1/conditions/images/{name}?rule=card{query}", headers=headers, timeout=20)


def picture(answer):
    assert answer.status_code == 200, answer.text
    return Image.open(io.BytesIO(answer.content))


def test_the_original_decides(site):
    assert picture(fetch(site, "wide.jpg")).width == 80
    assert picture(fetch(site, "narrow.jpg")).width == 20


def test_the_client_decides_and_the_answer_says_so(site):
    plain, thrifty = fetch(site, "wide.jpg"), fetch(site, "wide.jpg", Save_Data="on")
    assert (picture(plain).format, picture(thrifty).format) == ("PNG", "JPEG")
    assert plain.headers["Vary"] == thrifty.headers["Vary"] == "Save-Data, Sec-CH-Width"
    assert fetch(site, "wide.jpg", Save_Data="on", If_None_Match=thrifty.headers["ETag"]).status_code == 304
    assert fetch(site, "wide.jpg", If_None_Match=thrifty.headers["ETag"]).status_code == 200


@pytest.mark.parametrize("hint, width", [("75", 80), ("61", 80), ("9999", 200), ("1", 40), ("nonsense", 80)])
def test_a_hint_is_rounded_to_the_rules_grid(site, hint, width):
    assert picture(fetch(site, "wide.jpg", Sec_CH_Width=hint)).width == width


def test_the_address_comes_before_a_hint(site):
    answer = fetch(site, "wide.jpg", "&w=160", Sec_CH_Width="40")
    assert picture(answer).width == 160
    assert answer.headers["Vary"] == "Save-Data"


def test_what_its_owner_notes_decides(site):
    assert site.upload("sold.jpg", pictures.jpeg(400, 400)).status_code == 201
    before = picture(fetch(site, "sold.jpg"))
    assert before.convert("RGB").getcolors(100_000) and not is_grey(before)
    assert site.call("PUT", f"{site.bucket_path}/metadata/sold.jpg", json={"sold": "yes"}).status_code == 204
    assert is_grey(picture(fetch(site, "sold.jpg")))


def is_grey(image):
    return all(max(colour) - min(colour) <= 2 for _, colour in image.convert("RGB").getcolors(1_000_000))


def test_explain_says_which_patches_hold(site):
    told = site.call_with({"rule": "card", "save-data": "on", "ch-width": "150"}, "GET", f"{site.bucket_path}/explain/narrow.jpg").json()
    assert told["rule"]["patches"] == [0, 2]
    assert told["cache"]["vary"] == "Save-Data, Sec-CH-Width"
    assert told["format"]["chosen"] == "jpg"
    assert told["cache"]["key"] == fetch(site, "narrow.jpg", Save_Data="on", Sec_CH_Width="150").headers["ETag"].strip('"')


def test_what_is_wrong_with_a_patch_is_told_when_the_rule_is_stored(site):
    rule = {"name": "bad", "quality": {"default": "auto"}, "when": [
        {"if": {"source.widht": {"lt": 3}}, "set": {"quality": 0}}, {"if": {"source.width": {"lt": 3}}, "set": {"policy": {}}}]}
    answer = site.call("POST", f"{site.domain_path}/rules", json=rule)
    assert answer.status_code == 422
    errors = {error["pointer"]: error.get("hint") for error in answer.json()["errors"]}
    assert errors == {"/when/0/if/source.widht": 'did you mean "source.width"?', "/when/1/set/policy": None}
    rule["when"] = [{"if": {"source.width": {"lt": 3}}, "set": {"quality": 0, "encoder": {"shrink": True}}}]
    answer = site.call("POST", f"{site.domain_path}/rules", json=rule)
    assert answer.status_code == 422
    assert "/when/0/set/quality" in [error["pointer"] for error in answer.json()["errors"]]


def test_a_dry_run_takes_the_original_into_account(site):
    answer = site.call_with({"against": "conditions/narrow.jpg"}, "POST", "/schema/validate", json=RULE)
    assert answer.status_code == 200, answer.text
    assert answer.json()["against"]["rendition"]["width"] == 20
