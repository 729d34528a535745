"""What a schema can't say: a time of expiry is in the future. Anything that is no time is left as it is."""

import time

import schemathesis


def later(item):
    if isinstance(item, dict):
        expiration = item.get("expiration")
        is_number = isinstance(expiration, (int, float)) and not isinstance(expiration, bool)
        if is_number and expiration >= 0 and expiration % 1 == 0:
            item["expiration"] = int(time.time()) + 3600 + int(expiration % 1_000_000_000)


@schemathesis.hook
def before_call(_context, case, _kwargs):
    later(case.body)
    if isinstance(case.body, dict) and isinstance(case.body.get("put"), list):
        for item in case.body["put"]:
            later(item)
