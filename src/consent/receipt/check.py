

def has_notice(said):
    """Whether the entry names a notice, whose exact text is then there."""
    named = said.get("notice")
    if not (HERE / "notice.txt").exists():
        if named is not None:
            refuse("notice.txt is missing: the entry names a notice")
        return False
    if named is None or hashlib.sha256(read("notice.txt")).hexdigest() != named["sha256"]:
        refuse("notice.txt is not the text that the entry names")
    return True


def status(said):
    """What the records of standards call it, or None. They have to say what the entry says."""
    if not (HERE / "consent-record.jsonld").exists():
        if (HERE / "consent-receipt.json").exists():
            refuse("consent-receipt.json has no consent-record.jsonld beside it")
        return None
    may = {
        "allowed": ("dpv:ConsentGiven", "dpv:LegitimateInterestNotObjected"),
        "denied": ("dpv:ConsentRefused", "dpv:ConsentWithdrawn", "dpv:LegitimateInterestObjected"),
        None: ("dpv:LegitimateInterestNotObjected",),
    }
    record = parsed("consent-record.jsonld", lines("consent-record.jsonld").encode())
    kantara = None
    if (HERE / "consent-receipt.json").exists():
        kantara = parsed("consent-receipt.json", lines("consent-receipt.json").encode())
    try:
        found = record["dpv:hasConsentStatus"]
        at = instant(said["at"], "T", "milliseconds") + "Z"
        same = (
            record["dct:identifier"] == record["dpv:hasIdentifier"] == said["id"]
            and record["dpv:hasDataSubject"]["dct:identifier"] == said["subject"]
            and record["dpv:hasNotice"]["dct:identifier"] == "sha256:" + said["notice"]["sha256"]
            and found["dpv:isIndicatedAtTime"]["@value"] == at
            and found["@type"] in may.get(said.get("choice"), ())
        )
        if same and kantara is not None:
            consent = kantara["services"][0]["purposes"][0]["consentType"]
            same = (
                kantara["consentReceiptID"] == said["id"]
                and kantara["piiPrincipalId"] == said["subject"]
                and kantara["consentTimestamp"] == said["at"] // 1000
                and (consent == "EXPLICIT") == (found["@type"] == "dpv:ConsentGiven")
            )
    except (ValueError, KeyError, TypeError, IndexError):
        same = False
    if not same:
        refuse("a record of a standard does not say what the entry says")
    return found["@type"]


def main():
    keys = given()
    if len(keys) > 1:
        refuse("a receipt is proved by one key")
    proof = Proof("entry.tlog-proof", read("entry.json"))
    name, _, public = key_used = keys[0] if keys else key(lines("log.vkey")[:-1])
    if name != proof.log:
        refuse("it is of the log {}, and the key is of {}".format(proof.log, name))
    proof.signed_by([key_used])

    said = canonical("entry.json")
    notice, record = has_notice(said), status(said)
    if notice:
        say("notice.txt is the exact text that was shown.")
    if record:
        say("The records say the same, as", record + ".")
        say("What they add about the platform, the country and the law is the platform's word.")
    for field in ("kind", "purpose", "choice", "case", "actor", "position", "subject"):
        if said.get(field) is not None:
            say("{:>10}: {}".format(field, said[field]))
    say("{:>10}: {} UTC".format("recorded", instant(said["at"])))
    say("It is leaf {} of the log {}, which had {} entries.".format(proof.index, proof.log, proof.size))
    if keys:
        say("Proved, by the key {}.".format(fingerprint(public)))
        sys.exit(0)
    say("Not proved yet: it agrees with the key that came with it, {}.".format(fingerprint(public)))
    say("Compare that key with the one at {}/keys, then run: python3 check.py --vkey KEY".format(proof.log))
    sys.exit(2)


if __name__ == "__main__":
    run(main)
