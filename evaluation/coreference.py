"""Which reports are one event: held against judged pairs, hard cases, stories, clusters of articles, and ECB+.

    python -m evaluation.coreference [--shared ../shared] [--only pairs hard stories clusters ecb] [--every 1]
                                     [--floors evaluation/floors.json]

Exit status 1 if a figure lies under its floor. What needs a corpus that is not at hand is said and skipped.

pairs: judged pairs of reports whose focal item no training has seen (`training.merging.held_out`); precision, recall,
    and F1 of the score from 0.5 on, and of the events that merging makes of the reports of all these items together.
hard: the pairs of `hard_pairs.jsonl`, our own sentences, through the reader; a pair is right where merging puts both
    reports into one event or keeps them apart, as it should.
stories: items of the linked current-events corpus, read and merged. A story ("Gaza war") is wider than an event, so
    precision is what counts: pairs of items that share an event and are of one story, or of stories nested in one.
    It is counted over pairs and over events, where a war that a hundred stories mention is one. Recall over stories of
    two or three items says how much of what belongs together is found; most of it is of different events still (the
    attack, the funeral, the trial).
clusters: real articles of several outlets on one event (news-clusters); pairs of articles that share an event.
ecb: ECB+ dev with its own mentions, each made a report (`training.mentions`); CoNLL F1 within the corpus's topics and
    within topics found by shared words, beside one cluster for each lemma. ECB+ is crime, film, sport and disaster, and
    its mentions have no types, dates and sides: the score was not made for it. What words count more then is learnt on
    ECB+ train, and the threshold is chosen there.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np

from evaluation.clusters import Figures, b_cubed, ceaf_e, conll, muc
from legation.merge.blocks import candidates
from legation.merge.cluster import bounds_of, cluster
from legation.merge.columns import Columns
from legation.merge.score import score
from legation.merge.words import telling
from legation.types import Article, Report
from training.mentions import ECB, Mention, by_topic, mentions, report_of
from training.merging import CORPUS, Judged, held_out, items, judged_pairs, read_reports

_HERE = Path(__file__).resolve().parent
_LINKED = Path("corpus") / "text" / "current-events-linked.jsonl.gz"
_CLUSTERS = Path("corpus") / "coreference" / "news-clusters.jsonl.gz"
_SMALL = 3
"""Most items of a story over which recall is counted."""


def events_of(reports: Sequence[Report]) -> list[str]:
    """The event of each report, by merging these reports alone."""
    columns = Columns.of(reports)
    order = np.lexsort((columns.report_id, columns.known))
    columns = columns.take(order)
    i, j = candidates(columns, np.ones(len(columns), dtype=bool))
    labels = cluster(bounds_of(columns), i, j, score(columns, i, j))
    out = [""] * len(reports)
    for row, label in zip(order.tolist(), labels, strict=True):
        out[row] = str(columns.report_id[label])
    return out


def of_pairs(shared: Path) -> dict[str, float]:
    """Judged pairs that were not learnt from."""
    pairs = [p for p in judged_pairs() if held_out(p.left[0])]
    wanted = {side[0] for p in pairs for side in (p.left, p.right)}
    found = list(read_reports(items(shared / CORPUS, wanted)))
    reports = [r for r, _ in found]
    at = {(r.article_id, *span): k for k, (r, spans) in enumerate(found) for span in spans}
    pairs = [p for p in pairs if p.left in at and p.right in at]
    left, right = np.array([at[p.left] for p in pairs]), np.array([at[p.right] for p in pairs])
    same = np.array([p.same for p in pairs])
    columns = Columns.of(reports)
    print(f"pairs, held out: {len(pairs)}, {same.sum()} of them one event")
    scored = _decided(same, score(columns, left, right) >= 0.5)
    print("  score from 0.5 on:", scored)
    events = np.array(events_of(reports))
    together = events[left] == events[right]
    merged = _decided(same, together)
    print("  events:           ", merged)
    _by_kind(pairs, [reports[k].event_type for k in left], same, together)
    return {"pairs": 100 * scored.f1, "events": 100 * merged.f1}


def _decided(same: Any, said: Any) -> Figures:
    right = float((same & said).sum())
    return Figures(right / max(1, said.sum()), right / max(1, same.sum()))


def _by_kind(pairs: list[Judged], kinds: list[str], same: Any, said: Any) -> None:
    counts = Counter(kinds)
    for kind, n in counts.most_common():
        which = np.array([k == kind for k in kinds])
        if same[which].sum() >= 10:
            print(f"    {kind:10} {n:5}  {_decided(same[which], said[which])}")


def of_hard(shared: Path) -> dict[str, float]:
    """Our own hard cases."""
    right, missed, wrong = 0, [], []
    rows = [json.loads(line) for line in (_HERE / "hard_pairs.jsonl").read_text(encoding="utf8").splitlines()]
    for row in rows:
        articles = [
            Article(name, row[name]["text"], "", "", date.fromisoformat(row[name]["published"]))
            for name in ("left", "right")
        ]
        found = list(read_reports(articles))
        focal = []
        for article in articles:
            start = article.text.index(row[article.article_id]["trigger"])
            stop = start + len(row[article.article_id]["trigger"])
            focal.append(
                next(
                    (
                        k
                        for k, (r, spans) in enumerate(found)
                        if r.article_id == article.article_id and any(s < stop and e > start for s, e in spans)
                    ),
                    -1,
                )
            )
        if -1 in focal:
            missed.append(row["name"])
            continue
        events = events_of([r for r, _ in found])
        if (events[focal[0]] == events[focal[1]]) == row["same"]:
            right += 1
        else:
            wrong.append(f"{row['name']} ({'one event' if row['same'] else 'two events'})")
    print(f"hard: {right} of {len(rows)} right")
    for name in wrong:
        print(f"  wrong: {name}")
    for name in missed:
        print(f"  a report was not found: {name}")
    return {"hard": right}


def _shared_events(reports: Sequence[Report], most: int = 200) -> list[list[tuple[str, str]]]:
    """Pairs of articles that have an event in common, by event."""
    members: defaultdict[str, set[str]] = defaultdict(set)
    for report, event in zip(reports, events_of(reports), strict=True):
        members[event].add(report.article_id)
    return [list(combinations(sorted(articles)[:most], 2)) for articles in members.values() if len(articles) > 1]


def of_stories(shared: Path, every: int) -> dict[str, float]:
    """Stories of the linked corpus."""
    story: dict[str, list[str]] = {}
    with gzip.open(shared / _LINKED, "rt", encoding="utf8") as lines:
        for line in lines:
            row = json.loads(line)
            if row["topic"]:
                story[row["id"]] = row["topic"]
    kept = set(sorted(story)[::every])
    reports = [r for r, _ in read_reports(items(shared / _LINKED, kept))]
    known = {r.article_id for r in reports}
    events = _shared_events(reports)
    linked = {pair for pairs in events for pair in pairs}
    within = [sum(bool(set(story[a]) & set(story[b])) for a, b in pairs) / len(pairs) for pairs in events]
    same = sum(story[a][-1] == story[b][-1] for a, b in linked)
    nested = sum(bool(set(story[a]) & set(story[b])) for a, b in linked)
    items_of: defaultdict[str, list[str]] = defaultdict(list)
    for name in sorted(known):
        items_of[story[name][-1]].append(name)
    belong = {p for names in items_of.values() if 1 < len(names) <= _SMALL for p in combinations(sorted(names), 2)}
    found = len(linked & belong) / max(1, len(belong))
    print(f"stories: {len(known)} items with {len(reports)} reports, {len(linked)} pairs of items share an event")
    pairs_of_one = sum(len(names) * (len(names) - 1) // 2 for names in items_of.values())
    one = Figures(same / max(1, len(linked)), same / max(1, pairs_of_one))
    print(f"  pairs of one story: {one}")
    print(f"  nested stories, and recall in stories of two or three items ({len(belong)} pairs): ", end="")
    print(Figures(nested / max(1, len(linked)), found))
    print(f"  of the pairs of an event {100 * sum(within) / max(1, len(within)):.1f} % are of nested stories, by event")
    return {}


def of_clusters(shared: Path) -> dict[str, float]:
    """Articles of several outlets on one event."""
    gold: dict[str, int] = {}
    articles = []
    with gzip.open(shared / _CLUSTERS, "rt", encoding="utf8") as lines:
        for number, line in enumerate(lines):
            row = json.loads(line)
            name = f"a{number:04}"
            gold[name] = row["newsCluster"]["EventId"]
            day = date.fromisoformat(row["date_publish"][:10]) if row["date_publish"] else None
            articles.append(Article(name, row["text"], row["title"], row["source_domain"], day))
    reports = [r for r, _ in read_reports(a for a in articles if a.published)]
    known = sorted({r.article_id for r in reports})
    linked = {pair for pairs in _shared_events(reports) for pair in pairs}
    belong = {(a, b) for a, b in combinations(known, 2) if gold[a] == gold[b]}
    figures = Figures(len(linked & belong) / max(1, len(linked)), len(linked & belong) / max(1, len(belong)))
    print(f"clusters: {len(known)} articles with {len(reports)} reports; pairs of articles: {figures}")
    return {"clusters": 100 * figures.f1}


def _ecb_topics(rows: list[Mention], found: bool) -> list[list[int]]:
    """Rows by topic: the corpus's own, or groups of documents that share many telling words."""
    if not found:
        return by_topic(rows)
    texts = {row["doc_id"]: " ".join(row["mention_context"]) for row in rows}
    names = sorted(texts)
    words = [set(telling(texts[n].lower(), [(0, len(texts[n]))], [0], 1000)) for n in names]
    counts = Counter(w for ws in words for w in ws)
    rare = {w: np.log(len(names) / c) for w, c in counts.items()}
    index = {w: k for k, w in enumerate(rare)}
    matrix = np.zeros((len(names), len(index)))
    for k, ws in enumerate(words):
        for w in ws:
            matrix[k, index[w]] = rare[w]
    matrix /= np.linalg.norm(matrix, axis=1, keepdims=True)
    (labels,) = _average_linkage(matrix @ matrix.T, [0.1])
    label = dict(zip(names, labels, strict=True))
    groups: defaultdict[int, list[int]] = defaultdict(list)
    for k, row in enumerate(rows):
        groups[label[row["doc_id"]]].append(k)
    return list(groups.values())


