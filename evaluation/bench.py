"""How fast reading is, and how much memory it takes, with the machine's description.

    python -m evaluation.bench [--shared ../shared] [--articles 300]

From JSON Lines on disk to claims as JSON: sentences a second on one core and on two, the time to import and to the
first result, peak memory, the size of the shipped network, and what the gate lets through and loses.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path

if __package__ in (None, ""):  # run as a file, which makes evaluation/ and not the checkout the place of imports
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from evaluation.corpus import read_laid
from legation.link.gate import passing
from legation.link.resolve import find_mentions
from legation.read.encoder import model_folder
from legation.types import Sentence

_ROOT = Path(__file__).resolve().parent.parent

_ONE = """
import json, os, resource, sys, time
cores, path = int(sys.argv[1]), sys.argv[2]
os.sched_setaffinity(0, set(sorted(os.sched_getaffinity(0))[:cores])) if hasattr(os, "sched_setaffinity") else None
begun = time.perf_counter()
import legation
from legation.engines.local import read_articles
from legation.ingest import read_inputs
from legation.read.sentences import split
from legation.schema import claim_to_json
from legation.types import Article
imported = time.perf_counter() - begun
list(read_articles([Article("a", "Russia and India held talks in Moscow.")]))
first = time.perf_counter() - begun
articles = [a for a in read_inputs([path]) if isinstance(a, Article)]
begun = time.perf_counter()
sentences = claims = 0
for article, found in read_articles(iter(articles), workers=cores):
    sentences += len(split(article.text, article.title))
    claims += len(found)
    for claim in found:
        claim_to_json(claim)
seconds = time.perf_counter() - begun
own, children = (resource.getrusage(w).ru_maxrss / 1024 for w in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
print(json.dumps(dict(cores=cores, import_s=imported, first_s=first, articles=len(articles), sentences=sentences,
                      claims=claims, seconds=seconds, rate=sentences / seconds, peak_mb=own, worker_mb=children)))
"""


def machine() -> str:
    """One line on the machine."""
    model = platform.processor()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        names = [
            line.partition(":")[2].strip() for line in cpuinfo.read_text().splitlines() if line.startswith("model name")
        ]
        model = names[0] if names else model
    return (
        f"{model}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}"
    )


def gate_figures(shared: Path) -> str:
    """What share of the development sentences the gate lets through, and how many annotated claims it loses."""
    docs, gold = (shared / "corpus" / "claims" / f"dev.{name}.jsonl" for name in ("docs", "claims"))
    if not docs.exists():
        return f"gate: {docs} is missing, not measured"
    claims: dict[str, list[int]] = {}
    for line in gold.open(encoding="utf8"):
        row = json.loads(line)
        claims.setdefault(row["d"], []).append(row["s"])
    seen = passed = kept = lost = 0
    for document in read_laid(docs):
        text = document.article.text
        sentences = [Sentence(*s) for s in document.sentences]
        mentions = find_mentions(text, document.sentences, document.article.published)
        through = {s.number for s in passing(text, sentences, mentions)}
        seen += len(sentences)
        passed += len(through)
        for number in claims.get(document.article.article_id, ()):
            kept += number in through
            lost += number not in through
    return (
        f"gate: {100 * passed / seen:.1f} % of {seen} development sentences pass; "
        f"{lost} of {lost + kept} annotated claims ({100 * lost / (lost + kept):.1f} %) stand in those held back"
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=_ROOT.parent / "shared")
    parser.add_argument("--articles", type=int, default=300)
    args = parser.parse_args()
    source = args.shared / "corpus" / "text" / "articles.jsonl.gz"
    size = sum(f.stat().st_size for f in model_folder().glob("*")) / 1e6
    print(machine())
    print(f"shipped network {size:.1f} MB")
    print(gate_figures(args.shared))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "articles.jsonl"
        if source.exists():
            with gzip.open(source, "rt", encoding="utf8") as lines, path.open("w", encoding="utf8") as out:
                for _, line in zip(range(args.articles), lines, strict=False):
                    out.write(line)
        else:
            print(f"{source} is missing: the sample articles are read over and over instead")
            samples = (_ROOT / "examples" / "articles.jsonl").read_text(encoding="utf8").splitlines()
            path.write_text("\n".join(samples * (1 + args.articles // len(samples))), encoding="utf8")
        for cores in (1, 2):
            begun = time.perf_counter()
            done = subprocess.run(
                [sys.executable, "-c", _ONE, str(cores), str(path)], capture_output=True, text=True, check=False
            )
            if done.returncode:
                print(done.stderr[-2000:])
                return 1
            row = json.loads(done.stdout)
            print(
                f"{cores} core(s): {row['rate']:.0f} sentences/s "
                f"({row['sentences']} sentences of {row['articles']} articles, {row['claims']} claims, "
                f"{row['seconds']:.1f} s); import {row['import_s']:.2f} s, first result {row['first_s']:.2f} s, "
                f"peak memory {row['peak_mb']:.0f} MB, worker {row['worker_mb']:.0f} MB; "
                f"whole process {time.perf_counter() - begun:.1f} s"
            )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
