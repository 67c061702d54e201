"""Tokens: what is taken, and the attacks on them that are refused, all in the same words (wire-formats 6.4)."""

import base64
import hashlib
import hmac
import json
import re
import subprocess
import time
import uuid

import pytest
import requests
from service import Tenant


def encoded(data):
    return base64.urlsafe_b64encode(data if isinstance(data, bytes) else data.encode()).rstrip(b"=").decode()


def openssl(*words, text=b""):
    return subprocess.run(["openssl", *words], input=text, capture_output=True, check=True).stdout


def raw_ecdsa(der):
    """DER's two numbers side by side, as JWS has them."""
    at, numbers = 2, []
    for _ in range(2):
        size = der[at + 1]
        numbers.append(int.from_bytes(der[at + 2:at + 2 + size], "big").to_bytes(32, "big"))
        at += 2 + size
    return b"".join(numbers)


class Key:
    """Some key, by openssl."""

    def __init__(self, folder, kind):
        self.path = folder / f"{kind}-{uuid.uuid4()}.pem"
        make = {"rsa": ["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"],
                "ec": ["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"],
                "p384": ["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"],
                "ed": ["genpkey", "-algorithm", "ED25519"]}[kind]
        self.path.write_bytes(openssl(*make))
        self.public = openssl("pkey", "-in", str(self.path), "-pubout").decode()

    def rsa(self, text, hash="sha512", *more):
        return openssl("dgst", f"-{hash}", *more, "-sign", str(self.path), text=text)

    def ec(self, text):
        return raw_ecdsa(openssl("dgst", "-sha256", "-sign", str(self.path), text=text))

    def ed(self, text):
        message = self.path.with_suffix(".txt")
        message.write_bytes(text)
        return openssl("pkeyutl", "-sign", "-inkey", str(self.path), "-rawin", "-in", str(message))


class Forge:
    """Makes tokens of every kind for one tenant and one path."""

    def __init__(self, tenant, folder):
        self.tenant, self.folder = tenant, folder
        self.key = Key(folder, "rsa")
        self.key.path.write_text(tenant.private_key)
        self.public = openssl("pkey", "-in", str(self.key.path), "-pubout").decode()
        self.method, self.path = "GET", tenant.path

    def payload(self, **claims):
        body = {"iat": int(time.time()), "rqs": f"{self.method}\\{self.path}", "metadata": {}, **claims}
        return {name: value for name, value in body.items() if value is not None}

    def text(self, header, payload):
        return f"{encoded(json.dumps(header))}.{encoded(payload if isinstance(payload, str) else json.dumps(payload))}"

    def token(self, header=None, payload=None, sign=None):
        text = self.text({"alg": "RS512", "typ": "JWT"} if header is None else header,
                         self.payload() if payload is None else payload)
        signature = (sign or (lambda data: self.key.rsa(data)))(text.encode())
        return f"{text}.{encoded(signature)}"

    def send(self, token, key_id=None, method=None, path=None, bearer=False):
        key_id = self.tenant.key_id if key_id is None else key_id
        url = f"{self.tenant.service.mgmt}/api/v1{path or self.path}"
        if bearer:
            return requests.request(method or self.method, url, timeout=30,
                                    headers={"Authorization": f"Bearer {token}", "X-Access-Key-Id": key_id})
        return requests.request(method or self.method, url, params={"jwt": token, "AccessKeyId": key_id}, timeout=30)


@pytest.fixture(scope="module")
def forge(service, tmp_path_factory):
    return Forge(Tenant(service, "forged"), tmp_path_factory.mktemp("keys"))


@pytest.fixture(scope="module")
def stranger(forge):
    return Key(forge.folder, "rsa")


def add(forge, key):
    answer = forge.tenant.call("PUT", f"{forge.tenant.path}/access-keys", json={"public_key": key.public})
    assert answer.status_code == 201, answer.text
    return answer.json()["access_id"]


def words(answer):
    """The answer without what names this one request."""
    return answer.status_code, re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "", answer.text), answer.headers["WWW-Authenticate"]


def hs(forge, secret):
    return lambda data: hmac.new(secret, data, hashlib.sha256).digest()


def flipped(token, at):
    head, body, signature = token.split(".")
    raw = bytearray(base64.urlsafe_b64decode(signature + "=="))
    raw[at] ^= 1
    return f"{head}.{body}.{encoded(bytes(raw))}"