def _average_linkage(alike: Any, thresholds: Sequence[float]) -> list[list[int]]:
    """Clusters: the two most alike are joined while they are more alike than the threshold on average.

    Thresholds stand from the largest on, and what is joined at one is joined at the next.
    """
    total = alike.astype(float).copy()
    n = len(total)
    size, owner = np.ones(n), np.arange(n)
    alive = np.ones(n, dtype=bool)
    out: list[list[int]] = []
    while len(out) < len(thresholds):
        mean = total / np.outer(size, size)
        np.fill_diagonal(mean, -1.0)
        mean[~alive] = mean[:, ~alive] = -1.0
        a, b = sorted(divmod(int(mean.argmax()), n))
        while len(out) < len(thresholds) and (alive.sum() == 1 or mean[a, b] <= thresholds[len(out)]):
            out.append([int(k) for k in owner])
        total[a] += total[b]
        total[:, a] += total[:, b]
        size[a] += size[b]
        alive[b] = False
        owner[owner == b] = a
    return out


def _ecb_labels(rows: list[Mention], topics: list[list[int]], thresholds: Sequence[float]) -> list[list[str]]:
    labels = [[""] * len(rows) for _ in thresholds]
    for number, topic in enumerate(topics):
        columns = Columns.of([report_of(rows[k]) for k in topic])
        i, j = np.triu_indices(len(topic), 1)
        alike = np.zeros((len(topic), len(topic)))
        alike[i, j] = alike[j, i] = score(columns, i, j)
        for said, clusters in zip(labels, _average_linkage(alike, thresholds), strict=True):
            for k, label in zip(topic, clusters, strict=True):
                said[k] = f"{number} {label}"
    return labels


