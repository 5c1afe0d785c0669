# SPDX-License-Identifier: Apache-2.0
"""Data-parallel training over single-threaded processes: started by torchrun, or one process alone.

On a few CPU cores this is faster than one process with several threads: processes synchronise once per step, threads at every operator.
"""
import os
from datetime import timedelta

import torch
import torch.distributed as dist


class Distributed:
    def __init__(self):
        torch.set_num_threads(1)
        self.size, self.rank = int(os.environ.get("WORLD_SIZE", 1)), int(os.environ.get("RANK", 0))
        if self.size > 1 and not dist.is_initialized():
            dist.init_process_group("gloo", timeout=timedelta(hours=3))     # a paused process is waited for

    def average_gradients(self, parameters, value: float) -> float:
        """Averages all gradients over the processes, in place, and one number, which is returned."""
        if self.size == 1:
            return value
        grads = [p.grad if p.grad is not None else torch.zeros_like(p) for p in parameters]
        flat = torch.cat([g.flatten() for g in grads] + [torch.tensor([value])])
        dist.all_reduce(flat)
        flat /= self.size
        for p, part in zip(parameters, flat[:-1].split([p.numel() for p in parameters])):
            p.grad = part.view_as(p)
        return flat[-1].item()

    def broadcast(self, parameters, rank=0):
        """Gives all processes the values that process `rank` has."""
        if self.size == 1 or not parameters:
            return
        flat = torch.cat([p.detach().flatten() for p in parameters])
        dist.broadcast(flat, rank)
        for p, part in zip(parameters, flat.split([p.numel() for p in parameters])):
            p.data.copy_(part.view_as(p))

    def share(self, parameters):
        """After each process has updated its own [rank::size] of the parameters, all get all of them."""
        for rank in range(self.size):
            self.broadcast(parameters[rank::self.size], rank)
