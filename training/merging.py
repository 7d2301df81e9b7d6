"""The weights by which reports become events: fitted to judged pairs of reports, as the reader finds them.

    python -m training.merging --shared ../shared [--lexicon] [--errors 50]

1. How rare words and places are, counted in the items of the current-events corpus.
2. What stems of triggers mean: their vectors in the published MiniLM encoder, in few dimensions.
   Steps 1 and 2 are done with `--lexicon`; else what the shipped file has is kept.
3. The judged pairs of `training/annotations/pairs`: the reader reads their items, a pair becomes a row of features.
   A logistic model and boosted trees are fitted and averaged; cross-validation says how good they are, and keeps
   pairs that share items together. Pairs whose focal item falls into `held_out` are not learnt from; so that nothing
   of them is known, other pairs with one of their items are not either.
4. What words count more where nothing else is known: weights of the features `untyped...`, fitted to pairs of mentions
   of ECB+ train within a topic, while all else stays as it is. Pairs of reports with types have 0 there.

About three minutes on two cores.
"""

from __future__ import annotations

import argparse
import base64
import gzip
import json
import math
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from legation.merge.cluster import components
from legation.merge.columns import Columns
from legation.merge.reports import reports_of
from legation.merge.score import FEATURES, features
from legation.merge.weights import parse, shipped
from legation.merge.words import is_number, stem, telling
from legation.ontology import STATUSES
from legation.pipeline import read_articles
from legation.read.sentences import split
from legation.types import Article, Report
from training.mentions import ECB, by_topic, mentions, report_of

NAME = "merge"
OUT = Path(__file__).resolve().parent.parent / "src" / "legation" / "model" / "merge.json"
PAIRS = Path(__file__).resolve().parent / "annotations" / "pairs"
CORPUS = Path("corpus") / "text" / "current-events.jsonl.gz"
LEAST_ITEMS = 25
"""Items that a word must stand in for its rarity to be kept; all others are as rare as half of that."""

LEAST_REPORTS = 5
"""Reports that a stem must be the trigger of for its meaning to be kept."""

CERTAIN, CERTAIN_WEIGHT = 300, 0.5
"""Pairs of each kind that are different for certain, and what each counts beside a judged one."""

APART, MONTH, YEAR, MOST = 45, 31, 400, 3000
LENGTH = 24
FOLDS = 6
UNTYPED = np.array([name.startswith("untyped") for name in FEATURES])
MENTIONS, OTHERS = 3000, 9000
"""Pairs of mentions that are one event, and that are not, from which the weights of `UNTYPED` are learnt."""

LINEAR = 0.2
"""Inverse strength of the penalty of the logistic model."""

TREES = {"max_iter": 150, "learning_rate": 0.08, "max_depth": 4, "min_samples_leaf": 20, "l2_regularization": 5.0}
Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Judged:
    """A judged pair: item and trigger of both reports, and whether they are one event."""

    left: tuple[str, int, int]
    right: tuple[str, int, int]
    same: bool


def held_out(item: str) -> bool:
    """Whether pairs with this focal item are kept for measuring."""
    return zlib.crc32(item.encode()) % 5 == 0


def judged_pairs(folder: Path = PAIRS) -> list[Judged]:
    """All judged pairs, each once; where annotators differ, the first file's word."""
    seen: dict[frozenset[tuple[str, int, int]], Judged] = {}
    for file in sorted(folder.glob("*.jsonl")):
        for line in file.read_text(encoding="utf8").splitlines():
            row = json.loads(line)
            left, right = ((row[s]["d"], row[s]["start"], row[s]["end"]) for s in ("left", "right"))
            seen.setdefault(frozenset((left, right)), Judged(left, right, row["same"]))
    return list(seen.values())


def items(path: Path, wanted: set[str] | None = None) -> Iterator[Article]:
    """Items of a corpus of dated news items as articles."""
    with gzip.open(path, "rt", encoding="utf8") as lines:
        for line in lines:
            row = json.loads(line)
            if wanted is None or row["id"] in wanted:
                title = row.get("title", "")
                text = f"{title}\n{row['text']}" if title else row["text"]
                yield Article(row["id"], text, title, row["publisher"], date.fromisoformat(row["published"]))


def read_reports(articles: Iterable[Article]) -> Iterator[tuple[Report, list[tuple[int, int]]]]:
    """Reports of articles, as the reader finds them, each with the triggers of its claims."""
    for article, claims in read_articles(articles):
        sentences = split(article.text, article.title)
        day = article.published or date(1, 1, 1)
        spans = defaultdict(list)
        for claim in claims:
            spans[claim.event_id].append((claim.trigger.start, claim.trigger.end))
        for report in reports_of(article, claims, day, article.article_id, sentences):
            yield report, spans[report.report_id]


