"""Whom given words mean: grows the trees of `legation.link.resolver` on annotated parties.

    python -m training.resolver --shared ../shared --annotations training/annotations --model-folder RUN/first/model \
        --out src/legation/model/resolver.json

Three forests: which entities of the article some words mean, the same once all words have been looked at, and which
sector of a country. They are grown on `claims/train` and both parts of the project's annotations; the second look on a
fifth of the documents, with what a first look finds there that was grown on the others. What the network says is taken
only where it has not seen the document (the second part); elsewhere it is left out, as a missing value. Counts of words
(heads, names, triggers by side) are made of all other documents for each fifth of them, and of all for what is shipped.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np

from legation.link.again import NAMES, again_rows
from legation.link.resolver import Resolver
from legation.link.sectors import COLUMNS, LABELS, TABLES, Case, Setting, sector_rows, setting_of
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
SIZES = {"places": (300, 24, 0.06, -1), "again": (80, 10, 0.08, 6), "sectors": (200, 24, 0.08, 6)}
"""Trees, leaves a tree, learning rate and greatest depth (-1 for any) of each forest. Reading asks the sectors alone,
and waits for their deepest leaf."""
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
        for _, setting, right in cases_of(one):
            for sector in right:
                for table, key in zip(TABLES, setting.keys, strict=True):
                    self.add(one.fold, f"sector_{table}", key, sector, times)
        frequent = max(scene.candidates, key=lambda c: len(c.mentions)).place
        for parties in one.parties:
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


class Table:
    """Rows of one forest: values, labels and weights.

    Args:
        columns: Names of the values.
    """

    def __init__(self, columns: list[str]) -> None:
        self.columns = columns
        self._x: list[np.ndarray] = []
        self._rest: list[np.ndarray] = []

    def add(self, rows: np.ndarray, right: Sequence[bool], weight: float) -> None:
        """Adds the rows of one case or document."""
        self._x.append(rows)
        self._rest.append(np.array([(yes, weight) for yes in right], dtype=np.float32).reshape(-1, 2))

    def grown(self, kind: str) -> dict[str, Any]:
        """The boosted trees of one of `SIZES`, as `Forest` reads them."""
        trees, leaves, rate, depth = SIZES[kind]
        settings = {
            "objective": "binary", "learning_rate": rate, "num_leaves": leaves, "max_depth": depth,
            "min_data_in_leaf": 40, "seed": 0, "feature_fraction": 0.5, "bagging_fraction": 0.8, "bagging_freq": 1,
            "lambda_l2": 5.0, "max_bin": 127, "verbose": -1, "num_threads": 1, "deterministic": True,
            "force_row_wise": True,
        }  # fmt: skip
        y, weight = np.concatenate(self._rest).T
        data = lightgbm.Dataset(
            np.concatenate(self._x), y, weight=weight if kind == "sectors" else None, feature_name=self.columns,
            params={"max_bin": 127},
        )  # fmt: skip
        forest = as_forest(lightgbm.train(settings, data, num_boost_round=trees))
        print(f"{kind}: {len(y)} rows, {len(self.columns)} features, {len(forest['feature'])} nodes", flush=True)
        return forest


NO_TREES: dict[str, Any] = {k: [] for k in ("features", "feature", "threshold", "right", "missing", "roots")}


def as_forest(booster: Any) -> dict[str, Any]:
    """LightGBM's trees as the flat lists that `Forest` reads."""
    out: dict[str, Any] = {k: [] for k in ("feature", "threshold", "right", "missing", "roots")}

    def add(node: dict[str, Any]) -> int:
        at = len(out["feature"])
        for key in ("feature", "threshold", "right", "missing"):
            out[key].append(0)
        if "leaf_value" in node:
            out["feature"][at], out["threshold"][at] = -1, float(f"{node['leaf_value']:.3g}")
            return at
        out["feature"][at] = node["split_feature"]
        # between two values a border may be rounded; at a whole number it must stay
        out["threshold"][at] = float(f"{node['threshold']:.6g}")
        # LightGBM treats a missing value as 0 where training saw none at the fork
        left = node["default_left"] if node["missing_type"] == "NaN" else node["threshold"] >= 0
        out["missing"][at] = int(left)
        add(node["left_child"])  # comes right after its parent
        out["right"][at] = add(node["right_child"]) - at
        return at

    model = booster.dump_model()
    for tree in model["tree_info"]:
        out["roots"].append(add(tree["tree_structure"]))
    return {"features": model["feature_names"], **out, "missing": "".join(map(str, out["missing"]))}


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


