# SPDX-License-Identifier: Apache-2.0
"""Trains the vision tower and projector on what is in every patch: kind, colour and place of the object.

Kind, colour and rough place are classified by the dot product of a picture token with the embeddings of the words for them,
which the language model shares. So picture tokens use the embeddings of its vocabulary from the start.
"""
import torch
import torch.nn as nn
import torch.nn.functional as F

from ..data.dense_labels import BINS
from ..data.sequence import PromptTokenizer
from ..data.words import COLOUR_NAMES, KINDS
from ..optimizer import Group
from .base import DenseTask, trainable, without

WORDS = [["<|endoftext|>"] + [" " + k for k in KINDS], [" " + c for c in COLOUR_NAMES],
         [" left", " center", " right"], [" top", " center", " bottom"]]


class Task(DenseTask):
    def __init__(self, c, distributed):
        super().__init__(c, distributed)
        m = self.model
        self.places = nn.Linear(m.config.width, 2 * BINS)       # fine x and y, for which there are no words
        if self.resumed:
            self.places.load_state_dict(self.resumed["places"])
        self.places.to(c.device)
        self.embeddings = m.language_model.model.embed_tokens
        tokenizer = PromptTokenizer(c.tokenizer, m.config.tokens)
        tokens = [[tokenizer.encode_text(word) for word in group] for group in WORDS]
        assert all(len(t) == 1 for group in tokens for t in group), "a word of the labels is not one token"
        self.ids = [torch.tensor([t[0] for t in group], device=c.device) for group in tokens]
        matrices = self.tower_matrices()
        learnt = trainable(m.vision_tower, m.multi_modal_projector, self.embeddings, self.places)
        self.groups = [Group(without(learnt, matrices)), Group(matrices, muon=True)]
        self.start()

    def new_model(self):
        model = super().new_model()
        for module in [*model.vision_tower.modules(), *model.multi_modal_projector.modules()]:
            if isinstance(module, (nn.Linear, nn.Conv2d)):
                nn.init.normal_(module.weight, 0, 0.03)
        return model

    def loss(self, batch):
        c, (images, labels) = self.c, batch
        labels = labels.to(c.device)                            # [B, T, 4]: kind (0 is nothing), colour, x, y
        tokens = self.model.features(self.draw(images))         # [B, T, width]
        words = [(F.linear(tokens, self.embeddings.weight[ids]) * c.logit_scale).float() for ids in self.ids]
        kind, colour, column, row = words                       # [B, T, number of words]
        x, y = self.places(tokens * c.logit_scale ** 0.5).float().split(BINS, -1)
        there = labels[..., 0] > 0
        truth = labels[there]
        loss = 2 * F.cross_entropy(kind.flatten(0, 1), labels[..., 0].flatten()) + F.cross_entropy(colour[there], truth[:, 1])
        for logits, target in ((column, truth[:, 2] * 3 // BINS), (row, truth[:, 3] * 3 // BINS), (x, truth[:, 2]), (y, truth[:, 3])):
            loss = loss + 0.5 * F.cross_entropy(logits[there], target)
        self.count([(logits.argmax(-1) == labels[..., i])[there].float().mean().item() for i, logits in enumerate((kind, colour, x, y))], len(labels))
        self.latest = loss.item()
        return loss + c.length_weight * (tokens.float().norm(dim=-1) / c.token_length - 1).square().mean()

    def log(self):
        kind, colour, x, y = self.accuracy
        return f"{self.pictures} pictures  loss {self.latest:.3f}  kind {kind:.3f}  colour {colour:.3f}  x {x:.3f}  y {y:.3f}"

    def save(self, state):
        super().save({**state, "places": self.places.state_dict()})