class Rows:
    """Judged pairs as rows of features; those whose reports the reader does not find now are left out."""

    def __init__(self, shared: Path, pairs: list[Judged]) -> None:
        wanted = {side[0] for p in pairs for side in (p.left, p.right)}
        found = list(read_reports(items(shared / CORPUS, wanted)))
        at = {(r.article_id, *span): k for k, (r, spans) in enumerate(found) for span in spans}
        self.reports = [r for r, _ in found]
        self.columns = Columns.of(self.reports)
        self.pairs = [p for p in pairs if p.left in at and p.right in at]
        self.left = np.array([at[p.left] for p in self.pairs])
        self.right = np.array([at[p.right] for p in self.pairs])
        self.same = np.array([p.same for p in self.pairs])
        self.x = features(self.columns, self.left, self.right)
        self.group = _linked([(p.left[0], p.right[0]) for p in self.pairs])
        self.test = np.array([held_out(p.left[0]) for p in self.pairs])
        known = {s[0] for p, t in zip(self.pairs, self.test, strict=True) if t for s in (p.left, p.right)}
        touched = np.array([bool({p.left[0], p.right[0]} & known) for p in self.pairs])
        self.train = ~self.test & ~touched


def _linked(items_of_pairs: list[tuple[str, str]]) -> Array:
    """A number for each pair, the same for pairs that share items or are linked by others that do."""
    number: dict[str, int] = {}
    ends = np.array([[number.setdefault(item, len(number)) for item in pair] for pair in items_of_pairs])
    return components(len(number), ends[:, 0], ends[:, 1])[ends[:, 0]]


def count_words(shared: Path) -> tuple[dict[str, float], float]:
    """Rarity of each word that enough items have, and of all others."""
    counts: Counter[str] = Counter()
    n = 0
    for article in items(shared / CORPUS):
        text = article.text
        counts.update({w.lower() for w in telling(text, [(0, len(text))], [0], 1000)})
        n += 1
    rarity = {w: round(math.log(n / c), 1) for w, c in counts.items() if c >= LEAST_ITEMS}
    return rarity, round(math.log(n / (LEAST_ITEMS / 2)), 1)


def meanings(encoder: Path, stems: dict[str, str]) -> dict[str, Any]:
    """Vectors of stems, each by its most frequent word, in `LENGTH` dimensions as whole numbers of length 127."""
    import torch
    from transformers import AutoModel, AutoTokenizer

    tokenizer, model = AutoTokenizer.from_pretrained(encoder), AutoModel.from_pretrained(encoder).eval()
    names, words = list(stems), list(stems.values())
    parts = []
    with torch.no_grad():
        for at in range(0, len(words), 256):
            batch = tokenizer(words[at : at + 256], padding=True, return_tensors="pt")
            mask = batch["attention_mask"][..., None]
            parts.append((((model(**batch).last_hidden_state * mask).sum(1)) / mask.sum(1)).numpy())
    vectors = np.concatenate(parts)
    vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    vectors = vectors - vectors.mean(0)
    axes = np.linalg.svd(vectors, full_matrices=False)[2][:LENGTH]
    small = vectors @ axes.T
    small = np.round(127 * small / np.linalg.norm(small, axis=1, keepdims=True)).astype(np.int8)
    return {"stems": " ".join(names), "vectors": base64.b64encode(small.tobytes()).decode()}


def place_rarity(reports: Iterable[Report]) -> dict[str, str]:
    """Places by the rarity of their parties, in tenths."""
    counts: Counter[str] = Counter()
    for report in reports:
        counts.update({p.place for p in report.actors + report.recipients} - {"", "XXX"})
    by_tenths: defaultdict[str, list[str]] = defaultdict(list)
    total = sum(counts.values())
    for place, n in sorted(counts.items()):
        if n >= LEAST_REPORTS and " " not in place:
            by_tenths[str(round(10 * math.log(total / n)))].append(place)
    return {tenths: " ".join(by_tenths[tenths]) for tenths in sorted(by_tenths, key=int)}


def trigger_words(reports: Iterable[tuple[Report, list[tuple[int, int]]]], texts: dict[str, str]) -> dict[str, str]:
    """Stems of triggers that are frequent enough, each with its most frequent word."""
    words: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for report, spans in reports:
        for start, end in spans:
            for word in texts[report.article_id][start:end].split():
                base = stem(word)
                if base and not is_number(base):
                    words[base][word.lower()] += 1
    return {s: c.most_common(1)[0][0] for s, c in sorted(words.items()) if sum(c.values()) >= LEAST_REPORTS}