def cases_of(one: Read) -> list[tuple[Case, Setting, set[str]]]:
    """The countries that a document's parties mean, where each stands, and the sectors that are right."""
    if one.cases is None:
        one.cases = []
        for draft, parties in zip(one.drafts, one.parties, strict=True):
            words = [p.words for p in parties]
            places = [list(dict.fromkeys(place_of(c) for p in parties if p.words.side == side for c in p.codes))
                      for side in (0, 1)]  # fmt: skip
            for party in parties:
                sectors: dict[str, set[str]] = {}
                for code in party.codes:
                    place, _, sector = code.partition(".")
                    if ":" not in place and sector in LABELS:
                        sectors.setdefault(place, set()).add(sector)
                for place, right in sectors.items():
                    case = Case(draft, party.words, words, place, places[1 - party.words.side])
                    one.cases.append((case, setting_of(one.scene, case), right))
    return one.cases


def sectors_of(one: Read, tables: Tables) -> tuple[np.ndarray, list[bool]]:
    """For each country that a party of a document means what speaks for its sectors, and which is right."""
    cases = cases_of(one)
    case_of, label_of, rows = sector_rows(one.scene, [c for c, _, _ in cases], tables, [s for _, s, _ in cases])
    return rows, [LABELS[j] in cases[k][2] for k, j in zip(case_of, label_of, strict=True)]


def stack_places(reads: Sequence[tuple[Read, float]], tables: Sequence[Tables]) -> Table:
    """Rows of the first look, from documents with their weights."""
    draw = random.Random(0)
    table = Table([])
    for one, weight in reads:
        for values, right in place_rows(one, tables[one.fold], draw):
            if not table.columns:
                table.columns = sorted(set().union(*values) | {"has_office", "holder_named"})
            table.add(rows_of(table.columns, values), right, weight)
    return table


def stack_sectors(reads: Sequence[tuple[Read, float]], tables: Sequence[Tables]) -> Table:
    """Rows of the sectors, from documents with their weights."""
    table = Table(list(COLUMNS))
    for one, weight in reads:
        table.add(*sectors_of(one, tables[one.fold]), weight)
    return table


def stack_again(reads: Sequence[Read], first: Resolver) -> Table:
    """Rows of the second look, from documents that the first does not know."""
    table = Table(list(NAMES))
    for one in reads:
        words = [[p.words for p in parties] for parties in one.parties]
        chances = first.chances(one.scene, one.drafts, one.scene.party_rows(one.drafts), words)
        places = [c.place for c in one.scene.candidates]
        for rows, parties in zip(again_rows(one.scene, one.drafts, words, chances), one.parties, strict=True):
            means = [{place_of(c) for c in party.codes} for party in parties]
            right = [place in mine for mine in means for place in places]
            table.add(rows.reshape(-1, len(NAMES)), right, 1.0)
    return table


def fit(reads: Sequence[tuple[Read, float]]) -> dict[str, Any]:
    """Everything that `legation.link.resolver.Resolver` takes, from documents with the weight of each."""
    held = min(one.fold for one, _ in reads)
    first = first_look([(one, weight) for one, weight in reads if one.fold != held])[1]
    again = stack_again([one for one, _ in reads if one.fold == held], Resolver(first | {"sectors": NO_TREES}))
    counts, whole = first_look(reads)
    sectors = stack_sectors(reads, [Tables(counts.without(fold, _LEAST)) for fold in range(FOLDS)])
    return {**whole, "again": again.grown("again"), "sectors": sectors.grown("sectors")}


def first_look(reads: Sequence[tuple[Read, float]]) -> tuple[Counts, dict[str, Any]]:
    """The counts of documents, and the tables and the forest of the first look."""
    counts = Counts()
    for one, weight in reads:
        counts.add_document(one, round(TABLE_WEIGHT if weight > 1 else 1))
    places = stack_places(reads, [Tables(counts.without(fold)) for fold in range(FOLDS)])
    return counts, {"tables": counts.without(-1, _LEAST), "places": places.grown("places")}


def save(data: dict[str, Any], out: Path) -> None:
    """Writes the weights, one table or list a line; counts as `legation.link.whom.counts_of` reads them."""
    packed = {
        table: {key: " ".join(f"{label}={n}" if label else str(n) for label, n in labels.items())
                for key, labels in keys.items()}
        for table, keys in data["tables"].items()
    }  # fmt: skip
    parts = [
        json.dumps(name) + ":{" + ",".join("\n" + json.dumps(k) + ":" + dense(v) for k, v in part.items()) + "}"
        for name, part in (("tables", packed), *((kind, data[kind]) for kind in SIZES))
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
