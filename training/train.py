"""Trains the network on annotated claims. Seeded, and resumed from its last epoch when run again.

python -m training.train --shared ../shared --encoder DIR --out RUN/first [--extra training/annotations/first]
    [--start RUN/first/model.pt] [--epochs 4] [--seed 0] [--rate 2e-4] [--every 4]
"""

from __future__ import annotations

import argparse
import json
import math
import random
import time
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits as bce
from torch.nn.functional import cross_entropy

from legation.read.labels import CHANNELS, SLICES
from training.data import Document, Example, batches, prepare
from training.network import Network
from training.sources import linker, load

STATUS_WEIGHTS = torch.tensor([1.0, 1.0, 1.0, 1.1, 1.2])


def collate(group: list[Example]) -> dict[str, Tensor]:
    """Pads a batch of windows."""
    rows = len(group)
    pieces = max(len(x.window.ids) for x in group)
    words = max(len(x.window.words) for x in group)
    out = {k: torch.zeros(rows, pieces, dtype=torch.long) for k in ("ids", "cases", "headline", "mask")}
    out["first"] = torch.zeros(rows, words, dtype=torch.long)
    out["types"] = torch.full((rows, words), -1, dtype=torch.long)
    out["inside"] = torch.zeros(rows, words)
    for i, x in enumerate(group):
        n, m = len(x.window.ids), len(x.window.words)
        out["ids"][i, :n] = torch.tensor(x.window.ids)
        out["cases"][i, :n] = torch.tensor(x.window.cases)
        out["headline"][i, :n] = torch.tensor(x.window.headline)
        out["mask"][i, :n] = 1
        out["first"][i, :m] = torch.tensor(x.window.first_piece)
        out["types"][i, :m] = torch.tensor(x.types)
        out["inside"][i, :m] = torch.tensor(x.inside, dtype=torch.float)
    return out


def losses(network: Network, group: list[Example]) -> dict[str, Tensor]:
    """The terms of the loss for a batch."""
    b = collate(group)
    heads, as_trigger, as_word = network.encoder(b["ids"], b["cases"], b["headline"], b["first"], b["mask"])
    heads, as_trigger, as_word = heads.float(), as_trigger.float(), as_word.float()
    words = int((b["types"] >= 0).sum())
    scale = max(1.0, words / 25)
    out = {
        "type": cross_entropy(
            heads[..., SLICES["type"]].flatten(0, 1), b["types"].flatten(), ignore_index=-1, reduction="sum"
        )
        / scale,
        "inside": (
            bce(heads[..., SLICES["inside"]].squeeze(-1), b["inside"], reduction="none") * (b["types"] >= 0)
        ).sum()
        / scale,
    }
    triggers = [(i, t) for i, x in enumerate(group) for t in x.triggers]
    if not triggers:
        return out
    n = len(triggers)
    rows = torch.tensor([i for i, _ in triggers])
    cols = torch.tensor([t["word"] for _, t in triggers])
    at = heads[rows, cols]

    def pick(key: str) -> torch.Tensor:
        return torch.tensor([t[key] for _, t in triggers])

    out["mode"] = cross_entropy(at[:, SLICES["mode"]], pick("mode"))
    out["status"] = cross_entropy(at[:, SLICES["status"]], pick("status"), weight=STATUS_WEIGHTS)
    target = torch.zeros(n, at[:, SLICES["context"]].shape[1])
    for k, (_, t) in enumerate(triggers):
        target[k, t["contexts"]] = 1
    out["context"] = bce(at[:, SLICES["context"]], target, reduction="sum") / n / 4
    for key in ("actor_sector", "recipient_sector"):
        label = pick(key)
        if bool((label >= 0).any()):
            out[key] = cross_entropy(at[:, SLICES[key]], label, ignore_index=-1) / 2
    out["empty"] = bce(at[:, SLICES["empty"]], torch.tensor([t["empty"] for _, t in triggers], dtype=torch.float))
    width = b["first"].shape[1]
    distance = torch.arange(width).unsqueeze(0) - cols.unsqueeze(1)
    same = torch.zeros(n, width, dtype=torch.long)
    real = torch.zeros(n, width)
    spoken = torch.zeros(n, width)
    gold = torch.zeros(n, width, len(CHANNELS) - 2)
    where_sector, label_sector = [], []
    for k, (i, t) in enumerate(triggers):
        same[k, t["here"]] = 1
        real[k, : len(group[i].window.words)] = 1
        if t["speaker_known"]:
            spoken[k] = real[k]
        for channel, indices in t["roles"]:
            gold[k, indices, channel] = 1
        for word, label in t["sectors"].items():
            where_sector.append((k, word))
            label_sector.append(label)
    pair = network.pair(as_trigger[rows, cols], as_word[rows], distance, same, pick("type")).float()
    scope = torch.stack([same * real] * 4 + [spoken] * 2, dim=-1)
    out["roles"] = (bce(pair[..., :6], gold, reduction="none") * scope).sum() / n
    if where_sector:
        w = torch.tensor(where_sector)
        out["sector"] = cross_entropy(pair[w[:, 0], w[:, 1], len(CHANNELS) :], torch.tensor(label_sector)) / 2
    who, word_at, group_at, wanted = [], [], [], []
    for k, (_, t) in enumerate(triggers):
        for indices, doer, taker in t["entities"]:
            who += [k] * len(indices)
            word_at += indices
            group_at += [len(wanted)] * len(indices)
            wanted.append((float(doer), float(taker)))
    if wanted:
        entity = pooled(pair[who, word_at, 6:8], torch.tensor(group_at), len(wanted))
        out["entity"] = bce(entity, torch.tensor(wanted), reduction="sum") / n
    return out


