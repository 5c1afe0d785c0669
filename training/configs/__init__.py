# SPDX-License-Identifier: Apache-2.0
"""The stages, one file each, and the command line that overrides their numbers."""
import argparse
import importlib
import json
from dataclasses import fields
from pathlib import Path

from .base import Answers, Config, Finetune, Sharpen, Tower

__all__ = ["Answers", "Config", "Finetune", "Sharpen", "Tower", "NAMES", "parse"]

# The stages of train.sh in their order, and fine-tuning.
NAMES = ["tower", "single", "motion", "lift", "sharpen", "rest", "last", "asked", "finetune"]
assert set(NAMES) == {f.stem for f in Path(__file__).parent.glob("*.py")} - {"__init__", "base"}


def parse(argv=None) -> Config:
    """--config NAME and any field of that config -> the config."""
    first = argparse.ArgumentParser(add_help=False)
    first.add_argument("--config", choices=NAMES, required=True)
    name, rest = first.parse_known_args(argv)
    config = importlib.import_module(f"{__name__}.{name.config}").config
    args = argparse.ArgumentParser(prog=f"python -m training.train --config {name.config}", description=config.__doc__,
                                   formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    for f in fields(config):
        kind = ({"action": argparse.BooleanOptionalAction} if f.type is bool else {"nargs": "+"} if f.type == list[str]
                else {"type": json.loads} if f.type is list else {"type": f.type})
        args.add_argument("--" + f.name.replace("_", "-"), default=getattr(config, f.name), help=f.metadata["help"], **kind)
    config = type(config)(**vars(args.parse_args(rest)))
    if not config.out:
        args.error("--out names the checkpoint to write")
    if not config.minutes and not config.steps:
        args.error("--minutes or --steps says how long to train")
    return config
