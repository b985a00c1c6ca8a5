#!/usr/bin/env python3
"""Checks the receipt or the pack in the folder of this file. README.txt says how.

    python3 check.py                 Does it agree with the key that came with it? (exit code 2)
    python3 check.py --vkey KEY      Is it proved by this key of the log? (exit code 0)

If anything is wrong, it says what, and the exit code is 1. If the file log.vkey of a pack has
several keys, give --vkey once for each. It needs Python 3.8 or newer, and no package or network.
"""
import base64
import datetime
import functools
import hashlib
import hmac
import json
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
MIB = 1024 * 1024


def say(*words):
    """Prints one line. What a terminal would not print as itself becomes a question mark."""
    line = " ".join(str(word)[:500] for word in words)
    print("".join(c if c.isprintable() else "?" for c in line))


def refuse(why):
    say("Refused:", why)
    sys.exit(1)


def read(name, most=MIB):
    """The bytes of a file. One that is larger than such a file can be is not read."""
    data = b""
    try:
        if (HERE / name).is_file():
            with open(HERE / name, "rb") as file:
                data = file.read(most + 1)
        else:
            refuse(name + " is missing")
    except OSError:
        refuse(name + " cannot be read")
    if len(data) > most:
        refuse(name + " is larger than such a file can be")
    return data


def lines(name):
    try:
        text = read(name).decode("utf-8")
    except UnicodeDecodeError:
        refuse(name + " was changed: it is not text")
    if re.search(r"[\x00-\x09\x0b-\x1f\x7f]", text) or not text.endswith("\n"):
        refuse(name + " was changed: its lines do not end as they were written")
    return text


def whole(text):
    """A whole number in JSON. None of ours has more digits."""
    if len(text) > 20:
        raise ValueError("a number is too long")
    return int(text)


def once(pairs):
    """An object in JSON. A name that stands there twice could be read in two ways."""
    if len({name for name, _ in pairs}) != len(pairs):
        raise ValueError("a field stands there twice")
    return dict(pairs)


def parsed(name, data):
    """What a file says in JSON."""
    try:
        return json.loads(data.decode("utf-8"), parse_int=whole, parse_constant=whole, object_pairs_hook=once)
    except (ValueError, RecursionError):
        refuse(name + " was changed: it is not JSON as it was written")


def canonical(name, most=MIB):
    """What a file says in JSON that has one spelling."""
    data = read(name, most)
    said = parsed(name, data)
    made = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    if not isinstance(said, dict) or made.encode("utf-8", "replace") != data:
        refuse(name + " was changed: it is not in its exact form")
    return said


def number(text):
    if not re.fullmatch("0|[1-9][0-9]{0,18}", text) or int(text) >= 2**63:
        refuse("this is not a number: " + text)
    return int(text)


def b64(text, length=None):
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        refuse("this is not base64: " + text)
    if base64.b64encode(data).decode() != text or length not in (None, len(data)):
        refuse("this is spelled in another way than it is written: " + text)
    return data


# Ed25519 by RFC 8032, section 5.1. A point is (X, Y, Z, T), with x = X/Z, y = Y/Z, and x*y = T/Z.
P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
NEUTRAL = (0, 1, 1, 0)


def point(data):
    """The point that 32 bytes spell (5.1.3). None if they spell none, or in a way of their own."""
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y % 2**255
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if x * x % P != square:
        x = x * pow(2, (P - 1) // 4, P) % P
    if y >= P or x * x % P != square or (x == 0 and sign):
        return None
    if x % 2 != sign:
        x = P - x
    return (x, y, 1, x * y % P)


def add(one, two):
    """The sum of two points, which may be the same (5.1.4)."""
    a = (one[1] - one[0]) * (two[1] - two[0])
    b = (one[1] + one[0]) * (two[1] + two[0])
    c = 2 * one[3] * two[3] * D
    d = 2 * one[2] * two[2]
    e, f, g, h = (b - a) % P, (d - c) % P, (d + c) % P, (b + a) % P
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def is_weak(of):
    """Whether eight times the point is the neutral one. A signature by it could be of any text."""
    for _ in range(3):
        of = add(of, of)
    return of[0] == 0


BASE = point((4 * pow(5, -1, P) % P).to_bytes(32, "little"))


@functools.lru_cache(maxsize=1024)
def has_signed(public, text, signature):
    """Whether the signature of the text is by this key (5.1.7): S*B has to be R + k*A."""
    key, nonce, s = point(public), point(signature[:32]), int.from_bytes(signature[32:], "little")
    if len(signature) != 64 or s >= L or not key or not nonce or is_weak(key) or is_weak(nonce):
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + public + text).digest(), "little") % L
    minus = (P - key[0], key[1], 1, P - key[3])
    summands = (NEUTRAL, BASE, minus, add(BASE, minus))
    made = NEUTRAL
    for bit in range(252, -1, -1):
        made = add(made, made)
        made = add(made, summands[(s >> bit) % 2 + 2 * ((k >> bit) % 2)])
    z = pow(made[2], -1, P)
    return (made[0] * z % P, made[1] * z % P) == nonce[:2]


