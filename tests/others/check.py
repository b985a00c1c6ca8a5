"""Checks receipts and checkpoints of Sayso by scitt-cose, which is not ours. It reads the same lines of JSON as check.go."""

import base64
import json
import sys

from scitt_cose.merkle import verify_consistency, verify_inclusion


def state(checkpoint):
    _, size, root = checkpoint.split("\n")[:3]
    return int(size), base64.b64decode(root).hex()


def changed(proof):
    middle = len(proof) // 2
    return [hash if i != middle else f"{int(hash, 16) ^ 4:064x}" for i, hash in enumerate(proof)]


states, pairs, receipts = [], 0, 0
for line in map(json.loads, sys.stdin):
    hashes = [base64.b64decode(hash).hex() for hash in line.get("Hashes", [])]
    if line["Kind"] == "checkpoint":
        states.append(state(line["Checkpoint"]))
    elif line["Kind"] == "pair":
        (old, of_old), (new, of_new) = states[line["Old"]], states[line["New"]]
        assert verify_consistency(of_old, of_new, old, new, hashes), f"{old} to {new}"
        assert not hashes or not verify_consistency(of_old, of_new, old, new, changed(hashes)), "a changed proof was taken"
        pairs += 1
    elif line["Kind"] == "receipt":
        size, root = state(line["Checkpoint"])
        leaf = base64.b64decode(line["Leaf"]).hex()
        assert verify_inclusion(leaf, line["Index"], size, hashes, root), f"receipt {line['Index']}"
        assert not verify_inclusion(leaf[2:], line["Index"], size, hashes, root), "a changed leaf was taken"
        assert not hashes or not verify_inclusion(leaf, line["Index"], size, changed(hashes), root), "a changed receipt was taken"
        receipts += 1
print(f"checkpoints {len(states)}, pairs {pairs}, receipts {receipts}")
