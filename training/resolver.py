"""Whom given words mean: grows the trees of `legation.link.resolver` on annotated parties.

    python -m training.resolver --shared ../shared --annotations training/annotations --model-folder RUN/first/model \
        --out src/legation/model/resolver.json

Two forests: which entities of the article some words mean, and which sector of a country. They are grown on
`claims/train` and both parts of the project's annotations. What the network says is taken only where it has not seen
the document (the second part); elsewhere it is left out, as a missing value. Counts of words (heads, names, triggers by
side) are made of all other documents for each fifth of them, and of all for what is shipped.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np

from legation.link.sectors import LABELS, sector_values, setting_of
from legation.link.spans import heads
from legation.link.trees import rows_of
from legation.link.whom import RELATIONS, Tables, kind_of_place, place_values
from legation.link.wording import head_of, words_of_span
from legation.ontology import place_of
from legation.read.encoder import Network
from training.data import read_documents
from training.parties import FOLDS, Read, read_all
from training.second import make_loadable
from training.standoff import read

CORPUS_WEIGHT = 2.0
"""Weight of the corpus' annotations against the project's own where they differ in conventions: in the sectors."""
TABLE_WEIGHT = 3
"""The same in the tables of counts."""
SIZES = {"places": (300, 24, 0.06), "sectors": (300, 24, 0.06)}
"""Trees, leaves a tree and learning rate of each forest."""
_LEAST = 6
"""Occurrences below which a key is left out of the shipped tables."""


class Counts:
    """Counts of training by table, key and label, kept by fold so that a document never counts for itself."""

    def __init__(self) -> None:
        self.folds: list[dict[str, dict[str, Counter[str]]]] = [
            defaultdict(lambda: defaultdict(Counter)) for _ in range(FOLDS)
        ]

    def add(self, fold: int, table: str, key: str, label: str, times: int = 1) -> None:
        """Counts one case, under its key and overall."""
        if key:
            self.folds[fold][table][key][label] += times
        self.folds[fold][table][""][label] += times

    def add_document(self, one: Read, times: int = 1) -> None:
        """Counts all parties of a document; for sectors, whose conventions differ, as `times` cases each."""
        scene, text = one.scene, one.document.text
        frequent = max(scene.candidates, key=lambda c: len(c.mentions)).place
        for draft, parties in zip(one.drafts, one.parties, strict=True):
            for party in parties:
                w = party.words
                said = text[w.start : w.end] if w.start >= 0 else ""
                head = head_of(said)
                places = {place_of(c) for c in party.codes}
                named = {m.place for m in heads(text, w.start, w.end, scene.mentions)} if said else set()
                key = f"{head}/{w.side}" if head else ""
                for place in places:
                    self.add(one.fold, "head_kind", key, kind_of_place(place))
                    if kind_of_place(place) != "state":
                        self.add(one.fold, "head_place", head, place)
                    self.add(one.fold, "phrase_place", " ".join(words_of_span(said)), place)
                if said and not named:
                    others = {
                        m.place
                        for p in parties
                        if p.words.side != w.side and p.words.start >= 0
                        for m in heads(text, p.words.start, p.words.end, scene.mentions)
                    }
                    last = next((m.place for m in reversed(scene.mentions) if m.end <= w.start), "")
                    for relation, yes in zip(
                        RELATIONS,
                        (len(places) > 1, bool(places & others), frequent in places, last in places),
                        strict=True,
                    ):
                        self.add(one.fold, f"head_{relation}", key, "yes" if yes else "no")
                for code in party.codes:
                    place, _, sector = code.partition(".")
                    if ":" not in place and sector in LABELS:
                        for table, value in setting_of(scene, draft, w, [p.words for p in parties], place)[1].items():
                            self.add(one.fold, f"sector_{table}", value, sector, times)

    def without(self, fold: int, least: int = 1) -> dict[str, dict[str, dict[str, int]]]:
        """Counts of all folds but one (-1: of all), without keys seen less than `least` times."""
        out: dict[str, dict[str, dict[str, int]]] = {}
        for k, tables in enumerate(self.folds):
            if k == fold:
                continue
            for table, keys in tables.items():
                mine = out.setdefault(table, {})
                for key, labels in keys.items():
                    total = mine.setdefault(key, {})
                    for label, n in labels.items():
                        total[label] = total.get(label, 0) + n
        return {t: {k: v for k, v in keys.items() if sum(v.values()) >= least} for t, keys in out.items()}


@dataclass
class Table:
    """Rows of one forest: values, labels and weights."""

    columns: list[str]
    x: np.ndarray
    y: np.ndarray
    weight: np.ndarray


def grow(columns: Sequence[str], x: Any, y: Any, weight: Any, trees: int, leaves: int, rate: float) -> Any:
    """Boosted trees."""
    settings = {
        "objective": "binary", "learning_rate": rate, "num_leaves": leaves, "min_data_in_leaf": 40, "seed": 0,
        "feature_fraction": 0.5, "bagging_fraction": 0.8, "bagging_freq": 1, "lambda_l2": 5.0, "max_bin": 127,
        "verbose": -1, "num_threads": 1, "deterministic": True, "force_row_wise": True,
    }  # fmt: skip
    data = lightgbm.Dataset(x, y, weight=weight, feature_name=list(columns), params={"max_bin": 127})
    return lightgbm.train(settings, data, num_boost_round=trees)


def as_forest(booster: Any) -> dict[str, Any]:
    """LightGBM's trees as the flat lists that `Forest` reads."""
    out: dict[str, Any] = {k: [] for k in ("feature", "threshold", "right", "missing", "roots")}

    def add(node: dict[str, Any]) -> int:
        at = len(out["feature"])
        for key in ("feature", "threshold", "right", "missing"):
            out[key].append(0)
        if "leaf_value" in node:
            out["feature"][at], out["threshold"][at] = -1, float(f"{node['leaf_value']:.4g}")
            return at
        out["feature"][at] = node["split_feature"]
        # between two values a border may be rounded; at a whole number it must stay
        out["threshold"][at] = float(f"{node['threshold']:.6g}")
        # LightGBM treats a missing value as 0 where training saw none at the fork
        left = node["default_left"] if node["missing_type"] == "NaN" else node["threshold"] >= 0
        out["missing"][at] = int(left)
        add(node["left_child"])  # comes right after its parent
        out["right"][at] = add(node["right_child"])
        return at

    model = booster.dump_model()
    for tree in model["tree_info"]:
        out["roots"].append(add(tree["tree_structure"]))
    return {"features": model["feature_names"], **out}


