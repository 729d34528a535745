"""Makes jwt.json: tokens that are right, and those that attackers send. `cryptography` signs, by another
program than the one that is tested: python jwt.py > jwt.json"""

import base64
import hashlib
import hmac
import json

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

SECRET = b"a secret of tests, of 32 bytes or more"
CLAIMS = {"iss": "https://issuer.example/", "aud": "kv", "sub": "ada", "exp": 4102444800, "scope": "kv:read"}


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def number(value, size=None):
    return b64(value.to_bytes(size or (value.bit_length() + 7) // 8, "big"))


def part(value):
    return b64(json.dumps(value).encode())


def token(header, claims, sign):
    signed = f"{part(header)}.{part(claims)}"
    return f"{signed}.{b64(sign(signed.encode()))}"


def by_hmac(secret, algorithm=hashlib.sha256):
    return lambda message: hmac.new(secret, message, algorithm).digest()


def by_rsa(key, algorithm=None):
    return lambda message: key.sign(message, padding.PKCS1v15(), algorithm or hashes.SHA256())


def by_ec(key):
    def sign(message):
        r, s = decode_dss_signature(key.sign(message, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")

    return sign


def rsa_jwk(key, kid):
    numbers = key.public_key().public_numbers()
    return {"kty": "RSA", "kid": kid, "use": "sig", "alg": "RS256", "n": number(numbers.n), "e": number(numbers.e)}


def ec_jwk(key, kid):
    numbers = key.public_key().public_numbers()
    return {"kty": "EC", "crv": "P-256", "kid": kid, "x": number(numbers.x, 32), "y": number(numbers.y, 32)}


def ed_jwk(key, kid):
    raw = key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return {"kty": "OKP", "crv": "Ed25519", "kid": kid, "alg": "EdDSA", "x": b64(raw)}


RSA = rsa.generate_private_key(65537, 2048)
EC = ec.generate_private_key(ec.SECP256R1())
ED = ed25519.Ed25519PrivateKey.generate()
SHORT = rsa.generate_private_key(65537, 1024)
OTHER_RSA = rsa.generate_private_key(65537, 2048)
OTHER_EC = ec.generate_private_key(ec.SECP256R1())
OTHER_ED = ed25519.Ed25519PrivateKey.generate()
NEXT = ec.generate_private_key(ec.SECP256R1())

PUBLIC_PEM = RSA.public_key().public_bytes(
    serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
)
PUBLIC_N = RSA.public_key().public_numbers().n.to_bytes(256, "big")

tokens = []


def case(name, keys, text, taken=False):
    tokens.append({"name": name, "keys": keys, "token": text, "taken": taken})


def claims(**changes):
    changed = {**CLAIMS, **changes}
    return {name: value for name, value in changed.items() if value is not ...}


HS, RS, ES, ED_ = {"alg": "HS256"}, {"alg": "RS256", "kid": "rsa"}, {"alg": "ES256", "kid": "ec"}, {"alg": "EdDSA", "kid": "ed"}

case("HS256", "secret", token(HS, CLAIMS, by_hmac(SECRET)), True)
case("HS256 with a type and a name", "secret", token({"typ": "JWT", "alg": "HS256", "kid": "x"}, CLAIMS, by_hmac(SECRET)), True)
case("RS256", "jwks", token(RS, CLAIMS, by_rsa(RSA)), True)
case("ES256", "jwks", token(ES, CLAIMS, by_ec(EC)), True)
case("EdDSA", "jwks", token(ED_, CLAIMS, ED.sign), True)
case("RS256 without a name", "jwks", token({"alg": "RS256"}, CLAIMS, by_rsa(RSA)), True)
case("ES256 without a name", "jwks", token({"alg": "ES256"}, CLAIMS, by_ec(EC)), True)
case("one audience of several", "secret", token(HS, claims(aud=["other", "kv"]), by_hmac(SECRET)), True)
case("scopes as a list", "secret", token(HS, claims(scope=["kv:read", "openid"]), by_hmac(SECRET)), True)
case("scopes among others", "secret", token(HS, claims(scope="openid kv:read email"), by_hmac(SECRET)), True)
case("a time with a fraction", "secret", token(HS, claims(exp=4102444800.5, nbf=1.5), by_hmac(SECRET)), True)

for name in ["none", "None", "NONE", "nOnE", ""]:
    case(f"no algorithm: {name!r}", "secret", token({"alg": name}, CLAIMS, lambda _: b""))
    case(f"no algorithm: {name!r}", "jwks", token({"alg": name, "kid": "rsa"}, CLAIMS, lambda _: b""))
case("no algorithm, and a signature", "secret", token({"alg": "none"}, CLAIMS, by_hmac(SECRET)))
case("no algorithm in the header", "secret", token({"typ": "JWT"}, CLAIMS, by_hmac(SECRET)))
case("an algorithm in other letters", "secret", token({"alg": "hs256"}, CLAIMS, by_hmac(SECRET)))
for name, secret in [("PEM", PUBLIC_PEM), ("PEM without its end", PUBLIC_PEM.strip()), ("modulus", PUBLIC_N)]:
    case(f"the public key as a secret: {name}", "jwks", token({"alg": "HS256", "kid": "rsa"}, CLAIMS, by_hmac(secret)))
    case(f"the public key as a secret, unnamed: {name}", "jwks", token({"alg": "HS256"}, CLAIMS, by_hmac(secret)))
case("the secret of a key for encryption", "jwks", token({"alg": "HS256", "kid": "oct"}, CLAIMS, by_hmac(SECRET)))
case("HS384", "secret", token({"alg": "HS384"}, CLAIMS, by_hmac(SECRET, hashlib.sha384)))
case("HS512 that says HS256", "secret", token(HS, CLAIMS, by_hmac(SECRET, hashlib.sha512)))
case("RS512", "jwks", token({"alg": "RS512", "kid": "rsa"}, CLAIMS, by_rsa(RSA, hashes.SHA512())))
case("another secret", "secret", token(HS, CLAIMS, by_hmac(b"x" * 32)))
case("an empty secret", "secret", token(HS, CLAIMS, by_hmac(b"")))
case("the word undefined", "secret", token(HS, CLAIMS, by_hmac(b"undefined")))
case("another RSA key", "jwks", token(RS, CLAIMS, by_rsa(OTHER_RSA)))
case("another EC key", "jwks", token(ES, CLAIMS, by_ec(OTHER_EC)))
case("another Ed25519 key", "jwks", token(ED_, CLAIMS, OTHER_ED.sign))
case("a key under another name", "jwks", token({"alg": "RS256", "kid": "ec"}, CLAIMS, by_rsa(RSA)))
case("an unknown name", "jwks", token({"alg": "RS256", "kid": "../../rsa"}, CLAIMS, by_rsa(RSA)))
case("an algorithm that is not the key's", "jwks", token({"alg": "RS256", "kid": "ec"}, CLAIMS, by_ec(EC)))
case("a short RSA key", "jwks", token({"alg": "RS256", "kid": "short"}, CLAIMS, by_rsa(SHORT)))
case("a key for encryption", "jwks", token({"alg": "ES256", "kid": "enc"}, CLAIMS, by_ec(OTHER_EC)))
case("its own key in the header", "jwks", token({"alg": "ES256", "jwk": ec_jwk(OTHER_EC, "ec")}, CLAIMS, by_ec(OTHER_EC)))
case("an address of keys in the header", "jwks", token({"alg": "ES256", "kid": "ec", "jku": "http://127.0.0.1/"}, CLAIMS, by_ec(OTHER_EC)))
case("a signature of zeros", "jwks", token(ES, CLAIMS, lambda _: bytes(64)))
case("an empty signature", "jwks", token(ES, CLAIMS, lambda _: b""))
case("an EC signature in DER", "jwks", token(ES, CLAIMS, lambda m: EC.sign(m, ec.ECDSA(hashes.SHA256()))))
case("what must be understood", "secret", token({"alg": "HS256", "crit": ["exp"], "exp": 1}, CLAIMS, by_hmac(SECRET)))

case("expired", "secret", token(HS, claims(exp=1300819380), by_hmac(SECRET)))
case("expired, of an issuer", "jwks", token(ES, claims(exp=1300819380), by_ec(EC)))
for name, exp in [("missing", ...), ("null", None), ("text", "4102444800"), ("a list", [4102444800])]:
    case(f"the end is {name}", "secret", token(HS, claims(exp=exp), by_hmac(SECRET)))
case("not yet", "secret", token(HS, claims(nbf=4102444000), by_hmac(SECRET)))
case("a beginning that is text", "secret", token(HS, claims(nbf="1"), by_hmac(SECRET)))
for name, iss in [("another", "https://other.example/"), ("longer", "https://issuer.example/x"), ("missing", ...), ("a list", ["https://issuer.example/"])]:
    case(f"the issuer is {name}", "secret", token(HS, claims(iss=iss), by_hmac(SECRET)))
for name, aud in [("another", "other"), ("longer", "kv2"), ("missing", ...), ("none of several", ["a", "b"]), ("empty", [])]:
    case(f"the audience is {name}", "secret", token(HS, claims(aud=aud), by_hmac(SECRET)))
case("scopes that are a number", "secret", token(HS, claims(scope=1), by_hmac(SECRET)))

right = token(HS, CLAIMS, by_hmac(SECRET))
header, payload, signature = right.split(".")
case("other claims", "secret", f"{header}.{part(claims(sub='eve'))}.{signature}")
case("a signature cut short", "secret", right[:-2])
case("no signature", "secret", f"{header}.{payload}.")
case("two parts", "secret", f"{header}.{payload}")
case("four parts", "secret", f"{right}.{signature}")
case("padding", "secret", f"{right}=")
case("letters of another alphabet", "secret", f"{header}.{payload}.+/{signature[2:]}")
case("no claims", "secret", token(HS, [], by_hmac(SECRET)))
case("nonsense", "secret", "a.b.c")
case("dots", "secret", "..")

jwks = [
    rsa_jwk(RSA, "rsa"),
    ec_jwk(EC, "ec"),
    ed_jwk(ED, "ed"),
    rsa_jwk(SHORT, "short"),
    {**ec_jwk(OTHER_EC, "enc"), "use": "enc"},
    {"kty": "oct", "kid": "oct", "k": b64(SECRET)},
    {"kty": "new", "kid": "new"},
]
print(
    json.dumps(
        {
            "secret": SECRET.decode(),
            "issuer": CLAIMS["iss"],
            "audience": CLAIMS["aud"],
            "jwks": {"keys": jwks},
            "next_jwks": {"keys": [ec_jwk(NEXT, "next")]},
            "next_token": token({"alg": "ES256", "kid": "next"}, CLAIMS, by_ec(NEXT)),
            "scoped": {
                "writer": token(HS, claims(scope="kv:read kv:write", kv_prefix="team/"), by_hmac(SECRET)),
                "nobody": token(HS, claims(scope=...), by_hmac(SECRET)),
                "admin": token(HS, claims(scope="kv:admin"), by_hmac(SECRET)),
            },
            "tokens": tokens,
        },
        indent=1,
    )
)
