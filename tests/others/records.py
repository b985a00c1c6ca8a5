"""Holds the records of receipts against the standards of others: pyshacl, rdflib and jsonschema, which are not ours. It reads lines of
JSON: {"Kind": "record" or "kantara", "Text": the file}. Before that, it holds the shapes against the published examples."""

import json
import pathlib
import sys

import jsonschema
import pyshacl
from rdflib import Graph, URIRef

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
STANDARDS = ROOT / "tests/standards"
SHAPES = Graph().parse(ROOT / "public/shapes/consent-record.ttl")
SCHEMA = "https://w3id.org/dpv/schema/dpv-27560#record"
# Of DPV, the terms; of others, what the guide of the W3C's group uses.
OTHERS = (
    "http://purl.org/dc/terms/",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "http://www.w3.org/2001/XMLSchema#",
    "http://www.w3.org/2004/02/skos/core#",
    "https://schema.org/",
)


def terms():
    namespace, known = None, set()
    for line in (STANDARDS / "dpv-2.3-terms.txt").read_text().splitlines():
        if line.startswith("  "):
            known.add(namespace + line.strip())
        else:
            namespace = line
    assert len(known) > 1800, len(known)
    return known


def broken(text):
    """Which rules of the shapes a record breaks."""
    conforms, results, _ = pyshacl.validate(Graph().parse(data=text, format="json-ld"), shacl_graph=SHAPES)
    sh = "http://www.w3.org/ns/shacl#"
    # The rules of a record, and not also the parts of each that it breaks.
    found = results.objects(None, URIRef(sh + "result"))
    rules = {rule for result in found for rule in results.objects(result, URIRef(sh + "sourceShape"))}
    assert conforms == (not rules)
    return rules


def unknown(text):
    """The IRIs of a record that are no terms of DPV 2.3, without the addresses of the platform."""
    used = {str(term) for triple in Graph().parse(data=text, format="json-ld") for term in triple if isinstance(term, URIRef)}
    # A type of a value is an IRI too.
    used |= {str(value.datatype) for value in Graph().parse(data=text, format="json-ld").objects() if getattr(value, "datatype", None)}
    of_dpv = {iri for iri in used if "w3id.org/dpv" in iri}
    assert len(of_dpv) > 40, of_dpv
    rest = {iri for iri in used - of_dpv if iri.startswith("http://") and not iri.startswith(OTHERS)}
    return (of_dpv - TERMS - {SCHEMA}) | {iri for iri in rest if "w3.org" in iri or "purl.org" in iri}


TERMS = terms()
VALIDATOR = jsonschema.Draft4Validator(
    json.loads("".join(line for line in (STANDARDS / "kantara-consent-receipt-v1_1-schema.json").read_text().splitlines(True) if not line.strip().startswith("//")))
)

examples = {"right": 0, "wrong": 0}
for example in sorted((ROOT / "public/shapes/examples").iterdir()):
    rules = broken(example.read_text())
    if example.name.startswith("fails-"):
        assert len(rules) == 1, (example.name, rules)
        examples["wrong"] += 1
    else:
        assert not rules and not unknown(example.read_text()), (example.name, rules, unknown(example.read_text()))
        examples["right"] += 1
# Of two terms that there are not, both are found.
invented = (ROOT / "public/shapes/examples/objected.jsonld").read_text().replace("dpv:ResearchAndDevelopment", "dpv:Growth").replace("ai:ModelTraining", "ai:Training")
assert unknown(invented) == {"https://w3id.org/dpv#Growth", "https://w3id.org/dpv/ai#Training"}, unknown(invented)

checked = {"record": 0, "kantara": 0}
for line in map(json.loads, sys.stdin):
    text = line["Text"]
    if line["Kind"] == "record":
        assert not broken(text), (broken(text), text)
        assert not unknown(text), unknown(text)
    else:
        VALIDATOR.validate(json.loads(text))
        less = json.loads(text)
        del less["piiControllers"][0]["phone"]
        assert not VALIDATOR.is_valid(less), "a receipt without a telephone was taken"
    checked[line["Kind"]] += 1
print("examples {right} right, {wrong} wrong;".format(**examples), "records {record}, receipts {kantara}".format(**checked))
