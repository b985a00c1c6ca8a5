"""Checks receipts and checkpoints of Sayso by scitt-cose and cryptography, which are not ours. It reads the same lines of JSON as
check.go, and as there it opens the archive of a receipt, reads the files and makes the leaf itself."""

import base64
import hashlib
import hmac
import io
import json
import sys
import zipfile

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from scitt_cose.merkle import verify_consistency, verify_inclusion


def state(checkpoint):
    """The size and the root of a checkpoint that the log has signed (c2sp.org/signed-note)."""
    text, _, signatures = checkpoint.rpartition("\n\n")
    log, size, root = text.split("\n")
    name, _, vkey = KEY.split("+", 2)
    [signature] = [line.split(" ")[2] for line in signatures.splitlines() if line.split(" ")[1] == name == log]
    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(vkey)[1:])
    key.verify(base64.b64decode(signature)[4:], (text + "\n").encode())
    return int(size), base64.b64decode(root).hex()


def proves(entry, text):
    """Whether the two files of a receipt that matter prove that the entry stands in the log."""
    try:
        head, checkpoint = text.split("\n\n", 1)
        first, extra, named, *hashes = head.split("\n")
        size, root = state(checkpoint)
        commitment = hmac.new(base64.b64decode(extra.split(" ")[1]), entry, hashlib.sha256).digest()
        leaf = "sayso-entry/1\n" + base64.b64encode(commitment).decode() + "\n"
        hashes = [base64.b64decode(hash).hex() for hash in hashes]
        index = int(named.split(" ")[1])
    except (ValueError, IndexError, InvalidSignature):
        return False
    if first != "c2sp.org/tlog-proof@v1" or not extra.startswith("extra ") or not named.startswith("index "):
        return False
    return verify_inclusion(leaf.encode().hex(), index, size, hashes, root)


def changed(proof):
    middle = len(proof) // 2
    return [hash if i != middle else f"{int(hash, 16) ^ 4:064x}" for i, hash in enumerate(proof)]


states, pairs, receipts = [], 0, 0
for line in map(json.loads, sys.stdin):
    hashes = [base64.b64decode(hash).hex() for hash in line.get("Hashes", [])]
    if line["Kind"] == "key":
        KEY = line["Vkey"]
    elif line["Kind"] == "checkpoint":
        states.append(state(line["Checkpoint"]))
    elif line["Kind"] == "pair":
        (old, of_old), (new, of_new) = states[line["Old"]], states[line["New"]]
        assert verify_consistency(of_old, of_new, old, new, hashes), f"{old} to {new}"
        assert not hashes or not verify_consistency(of_old, of_new, old, new, changed(hashes)), "a changed proof was taken"
        pairs += 1
    elif line["Kind"] == "receipt":
        with zipfile.ZipFile(io.BytesIO(base64.b64decode(line["Archive"]))) as archive:
            entry, text = archive.read("entry.json"), archive.read("entry.tlog-proof").decode()
        assert proves(entry, text), text
        middle = len(entry) // 2
        assert not proves(entry[:middle] + bytes([entry[middle] ^ 1]) + entry[middle + 1 :], text), "a changed entry was taken"
        # One letter of each line: of the salt, the index, each hash, and the checkpoint.
        rows = text.split("\n")
        for i, row in enumerate(rows):
            at = len(row) // 2
            other = row[:at] + ("B" if row[at : at + 1] == "A" else "A") + row[at + 1 :]
            if row:
                assert not proves(entry, "\n".join(rows[:i] + [other] + rows[i + 1 :])), f"a changed line was taken: {row}"
        receipts += 1
print(f"checkpoints {len(states)}, pairs {pairs}, receipts {receipts}")
