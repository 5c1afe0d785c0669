# SPDX-License-Identifier: Apache-2.0
"""Trains the tower and projector of a trained model further on labels for every patch. New linear heads predict the labels
from the picture tokens, which have to stay close to those that the language model was trained with."""
import copy

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

from ..data.dense_labels import BINS, augmented
from ..data.words import COLOUR_NAMES, KINDS, SHAPES
from ..model import load
from ..optimizer import Group
from .base import DenseTask, trainable, without


class Heads(nn.Module):
    """Picture tokens [B, T, width] -> logits of kind (0 is nothing), colour, x and y [B, T, n]."""

    def __init__(self, width):
        super().__init__()
        self.sizes = [1 + len(KINDS), len(COLOUR_NAMES), BINS, BINS]
        self.norm, self.linear = nn.LayerNorm(width), nn.Linear(width, sum(self.sizes))

    def forward(self, tokens):
        return self.linear(self.norm(tokens)).float().split(self.sizes, -1)


class Task(DenseTask):
    def __init__(self, c, distributed):
        super().__init__(c, distributed)
        m = self.model
        self.before = (load(c.init)[0].to(c.device) if self.resumed else copy.deepcopy(m)).requires_grad_(False)
        self.heads = Heads(m.config.width)
        if self.resumed:
            self.heads.load_state_dict(self.resumed["heads"])
        self.heads.to(c.device)
        matrices = self.tower_matrices()
        rest = without(trainable(m.vision_tower, m.multi_modal_projector), matrices)
        self.groups = [Group(trainable(self.heads), lr_scale=c.heads_lr_scale, weight_decay=0.01),
                       Group(rest, warmup_steps=c.tower_warmup_steps), Group(matrices, muon=True, warmup_steps=c.tower_warmup_steps)]
        if c.compile and c.device == "cpu":
            for layer in m.vision_tower.vision_model.encoder.layers:
                layer.compile()
        self.start()

    def new_model(self):
        raise SystemExit("this stage needs --init: a trained model")

    def loss(self, batch):
        c, (images, labels) = self.c, batch
        images, labels = augmented(self.draw(images), labels.to(c.device))
        with torch.no_grad():
            target = self.before.features(images).float()       # [B, T, width]
        tokens = self.model.features(images).float()
        kind, colour, x, y = logits = self.heads(tokens)
        there = labels[..., 0] > 0
        truth = labels[there]
        moved = ((tokens - target).square().sum(-1) / target.square().sum(-1)).mean()
        self.moved = moved.item()
        solid = labels[..., 0] > len(SHAPES)
        self.count([[(one.argmax(-1) == labels[..., i])[among].float().mean().item() for i, one in enumerate(logits)]
                    for among in (there & ~solid, there & solid)], len(labels))
        return (F.cross_entropy(kind.flatten(0, 1), labels[..., 0].flatten()) + F.cross_entropy(kind[there], truth[:, 0])
                + F.cross_entropy(colour[there], truth[:, 1])
                + c.place_weight * (F.cross_entropy(x[there], truth[:, 2]) + F.cross_entropy(y[there], truth[:, 3])) + c.stay_weight * moved)

    def log(self):
        return f"{self.pictures} pictures  moved {self.moved:.3f}  " + "  ".join(
            f"{name}: kind {a[0]:.3f} colour {a[1]:.3f} x {a[2]:.3f} y {a[3]:.3f}" for name, a in zip(("flat", "solid"), np.nan_to_num(self.accuracy)))

    def save(self, state):
        super().save({**state, "heads": self.heads.state_dict()})
