# SPDX-License-Identifier: Apache-2.0
"""Reads M4-Instruct annotations (one JSON list, pictures in a folder). A sample that cannot be trained on is refused by its name.

A record: {"sample_id", "conversations": [{"from": "human" | "gpt", "value"}, ...], "image": [paths] or one path, ...}.
"""
import json
from pathlib import Path


class BadSample(ValueError):
    """Names an invalid sample and says what is wrong with it."""

    def __init__(self, name, why):
        super().__init__(f"sample {name}: {why}")
        self.name = name


def name_of(record, index):
    return record.get("sample_id", record.get("id", f"at place {index}"))


def images_of(record):
    images = record.get("image", [])
    return [images] if isinstance(images, str) else list(images)


def check(record, index, folder: Path):
    """-> the record as {"name", "turns": [(question, answer)], "images": [Path]}. Raises BadSample."""
    name = name_of(record, index)
    talk = record.get("conversations")
    if not isinstance(talk, list) or not talk or len(talk) % 2:
        raise BadSample(name, "questions and answers do not take turns")
    turns = []
    for human, gpt in zip(talk[::2], talk[1::2]):
        if human.get("from") != "human" or gpt.get("from") != "gpt":
            raise BadSample(name, "questions and answers do not take turns")
        if not gpt.get("value", "").strip():
            raise BadSample(name, "an answer is empty")
        turns.append((human.get("value", ""), gpt["value"]))
    if any("<image>" in answer for _, answer in turns):
        raise BadSample(name, "an answer holds <image>")
    images = [folder / path for path in images_of(record)]
    places = sum(question.count("<image>") for question, _ in turns)
    if places != len(images):
        raise BadSample(name, f"{places} <image> in the text, but {len(images)} pictures")
    for path in images:
        if not path.is_file():
            raise BadSample(name, f"{path} is missing")
    return {"name": name, "turns": turns, "images": images}


def read(annotations: Path, folder: Path, fits=None):
    """All samples, checked. `fits(sample)` -> None, or why the sample does not fit (too long, for example). Raises BadSample on the first bad one."""
    records = json.loads(annotations.read_text())
    if not isinstance(records, list) or not records:
        raise ValueError(f"{annotations} holds no list of samples")
    samples = []
    for index, record in enumerate(records):
        sample = check(record, index, folder)
        why = fits(sample) if fits else None
        if why:
            raise BadSample(sample["name"], why)
        samples.append(sample)
    return samples


def in_front(question):
    """The layout with every picture before the text, each with a newline; in its former place the text gives the number of the picture."""
    parts = question.split("<image>")
    count = len(parts) - 1
    if not count:
        return question
    if not "".join(parts[:-1]).strip():         # they stand in front already
        return "<image>\n" * count + parts[-1].lstrip("\n")
    text = parts[0] + "".join(f"image {i + 1}" + part for i, part in enumerate(parts[1:]))
    return "<image>\n" * count + text
