#!/usr/bin/env python3
"""Checks the pack in the folder of this file. See README.txt.

    python3 check.py                 does it agree with the keys that came with it? (exit 2)
    python3 check.py --vkey KEY      is it proved by this key of the log? (exit 0)

A pack that is wrong says why, and exits 1.
"""
import base64
import datetime
import hashlib
import hmac
import json
import pathlib
import sys

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

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


def canonical(name):
    """The JSON in a file, in which every value has one spelling."""
    data = read(name)
    try:
        said = json.loads(data.decode("utf-8"))
    except ValueError:
        refuse(name + " was changed: it is not JSON")
    made = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    if made.encode() != data:
        refuse(name + " was changed: it is not in its exact form")
    return said


def listed():
    """What pack.json says, once every file is there that it lists, and no other."""
    pack = canonical("pack.json")
    if pack.get("format") != "sayso-pack/1":
        refuse("pack.json is from a later version")
    for name, digest in sorted(pack["files"].items()):
        if hashlib.sha256(read(name)).hexdigest() != digest:
            refuse(name + " was changed: it is not the one that pack.json lists")
    for path in sorted(HERE.rglob("*")):
        name = path.relative_to(HERE).as_posix()
        # What computers leave in folders by themselves.
        if path.name.startswith(".") or path.name in ("Thumbs.db", "desktop.ini"):
            continue
        known = name in pack["files"] or name == "pack.json" or name.startswith("entries/")
        if path.is_file() and not known:
            refuse(name + " does not belong there: pack.json does not list it")
    return pack


def proved(folder, entry, keys, notes):
    """The commitment of an entry that stands in a log that one of the keys has signed."""
    head, _, checkpoint = lines(folder + "/entry.tlog-proof").partition("\n\n")
    first, extra, index, *hashes = head.split("\n") + [""] * 3
    hashes = [b64(line, 32) for line in hashes if line]
    if first != "c2sp.org/tlog-proof@v1" or not extra.startswith("extra ") or not index.startswith("index "):
        refuse(folder + "/entry.tlog-proof is not a proof of this kind")
    salt, index = b64(extra[6:], 32), number(index[6:])
    text, _, signatures = checkpoint.rpartition("\n\n")
    text += "\n"
    if text.count("\n") != 3:
        refuse(folder + ": the checkpoint is not one of this kind")
    log, size, tree = text.split("\n")[:3]
    made = base64.b64encode(hmac.new(salt, entry, hashlib.sha256).digest()).decode()
    leaf = hashlib.sha256(b"\x00" + "sayso-entry/1\n{}\n".format(made).encode()).digest()
    if root(leaf, index, number(size), hashes) != b64(tree, 32):
        refuse(folder + ": the entry does not stand in this log. It or the proof was changed")
    if notes.setdefault(log, checkpoint) != checkpoint:
        refuse(folder + " is proved for another checkpoint than the entries before it")
    signed = False
    for line in signatures.splitlines():
        dash, _, rest = line.partition(" ")
        who, _, signature = rest.partition(" ")
        signature = b64(signature)
        for name, key_id, public in keys:
            if dash == "\u2014" and who == name == log and signature[:4] == key_id:
                try:
                    Ed25519PublicKey.from_public_bytes(public).verify(signature[4:], text.encode())
                except InvalidSignature:
                    refuse(folder + ": the signature of the log is wrong")
                signed = True
    if not signed:
        refuse(folder + ": it is not signed with a key of " + log + " that is known")
    return made


