"""The calotype command against a running service, as a person and as a script uses it."""

import base64
import hashlib
import hmac
import http.server
import json
import os
import pathlib
import pty
import ssl
import stat
import subprocess
import threading
import time
import urllib.parse

import pictures
import pytest
import requests

BIN = pathlib.Path(os.environ["CALOTYPE_BIN"]) / "calotype"
OK, USAGE, BAD_RULE, DENIED, MISSING, CONFLICT, REJECTED, UNAVAILABLE = 0, 2, 3, 5, 6, 7, 8, 9
RULE = {"format": "jpg", "actions": [{"resize": {"width": 30}}]}


class Shell:
    """A home folder of its own, in which commands run."""

    def __init__(self, home, service):
        self.home = pathlib.Path(home)
        self.service = service
        self.environment = {"PATH": os.environ["PATH"], "HOME": str(home)}

    def start(self, *words, **arguments):
        return subprocess.Popen([BIN, *map(str, words)], env=self.environment, cwd=self.home, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True, **arguments)

    def run(self, *words, expect=OK, text=None):
        process = self.start(*words, stdin=subprocess.PIPE)
        out, err = process.communicate(text, timeout=120)
        assert process.returncode == expect, (words, process.returncode, out, err)
        return out if expect == OK else err

    def json(self, *words, **arguments):
        return json.loads(self.run(*words, "--json", **arguments))


@pytest.fixture(scope="module")
def shell(service, tmp_path_factory):
    """Signed up, with a domain and a bucket in the profile."""
    shell = Shell(tmp_path_factory.mktemp("home"), service)
    shell.run("tenant", "create", "cli site", "--email", "cli@example.com", "--url", service.mgmt, "--fetch-url",
              service.fetch, "--save-profile", "default")
    shell.run("domain", "create", "cli-news")
    shell.run("configure", "--domain", "cli-news", "--bucket", "cli-shop")
    shell.run("bucket", "create", "cli-shop", "--region", "eu", "--statics", "true", "--max-age", "60")
    return shell


@pytest.fixture
def folder(tmp_path):
    for name, content in {"a.jpg": b"one", "deep/b c.jpg": b"two", "deep/ä.jpg": b"three"}.items():
        path = tmp_path / "photos" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(pictures.jpeg() + content)
    return tmp_path / "photos"


def test_credentials_are_their_owners(shell):
    path = shell.home / ".calotype" / "credentials"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "private_key = MII" in path.read_text()
    path.chmod(0o644)
    assert "chmod 600" in shell.run("tenant", "show", expect=REJECTED)
    path.chmod(0o600)


def test_configure_asks_at_a_terminal(shell):
    main, side = pty.openpty()
    process = subprocess.Popen([BIN, "configure", "--profile", "asked"], env=shell.environment, stdin=side,
                               stdout=subprocess.PIPE, text=True)
    os.close(side)
    os.write(main, b"https://asked.example\n\nT-1\n\n\n\n\n\n\n\n\n")
    out, _ = process.communicate(timeout=30)
    os.close(main)
    assert process.returncode == OK
    assert "tenant (the tenant's id): " in out
    text = (shell.home / ".calotype" / "credentials").read_text()
    assert "[asked]\nurl = https://asked.example\ntenant = T-1\n" in text and "private_key = MII" in text


def test_a_service_behind_tls_is_checked(shell):
    """Its certificate, and that it is of the name that was asked for."""
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=test", "-addext",
                    "subjectAltName=DNS:localhost", "-keyout", "tls.key", "-out", "tls.pem"], cwd=shell.home, check=True,
                   capture_output=True)

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            body = b'[{"id":"1","name":"behind-tls","status":"active"}]'
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(shell.home / "tls.pem", shell.home / "tls.key")
    server.socket = tls.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        url = f"https://localhost:{server.server_port}"
        assert "behind-tls" in shell.run("domain", "list", "--url", url, "--ca-file", "tls.pem")
        assert "certificate" in shell.run("domain", "list", "--url", url, expect=UNAVAILABLE)
        other = url.replace("localhost", "127.0.0.1")
        assert "certificate" in shell.run("domain", "list", "--url", other, "--ca-file", "tls.pem", expect=UNAVAILABLE)
    finally:
        server.shutdown()
        server.server_close()


