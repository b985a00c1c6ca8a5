"""Holds the Ed25519 of check.py against RFC 8032 and against the package cryptography, which is not ours."""

import importlib.util
import pathlib
import random
import sys

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

sys.dont_write_bytecode = True
ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
spec = importlib.util.spec_from_file_location("check", ROOT / "src/log/check.py")
check = importlib.util.module_from_spec(spec)
spec.loader.exec_module(check)
RANDOM = random.Random(8032)


def by_cryptography(public, text, signature):
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, text)
        return True
    except (InvalidSignature, ValueError):
        return False


def changed(data):
    """With one bit changed."""
    at = RANDOM.randrange(len(data))
    return data[:at] + bytes([data[at] ^ 1 << RANDOM.randrange(8)]) + data[at + 1 :]


vectors = 0
# Section 7.1: the public key, the message (a dash stands for none) and the signature.
for row in (ROOT / "tests/standards/rfc8032-ed25519.txt").read_text().splitlines():
    public, text, signature = (bytes.fromhex(word.strip("-")) for word in row.split())
    assert check.has_signed(public, text, signature), row
    assert not check.has_signed(public, text + b"x", signature), row
    vectors += 1

compared = 0
for _ in range(120):
    secret = Ed25519PrivateKey.from_private_bytes(RANDOM.randbytes(32))
    public, text = secret.public_key().public_bytes_raw(), RANDOM.randbytes(RANDOM.randrange(1, 300))
    signature = secret.sign(text)
    other = secret.sign(b"x" + text)
    for case in (
        (public, text, signature),
        (public, text, other),
        (public, changed(text), signature),
        (changed(public), text, signature),
        (public, text, changed(signature[:32]) + signature[32:]),
        (public, text, signature[:32] + changed(signature[32:])),
        (public, text, signature[:32] + other[32:]),
        (public, text, RANDOM.randbytes(64)),
        (RANDOM.randbytes(32), text, signature),
    ):
        ours = check.has_signed(*case)
        assert ours == by_cryptography(*case) == (case == (public, text, signature)), case
        compared += 1
    # The same number in another spelling, and too much or too little of it.
    s = int.from_bytes(signature[32:], "little")
    for more in (check.L, 2 * check.L, 8 * check.L):
        assert not check.has_signed(public, text, signature[:32] + (s + more).to_bytes(32, "little"))
    for wrong in (b"", signature[:63], signature + b"\0", signature[:32]):
        assert not check.has_signed(public, text, wrong)

# Bytes that spell no point, or spell one in another way than RFC 8032 does.
P, neutral = check.P, (1).to_bytes(32, "little")
assert check.point(neutral) and check.point(check.BASE[1].to_bytes(32, "little")) == check.BASE
for y in range(P, 2**255):
    for sign in (0, 2**255):
        assert check.point((y + sign).to_bytes(32, "little")) is None, y
for y in (1, P - 1):
    assert check.point((y + 2**255).to_bytes(32, "little")) is None, "there is no -0"
assert check.point((2).to_bytes(32, "little")) is None, "no point has this y"

# The eight points of small order: by such a key anybody signs anything, so it counts for nothing.
weak = set()
while len(weak) < 8:
    found = check.point(RANDOM.randbytes(32))
    if found:
        made = check.NEUTRAL
        for bit in bin(check.L)[2:]:
            made = check.add(made, made)
            made = check.add(made, found) if bit == "1" else made
        z = pow(made[2], -1, P)
        x, y = made[0] * z % P, made[1] * z % P
        weak.add((y + (x % 2 << 255)).to_bytes(32, "little"))
taken = 0
for public in weak:
    assert check.is_weak(check.point(public))
    for nonce in weak:
        for text in (b"one", b"two", b"three"):
            assert not check.has_signed(public, text, nonce + bytes(32))
            taken += by_cryptography(public, text, nonce + bytes(32))
assert not check.is_weak(check.BASE)
assert taken, "others take some of these, so they have been tried"
print(f"vectors {vectors}, compared {compared}, weak {len(weak)}")