def certain(rows: Rows) -> Array:
    """Features of pairs that are surely two events, of kinds that the judged pairs have few of, all of one type each.

    Acts at about one time whose parties have no place in common; acts of the same parties, done on stated days that are
    far apart; a plan for a stated day, and what the same parties did long after.
    """
    c = rows.columns
    known = {p.left[0] for p, t in zip(rows.pairs, rows.test, strict=True) if t}
    usable = np.array([r.article_id not in known and bool(c.parties[k, 0]) for k, r in enumerate(rows.reports)])
    dated = usable & c.stated & (c.first > 0) & (c.last > 0) & (c.last - c.first <= MONTH)
    happened, planned = (c.statuses == 1 << STATUSES.index(s) for s in ("happened", "planned"))
    random = np.random.default_rng(0)
    chosen = []
    for kind, pool in (("elsewhere", usable), ("another time", dated & happened), ("later", dated)):
        rows_of = random.permutation(np.flatnonzero(pool))[:MOST]
        i, j = (rows_of[k] for k in np.triu_indices(len(rows_of), 1))
        alike = (c.kind[i] == c.kind[j]) & (c.article[i] != c.article[j])
        i, j = i[alike], j[alike]
        shared = ((c.parties[i][:, :, None] == c.parties[j][:, None, :]) & (c.parties[i][:, :, None] > 0)).any((1, 2))
        gap, apart = np.abs(c.known[i] - c.known[j]), np.maximum(c.first[i] - c.last[j], c.first[j] - c.last[i])
        if kind == "elsewhere":
            fits = ~shared & (gap <= MONTH)
        else:
            fits = shared & (gap <= YEAR) & (apart >= APART)
        if kind == "later":
            fits &= np.where(c.known[i] < c.known[j], planned[i] & happened[j], planned[j] & happened[i])
        found = random.permutation(np.flatnonzero(fits))[:CERTAIN]
        chosen.append(features(c, i[found], j[found]))
        print(f"different for certain, {kind}: {len(found)} pairs")
    return np.concatenate(chosen)


def mention_pairs(shared: Path) -> tuple[Array, Array]:
    """Pairs of mentions of ECB+ train within a topic as rows of features, and whether they are one event.

    A long chain has no more weight than its mentions: of its pairs each is as rare as it is long. Of pairs that are two
    events, no topic has all.
    """
    rows = mentions(shared, "train")
    chain = np.array([row["coref_chain"] for row in rows])
    length = Counter(chain.tolist())
    parts = []
    for topic in by_topic(rows):
        columns = Columns.of([report_of(rows[k]) for k in topic])
        i, j = np.triu_indices(len(topic), 1)
        at = np.array(topic)
        same = chain[at[i]] == chain[at[j]]
        chance = np.where(same, [1 / max(1, length[c] - 1) for c in chain[at[i]]], (~same).sum() ** -0.5)
        parts.append((features(columns, i, j).astype(np.float32), same, chance))
    x, same, chance = (np.concatenate(column) for column in zip(*parts, strict=True))
    random = np.random.default_rng(0)
    chosen = [
        random.choice(np.flatnonzero(which), count, replace=False, p=chance[which] / chance[which].sum())
        for which, count in ((same, MENTIONS), (~same, OTHERS))
    ]
    picked = np.concatenate(chosen)
    return x[picked].astype(np.float64), same[picked]


