"""Writes tokens.json: what others make of the tokens of signed URLs, by docs/signed-urls.md.

It has Python's standard library only, and shares no code with this library.

    python3 storage-core/vectors/tokens.py > storage-core/vectors/tokens.json
"""

import base64
import hashlib
import hmac
import json

KEYS = {"2026-11": bytes(range(32)), "a": hashlib.sha256(b"storage-rs tokens").digest()}
WRITE, TRACKING, USES, CONTENT_TYPE, DISPOSITION, SIZE, EXACT = (1 << bit for bit in range(7))


def signing_key(key):
    info = b"storage-rs/signing@v1\0signed-urls"
    return hmac.new(key, info + b"\x01", hashlib.sha512).digest()[:32]


def text(value, width=1):
    value = value.encode()
    return len(value).to_bytes(width, "big") + value


def token(key_id, grant):
    size, exact = grant.get("max_size"), grant.get("exact_size")
    tracked, uses = grant.get("id"), grant.get("uses")
    content_type, disposition = grant.get("content_type"), grant.get("content_disposition")
    flags = WRITE if grant["method"] == "write" else 0
    optional = b""
    if tracked:
        flags |= TRACKING
        optional += bytes.fromhex(tracked)
    if uses:
        flags |= USES
        optional += uses.to_bytes(2, "big")
    if content_type:
        flags |= CONTENT_TYPE
        optional += text(content_type)
    if disposition:
        flags |= DISPOSITION
        optional += text(disposition, 2)
    if size is not None or exact is not None:
        flags |= SIZE | (EXACT if exact is not None else 0)
        optional += (exact if exact is not None else size).to_bytes(8, "big")
    signed = bytes([1, flags]) + text(key_id) + text(grant["bucket"]) + text(grant["key"], 2)
    signed += grant["issued_at"].to_bytes(6, "big") + grant["lifetime"].to_bytes(3, "big")
    signed += optional
    mac = hmac.new(signing_key(KEYS[key_id]), signed, hashlib.sha256).digest()
    return base64.urlsafe_b64encode(signed + mac).decode().rstrip("=")


def grants():
    read = {"method": "read", "bucket": "user-assets", "key": "avatars/1.png"}
    write = {"method": "write", "bucket": "media-user-assets", "key": "up/ü //../\N{GRINNING FACE}"}
    always = {"issued_at": 1_700_000_000, "lifetime": 3600}
    tracked = {"id": bytes(range(16)).hex()}
    yield read | always
    yield read | always | {"lifetime": 1}
    yield read | {"issued_at": 0, "lifetime": 604_800}
    yield read | always | {"content_type": "image/png"}
    yield read | always | {"content_disposition": 'attachment; filename="1.png"'}
    yield read | always | {"content_type": "a/b", "content_disposition": "inline"} | tracked
    yield read | always | tracked | {"uses": 1}
    yield read | always | tracked | {"uses": 1000}
    yield read | always | {"key": "k" * 1024}
    yield write | always
    yield write | always | {"content_type": "image/png"}
    yield write | always | {"max_size": 0}
    yield write | always | {"max_size": 10_485_760}
    yield write | always | {"exact_size": 5}
    yield write | always | tracked | {"uses": 7, "content_type": "a/b", "exact_size": 2**64 - 1}


def vectors():
    for key_id, key in KEYS.items():
        for grant in grants():
            secret = base64.b64encode(key).decode()
            yield {"key_id": key_id, "secret": secret, **grant, "token": token(key_id, grant)}


print(json.dumps(list(vectors()), indent=2))
