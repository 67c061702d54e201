import contract
import pytest
from service import Service, Tenant

contract.watch()


@pytest.fixture(scope="session")
def service(tmp_path_factory):
    running = Service(tmp_path_factory.mktemp("service"), "--limits-sign-ups-per-hour", "100000")
    yield running
    running.kill()


@pytest.fixture(scope="session")
def shop(service):
    tenant = Tenant(service, "shopkeeper")
    tenant.open_shop("shop")
    return tenant
