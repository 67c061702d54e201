"""Signs each request of Schemathesis as it stands on the wire, and gives it the signed arguments that it may have."""

import json
import os
import random
import time

import jwt
import schemathesis

KEY = json.loads(os.environ["CALOTYPE_FUZZ_KEY"])
SURFACE = os.environ["CALOTYPE_FUZZ_SURFACE"]
CHANCE = random.Random(7)


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


@schemathesis.hook
def before_call(context, case, kwargs):
    # A credential that the generator made up would make two of them: malformed, whichever is right.
    for name in ("jwt", "AccessKeyId"):
        (case.query or {}).pop(name, None)
    for name in ("Authorization", "X-Access-Key-Id"):
        (case.headers or {}).pop(name, None)
    kwargs["auth"] = Signed(case.operation.definition.raw.get("operationId"))
