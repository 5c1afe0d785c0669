# SPDX-License-Identifier: Apache-2.0
"""Trains one stage. Its settings are in its config; each can be overridden on the command line.

python -m training.train --config asked --init last.pt --out asked.pt --pool pool.npz captured.npz --clips clips.npz
torchrun --nproc_per_node 2 -m training.train --config asked ...                    two single-threaded processes on a CPU
python -m training.train --config asked --size M --device cuda --workers 14 --scale 12 ...                        on a GPU
python -m training.train --config asked --help                                                   all options of the stage

The checkpoint --out is written every few minutes. The same command again continues from it, or does nothing when the stage
is complete. A loss that is not a number ends the run, with the batch in OUT.nan.json and the last checkpoint as it was.
"""
import importlib
import json
import math
import time

import torch

from .configs import parse
from .distributed import Distributed
from .optimizer import Optimizers


class NotANumber(SystemExit):
    """The loss became infinite or NaN."""


def train(c) -> list[float]:
    """Runs the stage of a config to its end and writes its checkpoint. Returns the loss of each step."""
    distributed = Distributed()
    torch.manual_seed(c.seed + distributed.rank)
    task = importlib.import_module(f".tasks.{c.task}", __package__).Task(c, distributed)
    resumed, losses = task.resumed, []
    step, progress = (resumed["step"], resumed["progress"]) if resumed else (0, 0.0)
    complete = step >= c.steps if c.steps else progress >= 1
    if resumed:
        print(f"{c.out}: {'complete' if complete else 'continues'} at step {step}", flush=True)
    if complete:
        return losses
    parameters = [p for group in task.groups for p in group.parameters]
    distributed.broadcast(list(task.model.parameters()))
    distributed.broadcast(parameters)
    optimizers = Optimizers(task.groups, c, distributed)
    warm = -step        # a run that continues warms up again from the middle, since the momentum of Muon is not kept
    if resumed:
        optimizers.adamw.load_state_dict(resumed["optimizer"])
        warm += c.warmup_steps // 2
    begin, kept = time.time() - (0 if c.steps else 60 * c.minutes * progress), time.time()
    for batch in task.batches():
        with torch.autocast(c.device, torch.bfloat16):
            loss = task.loss(batch)
        value = loss.item()
        if not math.isfinite(value):
            with open(f"{c.out}.nan.json", "w") as file:
                json.dump({"step": step, **task.describe(batch)}, file)
            raise NotANumber(f"the loss is not a number at step {step}; the batch is in {c.out}.nan.json. Lower --lr and start the command again")
        for p in parameters:
            p.grad = None
        loss.backward()
        progress = step / c.steps if c.steps else (time.time() - begin) / 60 / c.minutes
        progress = task.progress.value = distributed.average_gradients(parameters, progress)
        torch.nn.utils.clip_grad_norm_(parameters, c.grad_clip)
        lr = optimizers.step(warm + step, progress)
        step += 1
        losses.append(value)
        complete = step >= c.steps if c.steps else progress >= 1
        if distributed.rank == 0:
            if step % c.log_steps == 0 or complete:
                print(f"{c.task} {100 if complete else 100 * progress:.0f} %  {(time.time() - begin) / 60:.1f} min  step {step}  lr {lr:.1e}  {task.log()}", flush=True)
            if complete or time.time() - kept > 60 * c.checkpoint_minutes:
                task.save({"step": step, "progress": progress, "optimizer": optimizers.adamw.state_dict()})
                kept = time.time()
        if complete:
            return losses


if __name__ == "__main__":
    train(parse())
