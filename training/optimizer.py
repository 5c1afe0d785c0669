# SPDX-License-Identifier: Apache-2.0
"""The optimizers of a run: AdamW, and Muon for the weight matrices of transformer layers."""
import math
from dataclasses import dataclass

import torch


@dataclass
class Group:
    """Parameters that share a learning rate: `lr_scale` times the config's."""
    parameters: list
    muon: bool = False
    lr_scale: float = 1.0
    warmup_steps: int | None = None     # the config's
    weight_decay: float | None = None   # the config's


def schedule(c, progress):
    """Factor on the learning rate after warm-up, at `progress` 0 to 1 of the run."""
    progress = min(1, progress)
    if c.schedule == "hold":
        return min(1, c.min_lr_share + (1 - progress) / c.decay_share)
    return c.min_lr_share + (1 - c.min_lr_share) * (1 + math.cos(math.pi * progress)) / 2


class Optimizers:
    def __init__(self, groups, c, distributed):
        self.c, self.distributed = c, distributed
        self.matrices = [p for g in groups if g.muon for p in g.parameters] if c.optimizer == "muon" else []
        adamw = [g for g in groups if not (g.muon and self.matrices)]

        def settings(g, parameters):
            return {"params": parameters, "lr_scale": g.lr_scale, "warmup_steps": g.warmup_steps or c.warmup_steps,
                    "weight_decay": c.weight_decay if g.weight_decay is None else g.weight_decay}

        self.adamw = torch.optim.AdamW([settings(g, g.parameters) for g in adamw], c.lr, betas=(c.beta1, c.beta2))
        self.all = [self.adamw]
        # A step of Muon is expensive: each process updates its own matrices, then all exchange them.
        own = self.matrices[distributed.rank::distributed.size]
        if own:
            muon = next(g for g in groups if g.muon)
            self.all.append(torch.optim.Muon([settings(muon, own)], lr=c.lr, momentum=c.momentum, adjust_lr_fn="match_rms_adamw"))

    def step(self, step, progress):
        """Updates the parameters, at a learning rate for this step since the start and this share of the run. -> the rate."""
        lr = self.c.lr * schedule(self.c, progress)
        for optimizer in self.all:
            for group in optimizer.param_groups:
                group["lr"] = lr * group["lr_scale"] * min(1, (step + 1) / group["warmup_steps"])
            optimizer.step()
        self.distributed.share(self.matrices)
        return self.all[0].param_groups[0]["lr"]
