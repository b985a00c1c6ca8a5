#!/usr/bin/env python3
"""Checks the receipt in the folder of this file. See README.txt.

    python3 check.py                 does it agree with the key that came with it? (exit 2)
    python3 check.py --vkey KEY      is it proved by this key of the log? (exit 0)

A receipt that is wrong says why, and exits 1.
"""
import base64
import datetime
import hashlib
import hmac
import json
import pathlib
import sys

try:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
except ImportError:
    print('This needs the package "cryptography": python3 -m pip install cryptography')
    sys.exit(1)

HERE = pathlib.Path(__file__).resolve().parent


def refuse(why):
    print("Refused:", why)
    sys.exit(1)


def b64(text, length=None):
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        refuse("this is not base64: " + text)
    if base64.b64encode(data).decode() != text or length not in (None, len(data)):
        refuse("this is spelled in another way than it is written: " + text)
    return data


def number(text):
    if not text.isdecimal() or not text.isascii() or str(int(text)) != text:
        refuse("this is not a number: " + text)
    return int(text)


def read(name):
    try:
        return (HERE / name).read_bytes()
    except OSError:
        refuse(name + " is missing")


def lines(name):
    try:
        text = read(name).decode("utf-8")
    except UnicodeDecodeError:
        refuse(name + " is not text")
    if "\r" in text or not text.endswith("\n"):
        refuse(name + " was changed: its lines do not end as they were written")
    return text


def key(vkey):
    parts = vkey.split("+", 2)
    if len(parts) != 3:
        refuse("this is not a key: " + vkey)
    name, key_id, data = parts[0], parts[1], b64(parts[2], 33)
    if data[0] != 1 or hashlib.sha256(name.encode() + b"\n" + data).digest()[:4].hex() != key_id:
        refuse("this is not the key of a log: " + vkey)
    return name, bytes.fromhex(key_id), data[1:]


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


def once(pairs):
    """What stands twice in JSON could be read in two ways."""
    if len({name for name, _ in pairs}) != len(pairs):
        refuse("a record has a field twice")
    return dict(pairs)


def instant(said):
    """When the entry was recorded, in UTC."""
    return datetime.datetime(1970, 1, 1) + datetime.timedelta(milliseconds=said["at"])


def records(said):
    """Both records have the id, the member, the time and the choice of the entry."""
    if not (HERE / "consent-record.jsonld").exists():
        if (HERE / "consent-receipt.json").exists():
            refuse("consent-receipt.json has no consent-record.jsonld beside it")
        return
    may = {
        "allowed": ("dpv:ConsentGiven", "dpv:LegitimateInterestNotObjected"),
        "denied": ("dpv:ConsentRefused", "dpv:ConsentWithdrawn", "dpv:LegitimateInterestObjected"),
        None: ("dpv:LegitimateInterestNotObjected",),
    }
    try:
        at = instant(said)
        record = json.loads(lines("consent-record.jsonld"), object_pairs_hook=once)
        status = record["dpv:hasConsentStatus"]
        same = (
            record["dct:identifier"] == record["dpv:hasIdentifier"] == said["id"]
            and record["dpv:hasDataSubject"]["dct:identifier"] == said["subject"]
            and record["dpv:hasNotice"]["dct:identifier"] == "sha256:" + said["notice"]["sha256"]
            and status["dpv:isIndicatedAtTime"]["@value"] == at.isoformat(timespec="milliseconds") + "Z"
            and status["@type"] in may.get(said.get("choice"), ())
        )
        if same and (HERE / "consent-receipt.json").exists():
            receipt = json.loads(lines("consent-receipt.json"), object_pairs_hook=once)
            consent = receipt["services"][0]["purposes"][0]["consentType"]
            same = (
                receipt["consentReceiptID"] == said["id"]
                and receipt["piiPrincipalId"] == said["subject"]
                and receipt["consentTimestamp"] == said["at"] // 1000
                and (consent == "EXPLICIT") == (status["@type"] == "dpv:ConsentGiven")
            )
    except (ValueError, KeyError, TypeError, IndexError):
        same = False
    if not same:
        refuse("a record of a standard does not say what the entry says")
    print("The records say the same, as", status["@type"] + ".")
    print("What they add about the platform, the country and the law is the platform's word.")


def main():
    given = sys.argv[1:]
    if given and (len(given) != 2 or given[0] != "--vkey"):
        print(__doc__)
        sys.exit(1)

    entry = read("entry.json")
    head, _, checkpoint = lines("entry.tlog-proof").partition("\n\n")
    first, extra, index, *hashes = head.split("\n") + [""] * 3
    hashes = [b64(line, 32) for line in hashes if line]
    if first != "c2sp.org/tlog-proof@v1" or not extra.startswith("extra ") or not index.startswith("index "):
        refuse("entry.tlog-proof is not a proof of this kind")
    salt, index = b64(extra[6:], 32), number(index[6:])

    text, _, signatures = checkpoint.rpartition("\n\n")
    text += "\n"
    log, size, tree = text.split("\n")[:3]
    size, tree = number(size), b64(tree, 32)
    if text.count("\n") != 3:
        refuse("the checkpoint is not one of this kind")

    made = base64.b64encode(hmac.new(salt, entry, hashlib.sha256).digest()).decode()
    leaf = hashlib.sha256(b"\x00" + "sayso-entry/1\n{}\n".format(made).encode()).digest()
    if root(leaf, index, size, hashes) != tree:
        refuse("the entry does not stand in this log. It or the proof was changed")

    vkey = given[1] if given else lines("log.vkey").rstrip("\n")
    name, key_id, public = key(vkey)
    if name != log:
        refuse("it is of the log {}, and the key is of {}".format(log, name))
    signed = False
    for line in signatures.splitlines():
        dash, _, rest = line.partition(" ")
        who, _, signature = rest.partition(" ")
        signature = b64(signature)
        if dash != "\u2014" or who != name or signature[:4] != key_id:
            continue
        try:
            Ed25519PublicKey.from_public_bytes(public).verify(signature[4:], text.encode())
        except InvalidSignature:
            refuse("the signature of the log is wrong")
        signed = True
    if not signed:
        refuse("it is not signed with this key")

    said = json.loads(entry)
    if (HERE / "notice.txt").exists():
        if hashlib.sha256(read("notice.txt")).hexdigest() != (said.get("notice") or {}).get("sha256"):
            refuse("notice.txt is not the text that the entry names")
        print("notice.txt is the exact text that was shown.")
    records(said)
    for field in ("kind", "purpose", "choice", "case", "actor", "position", "subject"):
        if said.get(field) is not None:
            print("{:>10}: {}".format(field, said[field]))
    print("{:>10}: {} UTC".format("recorded", instant(said).isoformat(" ", "seconds")))
    print("It is leaf {} of the log {}, which had {} entries.".format(index, log, size))
    digest = hashlib.sha256(public).hexdigest()[:32]
    fingerprint = " ".join(digest[at : at + 4] for at in range(0, 32, 4))
    if given:
        print("Proved, by the key {}.".format(fingerprint))
        sys.exit(0)
    print("Not proved yet: it agrees with the key that came with it, {}.".format(fingerprint))
    print("Compare that key with the one at {}/keys, then run: check.py --vkey KEY".format(log))
    sys.exit(2)


if __name__ == "__main__":
    main()
