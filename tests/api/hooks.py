"""What a schema can't say: a time of expiry is in the future, and the parameters of a `PUT` are those of bytes. Anything
that is to be refused is left as it is."""

import time

import schemathesis
from schemathesis import GenerationMode


def later(item):
    if isinstance(item, dict):
        expiration = item.get("expiration")
        is_number = isinstance(expiration, (int, float)) and not isinstance(expiration, bool)
        if is_number and expiration >= 0 and expiration % 1 == 0:
            item["expiration"] = int(time.time()) + 3600 + int(expiration % 1_000_000_000)


def of_bytes(case):
    """With JSON the body has them, and of two times there is one."""
    if case.media_type == "application/json":
        for name in ("ttl", "expiration", "metadata"):
            case.query.pop(name, None)
    if "ttl" in case.query:
        case.query.pop("expiration", None)


@schemathesis.hook
def before_call(_context, case, _kwargs):
    later(case.body)
    later(case.query)
    if isinstance(case.body, dict) and isinstance(case.body.get("put"), list):
        for item in case.body["put"]:
            later(item)
    is_right = case.meta is not None and case.meta.generation.mode == GenerationMode.POSITIVE
    if case.operation.method == "put" and isinstance(case.query, dict) and is_right:
        of_bytes(case)
