# SPDX-License-Identifier: Apache-2.0
"""What tasks share if their checkpoint is a file of `training.model`."""
import multiprocessing
import os

import numpy as np
import torch

from ..data import draw_batch
from ..data.dense_labels import LabelledPictures, load_labelled
from ..data.sequence import PromptTokenizer, pixels
from ..model import SIZES, Llava, load, save


class LlavaTask:
    def __init__(self, c, distributed):
        self.c, self.distributed, self.resumed = c, distributed, None
        if os.path.exists(c.out):
            self.model, self.resumed = load(c.out)
        elif c.init:
            self.model, _ = load(c.init)
        else:
            self.model = self.new_model()
        self.model.to(c.device)
        self.progress = multiprocessing.Value("d", self.resumed["progress"] if self.resumed else 0.0)

    def new_model(self):
        """Random weights, for a stage without --init."""
        size = SIZES[self.c.size]
        return Llava(size, PromptTokenizer(self.c.tokenizer, size.tokens).image_id)

    def loader(self, dataset):
        return torch.utils.data.DataLoader(dataset, batch_size=None, num_workers=self.c.workers, collate_fn=unchanged)

    def drawer(self, pool, clips=None):
        """What turns a batch's pictures into pixels [N, 3, S, S]: worker processes leave the drawing to the device."""
        return draw_batch.BatchDrawer(self.model.config.image, self.c.device, pool, clips) if self.c.workers else pixels

    def describe(self, batch):
        return {}

    def save(self, state):
        save(self.c.out, self.model, **state)


class DenseTask(LlavaTask):
    """Labels for every patch."""

    def start(self):
        self.pool = load_labelled(self.c.pool)
        self.draw = self.drawer(self.pool)
        self.pictures, self.accuracy = 0, None

    def batches(self):
        c = self.c
        return self.loader(LabelledPictures(self.pool, self.model.config, c.batch, c.seed * 100 + self.distributed.rank, c.views_share))

    def tower_matrices(self):
        return [p for name, p in self.model.vision_tower.named_parameters() if p.ndim == 2 and "layers" in name]

    def count(self, hits, batch):
        """Keeps a running mean of accuracies, and the number of pictures seen."""
        self.pictures += batch * self.distributed.size
        hits = np.array(hits)
        self.accuracy = hits if self.accuracy is None else np.where(np.isnan(hits), self.accuracy, 0.97 * self.accuracy + 0.03 * hits)


def unchanged(batch):
    """Keeps what DataLoader would convert: pictures that are arrays, and references to pictures, which are tuples."""
    return batch


def trainable(*modules):
    return [p for module in modules for p in module.parameters() if p.requires_grad]


def without(parameters, others):
    ids = set(map(id, others))
    return [p for p in parameters if id(p) not in ids]