def pooled(values: Tensor, group: Tensor, groups: int) -> Tensor:
    """Log-sum-exp of the rows of each group: `[rows, 2]` to `[groups, 2]`."""
    index = group.unsqueeze(1).expand_as(values)
    top = torch.full((groups, values.shape[1]), -1e9).scatter_reduce(0, index, values.detach(), "amax")
    total = torch.zeros(groups, values.shape[1]).index_add(0, group, torch.exp(values - top[group]))
    return top + torch.log(total)


WEIGHTS = {
    "type": 1.0,
    "inside": 0.3,
    "mode": 0.5,
    "status": 0.6,
    "context": 0.3,
    "actor_sector": 0.3,
    "recipient_sector": 0.3,
    "empty": 0.3,
    "roles": 0.35,
    "sector": 0.3,
    "entity": 0.6,
}


@torch.no_grad()
def quick(network: Network, documents: list[Document]) -> dict[str, float]:
    """Figures on held-out windows: trigger and type F1 by first word, status and role accuracy given gold triggers."""
    network.eval()
    tp = typed = system = gold = 0
    right = {"mode": [0, 0], "status": [0, 0], "doer": [0, 0], "taker": [0, 0], "words": [0, 0, 0]}
    for group in batches(documents, 2000, None):
        b = collate(group)
        heads, as_trigger, as_word = network.encoder(b["ids"], b["cases"], b["headline"], b["first"], b["mask"])
        best = heads[..., SLICES["type"]].argmax(-1) * (b["types"] >= 0)
        truth = b["types"].clamp(min=0)
        system += int((best > 0).sum())
        gold += int((truth > 0).sum())
        tp += int(((best > 0) & (truth > 0)).sum())
        typed += int(((best > 0) & (best == truth)).sum())
        for i, x in enumerate(group):
            for t in x.triggers:
                at = heads[i, t["word"]]
                for key in ("mode", "status"):
                    right[key][0] += int(at[SLICES[key]].argmax()) == t[key]
                    right[key][1] += 1
                width = len(x.window.words)
                distance = torch.arange(width) - t["word"]
                same = torch.zeros(1, width, dtype=torch.long)
                same[0, t["here"]] = 1
                pair = network.pair(
                    as_trigger[i : i + 1, t["word"]],
                    as_word[i : i + 1, :width],
                    distance.unsqueeze(0),
                    same,
                    torch.tensor([t["type"]]),
                )[0]
                for name, channel in (("doer", 6), ("taker", 7)):
                    said = [bool(torch.logsumexp(pair[w, channel], 0) > 0) for w, *_ in t["entities"]]
                    wanted = [e[channel - 5] for e in t["entities"]]
                    right[name][0] += said == wanted
                    right[name][1] += 1
                for channel in (0, 1):
                    said_words = {j for j in t["here"] if pair[j, channel] > 0}
                    words = set(t["roles"][channel][1])
                    right["words"][0] += len(said_words & words)
                    right["words"][1] += len(said_words)
                    right["words"][2] += len(words)
    network.train()
    out = {"trigger": 200 * tp / max(1, system + gold), "type": 200 * typed / max(1, system + gold)}
    out |= {k: 100 * right[k][0] / max(1, right[k][1]) for k in ("mode", "status", "doer", "taker")}
    out["role_words"] = 200 * right["words"][0] / max(1, right["words"][1] + right["words"][2])
    return out


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--encoder", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--start", type=Path, help="go on from the weights of another run")
    parser.add_argument("--extra", type=Path)
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--rate", type=float, default=2e-4)
    parser.add_argument("--every", type=int, default=1, help="train on every n-th document only, for quick comparisons")
    args = parser.parse_args()
    torch.manual_seed(args.seed)
    torch.set_num_threads(2)
    tokenizer = Tokenizer.from_file(str(args.encoder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    train, dev = load(args.shared, args.extra)
    train = train[:: args.every]
    prepare(train, tokenizer, linker)
    prepare(dev, tokenizer, linker)
    network = Network(args.encoder, args.encoder / "model.safetensors")
    if args.start:
        network.load_state_dict(torch.load(args.start))
    network.encoder.bert.embeddings.word_embeddings.weight.requires_grad_(False)
    groups: dict[bool, list[torch.nn.Parameter]] = {True: [], False: []}
    for name, parameter in network.named_parameters():
        if parameter.requires_grad:
            groups[".bert." in name].append(parameter)
    optimizer = torch.optim.AdamW(
        [{"params": groups[True], "lr": args.rate}, {"params": groups[False], "lr": 8 * args.rate}],
        weight_decay=0.02,
        fused=True,
    )
    base = [g["lr"] for g in optimizer.param_groups]
    frozen = "encoder.bert.embeddings.word_embeddings.weight"
    average = {k: v.clone() for k, v in network.state_dict().items() if v.is_floating_point() and k != frozen}
    args.out.mkdir(parents=True, exist_ok=True)
    state_file = args.out / "last.pt"
    first = 0
    if state_file.exists():
        state = torch.load(state_file)
        network.load_state_dict(state["network"])
        optimizer.load_state_dict(state["optimizer"])
        average, first = state["average"], state["epoch"]
    log = (args.out / "log.jsonl").open("a")
    for epoch in range(first, args.epochs):
        rng = random.Random(1000 * args.seed + epoch)
        todo = batches(train, 640, rng)
        begun, totals = time.time(), {}
        for step, group in enumerate(todo):
            progress = (epoch + step / len(todo)) / args.epochs
            factor = min(1.0, progress * args.epochs / 0.4) * (0.5 + 0.5 * math.cos(math.pi * progress)) + 0.01
            for g, rate in zip(optimizer.param_groups, base, strict=True):
                g["lr"] = rate * factor
            with torch.autocast("cpu", torch.bfloat16):
                terms = losses(network, group)
            loss = sum(WEIGHTS[k] * v for k, v in terms.items())
            loss.backward()
            torch.nn.utils.clip_grad_norm_(groups[True] + groups[False], 2.0)
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
            decay = min(0.998, (1 + epoch * len(todo) + step) / (10 + epoch * len(todo) + step))
            if step % 4 == 0:
                with torch.no_grad():
                    for k, v in network.state_dict().items():
                        if k in average:
                            average[k].lerp_(v, 1 - decay**4)
            for k, v in terms.items():
                totals[k] = totals.get(k, 0.0) + float(v.detach())
            if step % 200 == 0:
                print(
                    f"epoch {epoch} step {step}/{len(todo)} {time.time() - begun:.0f} s",
                    {k: round(v / (step + 1), 3) for k, v in totals.items()},
                    flush=True,
                )
        row = {"epoch": epoch, "seconds": round(time.time() - begun)}
        if epoch >= args.epochs - 1 or epoch % 3 == 2:
            kept = {k: v.clone() for k, v in network.state_dict().items()}
            network.load_state_dict(average, strict=False)
            row |= {k: round(v, 1) for k, v in quick(network, dev).items()}
            network.load_state_dict(kept)
        print(row, flush=True)
        log.write(json.dumps(row) + "\n")
        log.flush()
        torch.save(
            {
                "network": network.state_dict(),
                "optimizer": optimizer.state_dict(),
                "average": average,
                "epoch": epoch + 1,
            },
            state_file,
        )
    network.load_state_dict(average, strict=False)
    torch.save(network.state_dict(), args.out / "model.pt")


if __name__ == "__main__":
    main()
