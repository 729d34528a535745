"""Decrypts what storage-rs has encrypted. Takes Python 3.8 or later and `pip install cryptography`.

    STORAGE_KEYS="2026-11:MDEy..." python3 decrypt.py bucket user-assets avatars/1.png < stored > plain

The words are `bucket` or `kv`, the name in the declaration (with its namespace: `media-user-assets`) and
the key. For sealed metadata a fourth follows, always `storage-sealed`, and its base64 is decoded first.
What has been written is whole only if the program ends without an error.
"""

import base64
import hashlib
import hmac
import os
import struct
import sys

from cryptography.hazmat.primitives.ciphers.aead import AESGCM


def context(resource, *fields):
    """What the message is bound to: version, purpose, kind, and each text after its length."""
    head = bytes([1, len(fields) - 1, {"bucket": 1, "kv": 2}[resource]])
    texts = [field.encode() for field in fields]
    return head + b"".join(struct.pack(">Q", len(text)) + text for text in texts)


def derive(key, salt, bound_to):
    """HKDF-Expand with SHA-512: key, base nonce and commitment of one message."""
    info = b"c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0" + salt + bound_to
    first = hmac.new(key, info + b"\x01", hashlib.sha512).digest()
    second = hmac.new(key, first + info + b"\x02", hashlib.sha512).digest()
    return first[:32], first[32:44], first[44:] + second[:12]


def decrypt(keys, bound_to, stored):
    salt, commitment = stored.read(24), stored.read(32)
    for entry in keys.split(","):
        key = base64.b64decode(entry.strip().partition(":")[2])
        message_key, base_nonce, expected = derive(key, salt, bound_to)
        if hmac.compare_digest(commitment, expected):
            break
    else:
        sys.exit("none of the keys has encrypted this, under this name and key")
    aes, nonce, number = AESGCM(message_key), int.from_bytes(base_nonce, "big"), 0
    while True:
        chunk = stored.read(16400)
        yield aes.decrypt((nonce ^ number).to_bytes(12, "big"), chunk, None)
        if len(chunk) < 16400:  # the last one always is
            return
        number += 1


if __name__ == "__main__":
    for plain in decrypt(os.environ["STORAGE_KEYS"], context(*sys.argv[1:]), sys.stdin.buffer):
        sys.stdout.buffer.write(plain)
