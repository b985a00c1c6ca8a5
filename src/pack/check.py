

# No pack is larger, and what is read of one at once is not, either.
LARGEST, AT_ONCE = 512 * MIB, 64 * MIB
NEEDED = ("README.txt", "check.py", "log.vkey", "policy.txt", "index.html")
FIELDS = {"about", "entries", "files", "format", "made", "waiting"}


def left(path):
    """Whether it is what computers leave in folders by themselves."""
    return path.name.startswith(".") or path.name in ("Thumbs.db", "desktop.ini")


def receipt_number(said):
    """The number of an entry that people read out: 7KQ2-9FMX. It is the last forty bits of its id."""
    bits = int(said["id"].replace("-", "")[22:], 16)
    letters = ["0123456789ABCDEFGHJKMNPQRSTVWXYZ"[bits >> 5 * at & 31] for at in range(7, -1, -1)]
    return "".join(letters[:4]) + "-" + "".join(letters[4:])


def sha256(name):
    """The SHA-256 of a file, a part at a time."""
    digest, size = hashlib.sha256(), 0
    try:
        if not (HERE / name).is_file():
            refuse(name + " is missing")
        with open(HERE / name, "rb") as file:
            while size <= LARGEST and (HERE / name).stat().st_size <= LARGEST:
                part = file.read(MIB)
                if not part:
                    return digest.hexdigest()
                digest.update(part)
                size += len(part)
    except OSError:
        refuse(name + " cannot be read")
    refuse(name + " is larger than a pack can be")


def listed():
    """What pack.json says, once every file is there that it lists, and no other."""
    pack = canonical("pack.json", AT_ONCE)
    if pack.get("format") != "sayso-pack/1" or set(pack) != FIELDS or type(pack["entries"]) is not int:
        refuse("pack.json was changed, or is from a later version")
    for name in NEEDED:
        if name not in pack["files"]:
            refuse(name + " is missing in pack.json")
    for name, digest in sorted(pack["files"].items()):
        if ".." in name or name.startswith("/") or ":" in name or "\\" in name:
            refuse(name + " is not a file of a pack")
        if sha256(name) != digest:
            refuse(name + " was changed: it is not the one that pack.json lists")
    for path in sorted(HERE.rglob("*")):
        name = path.relative_to(HERE).as_posix()
        known = name in pack["files"] or name == "pack.json" or name.startswith("entries/")
        if not path.is_dir() and not known and not left(path):
            refuse(name + " does not belong there: pack.json does not list it")
    return pack


