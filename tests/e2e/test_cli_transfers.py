"""Folders to objects and back: parts, kills, busy services. Against a stand-in that can misbehave at will, and then
against the service."""

import os
import pty
import select
import subprocess
import time

import pictures
import pytest
from fake_api import FakeApi
from test_cli import BIN, MISSING, OK, REJECTED, UNAVAILABLE, Shell

MIB = 1 << 20
KEYS = {"RS512": ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"],
        "ES256": ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"]}


class Bench(Shell):
    """A shell whose profile leads to the stand-in."""

    def __init__(self, home, algorithm="RS512"):
        super().__init__(home, None)
        key = self.home / "key.pem"
        subprocess.run(["openssl", "genpkey", *KEYS[algorithm], "-out", key], check=True, capture_output=True)
        public = subprocess.run(["openssl", "pkey", "-in", key, "-pubout"], check=True, capture_output=True, text=True).stdout
        self.api = FakeApi(public, algorithm)
        self.run("configure", "--url", self.api.url, "--tenant", "T", "--domain", "D", "--bucket", "B",
                 "--access-key-id", "K", "--private-key-file", key)

    def folder(self, **files):
        root = self.home / "folder"
        for name, content in files.items():
            path = root / name.replace("__", "/")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        return root


@pytest.fixture
def bench(tmp_path):
    made = Bench(tmp_path)
    yield made
    made.api.close()


def test_large_files_go_in_parts(bench):
    large = os.urandom(12 * MIB + 345)
    folder = bench.folder(large=large, small=b"small", empty=b"")
    told = bench.json("object", "push", folder, "--part-size", "5", "--jobs", "3")
    assert told == {"pushed": 3, "bytes": len(large) + 5, "resumed": 0}
    assert bench.api.objects == {"large": large, "small": b"small", "empty": b""}
    assert bench.api.count("PUT") == 3
    assert not list((bench.home / ".calotype" / "uploads").iterdir())


def test_a_killed_push_goes_on_where_it_was(bench):
    large = os.urandom(31 * MIB)
    folder = bench.folder(large=large)
    bench.api.part_delay = 0.2
    process = bench.start("object", "push", folder, "--part-size", "5", "--jobs", "1")
    deadline = time.monotonic() + 30
    while bench.api.count("PUT") < 4 and time.monotonic() < deadline:
        time.sleep(0.01)
    process.kill()
    process.wait()
    before = bench.api.count("PUT")
    assert before < 7 and not bench.api.objects

    bench.api.part_delay = 0
    told = bench.json("object", "push", folder, "--part-size", "5")
    assert told["resumed"] == 1
    assert bench.api.objects == {"large": large}
    assert bench.api.count("POST", uploads="") == 1
    # Every part that was acknowledged and noted is not sent again: at most the one in flight at the kill.
    assert bench.api.count("PUT") - before <= 7 - before + 1


def test_a_changed_file_and_a_swept_upload_begin_anew(bench):
    folder = bench.folder(large=os.urandom(11 * MIB))
    bench.api.part_delay = 0.2
    process = bench.start("object", "push", folder, "--part-size", "5", "--jobs", "1")
    while bench.api.count("PUT") < 2:
        time.sleep(0.01)
    process.kill()
    process.wait()
    bench.api.part_delay = 0
    bench.api.uploads.clear()  # swept
    bench.json("object", "push", folder, "--part-size", "5")
    assert bench.api.objects["large"] == (folder / "large").read_bytes()
    assert bench.api.count("POST", uploads="") == 2


def test_a_busy_service_is_asked_again(bench):
    folder = bench.folder(a=b"1", b=b"2")
    bench.api.busy = 2
    bench.json("object", "push", folder, "--jobs", "1")
    assert bench.api.objects == {"a": b"1", "b": b"2"}
    bench.api.busy = 1000
    assert "busy" in bench.run("object", "push", folder, "--jobs", "1", expect=UNAVAILABLE)


def test_sync_sends_what_differs_and_removes_only_where_told(bench):
    folder = bench.folder(same=b"same", changed=b"new!", deep__fresh=b"fresh")
    bench.api.objects = {"p/same": b"same", "p/changed": b"old!", "p/gone": b"x", "other": b"y"}
    dry = bench.json("object", "sync", folder, "--prefix", "p/", "--dry-run", "--delete")
    assert dry == {"sent": 2, "bytes": 9, "same": 1, "removed": 1}
    assert bench.api.count("POST") == bench.api.count("DELETE") == 0
    told = bench.json("object", "sync", folder, "--prefix", "p/")
    assert told == {"sent": 2, "bytes": 9, "same": 1, "removed": 0}
    assert bench.api.objects["p/gone"] == b"x"
    told = bench.json("object", "sync", folder, "--prefix", "p/", "--delete")
    assert told == {"sent": 0, "bytes": 0, "same": 3, "removed": 1}
    assert bench.api.objects == {"p/same": b"same", "p/changed": b"new!", "p/deep/fresh": b"fresh", "other": b"y"}
    bench.run("object", "sync", bench.home / "nowhere", expect=MISSING)


def test_pull_fetches_what_is_lacking(bench):
    bench.api.objects = {"p/a": b"1", "p/deep/b c": os.urandom(3 * MIB), "p/ä": b"3", "other": b"4"}
    folder = bench.home / "out"
    assert bench.json("object", "pull", folder, "--prefix", "p/")["pulled"] == 3
    found = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert found == {name[2:]: content for name, content in bench.api.objects.items() if name.startswith("p/")}
    assert bench.json("object", "pull", folder, "--prefix", "p/") == {"pulled": 0, "bytes": 0, "same": 3}


def test_pull_never_leaves_its_folder(bench):
    bench.api.objects = {"../evil": b"x"}
    assert "no place in a folder" in bench.run("object", "pull", bench.home / "out", expect=REJECTED)
    assert not (bench.home / "evil").exists()


def test_listing_walks_every_page(bench):
    bench.api.objects = {f"n{number}": b"x" * number for number in range(5)}
    table = bench.run("object", "ls", "--all").splitlines()
    assert [line.split()[-1] for line in table[1:]] == ["n0", "n1", "n2", "n3", "n4"]
    assert len(bench.run("object", "ls", "n1").splitlines()) == 2
    process = bench.start("object", "ls")
    out, err = process.communicate(timeout=30)
    assert process.returncode == OK and len(out.splitlines()) == 3 and "--continue n1" in err


def test_keys_of_a_curve_sign(tmp_path):
    bench = Bench(tmp_path, "ES256")
    try:
        bench.json("object", "push", bench.folder(a=b"1"))
        assert bench.api.objects == {"a": b"1"}
    finally:
        bench.api.close()


def test_a_terminal_sees_a_bar(bench):
    folder = bench.folder(large=os.urandom(11 * MIB))
    bench.api.part_delay = 0.2
    main, side = pty.openpty()
    process = subprocess.Popen([BIN, "object", "push", folder, "--part-size", "5"], env=bench.environment,
                               cwd=bench.home, stdout=subprocess.PIPE, stderr=side)
    os.close(side)
    seen = b""
    while True:
        ready, _, _ = select.select([main], [], [], 30)
        assert ready, "nothing was drawn"
        try:
            piece = os.read(main, 65536)
        except OSError:  # the other end is closed
            break
        if not piece:
            break
        seen += piece
    assert process.wait(30) == OK
    text = seen.decode()
    assert text.count("\r") >= 2 and "100%" in text and "1/1 files" in text and "MB/s" in text, text


@pytest.fixture
def shell(service, tmp_path):
    """Signed up at the running service, with a bucket of its own."""
    made = Shell(tmp_path, service)
    name = f"transfers-{time.time_ns()}"
    made.run("tenant", "create", name, "--email", "cli@example.com", "--url", service.mgmt, "--fetch-url",
             service.fetch, "--save-profile", "default")
    made.run("domain", "create", name)
    made.run("configure", "--domain", name, "--bucket", name)
    made.run("bucket", "create", name, "--region", "eu")
    return made


def photos(shell, **sizes):
    root = shell.home / "folder"
    for name, size in sizes.items():
        path = root / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(pictures.jpeg() + os.urandom(size))
    return root


def there(shell):
    return [entry["object_id"] for entry in shell.json("object", "ls")["objects"]]


def test_the_service_takes_folders_and_gives_them_back(shell):
    folder = photos(shell, large=12 * MIB, deep__small=10, **{"deep__ø å": 20})
    told = shell.json("object", "push", folder, "--part-size", "5", "--jobs", "3")
    assert told["pushed"] == 3 and there(shell) == ["deep/small", "deep/ø å", "large"]
    out = shell.home / "out"
    assert shell.json("object", "pull", out)["pulled"] == 3
    for path in folder.rglob("*"):
        assert path.is_dir() or (out / path.relative_to(folder)).read_bytes() == path.read_bytes()
    (folder / "deep" / "small").unlink()
    assert shell.json("object", "sync", folder, "--delete") == {"sent": 0, "bytes": 0, "same": 2, "removed": 1}
    assert there(shell) == ["deep/ø å", "large"]


def test_the_service_keeps_the_parts_of_a_killed_push(shell):
    folder = photos(shell, large=40 * MIB)
    process = shell.start("object", "push", folder, "--part-size", "5", "--jobs", "1")
    notes = shell.home / ".calotype" / "uploads"
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and not (notes.is_dir() and any("done" in p.read_text() and '"done":[]' not in p.read_text()
                                                                      for p in notes.iterdir())):
        time.sleep(0.005)
    process.kill()
    process.wait()
    if there(shell):
        pytest.skip("the push was quicker than the kill")
    assert shell.json("object", "push", folder, "--part-size", "5")["resumed"] == 1
    out = shell.home / "out"
    shell.json("object", "pull", out)
    assert (out / "large").read_bytes() == (folder / "large").read_bytes()