# Each: the token, or (token, other arguments of send()).
ATTACKS = {
    "none, unsigned": lambda f, s: f.text({"alg": "none"}, f.payload()) + ".",
    "None, with a signature": lambda f, s: f.token({"alg": "None"}),
    "nOnE": lambda f, s: f.text({"alg": "nOnE"}, f.payload()) + ".",
    "no alg": lambda f, s: f.token({"typ": "JWT"}),
    "alg a number": lambda f, s: f.token({"alg": 512}),
    "alg in lower case": lambda f, s: f.token({"alg": "rs512"}),
    "HS256 with the public key": lambda f, s: f.token({"alg": "HS256"}, sign=hs(f, f.public.encode())),
    "HS256 with the key's id": lambda f, s: f.token({"alg": "HS256"}, sign=hs(f, f.tenant.key_id.encode())),
    "HS256 with nothing": lambda f, s: f.token({"alg": "HS256"}, sign=hs(f, b"")),
    "PS512": lambda f, s: f.token({"alg": "PS512"}, sign=lambda d: f.key.rsa(
        d, "sha512", "-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:-1")),
    "RS512 signed as PSS": lambda f, s: f.token(sign=lambda d: f.key.rsa(
        d, "sha512", "-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:-1")),
    "RS512 signed with SHA256": lambda f, s: f.token(sign=lambda d: f.key.rsa(d, "sha256")),
    "ES256 by an RSA key": lambda f, s: f.token({"alg": "ES256"}),
    "EdDSA by an RSA key": lambda f, s: f.token({"alg": "EdDSA"}),
    "ES256 of another's key": lambda f, s: f.token({"alg": "ES256"}, sign=Key(f.folder, "ec").ec),
    "EdDSA of another's key": lambda f, s: f.token({"alg": "EdDSA"}, sign=Key(f.folder, "ed").ed),
    "somebody else's key": lambda f, s: f.token(sign=s.rsa),
    "a key in the header": lambda f, s: f.token({"alg": "RS512", "jwk": {"kty": "RSA", "n": "AQAB", "e": "AQAB"}}, sign=s.rsa),
    "an address of keys": lambda f, s: f.token({"alg": "RS512", "jku": "https://evil.example/keys"}, sign=s.rsa),
    "a certificate": lambda f, s: f.token({"alg": "RS512", "x5c": ["MIIB"]}, sign=s.rsa),
    "crit": lambda f, s: f.token({"alg": "RS512", "crit": ["exp"]}),
    "another type": lambda f, s: f.token({"alg": "RS512", "typ": "JWE"}),
    "kid that is a path": lambda f, s: (f.token({"alg": "RS512", "kid": "../../../dev/null"}), {"key_id": ""}),
    "kid of another": lambda f, s: f.token({"alg": "RS512", "kid": str(uuid.uuid4())}),
    "an unknown key": lambda f, s: (f.token(), {"key_id": str(uuid.uuid4())}),
    "a key id that is none": lambda f, s: (f.token(), {"key_id": "1 OR 1=1"}),
    "one segment": lambda f, s: "abc",
    "two segments": lambda f, s: f.token().rsplit(".", 1)[0],
    "four segments": lambda f, s: f.token() + ".abc",
    "a signature that is cut": lambda f, s: f.token()[:-8],
    "a signature that is longer": lambda f, s: f.token() + "AAAA",
    "one bit of the signature": lambda f, s: flipped(f.token(), 100),
    "a signature of zeros": lambda f, s: f.token(sign=lambda d: bytes(256)),
    "an empty signature": lambda f, s: f.token(sign=lambda d: b""),
    "another payload under the signature": lambda f, s: ".".join(
        [f.token().split(".")[0], f.text({}, f.payload(exp=9e9)).split(".")[1], f.token().split(".")[2]]),
    "padding": lambda f, s: f.token() + "==",
    "a key twice": lambda f, s: f.token(payload=json.dumps(f.payload())[:-1] + ', "iat": 1}'),
    "no JSON": lambda f, s: f.token(payload="{"),
    "a list": lambda f, s: f.token(payload=[1]),
    "nested deeply": lambda f, s: f.token(payload=json.dumps(f.payload())[:-1] + ', "x": ' + "[" * 99 + "]" * 99 + "}"),
    "too long": lambda f, s: (f.token(payload=f.payload(x="a" * 9000)), {"bearer": True}),
    "no iat": lambda f, s: f.token(payload=f.payload(iat=None)),
    "iat as text": lambda f, s: f.token(payload=f.payload(iat=str(int(time.time())))),
    "iat long ago": lambda f, s: f.token(payload=f.payload(iat=int(time.time()) - 3600)),
    "iat to come": lambda f, s: f.token(payload=f.payload(iat=int(time.time()) + 3600)),
    "exp has passed": lambda f, s: f.token(payload=f.payload(exp=int(time.time()) - 120)),
    "exp as text": lambda f, s: f.token(payload=f.payload(exp="9999999999")),
    "nbf to come": lambda f, s: f.token(payload=f.payload(nbf=int(time.time()) + 3600)),
    "no rqs": lambda f, s: f.token(payload=f.payload(rqs=None)),
    "another method": lambda f, s: f.token(payload=f.payload(rqs=f"PUT\\{f.path}")),
    "another path": lambda f, s: f.token(payload=f.payload(rqs=f"GET\\{f.path}/domains")),
    "a wildcard": lambda f, s: f.token(payload=f.payload(rqs="GET\\*")),
    "another audience": lambda f, s: f.token(payload=f.payload(aud="another-service")),
    "another issuer": lambda f, s: f.token(payload=f.payload(iss="https://evil.example")),
    "another subject": lambda f, s: f.token(payload=f.payload(sub=str(uuid.uuid4()))),
    "metadata that is a text": lambda f, s: f.token(payload=f.payload(metadata="{}")),
    "jti that is a number": lambda f, s: f.token(payload=f.payload(jti=7)),
    "jti that is empty": lambda f, s: f.token(payload=f.payload(jti="")),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_attacks_are_refused_in_the_same_words(forge, stranger, name):
    made = ATTACKS[name](forge, stranger)
    token, arguments = made if isinstance(made, tuple) else (made, {})
    answer = forge.send(token, **arguments)
    plain = forge.send("abc.def.ghi")
    assert plain.status_code == 401
    assert words(answer) == words(plain)
    assert forge.send(forge.token()).status_code == 200, "its positive control"


def test_no_credentials_and_two_of_them(forge):
    url = f"{forge.tenant.service.mgmt}/api/v1{forge.path}"
    assert requests.get(url, timeout=30).status_code == 401
    token = forge.token()
    both = requests.get(url, params={"jwt": token, "AccessKeyId": forge.tenant.key_id}, timeout=30,
                        headers={"Authorization": f"Bearer {token}", "X-Access-Key-Id": forge.tenant.key_id})
    assert both.status_code in (400, 401)


@pytest.mark.parametrize("algorithm,hash", [("RS256", "sha256"), ("RS384", "sha384"), ("RS512", "sha512")])
def test_rsa_signs_in_three_ways(forge, algorithm, hash):
    assert forge.send(forge.token({"alg": algorithm}, sign=lambda data: forge.key.rsa(data, hash))).status_code == 200


def test_keys_on_p256_sign_es256_and_nothing_else(forge):
    key = Key(forge.folder, "ec")
    key_id = add(forge, key)
    assert forge.send(forge.token({"alg": "ES256"}, sign=key.ec), key_id).status_code == 200
    assert forge.send(forge.token({"alg": "ES256"}, sign=key.ec), key_id, bearer=True).status_code == 200
    for algorithm in ("RS256", "RS512", "EdDSA", "ES512", "HS256"):
        assert forge.send(forge.token({"alg": algorithm}, sign=key.ec), key_id).status_code == 401, algorithm
    assert forge.send(forge.token({"alg": "ES256"}, sign=lambda data: bytes(64)), key_id).status_code == 401
    assert forge.send(forge.token(), key_id).status_code == 401, "an RSA token of the first key"


def test_ed25519_keys_sign_eddsa_and_nothing_else(forge):
    key = Key(forge.folder, "ed")
    key_id = add(forge, key)
    assert forge.send(forge.token({"alg": "EdDSA"}, sign=key.ed), key_id).status_code == 200
    for algorithm in ("ES256", "RS512", "Ed25519ph", "none"):
        assert forge.send(forge.token({"alg": algorithm}, sign=key.ed), key_id).status_code == 401, algorithm
    assert forge.send(flipped(forge.token({"alg": "EdDSA"}, sign=key.ed), 10), key_id).status_code == 401


def test_other_curves_are_no_keys(forge):
    answer = forge.tenant.call("PUT", f"{forge.tenant.path}/access-keys",
                               json={"public_key": Key(forge.folder, "p384").public})
    assert answer.status_code == 422 and answer.json()["errors"][0]["pointer"] == "/public_key"


def test_an_id_makes_a_token_good_once(forge):
    once = forge.token(payload=forge.payload(jti=str(uuid.uuid4())))
    assert forge.send(once).status_code == 200
    again = forge.send(once)
    assert words(again) == words(forge.send("abc.def.ghi"))
    plain = forge.token()
    assert [forge.send(plain).status_code for _ in range(3)] == [200] * 3, "published clients send none"


def test_an_id_that_was_used_stays_used_after_a_restart(tmp_path):
    from service import Service
    first = Service(tmp_path)
    tenant = Tenant(first, "restart")
    forge = Forge(tenant, tmp_path)
    once = forge.token(payload=forge.payload(jti="the one"))
    assert forge.send(once).status_code == 200
    first.kill()
    tenant.service = Service(tmp_path)
    try:
        assert forge.send(once).status_code == 401
        assert forge.send(forge.token()).status_code == 200
    finally:
        tenant.service.kill()


def test_what_the_token_says_beside_its_request(forge):
    tenant = forge.tenant
    for claims in ({"aud": "calotype"}, {"aud": ["x", "calotype"]}, {"iss": tenant.id}, {"sub": tenant.id},
                   {"exp": int(time.time()) + 60}, {"nbf": int(time.time()) - 60}, {"unknown": [1, 2]}):
        assert forge.send(forge.token(payload=forge.payload(**claims))).status_code == 200, claims
