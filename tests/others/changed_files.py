"""Changes the files of a receipt or a pack in every way it knows, and has the check.py beside them check each change. Whatever the
change is, check.py has to refuse it in words: no traceback, no endless work, and no more than a gigabyte of memory.

Run: python3 changed_files.py FOLDER KEY"""

import importlib.util
import io
import os
import pathlib
import random
import resource
import shutil
import sys

FOLDER, KEY = pathlib.Path(sys.argv[1]), sys.argv[2]
sys.dont_write_bytecode = True
spec = importlib.util.spec_from_file_location("check", FOLDER / "check.py")
check = importlib.util.module_from_spec(spec)
spec.loader.exec_module(check)
IS_PACK = (FOLDER / "pack.json").exists()
RANDOM = random.Random(7)
# What a receipt has beside what is proved. Of a pack, pack.json lists all of it.
NOT_PROVED = set() if IS_PACK else {"README.txt", "policy.txt"}
# They need not be there. Of these, check.py compares some fields, and sayso verify each byte.
READINGS = {"consent-record.jsonld", "consent-receipt.json"}
# When it was made, pack.json alone says.
OPEN = READINGS | {"pack.json"}
# What is larger than this is changed in places.
MOST = 40 if IS_PACK else 3000


def run(*args):
    """The exit code of check.py, and what it prints."""
    out, before = io.TextIOWrapper(io.BytesIO(), "utf-8"), sys.stdout
    sys.argv, sys.stdout = ["check.py", *args], out
    try:
        check.run(check.main)
        code = None
    except SystemExit as end:
        code = end.code
    finally:
        sys.stdout = before
    out.flush()
    return code, out.buffer.getvalue().decode()


def refused(name, what):
    # Without a key from elsewhere, the key that came with it is used.
    code, said = run() if name == "log.vkey" else run("--vkey", KEY)
    if name not in OPEN or code != 0:
        assert code == 1 and said.startswith("Refused: "), (name, what, code, said)


def same():
    code, said = run("--vkey", KEY)
    assert code == 0 and "Proved, by the key" in said, (code, said)


resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
same()
files = sorted(path for path in FOLDER.rglob("*") if path.is_file() and path.name != "check.py")
bits = others = 0
for path in files:
    name, data = path.relative_to(FOLDER).as_posix(), path.read_bytes()
    if name in NOT_PROVED:
        continue
    places = range(len(data)) if len(data) <= MOST else sorted(RANDOM.sample(range(len(data)), MOST))
    every = name == "entry.tlog-proof"
    for at in places:
        for bit in range(8) if every else [RANDOM.randrange(8)]:
            # In one file, so that it stays the same file for whoever has it open.
            path.write_bytes(data[:at] + bytes([data[at] ^ 1 << bit]) + data[at + 1 :])
            refused(name, (at, bit))
            bits += 1
    nothing = [b"", b"\n", b"\n\n\n", b"{}", b"[]", b"null", b"1", b"NaN", b'"\\ud800"', b"\xff\xfe", b"\0" * 100]
    deep = [b"[" * 100_000, b'{"a":' * 100_000, b"9" * 200_000, b'{"at":' + b"9" * 10_000 + b"}", b'{"at":1e999}']
    cut = [data[:-1], data[: len(data) // 2], data + b"\n", data * 2, data.replace(b"\n", b"\r\n"), b"\xef\xbb\xbf" + data]
    typed = [data.replace(b'"', b"1"), data.replace(b":", b":null,"), data.replace(b"null", b"[]"), data.replace(b"1", b"-1")]
    for wrong in nothing + deep + cut + typed + [data.replace(b"+", b"\x1b"), RANDOM.randbytes(5000), b"x" * (2 << 20)]:
        if wrong != data:
            path.write_bytes(wrong)
            refused(name, wrong[:60])
            others += 1
    # As large as a disk, without being written.
    os.truncate(path, 3 << 30)
    refused(name, "3 GiB")
    path.unlink()
    if name not in READINGS:
        refused(name, "missing")
    path.mkdir()
    refused(name, "a folder")
    path.rmdir()
    os.mkfifo(path)
    refused(name, "a pipe")
    path.unlink()
    path.symlink_to("/dev/zero")
    refused(name, "zeros without end")
    path.unlink()
    path.write_bytes(data)
    others += 5
same()
if IS_PACK:
    # Files and folders that do not belong there.
    for more in ("more.txt", "entries/000099-0000-0000/entry.json", "entries/x", "cases/x/texts.json"):
        path = FOLDER / more
        existed = path.parent.exists()
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"[]")
        refused(more, "one more")
        path.unlink() if existed else shutil.rmtree(path.parent)
        others += 1
    same()
print(f"Every change was refused: {bits} bits, {others} others.")