def _lemma_labels(rows: list[Mention], topics: list[list[int]]) -> list[str]:
    labels = [""] * len(rows)
    for number, topic in enumerate(topics):
        for k in topic:
            labels[k] = f"{number} {rows[k]['mention_head_lemma'].lower()}"
    return labels


def _four(name: str, gold: list[str], said: list[str]) -> None:
    print(
        f"  {name:34} MUC {100 * muc(gold, said).f1:.1f}  B3 {100 * b_cubed(gold, said).f1:.1f}  "
        f"CEAFe {100 * ceaf_e(gold, said).f1:.1f}  CoNLL {100 * conll(gold, said):.1f}"
    )


def of_ecb(shared: Path) -> dict[str, float]:
    """ECB+ with its own mentions."""
    train, dev = (mentions(shared, part) for part in ("train", "dev"))
    chains = [row["coref_chain"] for row in train]
    thresholds = [t / 20 for t in range(18, 5, -1)]
    tried = _ecb_labels(train, _ecb_topics(train, found=False), thresholds)
    best = max(zip(thresholds, tried, strict=True), key=lambda one: conll(chains, one[1]))[0]
    gold = [row["coref_chain"] for row in dev]
    print(f"ecb: {len(dev)} mentions of ECB+ dev; threshold {best} chosen on train")
    out = {}
    for name, found in (("topics of the corpus", False), ("topics by shared words", True)):
        topics = _ecb_topics(dev, found)
        (said,) = _ecb_labels(dev, topics, [best])
        _four(f"score, {name}", gold, said)
        _four(f"one lemma, {name}", gold, _lemma_labels(dev, topics))
        out["ecb found" if found else "ecb"] = 100 * conll(gold, said)
    return out