def test_tables_for_people_and_json_for_machines(shell):
    shell.run("domain", "create", "cli-second")
    table = shell.run("domain", "list").splitlines()
    assert table[0].split() == ["ID", "NAME", "STATUS"]
    assert sorted(line.split()[1] for line in table[1:]) == ["cli-news", "cli-second"]
    assert {entry["name"] for entry in shell.json("domain", "list")} == {"cli-news", "cli-second"}
    # What is empty has no second word.
    shown = dict([*line.split(maxsplit=1), ""][:2] for line in shell.run("bucket", "show", "cli-shop").splitlines())
    assert shown["cache.max_age"] == "60" and shown["aliases"] == "cli-shop" and shown["statics"] == "true"


def test_a_rule_from_file_to_picture(shell, folder):
    shell.run("rule", "create", "-", "--name", "cli-small", text=json.dumps(RULE))
    shell.run("object", "put", folder / "a.jpg", "--name", "pictures/a b.jpg")
    url = shell.run("image", "url", "pictures/a b.jpg", "--rule", "cli-small").strip()
    assert url == f"{shell.service.fetch}/api/v1/cli-shop/images/pictures/a%20b.jpg?rule=cli-small"
    shell.run("image", "url", "pictures/a b.jpg", "--rule", "cli-small", "--out", "small.jpg")
    assert pictures.decode((shell.home / "small.jpg").read_bytes()).width == 30
    original = (folder / "a.jpg").read_bytes()
    shell.run("static", "url", "pictures/a b.jpg", "--out", "same.jpg")
    assert (shell.home / "same.jpg").read_bytes() == original
    shell.run("object", "get", "pictures/a b.jpg")
    assert (shell.home / "a b.jpg").read_bytes() == original
    assert shell.json("object", "show", "pictures/a b.jpg")["Content-Length"] == str(len(original))


def test_watermarks_and_keys(shell, folder):
    made = shell.json("watermark", "create", folder / "a.jpg", "--alias", "mark")
    assert made["alias"] == "mark"
    assert "mark" in shell.run("watermark", "list")
    shell.run("watermark", "get", "mark", "mark.jpg")
    assert (shell.home / "mark.jpg").read_bytes() == (folder / "a.jpg").read_bytes()
    assert "BEGIN PRIVATE KEY" in shell.json("key", "create", "--description", "second")["private_key"]


def test_exit_codes_tell_what_went_wrong(shell, folder):
    bad = shell.run("rule", "create", "-", text='{"name":"x","format":"jpg","actions":[{"resize":{"width":-1}}]}',
                    expect=BAD_RULE)
    assert "/actions/0/resize/width" in bad and "(request " in bad
    shell.run("domain", "create", expect=USAGE)
    shell.run("domain", "create", "Not A Name", expect=REJECTED)
    shell.run("domain", "create", "cli-news", expect=CONFLICT)
    shell.run("domain", "show", "nowhere", expect=MISSING)
    shell.run("object", "put", folder / "none.jpg", expect=MISSING)
    shell.run("tenant", "list", expect=DENIED)
    shell.run("domain", "list", "--url", "http://127.0.0.1:1", expect=UNAVAILABLE)
    shell.run("domain", "list", "--profile", "nobody", expect=REJECTED)
    shell.run("image", "url", "x", "--dynamic", "-", text='{"format":"tga"}', expect=BAD_RULE)


def test_what_is_made_in_the_background_is_waited_for(shell, tmp_path):
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(pictures.jpeg(400, 300))
    shell.run("object", "put", photo, "--name", "later/photo.jpg")
    rule = tmp_path / "rule.json"
    rule.write_text(json.dumps({"name": "later", "format": "png", "params": {"w": {"type": "int", "min": 10, "max": 90, "default": 20}},
                                "actions": [{"resize": {"width": "$w"}}], "policy": {"async": "always"}}))
    shell.run("rule", "create", rule)
    refused = shell.run("image", "url", "later/photo.jpg", "--rule", "later", "--out", "none.png", "--wait", "0", expect=UNAVAILABLE)
    assert "still being made after 0 s" in refused and not (shell.home / "none.png").exists()
    process = shell.start("image", "url", "later/photo.jpg", "--rule", "later", "--param", "w=44", "--out", "later.png")
    _, told = process.communicate(timeout=60)
    assert process.returncode == OK, told
    assert "it is made in the background" in told
    assert pictures.decode((shell.home / "later.png").read_bytes()).width == 44


