"""The network: a small encoder with word heads, and a head over pairs of trigger and word."""

from __future__ import annotations

from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from transformers import BertConfig, BertModel

from legation.ontology import TYPES
from legation.read.labels import CHANNELS, DISTANCES, SECTOR_LABELS, SLICES, WORD_HEADS
from legation.read.labels import PAIR_WIDTH as PAIR


class Encoder(nn.Module):
    """MiniLM with a casing embedding; returns one vector a word and all word heads."""

    def __init__(self, config_dir: Path, weights: Path | None = None) -> None:
        super().__init__()
        config = BertConfig.from_pretrained(config_dir)
        self.bert = BertModel(config, add_pooling_layer=False)
        if weights is not None:
            state = load_file(weights)
            state = {k: v for k, v in state.items() if not k.startswith("pooler") and "position_ids" not in k}
            self.bert.load_state_dict(state)
        width = config.hidden_size
        self.case = nn.Embedding(7, width)
        self.headline = nn.Embedding(2, width)
        nn.init.normal_(self.case.weight, std=0.01)
        nn.init.normal_(self.headline.weight, std=0.01)
        self.drop = nn.Dropout(0.15)
        self.hidden = nn.Linear(width, width)
        self.heads = nn.Linear(width, sum(WORD_HEADS.values()))
        self.as_trigger = nn.Linear(width, 2 * PAIR)
        self.as_word = nn.Linear(width, 2 * PAIR)
        with torch.no_grad():  # start from the classes' rarity: most words are no trigger
            self.heads.bias.zero_()
            self.heads.bias[0] = 5.0
            self.heads.bias[SLICES["inside"]] = -5.0
            self.heads.bias[SLICES["context"]] = -3.0

    def forward(
        self, ids: Tensor, cases: Tensor, headline: Tensor, first: Tensor, mask: Tensor | None = None
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Word heads, trigger keys and word keys.

        Args:
            ids, cases, headline: `[batch, pieces]`.
            first: `[batch, words]`, position of each word's first piece.
            mask: `[batch, pieces]`, 1 for real pieces.

        Returns:
            Heads `[batch, words, H]`, trigger keys and word keys `[batch, words, 2 * PAIR]`.
        """
        words = self.bert.embeddings.word_embeddings(ids) + self.case(cases) + self.headline(headline)
        out = self.bert(inputs_embeds=words, attention_mask=mask).last_hidden_state
        picked = out.gather(1, first.unsqueeze(-1).expand(-1, -1, out.shape[-1]))
        picked = self.drop(picked)
        hidden = self.drop(nn.functional.gelu(self.hidden(picked)))
        return self.heads(hidden), self.as_trigger(picked), self.as_word(picked)


class PairHead(nn.Module):
    """What each word is to each trigger.

    An additive and a multiplicative term, with the distance in words, through one hidden layer
    (after the deep biaffine heads of Dozat and Manning 2017, with a hidden layer instead of a bilinear form).
    """

    def __init__(self) -> None:
        super().__init__()
        self.distance = nn.Embedding(len(DISTANCES) + 1, PAIR)
        self.same_sentence = nn.Embedding(2, PAIR)
        self.kind = nn.Embedding(1 + len(TYPES), PAIR)
        for table in (self.distance, self.same_sentence, self.kind):
            nn.init.normal_(table.weight, std=0.05)
        self.drop = nn.Dropout(0.15)
        self.middle = nn.Linear(PAIR, PAIR)
        self.out = nn.Linear(PAIR, len(CHANNELS) + len(SECTOR_LABELS))
        with torch.no_grad():
            self.out.bias[: len(CHANNELS)] = -3.5
        self.register_buffer("edges", torch.tensor(DISTANCES, dtype=torch.long))

    def forward(self, trigger: Tensor, word: Tensor, distance: Tensor, same: Tensor, kind: Tensor) -> Tensor:
        """Logits `[triggers, words, channels + sectors]`.

        Args:
            trigger: `[triggers, 2 * PAIR]` keys.
            word: `[triggers, words, 2 * PAIR]` keys.
            distance: `[triggers, words]`, word position minus trigger position.
            same: `[triggers, words]`, 1 in the trigger's sentence.
            kind: `[triggers]`, type of the trigger (0 unknown).
        """
        bucket = (distance.unsqueeze(-1) > self.edges).sum(-1)
        t = trigger.unsqueeze(1)
        mixed = t[..., :PAIR] + word[..., :PAIR] + t[..., PAIR:] * word[..., PAIR:]
        mixed = mixed + self.distance(bucket) + self.same_sentence(same) + self.kind(kind).unsqueeze(1)
        hidden = self.drop(nn.functional.relu(mixed))
        hidden = hidden + nn.functional.relu(self.middle(hidden))
        return self.out(self.drop(hidden))


class Network(nn.Module):
    """Both parts, as trained."""

    def __init__(self, config_dir: Path, weights: Path | None = None) -> None:
        super().__init__()
        self.encoder = Encoder(config_dir, weights)
        self.pair = PairHead()
