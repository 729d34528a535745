"""Writes encryption.json: what others make of the format.

Sealed by `cryptography.cobblestone` (PyPI `cryptography` 50 or later), which shares no code with this
library; contexts and signing keys by the few lines below. Salts are random, so every run
writes another file: run it to add a case, not to make a test pass.

    python3 storage-core/vectors/encryption.py > storage-core/vectors/encryption.json
"""

import base64
import hashlib
import hmac
import json
import struct

from cryptography.cobblestone import Cobblestone256Encryptor

CHUNK = 16384
KEYS = [bytes(range(32)), hashlib.sha256(b"storage-rs vectors").digest()]


def context(resource, *fields):
    """Version 1, purpose (1 body, 2 metadata), kind (1 bucket, 2 KV), then each field with its length."""
    head = bytes([1, len(fields) - 1, {"bucket": 1, "kv": 2}[resource]])
    texts = (field.encode() for field in fields)
    return head + b"".join(struct.pack(">Q", len(text)) + text for text in texts)


def message(key, length, resource, *fields):
    plain = bytes(at % 251 for at in range(length))
    bound_to = context(resource, *fields)
    encryptor = Cobblestone256Encryptor(key, bound_to)
    sealed = encryptor.update(plain) + encryptor.finalize()
    vector = {
        "key": base64.b64encode(key).decode(),
        "resource": resource,
        "name": fields[0],
        "object": fields[1],
        "field": fields[2] if len(fields) == 3 else None,
        "context": bound_to.hex(),
        "length": length,
        "prefix": sealed[:56].hex(),
        "sealed_length": len(sealed),
        "sealed_sha256": hashlib.sha256(sealed).hexdigest(),
    }
    if length <= 64:
        vector["sealed"] = sealed.hex()
    return vector


def messages():
    edges = [0, 1, 15, 16, 17, 64, 1000]
    edges += [chunks * CHUNK + more for chunks in (1, 2, 3, 257) for more in (-1, 0, 1)]
    for length in edges:
        yield message(KEYS[0], length, "bucket", "user-assets", "avatars/1.png")
    others = [
        ("kv", "app-configs", "feature-flags"),
        ("bucket", "user-assets", "ünïcode/\N{GRINNING FACE}\0"),
        ("bucket", "ab", "c"),
        ("bucket", "a", "bc"),
        ("kv", "sessions", "k" * 512),
        ("bucket", "user-assets", "k" * 1024),
        ("bucket", "user-assets", "avatars/1.png", "uploadedBy"),
        ("kv", "app-configs", "feature-flags", ""),
    ]
    for place in others:
        yield message(KEYS[1], 20, *place)


def signing(key, purpose):
    """HKDF-Expand with SHA-512, cut to 32 bytes."""
    info = b"storage-rs/signing@v1\0" + purpose.encode()
    derived = hmac.new(key, info + b"\x01", hashlib.sha512).digest()[:32]
    return {"key": base64.b64encode(key).decode(), "purpose": purpose, "derived": derived.hex()}


print(json.dumps({
    "about": "Byte n of every plaintext is n modulo 251. See encryption.py.",
    "messages": list(messages()),
    "signing": [signing(key, purpose) for key in KEYS for purpose in ("", "url", "üß" * 99)],
}, indent=2, ensure_ascii=True))
