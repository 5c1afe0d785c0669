# SPDX-License-Identifier: Apache-2.0
"""Fine-tuning of real checkpoints on M4-Instruct annotations, at the smallest size."""
import json
import random
import tempfile
import unittest
from pathlib import Path

import torch
from PIL import Image
from transformers import LlavaForConditionalGeneration

from .. import configs
from ..data.annotations import BadSample, in_front, read
from ..data.sequence import PromptTokenizer
from ..data.worlds import single
from ..export import write
from ..model import Llava
from ..tasks.finetune import Processor, Task
from ..train import NotANumber, train
from . import TINY, TOKENIZER


def record(name, images, question="What color is it?", answer="Red."):
    return {"sample_id": name, "image": images, "choice_list": None, "metadata": {"dataset": "toy", "question_type": "open-ended"},
            "conversations": [{"from": "human", "value": "<image>" * len(images) + question}, {"from": "gpt", "value": answer}]}


class Toy(unittest.TestCase):
    def setUp(self):
        kept = tempfile.TemporaryDirectory()
        self.addCleanup(kept.cleanup)
        self.folder = Path(kept.name)
        self.start = self.folder / "start"
        self.start.mkdir()
        (self.start / "tokenizer.json").write_text(TOKENIZER.read_text())
        torch.manual_seed(0)
        tokenizer = PromptTokenizer(TOKENIZER, TINY.tokens)
        write(Llava(TINY, tokenizer.image_id), self.start, tokenizer)
        rng = random.Random(0)
        (self.folder / "images").mkdir()
        for i in range(4):
            Image.fromarray(single(rng)["images"][0]).save(self.folder / f"images/{i}.png")
        self.records = [record("one", ["0.png"]), record("two", ["1.png", "2.png"], " differ how?", "By a star."),
                        {**record("three", []), "image": "3.png"}]
        self.records[2]["conversations"] = [{"from": "human", "value": "Here <image> is what?"}, {"from": "gpt", "value": "A ring."},
                                            {"from": "human", "value": "Sure?"}, {"from": "gpt", "value": "Yes."}]

    def annotations(self, records=None):
        path = self.folder / "m4.json"
        path.write_text(json.dumps(records or self.records))
        return path

    def train(self, *more, steps=40):
        return train(configs.parse(["--config", "finetune", "--init", str(self.start), "--annotations", str(self.annotations()),
                                    "--images", str(self.folder / "images"), "--out", str(self.folder / "out"), "--steps", str(steps),
                                    "--batch", "3", "--lr", "1e-2", *more]))

    def test_it_learns_and_transformers_reads_the_weights(self):
        losses = self.train()
        self.assertLess(losses[-1], 0.3 * losses[0])
        tuned, report = LlavaForConditionalGeneration.from_pretrained(self.folder / "out", output_loading_info=True)
        for key in ("missing_keys", "unexpected_keys", "mismatched_keys"):
            self.assertFalse(report.get(key))
        before = LlavaForConditionalGeneration.from_pretrained(self.start, dtype=torch.float32).state_dict()
        after = tuned.float().state_dict()
        moved = {k for k in before if not torch.equal(before[k].float(), after[k])}
        self.assertTrue(any("language_model" in k for k in moved) and any("projector" in k for k in moved))
        self.assertFalse(any("vision_tower" in k for k in moved))

    def test_a_stopped_run_takes_the_steps_that_are_left(self):
        save, count = Task.save, 0

        def stop(task, state):
            nonlocal count
            save(task, state)
            count += 1
            if count == 3:
                raise KeyboardInterrupt
        Task.save = stop
        self.addCleanup(setattr, Task, "save", save)
        with self.assertRaises(KeyboardInterrupt):
            self.train("--checkpoint-minutes", "0", steps=8)
        self.assertEqual(torch.load(self.folder / "out/training.pt", weights_only=False)["step"], 3)
        self.assertEqual(len(self.train(steps=8)), 5)
        self.assertEqual(torch.load(self.folder / "out/training.pt", weights_only=False)["step"], 8)

    def test_a_loss_that_is_no_number_stops_with_the_batch(self):
        model = LlavaForConditionalGeneration.from_pretrained(self.start, dtype=torch.float32)
        with torch.no_grad():
            next(p for n, p in model.named_parameters() if "norm" in n and "language" in n).fill_(float("nan"))
        model.save_pretrained(self.start)
        with self.assertRaisesRegex(NotANumber, "step 0"):
            self.train()
        said = json.loads((self.folder / "out.nan.json").read_text())
        self.assertEqual((said["step"], sorted(said["samples"])), (0, ["one", "three", "two"]))

    def test_bad_samples_are_named(self):
        images = self.folder / "images"
        for bad, why in (
                ({**record("bad", ["0.png"]), "image": ["0.png", "1.png"]}, "1 <image> in the text, but 2 pictures"),
                (record("bad", ["gone.png"]), "missing"),
                (record("bad", ["0.png"], answer=" "), "an answer is empty"),
                ({**record("bad", ["0.png"]), "conversations": record("bad", ["0.png"])["conversations"][:1]}, "take turns")):
            with self.assertRaisesRegex(BadSample, f"sample bad: .*{why}"):
                read(self.annotations([*self.records, bad]), images)
        config = LlavaForConditionalGeneration.from_pretrained(self.start).config
        processor = Processor(self.start, config, 60)
        with self.assertRaisesRegex(BadSample, "sample long: .* tokens, and 60 is the most"):
            read(self.annotations([*self.records, record("long", ["0.png"] * 12)]), images, processor.fits)

    def test_layouts(self):
        self.assertEqual(in_front("<image><image> differ?"), "<image>\n<image>\n differ?")
        self.assertEqual(in_front("From <image> to <image>: what?"), "<image>\n<image>\nFrom image 1 to image 2: what?")
        self.assertEqual(in_front("Nothing"), "Nothing")


if __name__ == "__main__":
    unittest.main()
