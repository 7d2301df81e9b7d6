"""The second stage: who are the parties of each trigger, and which claims are one event.

Trained on what the network says of documents it was *not* trained on, so that it learns how far to trust it.

    python -m training.second --model-folder RUN/model --shared ../shared --annotations FOLDER [--dev DOCS]
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import torch
from sklearn.linear_model import LogisticRegression
from torch import Tensor, nn

from legation.link.parties import FEATURES, candidates_of, choose, features
from legation.link.resolve import find_mentions
from legation.merge.within import PAIR_FEATURES, pair_features
from legation.ontology import place_of
from legation.pipeline import read_article
from legation.read.claims import draft_claims
from legation.read.dates import bounds
from legation.read.encoder import Network
from legation.read.sentences import split
from legation.types import Actor, Article, Claim, Date, Place, Trigger
from training.data import Document, Gold, read_documents
from training.standoff import read


def align(golds: list[Gold], spans: list[tuple[int, int, str]]) -> list[tuple[int, int]]:
    """One to one pairs (gold, system) by overlap of triggers; same type first, then the larger overlap."""
    pairs = []
    for i, g in enumerate(golds):
        for j, (start, end, kind) in enumerate(spans):
            overlap = min(g.trigger[1], end) - max(g.trigger[0], start)
            if overlap > 0:
                pairs.append((g.type == kind, overlap, i, j))
    used_g: set[int] = set()
    used_s: set[int] = set()
    out = []
    for _, _, i, j in sorted(pairs, reverse=True):
        if i not in used_g and j not in used_s:
            used_g.add(i)
            used_s.add(j)
            out.append((i, j))
    return out


def article_of(document: Document) -> Article:
    """The document as the reader takes it."""
    return Article(
        document.id, document.text, document.title, document.publisher, date.fromisoformat(document.published)
    )


class Rows:
    """Features and labels of all (draft, candidate) pairs of a set of documents."""

    def __init__(self, documents: list[Document], network: Network) -> None:
        x, y, group = [], [], []
        missed = 0
        for document in documents:
            sentences = split(document.text, document.title)
            spans = [(s.number, s.start, s.end) for s in sentences]
            mentions = find_mentions(document.text, spans, date.fromisoformat(document.published))
            drafts = draft_claims(document.text, sentences, mentions, network, threshold=0.35)
            candidates = candidates_of(mentions)
            rows = features(document.text, spans, mentions, drafts, candidates)
            triggers = [(d.trigger.start, d.trigger.end, d.event_type) for d in drafts]
            for i, j in align(document.claims, triggers):
                gold = document.claims[i]
                doers = {place_of(c) for _, c in gold.actors}
                takers = {place_of(c) for _, c in gold.recipients}
                places = [c.place for c in candidates]
                missed += len(doers - set(places)) + len(takers - set(places))
                x.append(rows[j])
                y.append(np.array([[p in doers, p in takers] for p in places], dtype=np.float32))
                group.append(len(places))
        self.x = torch.tensor(np.concatenate(x))
        self.y = torch.tensor(np.concatenate(y))
        self.sizes = group
        self.missed = missed

    def groups(self) -> list[slice]:
        """Rows of each draft."""
        out, at = [], 0
        for size in self.sizes:
            out.append(slice(at, at + size))
            at += size
        return out


class Parties(nn.Module):
    """A small network over the features of one (trigger, entity) pair; several seeds averaged."""

    def __init__(self, seeds: int = 3, width: int = 96) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(len(FEATURES)))
        self.register_buffer("scale", torch.ones(len(FEATURES)))
        self.parts = nn.ModuleList(
            nn.Sequential(
                nn.Linear(len(FEATURES), width),
                nn.ReLU(),
                nn.Dropout(0.2),
                nn.Linear(width, width // 2),
                nn.ReLU(),
                nn.Dropout(0.1),
                nn.Linear(width // 2, 2),
            )
            for _ in range(seeds)
        )

    def forward(self, x: Tensor) -> Tensor:
        """Log odds `[rows, 2]` of being actor and recipient."""
        x = (x - self.mean) / self.scale
        return torch.stack([part(x) for part in self.parts]).mean(0)


def exact(model: Parties, rows: Rows, floor: float = 0.3) -> dict[str, float]:
    """Share of drafts whose actors, recipients, and both are exactly right."""
    model.eval()
    with torch.no_grad():
        logits = model(rows.x).numpy()
    truth = rows.y.numpy()
    no = [FEATURES.index("no_actor"), FEATURES.index("no_recipient")]
    right = np.zeros(3)
    for s in rows.groups():
        ok = []
        for side in (0, 1):
            absent = float(rows.x[s.start, no[side]])
            said = set(choose(logits[s, side], absent < 0.5, floor=floor))
            ok.append(said == set(np.flatnonzero(truth[s, side])))
        right += [ok[0], ok[1], all(ok)]
    n = len(rows.sizes)
    return {"actors": 100 * right[0] / n, "recipients": 100 * right[1] / n, "both": 100 * right[2] / n}


def train_parties(rows: Rows, dev: Rows | None, epochs: int = 25) -> Parties:
    """Trains the party network, each seed on its own order of the rows."""
    torch.manual_seed(0)
    model = Parties()
    model.mean.copy_(rows.x.mean(0))
    model.scale.copy_(rows.x.std(0).clamp(min=0.05))
    x = (rows.x - model.mean) / model.scale
    for seed, part in enumerate(model.parts):
        torch.manual_seed(seed)
        optimizer = torch.optim.AdamW(part.parameters(), 2e-3, weight_decay=0.01)
        steps = epochs * (len(x) // 512 + 1)
        plan = torch.optim.lr_scheduler.OneCycleLR(optimizer, 3e-3, total_steps=steps + 1)
        part.train()
        for _ in range(epochs):
            order = torch.randperm(len(x))
            for at in range(0, len(x), 512):
                pick = order[at : at + 512]
                loss = nn.functional.binary_cross_entropy_with_logits(part(x[pick]), rows.y[pick])
                loss.backward()
                optimizer.step()
                optimizer.zero_grad()
                plan.step()
    print("parties, training rows", exact(model, rows))
    if dev is not None:
        print("parties, development rows", exact(model, dev))
    return model


def export_parties(model: Parties, out: Path) -> None:
    """Writes `parties.onnx`."""
    model.eval()
    torch.onnx.export(
        model,
        (torch.zeros(3, len(FEATURES)),),
        str(out),
        dynamo=False,
        opset_version=17,
        input_names=["features"],
        output_names=["logits"],
        dynamic_axes={"features": {0: "rows"}, "logits": {0: "rows"}},
    )


class Plain(nn.Module):
    """Parties by the encoder's own word alone: what stands until the second stage is trained."""

    def forward(self, x: Tensor) -> Tensor:
        at = [FEATURES.index("actor_entity"), FEATURES.index("recipient_entity")]
        return 4 * x[:, at]