def under(figures: Mapping[str, float], floors: Mapping[str, float]) -> list[str]:
    """Which figures lie under their floors; what has no floor or was not measured does not count."""
    return [f"{name} {figures[name]:.1f} < {low}" for name, low in floors.items() if figures.get(name, low) < low]


def main(arguments: Iterable[str] | None = None) -> int:
    """Prints the figures; what is absent is said and skipped."""
    parts = {
        "pairs": (of_pairs, CORPUS),
        "hard": (of_hard, None),
        "clusters": (of_clusters, _CLUSTERS),
        "ecb": (of_ecb, Path(ECB.format("dev"))),
        "stories": (of_stories, _LINKED),
    }
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=_HERE.parent.parent / "shared")
    parser.add_argument("--only", nargs="+", choices=parts, default=list(parts))
    parser.add_argument("--every", type=int, default=1, help="stories: take every n-th item")
    parser.add_argument("--floors", type=Path, default=_HERE / "floors.json")
    args = parser.parse_args(None if arguments is None else list(arguments))
    figures: dict[str, float] = {}
    for name in args.only:
        run, needed = parts[name]
        if needed is not None and not (args.shared / needed).exists():
            print(f"{name}: skipped, no {args.shared / needed}")
        elif run is of_stories:
            figures |= of_stories(args.shared, args.every)
        else:
            figures |= run(args.shared)
        sys.stdout.flush()
    low = under(figures, json.loads(args.floors.read_text(encoding="utf8")).get("merging", {}))
    if low:
        print("under the floor: " + "; ".join(low))
    return bool(low)


if __name__ == "__main__":
    raise SystemExit(main())
