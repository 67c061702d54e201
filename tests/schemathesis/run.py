"""Schemathesis over the whole OpenAPI document, against a service of its own, as an operator and as a tenant.

No answer may be a 5xx, break the document, or accept input that the document forbids. Run by `./dev test api`; SECONDS
bounds it; what follows is for the management listener's `st run`."""

import collections
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import yaml

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "e2e"))

import documents  # noqa: E402
import pictures  # noqa: E402
from service import BIN, Operator, Service, Tenant  # noqa: E402

ABSENT = "00000000-0000-4000-8000-000000000000"
CHECKS = ("not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,"
          "response_schema_conformance,negative_data_rejection,unsupported_method,allow_header_conformance,"
          "missing_required_header")
# Enough that some are left when others have been removed.
MANY = 20
POLICY = {"version": "2017-04-04",
          "statements": [{"effect": "Allow", "actions": ["yams:*:get"], "resources": ["yams:*:*:*"]}]}
RULE = {"format": "jpg", "actions": [{"resize": {"width": 20}}]}


def furnish(service, name):
    """A tenant with some of each kind, what the document's path parameters can be for it, and its open uploads."""
    tenant = Tenant(service, name)
    tenant.open_shop(name)
    rules = [tenant.add_rule(f"rule-{number}", RULE) for number in range(MANY)]
    for rule in rules:
        change = tenant.call("PUT", f"{tenant.domain_path}/rules/{rule}", json={**RULE, "quality": 70})
        assert change.status_code == 200, change.text
        tenant.call("PUT", f"{tenant.domain_path}/rules/{rule}/labels/live", json={"revision": 1})
        tenant.call("PUT", f"{tenant.domain_path}/rules/{rule}/rollout", json={"from": 1, "percent": 50})
    objects = [f"photos/{number}.jpg" for number in range(2 * MANY)]
    for each in objects:
        assert tenant.upload(each, pictures.jpeg(60, 40)).status_code == 201
    assert tenant.upload("paper.pdf", documents.pdf(documents.filled((200, 300), (255, 0, 0)))).status_code == 201
    deleted = objects[:MANY // 2]
    for each in deleted:
        gone = tenant.call("DELETE", f"{tenant.bucket_path}/objects/{each}", {"oid": each})
        assert gone.status_code == 202, gone.text
    marks = [tenant.create(f"{tenant.domain_path}/watermarks", {"alias": f"mark-{number}"}, data=pictures.jpeg(20, 20))
             for number in range(MANY)]
    hooks = [tenant.create(f"{tenant.path}/webhooks", json={"url": f"https://shop.example/{number}"})
             for number in range(MANY // 2)]
    hosts = [tenant.call("POST", f"{tenant.path}/distributions", json={"dns_name": f"img{number}.shop.example"})
             for number in range(MANY // 2)]
    purges = [tenant.call("POST", f"{tenant.path}/purges", json={"bucket": tenant.alias}).json()["purge_id"]
              for _ in range(MANY // 2)]
    key = tenant.call("POST", f"{tenant.path}/access-keys", json={}).json()["access_id"]
    policies = [tenant.create(f"{tenant.path}/policies", json={"alias": f"policy-{number}", "policy": POLICY})
                for number in range(MANY)]
    bound = policies[:4]
    keys = [tenant.create(f"{tenant.path}/access-keys", json={"policies": bound if number < 4 else []})
            for number in range(8)]
    public = subprocess.run("openssl genrsa 2048 | openssl rsa -pubout", shell=True, check=True, capture_output=True,
                            text=True)
    spare = [tenant.create(f"{tenant.domain_path}/buckets", json={"name": f"{name}-{number}"}) for number in range(4)]
    domains = [tenant.create(f"{tenant.path}/domains", json={"name": f"{name}-{number}"}) for number in range(4)]
    signing = [tenant.create(f"{tenant.path}/signing-keys") for _ in range(8)]
    operator = Operator(service)
    invitations = [operator.create("/invitations") for _ in range(8)]
    others = [Tenant(service, f"other-{number}").id for number in range(MANY)]
    values = {"public key": [public.stdout], "tenant": [tenant.id], "domain": [tenant.domain, tenant.alias],
              "bucket": [tenant.bucket, tenant.alias], "rule": rules + ["rule-0"], "watermark": marks + ["mark-0"],
              "key": [key], "policy": ["default-admin"], "signing": signing[:1], "spare signing": signing[1:],
              "invitation": [], "spare invitation": invitations, "spare tenant": others,
              "spare key": keys, "spare policy": policies[4:] + bound, "bound key": keys[:4], "bound policy": bound,
              "object": objects, "webhook": hooks, "purge": purges,
              "distribution": [host.headers["Location"].rsplit("/", 1)[1] for host in hosts], "revision": ["1", "2"],
              "label": ["live"], "deleted object": deleted, "document": ["paper.pdf"],
              "spare bucket": spare, "spare domain": domains}
    shown = tenant.image(objects[-1], "rule-1")
    assert shown.status_code == 200, shown.text
    values["job"] = [shown.headers["ETag"].strip('"')]  # a rendition that is kept is a job that is done
    uploads = begin_uploads(tenant)
    return tenant, {**values, "spare object": [*[name for name, _ in uploads], "paper.pdf"]}, uploads


def begin_uploads(tenant):
    """Uploads of which the first part has come: [object, upload id]."""
    begun = []
    for number in range(MANY):
        name = f"parts/{number}.jpg"
        answer = tenant.call_with({"uploads": ""}, "POST", f"{tenant.bucket_path}/objects", {"oid": name})
        assert answer.status_code == 200, answer.text
        upload = answer.json()["upload_id"]
        part = tenant.call_with({"uploadId": upload, "partNumber": 1}, "PUT", f"{tenant.bucket_path}/objects/{name}",
                                data=pictures.jpeg(60, 40))
        assert part.status_code == 200, part.text
        begun.append([name, upload])
    return begun


def rule_schema():
    """The rule language's own JSON Schema, as a component: what it forbids may not be stored."""
    text = subprocess.run([BIN / "calotype", "rule", "schema"], check=True, capture_output=True, text=True).stdout
    rule = json.loads(text.replace('"#/$defs/', '"#/components/schemas/rule-'))
    return {key: value for key, value in rule.items() if key not in ("$id", "$schema")}


def with_known_values(document, values):
    """What of the document is served, with path parameters that lead somewhere, and to nothing."""
    for item in document["paths"].values():
        for method in [name for name, operation in item.items() if operation.get("x-calotype-planned")]:
            del item[method]
    document["paths"] = {path: item for path, item in document["paths"].items() if item}
    for parameter in document["components"]["parameters"].values():
        if parameter["in"] == "path":
            name = parameter["name"]
            parameter["schema"] = {"enum": values.get(name, []) + values.get(f"spare {name}", []) + [ABSENT]}
    for operation in (operation for item in document["paths"].values() for operation in item.values()):
        for parameter in operation.get("parameters", []):
            place, name = parameter.get("in"), parameter.get("name")
            if (place, name) in (("query", "rule"), ("path", "job")):
                parameter["schema"] = {"enum": values[name] + [ABSENT]}
    schemas = document["components"]["schemas"]
    rule = rule_schema()
    schemas.update({f"rule-{name}": schema for name, schema in rule.pop("$defs").items()})
    schemas["AnyRule"] = rule
    schemas["NewRule"] = {**rule, "required": ["name"]}
    document["paths"]["/schema/validate"]["post"]["requestBody"]["content"]["application/json"]["schema"] = {
        "$ref": "#/components/schemas/AnyRule"}
    # A key must be one: nothing that is made up passes.
    schemas["OwnKey"]["properties"]["public_key"] = {"enum": values["public key"]}
    return document


def run(folder, service, surface, key, furniture, seconds):
    values, uploads = furniture
    document = with_known_values(yaml.safe_load((HERE.parents[1] / "openapi" / "calotype.yaml").read_text()), values)
    path = folder / f"{surface}.json"
    path.write_text(json.dumps(document))
    base = service.mgmt if surface == "mgmt" else service.fetch
    only = ["--exclude-tag", "fetch", *sys.argv[2:]]
    if surface == "fetch":  # nothing leads on to anything else: there are no states to walk through
        only = ["--include-tag", "fetch", "--phases", "coverage,fuzzing"]
    environment = {**os.environ, "SCHEMATHESIS_HOOKS": "hooks", "PYTHONPATH": str(HERE),
                   "CALOTYPE_FUZZ_SURFACE": surface,
                   "CALOTYPE_FUZZ_KEY": json.dumps(key), "CALOTYPE_FUZZ_VALUES": json.dumps(values),
                   "CALOTYPE_FUZZ_UPLOADS": json.dumps(uploads), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run([pathlib.Path(os.environ["CALOTYPE_ST"]), "--config-file", HERE / "schemathesis.toml", "run", path, "--url", f"{base}/api/v1", *only,
                           "--checks", CHECKS, "--max-time", str(int(seconds)), "--seed", "7", "--continue-on-failure",
                           "--warnings", "off", "--suppress-health-check", "all", "--request-timeout", "20",
                           "--generation-with-security-parameters", "false", "--no-color"], env=environment, cwd=folder)
    return done.returncode == 0


def reached(service):
    """How often each route answered with what class of status, out of the service's log."""
    counts = collections.defaultdict(collections.Counter)
    for line in service.logged().splitlines():
        entry = json.loads(line) if line.startswith("{") else {}
        if entry.get("event") == "request":
            counts[entry["route"]][f"{entry['status'] // 100}xx"] += 1
    return counts


def main():
    seconds = int(sys.argv[1]) if len(sys.argv) > 1 else 160
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        service = Service(folder, "--documents", "on", "--limits-sign-ups-per-hour", "0", "--limits-requests-per-second", "0")
        try:
            tenant, *furniture = furnish(service, "fuzz-tenant")
            theirs = {"access_id": tenant.key_id, "private_key": tenant.private_key}
            house = Operator(service)
            operator = {"access_id": house.key_id, "private_key": house.private_key}
            # Before the others make rules and buckets of names that the document did not have.
            results = {"fetch": run(folder, service, "fetch", theirs, furniture, seconds * 0.2),
                       "tenant": run(folder, service, "mgmt", theirs, furniture, seconds * 0.4),
                       "operator": run(folder, service, "mgmt", operator, furniture, seconds * 0.4)}
            alive = service.process.poll() is None
            counts = reached(service)
        finally:
            service.kill()
        # A walk that never gets in proves nothing. With little time it misses a route or two by chance.
        for route, classes in sorted(counts.items()):
            print(f"{route:24}", "  ".join(f"{name} {count}" for name, count in sorted(classes.items())))
        blind = [route for route, classes in counts.items() if not classes["2xx"] and route not in ("", "none")]
        print(json.dumps({**results, "service is alive": alive, "never let in": blind}))
        sys.exit(0 if alive and all(results.values()) and len(blind) * 20 <= len(counts) else 1)


if __name__ == "__main__":
    main()