def test_a_rendition_is_explained_by_its_name_and_by_its_url(shell, tmp_path):
    rule = tmp_path / "rule.json"
    rule.write_text(json.dumps({"name": "told", "format": "auto", "params": {"w": {"type": "int", "min": 10, "max": 90, "default": 20}},
                                "actions": [{"resize": {"width": "$w"}}]}))
    shell.run("rule", "create", rule)
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(pictures.jpeg(400, 300))
    shell.run("object", "put", photo, "--name", "told/a b.jpg")
    url = shell.run("image", "url", "told/a b.jpg", "--rule", "told", "--param", "w=80").strip()

    before = shell.json("image", "explain", url, "--accept", "image/webp")
    answer = requests.get(url, headers={"Accept": "image/webp"}, timeout=30)
    after = shell.json("image", "explain", "told/a b.jpg", "--rule", "told@1", "--param", "w=80", "--accept", "image/webp")

    assert before["result"] == {"width": 80, "height": 60} and before["format"]["chosen"] == "webp"
    assert before["cache"]["kept_in"] is None and after["cache"]["kept_in"] == "memory"
    assert answer.headers["ETag"] == f'"{before["cache"]["key"]}"' == f'"{after["cache"]["key"]}"'
    assert answer.headers["Surrogate-Key"] == before["cache"]["surrogate_keys"]
    text = shell.run("image", "explain", url)
    assert "80x60" in text and "neither avif nor webp" in text and "told@1" in text, text
    assert "an address looks like" in shell.run("image", "explain", "http://127.0.0.1/elsewhere", expect=REJECTED)
    shell.run("image", "explain", "told/none.jpg", "--rule", "told", expect=MISSING)


def test_flags_and_environment_go_over_the_profile(shell):
    told = shell.run("object", "show", "x", "--bucket", "elsewhere", expect=MISSING)
    assert "/buckets/elsewhere/" in told
    shell.environment["CALOTYPE_BUCKET"] = "faraway"
    try:
        assert "/buckets/faraway/" in shell.run("object", "show", "x", expect=MISSING)
    finally:
        del shell.environment["CALOTYPE_BUCKET"]


def test_push_stores_a_folder(shell, folder):
    process = shell.start("object", "push", folder, "--prefix", "pushed/", "--jobs", "2")
    out, err = process.communicate(timeout=60)
    assert process.returncode == OK, err
    assert out.startswith("pushed 3 files")
    # No terminal: a line for each file.
    assert sorted(line.split(" (")[0].rsplit(" ", 2)[0] for line in err.splitlines()) == [
        "pushed/a.jpg", "pushed/deep/b c.jpg", "pushed/deep/ä.jpg"]
    for path in folder.rglob("*.jpg"):
        shell.run("object", "get", f"pushed/{path.relative_to(folder)}", "back.jpg")
        assert hashlib.md5((shell.home / "back.jpg").read_bytes()).digest() == hashlib.md5(path.read_bytes()).digest()


def test_bash_completes_nouns_verbs_and_flags(shell):
    script = """source <({bin} completion bash)
    COMP_WORDS=(calotype {words}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); _calotype; echo "${{COMPREPLY[@]}}" """

    def complete(words):
        done = subprocess.run(["bash", "-euc", script.format(bin=BIN, words=words)], capture_output=True, text=True,
                              check=True)
        return done.stdout.split()

    assert complete("wat") == ["watermark"]
    assert complete("object pu") == ["put", "push", "pull"]
    assert complete("object push --pa") == ["--part-size"]
    assert complete("rule ''")[:3] == ["check", "schema", "reference"]


def test_short_urls_are_signed_over_all_that_counts(shell):
    secret = base64.urlsafe_b64encode(b"0123456789abcdef0123456789abcdef").rstrip(b"=").decode()
    shell.environment |= {"CALOTYPE_SIGNING_KEY_ID": "kid-1", "CALOTYPE_SIGNING_SECRET": secret}
    url = shell.run("image", "sign", "a b.jpg", "--rule", "cli-small", "--param", "w=4&8", "--expires-in", "60").strip()
    split = urllib.parse.urlsplit(url)
    pairs = split.query.split("&")
    assert pairs[:2] == ["rule=cli-small", "w=4%268"] and pairs[3] == "kid=kid-1"
    assert 50 < int(pairs[2].removeprefix("exp=")) - time.time() <= 60
    text = "\n".join(["GET", split.netloc, split.path, "&".join(sorted(pairs[:4]))])
    mac = hmac.new(b"0123456789abcdef0123456789abcdef", text.encode(), "sha256").digest()
    assert pairs[4] == "sig=" + base64.urlsafe_b64encode(mac).rstrip(b"=").decode()
    shell.environment["CALOTYPE_SIGNING_SECRET"] = "not base64url!"
    shell.run("image", "sign", "x", expect=REJECTED)


@pytest.mark.parametrize("name", ["zsh", "fish"])
def test_other_shells_get_the_same_words(shell, name):
    script = shell.run("completion", name)
    for word in ("watermark", "part-size", "completion"):
        assert word in script
    shell.run("completion", "cmd", expect=REJECTED)
