"""Adapts the encoder to news prose by masked-word prediction, before it sees a label.

The published MiniLM weights were tuned to embed whole sentences; their upper layers have drifted from what single
words need. A short run of masked language modelling (Devlin et al. 2019: 15 % of the words, 80/10/10) over the
unlabelled `text/` corpora brings them back. Documents of `claims/dev` are left out.

    python -m training.pretrain --shared ../shared --encoder DIR --out RUN/encoder.pt [--minutes 25]
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import time
from pathlib import Path

import torch
from tokenizers import Tokenizer
from transformers import BertConfig, BertForMaskedLM
from transformers.utils import logging


def texts(shared: Path) -> list[str]:
    """All unlabelled news texts but those of the development set, shuffled."""
    claims = shared / "corpus" / "claims" / "dev.docs.jsonl"
    held = {json.loads(line)["id"] for line in claims.open(encoding="utf8")}
    out = []
    for name in ("articles", "wikinews", "current-events"):
        with gzip.open(shared / "corpus" / "text" / f"{name}.jsonl.gz", "rt", encoding="utf8") as lines:
            for line in lines:
                row = json.loads(line)
                if row["id"] not in held:
                    out.append((row.get("title") or "") + "\n" + row["text"])
    random.Random(0).shuffle(out)
    return out


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--encoder", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=25)
    args = parser.parse_args()
    logging.set_verbosity_error()
    torch.manual_seed(0)
    torch.set_num_threads(2)
    rng = random.Random(0)
    tokenizer = Tokenizer.from_file(str(args.encoder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    model = BertForMaskedLM(BertConfig.from_pretrained(args.encoder))
    from safetensors.torch import load_file

    model.bert.load_state_dict(load_file(args.encoder / "model.safetensors"), strict=False)
    model.bert.embeddings.word_embeddings.weight.requires_grad_(False)
    model.train()
    new = [p for n, p in model.named_parameters() if n.startswith("cls") and p.requires_grad]
    old = [p for n, p in model.named_parameters() if not n.startswith("cls") and p.requires_grad]
    optimizer = torch.optim.AdamW([{"params": old, "lr": 3e-4}, {"params": new, "lr": 2e-3}], fused=True)
    base = [group["lr"] for group in optimizer.param_groups]
    length, rows = 128, 8
    buffer: list[int] = []
    batch: list[list[int]] = []
    begun, seen, running = time.time(), 0, 0.0
    step = 0
    args.out.parent.mkdir(parents=True, exist_ok=True)
    for text in texts(args.shared):
        buffer += tokenizer.encode(text, add_special_tokens=False).ids + [102]
        while len(buffer) >= length - 2:
            batch.append([101, *buffer[: length - 2], 102])
            buffer = buffer[length - 2 :]
        while len(batch) >= rows:
            ids = torch.tensor(batch[:rows])
            batch = batch[rows:]
            chosen = (torch.rand(ids.shape) < 0.15) & (ids > 102)
            labels = ids[chosen]
            masked = ids.clone()
            masked[chosen & (torch.rand(ids.shape) < 0.9)] = 103
            swap = chosen & (torch.rand(ids.shape) < 0.1)
            masked[swap] = torch.randint(1000, 30000, (int(swap.sum()),))
            fraction = (time.time() - begun) / (60 * args.minutes)
            for group, rate in zip(optimizer.param_groups, base, strict=True):
                group["lr"] = rate * min(1.0, (step + 1) / 100) * max(0.02, 1 - fraction)
            with torch.autocast("cpu", torch.bfloat16):
                hidden = model.bert(masked).last_hidden_state[chosen]
                logits = model.cls(hidden)
            loss = torch.nn.functional.cross_entropy(logits.float(), labels)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(old, 1.0)
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
            step += 1
            seen += ids.numel()
            running = 0.98 * running + 0.02 * float(loss) if step > 1 else float(loss)
            if step % 100 == 0:
                print(f"step {step} tokens {seen} loss {running:.3f} {seen / (time.time() - begun):.0f} tok/s", flush=True)
            if fraction >= 1:
                break
        if (time.time() - begun) / 60 >= args.minutes:
            break
    torch.save(model.bert.state_dict(), args.out)
    rng.random()


if __name__ == "__main__":
    main()