def claims_of(document: Document) -> list[Claim]:
    """A document's annotations as the reader's claims, with the dates that stand in the sentence only."""
    out = []
    for gold in document.claims:
        stated = gold.edtf if gold.time and gold.edtf else ""
        try:
            first, last = bounds(stated) if stated else (None, None)
        except ValueError:
            first, last, stated = None, None, ""
        start, end = gold.trigger
        out.append(
            Claim(
                claim_id="",
                article_id=document.id,
                sentence=gold.sentence,
                trigger=Trigger(start, end, document.text[start:end]),
                event_type=gold.type,
                event_mode=gold.mode,
                contexts=(),
                status=gold.status,
                score=0.0,
                actors=tuple(Actor(c) for _, c in gold.actors),
                recipients=tuple(Actor(c) for _, c in gold.recipients),
                date=Date(stated, first, last, "stated" if stated else ""),
                place=Place(country=gold.country if gold.place else ""),
                attribution=(),
                event_id="",
                confidence=1.0,
            )
        )
    return out


def event_pairs(pairs: list[tuple[Gold, Claim]], text: str) -> tuple[list[list[float]], list[bool]]:
    """Features and labels of all pairs of claims of one document."""
    x, y = [], []
    pairs = sorted(pairs, key=lambda p: p[1].trigger.start)
    same = Counter(claim.event_type for _, claim in pairs)
    for k, (gold, claim) in enumerate(pairs):
        for other, earlier in pairs[:k]:
            x.append(pair_features(claim, earlier, text, same[claim.event_type]))
            y.append(gold.event == other.event)
    return x, y


def train_events(documents: list[Document], network: Network | None) -> dict[str, float]:
    """Weights of the pair features, by logistic regression over pairs of annotated and of found claims."""
    x: list[list[float]] = []
    y: list[bool] = []
    for document in documents:
        sets = [list(zip(document.claims, claims_of(document), strict=True))]
        if network is not None:
            found = read_article(article_of(document), network)
            # what reading fills in from neighbours would leak the answer
            plain = [replace(c, date=c.date if c.date.basis == "stated" else Date()) for c in found]
            matched = align(document.claims, [(c.trigger.start, c.trigger.end, c.event_type) for c in found])
            sets.append([(document.claims[i], plain[j]) for i, j in sorted(matched)])
        for pairs in sets:
            more_x, more_y = event_pairs(pairs, document.text)
            x += more_x
            y += more_y
    model = LogisticRegression(C=1.0, fit_intercept=False, max_iter=3000).fit(np.array(x), np.array(y))
    print(f"events: {len(y)} pairs, {100 * np.mean(y):.1f} % the same, accuracy {100 * model.score(x, y):.1f}")
    return {name: round(float(w), 4) for name, w in zip(PAIR_FEATURES, model.coef_[0], strict=True)}


def make_loadable(folder: Path) -> dict[str, Any]:
    """Puts stand-ins for what this step learns into the folder of a network, and returns its settings."""
    settings = folder / "settings.json"
    values: dict[str, Any] = json.loads(settings.read_text())
    values.setdefault("events", dict.fromkeys(PAIR_FEATURES, 0.0))
    settings.write_text(json.dumps(values, indent=1) + "\n")
    if not (folder / "parties.onnx").exists():
        export_parties(Plain(), folder / "parties.onnx")
    return values


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model-folder", type=Path, required=True)
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--annotations", type=Path, required=True)
    parser.add_argument("--dev", type=Path)
    args = parser.parse_args()
    torch.set_num_threads(2)
    settings = args.model_folder / "settings.json"
    values = make_loadable(args.model_folder)
    network = Network(args.model_folder, threads=2)
    documents = read(args.annotations, args.shared)
    rows = Rows(documents, network)
    dev = None
    if args.dev:
        claims = args.dev.with_name(args.dev.name.replace(".docs.", ".claims."))
        dev = Rows(read_documents(args.dev, claims), network)
    print(
        f"{len(documents)} documents, {len(rows.sizes)} drafts, {len(rows.x)} rows, {rows.missed} parties out of reach"
    )
    model = train_parties(rows, dev)
    export_parties(model, args.model_folder / "parties.onnx")
    values["events"] = train_events(documents, Network(args.model_folder, threads=2))
    settings.write_text(json.dumps(values, indent=1) + "\n")


if __name__ == "__main__":
    main()