def is_name(name):
    return name != "" and not re.search(r"[\s+\x00-\x1f\x7f-\x9f]", name)


def key(vkey):
    """The name, the id and the 32 bytes of a key, in the form of c2sp.org/signed-note."""
    name, _, rest = vkey.partition("+")
    key_id, _, data = rest.partition("+")
    data = b64(data, 33)
    if not is_name(name) or data[0] != 1 or is_weak(point(data[1:]) or NEUTRAL):
        refuse("this is not the key of a log: " + vkey)
    if hashlib.sha256(name.encode() + b"\n" + data).digest()[:4].hex() != key_id:
        refuse("this is not the key of a log, or not all of it: " + vkey)
    return name, bytes.fromhex(key_id), data[1:]


def fingerprint(public):
    digest = hashlib.sha256(public).hexdigest()
    return " ".join(digest[at : at + 4] for at in range(0, 32, 4))


def given():
    """The keys of the command line. Each may be a whole line of the page /log/keys."""
    words = sys.argv[1:]
    if len(words) % 2 or any(word != "--vkey" for word in words[::2]):
        print(__doc__)
        sys.exit(1)
    return [key((word.strip("\"' \n").split() or [""])[0]) for word in words[1::2]]


def instant(at, between=" ", to="seconds"):
    """A time of an entry, in UTC."""
    return (datetime.datetime(1970, 1, 1) + datetime.timedelta(milliseconds=at)).isoformat(between, to)


def root(leaf, index, size, hashes):
    """RFC 9162, 2.1.3.2: where the leaf leads to with the hashes beside its way."""
    if index >= size:
        refuse("the log is smaller than the place of the entry")
    at, last = index, size - 1
    for other in hashes:
        if last == 0:
            refuse("the proof has too many hashes")
        if at % 2 or at == last:
            leaf = hashlib.sha256(b"\x01" + other + leaf).digest()
            while at % 2 == 0 and at:
                at, last = at // 2, last // 2
        else:
            leaf = hashlib.sha256(b"\x01" + leaf + other).digest()
        at, last = at // 2, last // 2
    if last:
        refuse("the proof has too few hashes")
    return leaf


class Proof:
    """A proof in the form of c2sp.org/tlog-proof. Making one checks all but the signature."""

    def __init__(self, name, entry):
        self.name = name
        head, _, self.checkpoint = lines(name).partition("\n\n")
        rows = head.split("\n")
        if len(rows) < 3 or rows[0] != "c2sp.org/tlog-proof@v1":
            refuse(name + " is not a proof of this kind")
        if not rows[1].startswith("extra ") or not rows[2].startswith("index "):
            refuse(name + " is not a proof of this kind")
        salt, self.index = b64(rows[1][6:], 32), number(rows[2][6:])
        hashes = [b64(row, 32) for row in rows[3:]]

        text, _, signatures = self.checkpoint.rpartition("\n\n")
        rows = text.split("\n")
        self.text, self.signatures = text + "\n", signatures[:-1].split("\n")
        if len(rows) != 3 or rows[0] == "":
            refuse("the checkpoint in {} is not one of this kind".format(name))
        self.log, self.size = rows[0], number(rows[1])

        made = base64.b64encode(hmac.new(salt, entry, hashlib.sha256).digest()).decode()
        self.commitment = made
        leaf = hashlib.sha256(b"\x00" + "sayso-entry/1\n{}\n".format(made).encode()).digest()
        if root(leaf, self.index, self.size, hashes) != b64(rows[2], 32):
            refuse("the entry does not stand in this log. It or the proof was changed ({})".format(name))

    def signed_by(self, keys):
        """The first of the keys that has signed the checkpoint. A wrong signature is refused."""
        found = None
        for line in self.signatures:
            dash, _, rest = line.partition(" ")
            who, _, data = rest.partition(" ")
            if dash != "\u2014" or not is_name(who) or len(self.signatures) > 64:
                refuse("the signatures in {} are not of this kind".format(self.name))
            data = b64(data)
            for name, key_id, public in keys:
                if who == name == self.log and data[:4] == key_id:
                    if not has_signed(public, self.text.encode(), data[4:]):
                        refuse("the signature of the log is wrong ({})".format(self.name))
                    found = found or public
        if not found:
            refuse("{} is not signed with a key of {} that is known".format(self.name, self.log))
        return found


def run(main):
    """Whatever was not foreseen is refused, too."""
    try:
        sys.stdout.reconfigure(errors="replace")
        main()
    except Exception as wrong:
        refuse("a file is not of the form in which it was written ({})".format(type(wrong).__name__))