def place_rows(one: Read, tables: Tables, draw: random.Random) -> Iterator[tuple[list[dict[str, float]], list[bool]]]:
    """For each party of a document what speaks for its candidates, and which are right.

    Of candidates that nothing in the words speaks for, only some are kept: they are many, and easy.
    """
    rows = one.scene.party_rows(one.drafts)
    places = [c.place for c in one.scene.candidates]
    for i, (draft, parties) in enumerate(zip(one.drafts, one.parties, strict=True)):
        words = [p.words for p in parties]
        for party in parties:
            values = place_values(one.scene, draft, rows[i], party.words, words, tables)
            right = {place_of(c) for c in party.codes}
            keep = list(range(len(values)))
            if len(keep) > 8:
                sure = [k for k, v in enumerate(values)
                        if v["is_named"] or v["nested"] or v["is_unknown"] or places[k] in right]  # fmt: skip
                rest = [k for k in keep if k not in sure]
                keep = sorted(sure + draw.sample(rest, min(len(rest), 3 if values[0]["named"] else 20)))
            yield [values[k] for k in keep], [places[k] in right for k in keep]


def sector_rows(one: Read, tables: Tables) -> Iterator[tuple[list[dict[str, float]], list[bool]]]:
    """For each country that a party of a document means what speaks for its sectors, and which is right."""
    for draft, parties in zip(one.drafts, one.parties, strict=True):
        words = [p.words for p in parties]
        for party in parties:
            sectors: dict[str, set[str]] = {}
            for code in party.codes:
                sectors.setdefault(place_of(code), set()).add(code.partition(".")[2])
            for place, right in sectors.items():
                if ":" not in place:
                    labels, values = sector_values(one.scene, draft, party.words, words, place, tables)
                    yield values, [label in right for label in labels]


