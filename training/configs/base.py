# SPDX-License-Identifier: Apache-2.0
"""The options of a training run. A stage is one of these dataclasses with its numbers filled in (`asked.py`, ...); every
field is also an option of the command line: `decay_share` is `--decay-share 0.7`, `compile` is `--compile` or `--no-compile`."""
from dataclasses import dataclass, field
from typing import ClassVar


def option(default, help):
    make = {"default_factory": default.copy} if isinstance(default, (list, dict)) else {"default": default}
    return field(**make, metadata={"help": help})


@dataclass
class Config:
    """What every stage has."""
    task: ClassVar[str]             # the module in training.tasks that makes batches and computes the loss

    out: str = option("", "checkpoint to write; a run that stopped continues from it")
    init: str = option("", "checkpoint to start from")
    minutes: float = option(0.0, "length of the run by the clock; the learning rate follows it")
    steps: int = option(0, "length of the run in steps; if 0, minutes count")
    seed: int = option(1, "of weights and data")
    device: str = option("cpu", "cpu or cuda")
    checkpoint_minutes: float = option(2.0, "time between checkpoints")
    log_steps: int = option(20, "steps between lines of the log")

    lr: float = option(1e-3, "highest learning rate")
    warmup_steps: int = option(100, "steps in which the learning rate rises to lr")
    schedule: str = option("cosine", "after that: cosine, or hold and come down at the end (hold)")
    decay_share: float = option(0.4, "hold: the share of the run in which the learning rate comes down")
    min_lr_share: float = option(0.02, "learning rate at the end, as a share of lr")
    optimizer: str = option("muon", "muon for matrices of transformer layers and AdamW for the rest, or adamw for all")
    beta1: float = option(0.9, "of AdamW")
    beta2: float = option(0.98, "of AdamW")
    momentum: float = option(0.95, "of Muon")
    weight_decay: float = option(0.05, "of both optimizers")
    grad_clip: float = option(1.0, "largest norm of all gradients")


@dataclass
class DenseLabels(Config):
    """Stages that train the vision tower on labels for every patch, of single pictures."""
    pool: list[str] = option([], "labelled 3D views (data.raycast)")
    workers: int = option(0, "processes that choose what to draw; the device then draws it")
    batch: int = option(32, "pictures of a batch, of each process")
    views_share: float = option(0.25, "share of 3D views among the pictures; the others are flat shapes")
    log_steps: int = option(50, "steps between lines of the log")


@dataclass
class Tower(DenseLabels):
    """Trains a new vision tower and projector on kind, colour and place of what is in each patch."""
    task = "tower"
    size: str = option("S", "model size: S or M")
    tokenizer: str = option("models/starter/tokenizer.json", "tokenizer.json")
    logit_scale: float = option(80.0, "factor on the dot products with word embeddings, which are short vectors")
    token_length: float = option(2.0, "wanted length of a picture token: a few word embeddings, so that layers can still add to it")
    length_weight: float = option(0.1, "weight of the loss that keeps this length")


@dataclass
class Sharpen(DenseLabels):
    """Trains the vision tower of a trained model further, while its output stays close to what the language model was trained on."""
    task = "sharpen"
    compile: bool = option(True, "torch.compile the layers, on a CPU: a quarter faster after a minute or two")
    tower_warmup_steps: int = option(400, "warm-up of tower and projector, which follow the new label heads")
    heads_lr_scale: float = option(2.0, "learning rate of the label heads, as a multiple of lr")
    stay_weight: float = option(2.0, "weight of the relative squared change of the picture tokens")
    place_weight: float = option(0.3, "weight of the losses of x and of y")


@dataclass
class Answers(Config):
    """Stages that train the language model to answer questions about the synthetic worlds."""
    task = "answers"
    schedule: str = option("hold", "hold, then come down at the end (hold), or cosine")
    size: str = option("S", "model size, for a run without --init: S or M")
    plan: list = option([], "[[from this share of the run, {kind of batch: weight}], ...]; kinds are those of data.batches")
    scale: float = option(0.8, "factor on the batch size of each process")
    tower_lr_scale: float = option(0.0, "learning rate of the vision tower as a share of lr; 0 freezes it")
    compile: bool = option(True, "torch.compile the layers, on a CPU: a quarter faster after a minute or two")
    blind: bool = option(False, "train without any picture, for the control of what questions alone give away")
    pool: list[str] = option([], "3D views of data.raycast and data.app_views; each file is used equally often")
    clips: str = option("", "videos whose frames the app took (data.app_clips)")
    outside: str = option("", "pieces of pictures from outside the worlds (data.outside)")
    tokenizer: str = option("models/starter/tokenizer.json", "tokenizer.json")
    workers: int = option(0, "processes that choose what to draw; the device then draws it")


@dataclass
class Finetune(Config):
    """Trains any LLaVA-Interleave checkpoint in the Hugging Face layout on M4-Instruct annotations."""
    task = "finetune"
    annotations: str = option("", "M4-Instruct JSON")
    images: str = option("", "folder of its pictures")
    batch: int = option(4, "samples of a batch, of each process")
    front_share: float = option(0.5, "share of samples with all pictures in front; the others stay as they are written")
    train_tower: bool = option(False, "train the vision tower too")
    max_tokens: int = option(0, "longest sample; 0: the model's context")