def main():
    trusted = given()
    pack = listed()
    # Before the first checkpoint there is no key yet.
    came = lines("log.vkey").splitlines() if read("log.vkey") else []
    keys = trusted or [key(vkey) for vkey in came]
    folders = {}
    for path in sorted(path for path in (HERE / "entries").glob("*") if not left(path)):
        folders.setdefault(path.name.partition("-")[0], []).append(path)
    [(about, whose)] = pack["about"].items()
    if about not in ("history", "case"):
        refuse("pack.json is from a later version")
    waiting = set(pack["waiting"])
    seen, sealed, checkpoints, waited, last = {}, {}, {}, [], None
    for place in range(1, pack["entries"] + 1):
        found = folders.pop("{:06}".format(place), [])
        if len(found) != 1:
            refuse("entries/{:06} is missing, or stands there twice".format(place))
        folder = "entries/" + found[0].name
        files = sorted(path.name for path in found[0].iterdir() if not left(path))
        said = canonical(folder + "/entry.json")
        if not {"id", "subject", "previous"} <= set(said):
            refuse(folder + "/entry.json was changed: it is not an entry")
        if folder != "entries/{:06}-{}".format(place, receipt_number(said)):
            refuse(folder + " is not where this entry belongs: another number, or another receipt")
        waits = said["id"] in waiting
        if files != (["entry.json"] if waits else ["entry.json", "entry.tlog-proof"]):
            refuse(folder + " has not exactly its entry and its proof")
        if waited and not waits:
            refuse(folder + " follows one that pack.json says was not in the log yet, and is in it")
        if about == "case" and said.get("case") != whose:
            refuse(folder + " is of another case")
        if about == "history":
            if said["subject"] != whose:
                refuse(folder + " is of another history")
            if said.get("position") not in (None, place):
                refuse(folder + " stands at another place of its history")
            if said["previous"] != next(iter(seen), None):
                refuse(folder + " does not follow the entry before it")
        if said["id"] in seen:
            refuse(folder + " stands there twice")
        if (said.get("position") or 1) > 1 and not said.get("previous_leaf"):
            refuse(folder + " does not fix the entry before it")
        made = seen.get(said["previous"])
        if made and said.get("previous_leaf") not in (None, made):
            refuse(folder + " has fixed another content of the entry before it")
        if about == "history":
            seen.clear()
        seen[said["id"]] = None
        if waits:
            waited.append(folder)
        else:
            proof = Proof(folder + "/entry.tlog-proof", read(folder + "/entry.json"))
            if checkpoints.setdefault(proof.log, proof.checkpoint) != proof.checkpoint:
                refuse(folder + " is proved for another checkpoint than the entries before it")
            proof.signed_by(keys)
            seen[said["id"]] = proof.commitment
            last = (place, receipt_number(said), said["at"])
        step, notice = said.get("step"), said.get("notice")
        if notice:
            name = "notices/{purpose}-{version}-{language}.txt".format(**notice)
            if name not in pack["files"]:
                refuse(name + " is missing: an entry names it")
            if pack["files"][name] != notice["sha256"]:
                refuse(name + " is not the text that an entry names")
        if step:
            hashes = [step["text"], step.get("answer")] + [outcome["text"] for outcome in step["outcomes"]]
            sealed[said["id"]] = (said.get("case"), hashes)
    if folders:
        refuse("entries/" + min(folders) + " is an entry more than pack.json counts")
    texts = 0
    for name in sorted(name for name in pack["files"] if re.fullmatch("cases/[^/]*/texts.json", name)):
        for text in parsed(name, read(name, AT_ONCE)):
            digest = hashlib.sha256((text["salt"] + "\n" + text["text"]).encode()).hexdigest()
            case, hashes = sealed.get(text["entry"], (None, []))
            if case != name.split("/")[1] or digest not in hashes:
                refuse(name + " has a text that is not the one in the entries")
            texts += 1
    if not last:
        say("Not proved: none of its entries was in the log yet.")
    elif trusted and not waited:
        say("Proved, by the keys that you gave.")
    elif trusted:
        say("Proved, by the keys that you gave, but for what comes last:")
    else:
        say("Not proved yet: it agrees with the keys that came with it, and whoever forges a pack brings")
        say("keys too. Compare them with those on the page /log of the platform, then run:")
        say("python3 check.py --vkey KEY")
    for folder in waited:
        say("Not proved: {} was not in the log yet.".format(folder))
    if about == "history":
        say("It has the entries 1 to {} of the history {}, without a gap.".format(pack["entries"], whose))
    else:
        say("It has {} of the steps of the case {}.".format(pack["entries"], whose))
        say("It does not prove that these are all of them.")
    if last:
        say("The last one that is proved is number {}, {}, of {} UTC.".format(*last[:2], instant(last[2])))
        say("Whether others came after it, nobody can tell from this file.")
    say("Texts of cases that are those that the entries name: {}.".format(texts))
    say("Not proved, but the words of whoever made the file: index.html, account.json, case.json, the")
    say("answers beside texts.json, README.txt, and this program.")
    for name, _, public in keys:
        say("The key of {}: {}".format(name, fingerprint(public)))
    sys.exit(0 if trusted and last and not waited else 2)


if __name__ == "__main__":
    run(main)
