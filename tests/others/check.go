// Checks receipts and checkpoints of Sayso by Go's tlog and note packages, which are not ours. It reads lines of JSON from standard
// input: a key, checkpoints, consistency proofs between them, and receipts. Each proof is changed by one bit as well, and then it has
// to be refused.
//
// Run: GOPATH=/usr/share/gocode GO111MODULE=off go run tests/others/check.go
package main

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type line struct {
	Vkey       string
	Checkpoint string
	Leaf       string
	Hashes     []string
	// Places of checkpoints among those that came before; index of a leaf.
	Old, New, Index int64
	Kind            string
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
			s, err := opened(l.Checkpoint, verifiers)
			if err != nil {
				fail("receipt %d: %v", l.Index, err)
			}
			leaf, err := base64.StdEncoding.DecodeString(l.Leaf)
			if err != nil {
				fail("%v", err)
			}
			if err := tlog.CheckRecord(hashes, s.size, s.root, l.Index, tlog.RecordHash(leaf)); err != nil {
				fail("receipt %d: %v", l.Index, err)
			}
			leaf[20] ^= 1
			if tlog.CheckRecord(hashes, s.size, s.root, l.Index, tlog.RecordHash(leaf)) == nil {
				fail("a changed leaf was taken")
			}
			if len(changed) > 0 {
				leaf[20] ^= 1
				if tlog.CheckRecord(changed, s.size, s.root, l.Index, tlog.RecordHash(leaf)) == nil {
					fail("a changed receipt was taken")
				}
			}
			receipts++
		}
	}
	if err := input.Err(); err != nil {
		fail("%v", err)
	}
	fmt.Printf("checkpoints %d, pairs %d, receipts %d\n", len(states), pairs, receipts)
}