def main():
    given = sys.argv[1:]
    if len(given) % 2 or any(word != "--vkey" for word in given[::2]):
        print(__doc__)
        sys.exit(1)
    pack = listed()
    # Before the first checkpoint there is no key yet.
    came = lines("log.vkey").splitlines() if read("log.vkey") else []
    keys = [key(vkey) for vkey in given[1::2] or came]
    folders = {}
    for path in sorted((HERE / "entries").glob("[0-9]*")):
        folders.setdefault(path.name.partition("-")[0], []).append(path)
    [(about, whose)] = pack["about"].items()
    if about not in ("history", "case"):
        refuse("pack.json is from a later version")
    seen, sealed, notes, waited, last = {}, {}, {}, [], None
    for number in range(1, pack["entries"] + 1):
        found = folders.pop("{:06}".format(number), [])
        if len(found) != 1:
            refuse("entries/{:06} is missing, or stands there twice".format(number))
        folder = "entries/" + found[0].name
        files = sorted(path.name for path in found[0].iterdir() if not path.name.startswith("."))
        said = canonical(folder + "/entry.json")
        if not {"id", "subject", "previous"} <= set(said):
            refuse(folder + "/entry.json was changed: it is not an entry")
        waits = said["id"] in pack["waiting"]
        if files != (["entry.json"] if waits else ["entry.json", "entry.tlog-proof"]):
            refuse(folder + " has not exactly its entry and its proof")
        if waited and not waits:
            refuse(folder + " follows one that pack.json says was not in the log yet, and is in it")
        if about == "case" and said.get("case") != whose:
            refuse(folder + " is of another case")
        if about == "history":
            if said["subject"] != whose:
                refuse(folder + " is of another history")
            if said.get("position") not in (None, number):
                refuse(folder + " stands at another place of its history")
            if said["previous"] != next(iter(seen), None):
                refuse(folder + " does not follow the entry before it")
        if said["id"] in seen:
            refuse(folder + " stands there twice")
        if said.get("position", 1) > 1 and not said.get("previous_leaf"):
            refuse(folder + " does not fix the entry before it")
        made = seen.get(said["previous"])
        if made and said.get("previous_leaf") not in (None, made):
            refuse(folder + " has fixed another content of the entry before it")
        if about == "history":
            seen.clear()
        seen[said["id"]] = None if waits else proved(folder, read(folder + "/entry.json"), keys, notes)
        if waits:
            waited.append(folder)
        else:
            last = (number, folder.partition("-")[2], said["at"])
        step, notice = said.get("step"), said.get("notice")
        if notice:
            name = "notices/{purpose}-{version}-{language}.txt".format(**notice)
            if hashlib.sha256(read(name)).hexdigest() != notice["sha256"]:
                refuse(name + " is not the text that an entry names")
        if step:
            texts = [step["text"], step.get("answer")] + [outcome["text"] for outcome in step["outcomes"]]
            sealed[said["id"]] = (said.get("case"), texts)
    if folders:
        refuse("entries/" + min(folders) + " is an entry more than pack.json counts")
    texts = 0
    for path in sorted(HERE.glob("cases/*/texts.json")):
        for text in json.loads(path.read_text("utf-8")):
            digest = hashlib.sha256((text["salt"] + "\n" + text["text"]).encode()).hexdigest()
            case, hashes = sealed.get(text["entry"], (None, []))
            if case != path.parent.name or digest not in hashes:
                refuse("cases/{}/texts.json has a text that is not the one in the entries".format(path.parent.name))
            texts += 1
    proves = bool(given and notes)
    if proves and waited:
        print("Proved, by the keys that you gave, but for what comes last:")
    elif proves:
        print("Proved, by the keys that you gave.")
    else:
        print("Not proved yet: it agrees with the keys that came with it, and whoever forges a pack brings")
        print("keys too. Compare them with those on the page /log of the platform, then run:")
        print("check.py --vkey KEY")
    for folder in waited:
        print("Not proved: {} was not in the log yet.".format(folder))
    if about == "history":
        print("It has the entries 1 to {} of the history {}, without a gap.".format(pack["entries"], whose))
    else:
        print("Of the case {} it has so many steps: {}.".format(whose, pack["entries"]))
        print("It does not prove that these are all of them.")
    if last:
        at = datetime.datetime.fromtimestamp(last[2] // 1000, datetime.timezone.utc)
        print("The last one that is proved is number {}, {}, of {:%Y-%m-%d %H:%M:%S} UTC.".format(*last[:2], at))
        print("Whether others came after it, nobody can tell from this file.")
    print("Texts of cases that are those that the entries name: {}.".format(texts))
    print("Not proved, but the words of whoever made the file: index.html, account.json, case.json, the")
    print("answers beside texts.json, README.txt, and this program.")
    for name, _, public in keys:
        digest = hashlib.sha256(public).hexdigest()[:32]
        print("The key of {}: {}".format(name, " ".join(digest[at : at + 4] for at in range(0, 32, 4))))
    sys.exit(0 if proves and not waited else 2)


if __name__ == "__main__":
    try:
        main()
    except (AttributeError, KeyError, TypeError, ValueError) as wrong:
        refuse("a file is not of the form in which it was written: {!r}".format(wrong))
