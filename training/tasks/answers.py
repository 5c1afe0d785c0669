# SPDX-License-Identifier: Apache-2.0
"""Trains the language model and projector to answer questions about pictures, videos and 3D views of the synthetic worlds."""
import time
from collections import defaultdict

import numpy as np

from ..data.batches import Batches
from ..data.raycast import load_pools
from ..data.sequence import mask_of
from ..eval.score import show, tally
from ..optimizer import Group
from .base import LlavaTask, trainable, without


class Task(LlavaTask):
    def __init__(self, c, distributed):
        super().__init__(c, distributed)
        m = self.model
        self.draw = self.drawer(load_pools(c.pool) if c.workers else None, np.load(c.clips) if c.workers and c.clips else None)
        m.vision_tower.requires_grad_(c.tower_lr_scale > 0)
        m.vision_tower.vision_model.post_layernorm.requires_grad_(False)
        matrices = [p for name, p in m.language_model.named_parameters() if p.ndim == 2 and "embed" not in name]
        self.groups = [Group(without(trainable(m.multi_modal_projector, m.language_model), matrices)), Group(matrices, muon=True)]
        if c.tower_lr_scale:
            self.groups.append(Group(trainable(m.vision_tower), lr_scale=c.tower_lr_scale))
        if c.compile and c.device == "cpu":
            for layer in m.language_model.model.layers[:-1]:
                layer.compile(dynamic=True)
        self.losses, self.samples = {}, 0
        self.counts, self.counted = defaultdict(lambda: defaultdict(lambda: [0, 0])), time.time()

    def batches(self):
        return self.loader(Batches(self.c, self.model.config.tokens, self.distributed.rank, self.progress))

    def loss(self, batch):
        kind, samples, *tensors, images = batch
        ids, labels, positions, group = (t.to(self.c.device) for t in tensors)
        loss, hits = self.model.loss(ids, self.draw(images) if images else None, labels, positions, mask_of(group))
        tally(self.counts[kind], samples, labels, hits)
        value = loss.item()
        self.losses[kind] = 0.95 * self.losses.get(kind, value) + 0.05 * value
        self.samples += len(samples) * self.distributed.size
        return loss

    def describe(self, batch):
        kind, samples, *_ = batch
        return {"kind": kind, "turns": [s["turns"] for s in samples]}

    def log(self):
        """Running losses by kind of batch, and every few minutes the answers of the latest batches, which are new to the model."""
        lines = [f"{self.samples} samples  " + "  ".join(f"{kind} {loss:.3f}" for kind, loss in sorted(self.losses.items()))]
        if time.time() - self.counted > 240:
            lines += [f"  {kind}: {show(result)}" for kind, result in sorted(self.counts.items())]
            self.counts.clear()
            self.counted = time.time()
        return "\n".join(lines)