class Fitted:
    """A logistic model and boosted trees over the same features, and what makes log odds of their sum."""

    def __init__(self, x: Array, same: Array, groups: Array, different: Array, calibrate: bool = True) -> None:
        from sklearn.ensemble import HistGradientBoostingClassifier
        from sklearn.linear_model import LogisticRegression

        every, truth = np.concatenate([x, different]), np.concatenate([same, np.zeros(len(different), dtype=bool)])
        weight = np.concatenate([np.ones(len(x)), np.full(len(different), CERTAIN_WEIGHT)])
        self.mean, self.scale = every.mean(0), np.maximum(every.std(0), 1e-6)
        linear = LogisticRegression(C=LINEAR, max_iter=5000)
        self.linear = linear.fit((every - self.mean) / self.scale, truth, sample_weight=weight)
        trees = HistGradientBoostingClassifier(**TREES, max_features=0.3, random_state=0)
        self.trees = trees.fit(every, truth, sample_weight=weight)
        self.untyped = np.zeros(UNTYPED.sum())
        self.calibration = (0.5, 0.0)
        if calibrate:
            odds = out_of_fold(x, same, groups, different)
            fitted = LogisticRegression(C=1e6).fit(odds[:, None], same)
            self.calibration = (float(fitted.coef_[0, 0]), float(fitted.intercept_[0]))

    def fit_untyped(self, x: Array, same: Array) -> None:
        """Weights of the features of pairs without types, beside all others as they are."""
        from scipy.optimize import minimize

        factor, offset = self.calibration
        known, sign, z = factor * self.odds(x) + offset, np.where(same, 1.0, -1.0), x[:, UNTYPED]

        def loss(weights: Array) -> tuple[float, Array]:
            margin = sign * (known + z @ weights)
            slope = -sign / (1 + np.exp(np.clip(margin, -500, 500)))
            return float(np.logaddexp(0, -margin).sum() + weights @ weights / 2), z.T @ slope + weights

        self.untyped = minimize(loss, self.untyped, jac=True, method="L-BFGS-B").x / factor

    def odds(self, x: Array) -> Array:
        """Sum of both log odds, as yet without calibration."""
        typed = np.where(UNTYPED, 0.0, x)
        linear = self.linear.decision_function((typed - self.mean) / self.scale)
        return np.asarray(linear + self.trees.decision_function(typed) + x[:, UNTYPED] @ self.untyped)

    def json(self) -> dict[str, Any]:
        """What `legation.merge.weights.parse` reads."""
        weight = self.linear.coef_[0] / self.scale
        offset = float(self.linear.intercept_[0] - weight @ self.mean)
        weight[UNTYPED] = self.untyped
        grown = [_full(p[0].nodes, TREES["max_depth"]) for p in self.trees._predictors]
        return {
            "features": list(FEATURES),
            "linear": [_short(w) for w in weight],
            "offset": round(offset + float(self.trees._baseline_prediction[0, 0]), 5),
            "trees": {
                "feature": [f for f, _, _ in grown],
                "bound": [b for _, b, _ in grown],
                "leaf": [v for _, _, v in grown],
            },
            "calibration": [round(c, 5) for c in self.calibration],
        }


def _short(value: float) -> float:
    return float(f"{value:.5g}")


def _full(nodes: Array, depth: int) -> tuple[list[int], list[float], list[float]]:
    """A tree with all leaves at one depth, in level order: where it ends earlier, its leaf is repeated."""
    feature, bound, leaf = [0] * (2**depth - 1), [0.0] * (2**depth - 1), [0.0] * 2**depth

    def fill(node: int, at: int, level: int) -> None:
        here = nodes[node]
        if level == depth:
            leaf[at - (2**depth - 1)] = _short(here["value"])
            return
        if here["is_leaf"]:
            fill(node, 2 * at + 1, level + 1)
            fill(node, 2 * at + 2, level + 1)
            return
        feature[at], bound[at] = int(here["feature_idx"]), _short(here["num_threshold"])
        fill(int(here["left"]), 2 * at + 1, level + 1)
        fill(int(here["right"]), 2 * at + 2, level + 1)

    fill(0, 0, 0)
    return feature, bound, leaf


def out_of_fold(x: Array, same: Array, groups: Array, different: Array) -> Array:
    """Log odds of each row by a model that has seen no row of its group."""
    from sklearn.model_selection import GroupKFold

    odds = np.zeros(len(x))
    for learn, rest in GroupKFold(FOLDS).split(x, same, groups):
        odds[rest] = Fitted(x[learn], same[learn], groups[learn], different, calibrate=False).odds(x[rest])
    return odds


def figures(same: Array, probability: Array) -> str:
    """Average precision, and precision, recall and F1 where a pair counts as one event from one half on."""
    from sklearn.metrics import average_precision_score, precision_recall_curve

    said = probability >= 0.5
    right = (said & same).sum()
    precision, recall = right / max(1, said.sum()), right / max(1, same.sum())
    ps, rs, ts = precision_recall_curve(same, probability)
    f = 2 * ps * rs / np.maximum(1e-9, ps + rs)
    return (
        f"{len(same)} pairs, {same.sum()} same: "
        f"average precision {100 * average_precision_score(same, probability):.1f}; "
        f"from 0.5 on P {100 * precision:.1f} R {100 * recall:.1f} "
        f"F1 {200 * precision * recall / max(1e-9, precision + recall):.1f}; "
        f"best F1 {100 * f.max():.1f} from {ts[min(int(f.argmax()), len(ts) - 1)]:.2f} on"
    )


