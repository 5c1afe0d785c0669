"""Several single-threaded processes that train one model together (started by torchrun, or one process alone).

On a few CPU cores this is faster than one process with several threads: they meet once a step, not at every operator.
"""
import os
from datetime import timedelta

import torch
import torch.distributed as dist


class Team:
    def __init__(self):
        torch.set_num_threads(1)
        self.size, self.rank = int(os.environ.get("WORLD_SIZE", 1)), int(os.environ.get("RANK", 0))
        if self.size > 1:
            dist.init_process_group("gloo", timeout=timedelta(hours=3))     # a paused process is waited for

    def average(self, parameters, value: float) -> float:
        """Averages the parameters' gradients over the processes, and one number (say, how far the clock is)."""
        if self.size == 1:
            return value
        having = [p for p in parameters if p.requires_grad]
        flat = torch.cat([(p.grad if p.grad is not None else torch.zeros_like(p)).flatten() for p in having]
                         + [torch.tensor([value])])
        dist.all_reduce(flat)
        flat /= self.size
        at = 0
        for p in having:
            p.grad = flat[at:at + p.numel()].view_as(p)
            at += p.numel()
        return flat[-1].item()

    def spread(self, parameters):
        """After each member has changed every size-th parameter (its own [rank::size]), all get them all."""
        for rank in range(self.size if self.size > 1 else 0):
            own = parameters[rank::self.size]
            flat = torch.cat([p.detach().flatten() for p in own])
            dist.broadcast(flat, rank)
            if rank != self.rank:
                for p, part in zip(own, flat.split([p.numel() for p in own])):
                    p.data.copy_(part.view_as(p))