def stack(
    reads: Sequence[tuple[Read, float]], tables: Sequence[Tables], kind: str, columns: Sequence[str] = ()
) -> Table:
    """Rows of one forest, from documents with their weights."""
    draw = random.Random(0)
    x: list[np.ndarray] = []
    y: list[bool] = []
    weights: list[float] = []
    names = list(columns)
    for one, weight in reads:
        mine = tables[one.fold]
        for values, right in place_rows(one, mine, draw) if kind == "places" else sector_rows(one, mine):
            if not names:
                names = sorted(set().union(*values) | ({"has_office", "holder_named"} if kind == "places" else set()))
            x.append(rows_of(names, values))
            y += right
            weights += [weight] * len(right)
    return Table(names, np.concatenate(x), np.array(y), np.array(weights))


def fit(reads: Sequence[tuple[Read, float]]) -> dict[str, Any]:
    """Everything that `legation.link.resolver.Resolver` takes, from documents with the weight of each."""
    counts = Counts()
    for one, weight in reads:
        counts.add_document(one, round(TABLE_WEIGHT if weight > 1 else 1))
    tables = [Tables(counts.without(fold)) for fold in range(FOLDS)]
    out: dict[str, Any] = {"tables": counts.without(-1, _LEAST)}
    for kind, (trees, leaves, rate) in SIZES.items():
        table = stack(reads, tables, kind)
        weight = table.weight if kind == "sectors" else None
        forest = as_forest(grow(table.columns, table.x, table.y, weight, trees, leaves, rate))
        print(f"{kind}: {len(table.y)} rows, {len(table.columns)} features, {len(forest['feature'])} nodes", flush=True)
        out[kind] = forest
    return out


def save(data: dict[str, Any], out: Path) -> None:
    """Writes the weights, one table or list a line."""
    parts = [
        json.dumps(name) + ":{" + ",".join("\n" + json.dumps(k) + ":" + dense(v) for k, v in data[name].items()) + "}"
        for name in ("tables", *SIZES)
    ]
    out.write_text("{" + ",\n".join(parts) + "}\n", encoding="utf8")


def dense(value: Any) -> str:
    """JSON without blanks."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--annotations", type=Path, required=True, help="holds the folders first and second")
    parser.add_argument("--model-folder", type=Path, required=True, help="network that has not seen the second part")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--without", type=int, help="leave out this fifth of the documents, to measure on it")
    args = parser.parse_args()
    claims = args.shared / "corpus" / "claims"
    make_loadable(args.model_folder)
    reads = [(one, weight) for one, weight in everything(claims, args.annotations, args.shared, args.model_folder)]
    reads = [(one, weight) for one, weight in reads if one.fold != args.without]
    save(fit(reads), args.out)
    print(f"{args.out}: {args.out.stat().st_size / 1e6:.2f} MB")


def everything(claims: Path, annotations: Path, shared: Path, folder: Path) -> Iterator[tuple[Read, float]]:
    """All documents to learn from and their weights; the corpus' own conventions count double."""
    corpus = read_documents(claims / "train.docs.jsonl", claims / "train.claims.jsonl")
    yield from ((one, CORPUS_WEIGHT) for one in read_all(corpus, None))
    yield from ((one, 1.0) for one in read_all(read(annotations / "first", shared), None))
    yield from ((one, 1.0) for one in read_all(read(annotations / "second", shared), Network(folder, threads=2)))


if __name__ == "__main__":
    main()
