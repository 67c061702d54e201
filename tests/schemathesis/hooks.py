"""Signs each request of Schemathesis as it stands on the wire, gives it the signed arguments that it may have, and leads
most of the valid ones to things that are there."""

import json
import os
import random
import time

import jwt
import schemathesis

KEY = json.loads(os.environ["CALOTYPE_FUZZ_KEY"])
SURFACE = os.environ["CALOTYPE_FUZZ_SURFACE"]
VALUES = json.loads(os.environ["CALOTYPE_FUZZ_VALUES"])
UPLOADS = json.loads(os.environ["CALOTYPE_FUZZ_UPLOADS"])
CHANCE = random.Random(7)
ABSENT = "00000000-0000-4000-8000-000000000000"
# What may go without taking the rest with it, and what can come back.
SPARE = {"delete_bucket": ("bucket", "spare bucket"), "delete_domain": ("domain", "spare domain"),
         "delete_signing_key": ("signing", "spare signing"), "delete_invitation": ("invitation", "spare invitation"),
         "delete_key": ("key", "spare key"), "change_key": ("key", "spare key"),
         "replace_policy": ("policy", "spare policy"), "delete_policy": ("policy", "spare policy"),
         "restore_object": ("object", "deleted object"),
         "fetch_document": ("object", "document"), "fetch_document_by_path": ("object", "document")}


def metadata_of(operation):
    if operation in ("put_object", "begin_upload"):
        return {"oid": f"fuzz/{CHANCE.randrange(40)}.jpg"} if CHANCE.random() < 0.7 else {}
    if operation in ("add_watermark", "replace_watermark"):
        return {"alias": f"mark-{CHANCE.randrange(10**9)}"}
    return {}


class Signed:
    """For `requests`, which calls it with the request that it is about to send."""

    def __init__(self, operation):
        self.operation = operation

    def __call__(self, request):
        path = request.path_url.split("?")[0].removeprefix("/api/v1")
        payload = {"rqs": f"{request.method}\\{path}", "metadata": metadata_of(self.operation)}
        if SURFACE == "mgmt":
            payload["iat"] = int(time.time())
        token = jwt.encode(payload, KEY["private_key"], algorithm="RS512")
        request.headers["Authorization"] = f"Bearer {token}"
        request.headers["X-Access-Key-Id"] = KEY["access_id"]
        return request


def is_valid(case):
    return case.meta is not None and case.meta.generation.mode.value == "positive"


def phase_of(case):
    return case.meta.phase.name.value


def lead(case, operation):
    """To what is there. An upload is of one object alone."""
    for name in case.path_parameters or {}:
        if VALUES.get(name):
            case.path_parameters[name] = CHANCE.choice(VALUES[name])
    if operation in SPARE:
        name, kind = SPARE[operation]
        case.path_parameters[name] = CHANCE.choice(VALUES[kind])
    if operation == "detach_policy":  # each key of these has each of those
        case.path_parameters["key"] = CHANCE.choice(VALUES["bound key"])
        case.path_parameters["policy"] = CHANCE.choice(VALUES["bound policy"])
    if operation in ("put_part", "complete_upload", "abort_upload") and UPLOADS:
        case.path_parameters["object"], upload = CHANCE.choice(UPLOADS)
        case.query["uploadId"] = upload
        if operation == "put_part":
            case.query["partNumber"] = 2
    if operation == "replace_policy" and isinstance(case.body, dict):  # an alias that is not another's
        case.body["alias"] = f"policy-{CHANCE.randrange(10**9)}"
    if operation == "add_purge":  # four shapes, of which a generator that knows the members only makes few
        case.body = CHANCE.choice([{"bucket": CHANCE.choice(VALUES["bucket"])},
                                   {"bucket": CHANCE.choice(VALUES["bucket"]), "prefix": "fuzz/"},
                                   {"domain": CHANCE.choice(VALUES["domain"]), "rule": "rule-0"}])
    if operation in ("compare_revisions", "get_object", "list_dead_letters", "list_events", "list_purges"):
        case.query.clear()
    if operation != "put_object":
        # A condition that was made up does not hold.
        for name in ("If-Match", "If-None-Match"):
            case.headers.pop(name, None)


def spare_the_rest(case, operation):
    """What locks a tenant out, or takes it away, is done to tenants that are there for it."""
    if operation in ("delete_tenant", "change_tenant", "set_rate_limit") and \
            (case.path_parameters or {}).get("tenant") in VALUES["tenant"]:
        case.path_parameters["tenant"] = CHANCE.choice(VALUES["spare tenant"]) if is_valid(case) else ABSENT


NAMED = {"add_domain": "name", "add_bucket": "name", "add_rule": "name", "add_policy": "alias"}


def keep_names_apart(case, operation):
    """A domain of the name 0 would be there for a path in which the document wants text and finds the number."""
    name = NAMED.get(operation)
    if name and isinstance(case.body, dict) and isinstance(case.body.get(name), str) and len(case.body[name]) <= 5:
        case.body[name] = f"made-{CHANCE.randrange(10**9)}"


@schemathesis.hook
def filter_case(context, case):
    """PUT .../objects/O/uncache is a part of an upload to the object of that very name: its other methods are not tried."""
    return not (case.operation.path.endswith("/uncache") and case.method.upper() != "POST")


@schemathesis.hook
def before_call(context, case, kwargs):
    # A credential that the generator made up would make two of them: malformed, whichever is right.
    for name in ("jwt", "AccessKeyId"):
        (case.query or {}).pop(name, None)
    for name in ("Authorization", "X-Access-Key-Id"):
        (case.headers or {}).pop(name, None)
    operation = case.operation.definition.raw.get("operationId")
    # Stateful ones lead on from what they made.
    if is_valid(case) and phase_of(case) != "stateful" and (phase_of(case) == "examples" or CHANCE.random() < 0.85):
        lead(case, operation)
    spare_the_rest(case, operation)
    if is_valid(case):
        keep_names_apart(case, operation)
    kwargs["auth"] = Signed(operation)