def show(rows: Rows, probability: Array, which: Array, count: int, texts: dict[str, str]) -> None:
    """Prints the worst errors among some rows."""
    wrong = np.flatnonzero(which & ((probability >= 0.5) != rows.same))
    wrong = wrong[np.argsort(-np.abs(probability[wrong] - 0.5))]
    for k in wrong[:count]:
        print(f"\n{probability[k]:.2f}", "SAME" if rows.same[k] else "DIFFERENT")
        for r in (rows.reports[rows.left[k]], rows.reports[rows.right[k]]):
            sides = [
                " ".join(p.code + (f"({p.actor_id})" if p.actor_id else "") for p in s)
                for s in (r.actors, r.recipients)
            ]
            print(
                f"  {r.known_from} {r.event_type}/{r.event_mode} {'+'.join(r.statuses)} [{r.date.edtf}] {r.place.text}"
            )
            print(f"    {sides[0]} > {sides[1]} | {' '.join(r.stems)} | {texts[r.article_id][:300]}")


def lexicon(shared: Path, encoder: Path) -> dict[str, Any]:
    """Rarity of words and meaning of stems, as they stand in the shipped file."""
    rarity, unseen = count_words(shared)
    by_tenths: defaultdict[str, list[str]] = defaultdict(list)
    for word, value in sorted(rarity.items()):
        by_tenths[str(round(10 * value))].append(word)
    wanted = {s[0] for p in judged_pairs() for s in (p.left, p.right)}
    wanted |= {a.article_id for a in items(shared / CORPUS) if zlib.crc32(a.article_id.encode()) % 8 == 1}
    texts = {a.article_id: a.text for a in items(shared / CORPUS, wanted)}
    reports = list(read_reports(items(shared / CORPUS, wanted)))
    stems = trigger_words(reports, texts)
    return {
        "unseen": unseen,
        "rarity": {tenths: " ".join(words) for tenths, words in sorted(by_tenths.items(), key=lambda kv: int(kv[0]))},
        "place": place_rarity(r for r, _ in reports),
        "meaning": meanings(encoder, stems),
    }


BLANK: dict[str, Any] = {
    "features": [],
    "linear": [],
    "offset": 0.0,
    "trees": {"feature": [], "bound": [], "leaf": []},
    "calibration": [1.0, 0.0],
}


def write(raw: dict[str, Any]) -> None:
    """Writes the shipped file, if what is to be written can be read; its name changes with what it holds."""
    weights = {key: value for key, value in raw.items() if key != "name"}
    digest = zlib.crc32(json.dumps(weights).encode())
    text = json.dumps({"name": f"{NAME}-{digest:08x}", **weights}, separators=(",", ":"))
    parse(json.loads(text))
    OUT.write_text(text + "\n", encoding="utf8")
    shipped.cache_clear()
    print(f"{OUT}: {len(text) / 1000:.0f} kB")


def main() -> None:
    from training.__main__ import encoder_folder

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--encoder", type=Path, help="folder with the published encoder; for --lexicon")
    parser.add_argument("--lexicon", action="store_true", help="count words and look up stems anew (steps 1 and 2)")
    parser.add_argument("--errors", type=int, default=0, help="print so many errors on pairs not learnt from")
    args = parser.parse_args()
    present: dict[str, Any] = json.loads(OUT.read_text(encoding="utf8")) if OUT.exists() else dict(BLANK)
    if args.lexicon or "rarity" not in present:
        present |= lexicon(args.shared, args.encoder or encoder_folder())
        write(present)
    rows = Rows(args.shared, judged_pairs())
    x, same, groups = rows.x[rows.train], rows.same[rows.train], rows.group[rows.train]
    different = certain(rows)
    model = Fitted(x, same, groups, different)
    if (args.shared / ECB.format("train")).exists():
        model.fit_untyped(*mention_pairs(args.shared))
    factor, offset = model.calibration
    odds = out_of_fold(x, same, groups, different)
    print("cross-validation:", figures(same, 1 / (1 + np.exp(-(factor * odds + offset)))))
    probability = 1 / (1 + np.exp(-(factor * model.odds(rows.x) + offset)))
    print("held out:", figures(rows.same[rows.test], probability[rows.test]))
    write({key: present[key] for key in ("unseen", "rarity", "place", "meaning")} | model.json())
    if args.errors:
        texts = {a.article_id: a.text for a in items(args.shared / CORPUS, {r.article_id for r in rows.reports})}
        show(rows, probability, rows.test, args.errors, texts)


if __name__ == "__main__":
    main()
