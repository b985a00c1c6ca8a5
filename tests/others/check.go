// Checks receipts and checkpoints of Sayso by Go's tlog and note packages, which are not ours. It reads lines of JSON from standard
// input: a key, checkpoints, consistency proofs between them, and receipts as they are downloaded, in base64. Of a receipt it opens
// the archive, reads the files and makes the leaf itself. Each proof is changed by one bit as well, and then it has to be refused.
//
// Run: GOPATH=/usr/share/gocode GO111MODULE=off go run tests/others/check.go
package main

import (
	"archive/zip"
	"bufio"
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type line struct {
	Vkey       string
	Checkpoint string
	Archive    []byte
	Hashes     []string
	// Places of checkpoints among those that came before.
	Old, New int64
	Kind     string
}

type state struct {
	size int64
	root tlog.Hash
}

func fail(format string, args ...interface{}) {
	fmt.Printf(format+"\n", args...)
	os.Exit(1)
}

// opened checks the signature of a checkpoint, and returns what it signs.
func opened(text string, verifiers note.Verifiers) (state, error) {
	signed, err := note.Open([]byte(text), verifiers)
	if err != nil {
		return state{}, err
	}
	lines := strings.Split(signed.Text, "\n")
	if len(lines) != 4 {
		return state{}, fmt.Errorf("a checkpoint of %d lines", len(lines)-1)
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return state{}, err
	}
	root, err := tlog.ParseHash(lines[2])
	return state{size, root}, err
}

// unpacked reads one file of a receipt.
func unpacked(archive *zip.Reader, name string) ([]byte, error) {
	file, err := archive.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return io.ReadAll(file)
}

// leafOf makes the leaf of an entry, as docs/log.md says it.
func leafOf(entry, salt []byte) []byte {
	mac := hmac.New(sha256.New, salt)
	mac.Write(entry)
	return []byte("sayso-entry/1\n" + base64.StdEncoding.EncodeToString(mac.Sum(nil)) + "\n")
}

// proof is what stands in an entry.tlog-proof (c2sp.org/tlog-proof).
type proof struct {
	salt       []byte
	index      int64
	hashes     []tlog.Hash
	checkpoint string
}

func parsed(text string) (p proof, err error) {
	parts := strings.SplitN(text, "\n\n", 2)
	lines := strings.Split(parts[0], "\n")
	if len(parts) != 2 || len(lines) < 3 || lines[0] != "c2sp.org/tlog-proof@v1" {
		return p, fmt.Errorf("not a proof")
	}
	p.checkpoint = parts[1]
	extra, index := strings.TrimPrefix(lines[1], "extra "), strings.TrimPrefix(lines[2], "index ")
	if extra == lines[1] || index == lines[2] {
		return p, fmt.Errorf("no salt or no index")
	}
	if p.salt, err = base64.StdEncoding.DecodeString(extra); err != nil {
		return p, err
	}
	if p.index, err = strconv.ParseInt(index, 10, 64); err != nil {
		return p, err
	}
	for _, line := range lines[3:] {
		hash, err := tlog.ParseHash(line)
		if err != nil {
			return p, err
		}
		p.hashes = append(p.hashes, hash)
	}
	return p, nil
}

// proves checks a receipt by its two files that matter.
func proves(entry []byte, text string, verifiers note.Verifiers) error {
	p, err := parsed(text)
	if err != nil {
		return err
	}
	s, err := opened(p.checkpoint, verifiers)
	if err != nil {
		return err
	}
	return tlog.CheckRecord(p.hashes, s.size, s.root, p.index, tlog.RecordHash(leafOf(entry, p.salt)))
}

// receipt checks a receipt as it is downloaded, and that changes of it are noticed.
func receipt(data []byte, verifiers note.Verifiers) error {
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return err
	}
	entry, err := unpacked(archive, "entry.json")
	if err != nil {
		return err
	}
	text, err := unpacked(archive, "entry.tlog-proof")
	if err != nil {
		return err
	}
	if err := proves(entry, string(text), verifiers); err != nil {
		return err
	}
	other := append([]byte(nil), entry...)
	other[len(other)/2] ^= 1
	if proves(other, string(text), verifiers) == nil {
		return fmt.Errorf("a changed entry was taken")
	}
	// One letter of each line: of the salt, the index, each hash, and the checkpoint.
	lines := strings.Split(string(text), "\n")
	for i, line := range lines {
		if line == "" {
			continue
		}
		at := len(line) / 2
		letter := "A"
		if line[at] == 'A' {
			letter = "B"
		}
		changed := append([]string(nil), lines...)
		changed[i] = line[:at] + letter + line[at+1:]
		if proves(entry, strings.Join(changed, "\n"), verifiers) == nil {
			return fmt.Errorf("a changed line was taken: %s", line)
		}
	}
	return nil
}

func main() {
	input := bufio.NewScanner(os.Stdin)
	input.Buffer(make([]byte, 1<<20), 1<<20)
	var verifiers note.Verifiers
	var states []state
	var receipts, pairs int
	for input.Scan() {
		var l line
		if err := json.Unmarshal(input.Bytes(), &l); err != nil {
			fail("%v", err)
		}
		var hashes []tlog.Hash
		for _, text := range l.Hashes {
			hash, err := tlog.ParseHash(text)
			if err != nil {
				fail("%v", err)
			}
			hashes = append(hashes, hash)
		}
		changed := append([]tlog.Hash(nil), hashes...)
		if len(changed) > 0 {
			changed[len(changed)/2][7] ^= 4
		}
		switch l.Kind {
		case "key":
			verifier, err := note.NewVerifier(l.Vkey)
			if err != nil {
				fail("%v", err)
			}
			verifiers = note.VerifierList(verifier)
		case "checkpoint":
			s, err := opened(l.Checkpoint, verifiers)
			if err != nil {
				fail("checkpoint %d: %v", len(states), err)
			}
			if _, err := opened(strings.Replace(l.Checkpoint, "\n", "x\n", 1), verifiers); err == nil {
				fail("a changed checkpoint was taken")
			}
			states = append(states, s)
		case "pair":
			old, new := states[l.Old], states[l.New]
			if err := tlog.CheckTree(hashes, new.size, new.root, old.size, old.root); err != nil {
				fail("%d to %d: %v", old.size, new.size, err)
			}
			if len(changed) > 0 && tlog.CheckTree(changed, new.size, new.root, old.size, old.root) == nil {
				fail("a changed proof of %d to %d was taken", old.size, new.size)
			}
			pairs++
		case "receipt":
			if err := receipt(l.Archive, verifiers); err != nil {
				fail("receipt %d: %v", receipts, err)
			}
			receipts++
		}
	}
	if err := input.Err(); err != nil {
		fail("%v", err)
	}
	fmt.Printf("checkpoints %d, pairs %d, receipts %d\n", len(states), pairs, receipts)
}
