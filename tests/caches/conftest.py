import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))

from proxies import Nginx, Varnish  # noqa: E402
from service import Service, Tenant  # noqa: E402


@pytest.fixture(scope="session")
def service(tmp_path_factory):
    running = Service(tmp_path_factory.mktemp("service"), "--limits-sign-ups-per-hour", "100000")
    yield running
    running.kill()


@pytest.fixture(scope="session", params=[Varnish, Nginx], ids=["varnish", "nginx"])
def cache(service, request, tmp_path_factory):
    proxy = request.param(tmp_path_factory.mktemp(request.param.__name__.lower()), service.fetch)
    yield proxy
    proxy.stop()


@pytest.fixture
def tenant(service, request):
    """A new one for each test: no two meet in a cache. Its bucket's answers live for two seconds."""
    alias = "c" + "".join(c if c.isalnum() else "-" for c in request.node.name.lower())[-40:]
    one = Tenant(service, alias)
    one.open_shop(alias)
    one.call("PUT", one.bucket_path, json={"cache": {"max_age": 2}})
    return one
