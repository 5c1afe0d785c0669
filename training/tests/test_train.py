# SPDX-License-Identifier: Apache-2.0
"""The training loop and the stages of the bundled model, at the smallest size."""
import dataclasses
import json
import random
import tempfile
import unittest
from pathlib import Path

import numpy as np
import torch

from .. import configs
from ..data.batches import make_batch
from ..data.draw import SIZE
from ..data.raycast import load_pools, make_pool
from ..data.sequence import PromptTokenizer
from ..export import compare, write
from ..model import SIZES, load, save
from ..optimizer import schedule
from ..train import NotANumber, train
from . import TINY, TOKENIZER

QUICK = {"steps": 6, "checkpoint_minutes": 1e9, "tokenizer": str(TOKENIZER)}


class Stages(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        kept = tempfile.TemporaryDirectory()
        cls.addClassCleanup(kept.cleanup)
        cls.folder = Path(kept.name)
        SIZES["tiny"] = dataclasses.replace(TINY, image=SIZE)
        cls.addClassCleanup(SIZES.pop, "tiny")
        cls.pool = str(cls.folder / "pool.npz")
        np.savez(cls.pool, **make_pool(3, SIZE, grid=SIZE // TINY.patch))

    def config(self, name, out, **numbers):
        """The config of a stage with a few numbers changed, as the command line would."""
        given = {"out": str(self.folder / out), "pool": [self.pool], **QUICK, **numbers}
        config = configs.parse(["--config", name, "--out", given["out"]])
        known = {f.name for f in dataclasses.fields(config)}
        return dataclasses.replace(config, **{k: v for k, v in given.items() if k in known})

    def test_every_stage_continues_from_the_one_before(self):
        first = train(self.config("tower", "tower.pt", size="tiny", batch=4, steps=12, warmup_steps=1))
        self.assertLess(first[-1], 0.9 * first[0])
        train(self.config("single", "single.pt", init=str(self.folder / "tower.pt"), plan=[[0, {"single1": 1}]], scale=0.2, compile=False))
        train(self.config("lift", "lift.pt", init=str(self.folder / "single.pt"), plan=[[0, {"views": 1, "chat": 1}]], scale=0.1, compile=False))
        train(self.config("sharpen", "sharp.pt", init=str(self.folder / "lift.pt"), batch=4, compile=False, workers=1))
        train(self.config("asked", "asked.pt", init=str(self.folder / "sharp.pt"), plan=[[0, {"outside": 1, "written": 1}]], scale=0.1, compile=False, workers=1))
        models = {name: load(self.folder / f"{name}.pt")[0].state_dict() for name in ("tower", "single", "lift", "sharp", "asked")}

        def moved(one, other, part):
            return any(not torch.equal(models[one][k], models[other][k]) for k in models[one] if k.startswith(part))

        self.assertFalse(moved("tower", "single", "vision_tower"))       # frozen
        self.assertTrue(moved("tower", "single", "language_model.model.layers"))
        self.assertTrue(moved("single", "lift", "vision_tower"))
        self.assertTrue(moved("lift", "sharp", "vision_tower"))
        self.assertFalse(moved("lift", "sharp", "language_model"))
        self.assertTrue(moved("sharp", "asked", "multi_modal_projector"))
        out = self.folder / "exported"
        out.mkdir()
        (out / "tokenizer.json").write_text(TOKENIZER.read_text())
        write(load(self.folder / "asked.pt")[0], out, PromptTokenizer(TOKENIZER, SIZES["tiny"].tokens))
        self.assertLess(compare(out), 1e-3)                              # transformers computes the same logits

    def test_a_stopped_run_continues_and_a_complete_one_does_nothing(self):
        c = self.config("single", "stopped.pt", size="tiny", plan=[[0, {"single1": 1}]], scale=0.1, compile=False)
        whole = train(c)
        model, state = load(c.out)
        self.assertEqual((state["step"], state["progress"]), (6, 5 / 6))
        self.assertEqual(train(c), [])
        save(c.out, model, step=4, progress=0.6, optimizer=state["optimizer"])
        self.assertEqual(len(train(c)), len(whole) - 4)

    def test_a_loss_that_is_not_a_number_ends_the_run_and_names_its_batch(self):
        c = self.config("single", "nan.pt", size="tiny", plan=[[0, {"single1": 1}]], scale=0.1, compile=False, optimizer="adamw", lr=1e30)
        with self.assertRaisesRegex(NotANumber, "at step 1"):
            train(c)
        said = json.loads(Path(c.out + ".nan.json").read_text())
        self.assertEqual((said["step"], said["kind"]), (1, "single1"))
        self.assertTrue(said["turns"])

    def test_every_kind_of_batch_can_be_made(self):
        pool = {**load_pools([self.pool]), "clips": None, "outside": None}
        rng = random.Random(2)
        kinds = {kind for name in configs.NAMES if name not in ("tower", "sharpen", "finetune")
                 for _, mix in configs.parse(["--config", name, "--out", "x"]).plan for kind in mix}
        for kind in sorted(kinds):
            samples = make_batch(rng, kind, pool, 0.05)
            self.assertTrue(samples and all(s["turns"] for s in samples), kind)
            self.assertLessEqual(max(len(s["images"]) for s in samples), 64)
        with self.assertRaises(ValueError):
            make_batch(rng, "unknown", pool, 1)


class Options(unittest.TestCase):
    def test_every_number_can_be_overridden(self):
        c = configs.parse(["--config", "asked", "--out", "x.pt", "--decay-share", "0.7", "--no-compile", "--pool", "a", "b", "--plan", '[[0, {"views": 1}]]'])
        self.assertEqual((c.decay_share, c.compile, c.pool, c.plan, c.lr), (0.7, False, ["a", "b"], [[0, {"views": 1}]], 6e-4))

    def test_the_learning_rate_comes_down_at_the_end(self):
        hold, cosine = configs.parse(["--config", "last", "--out", "x"]), configs.parse(["--config", "sharpen", "--out", "x"])
        self.assertEqual([round(schedule(hold, p), 3) for p in (0, 0.3, 0.65, 1, 1.2)], [1, 1, 0.52, 0.02, 0.02])
        self.assertEqual([round(schedule(cosine, p), 3) for p in (0, 0.5, 1)], [1, 0.51, 0.02])


if __name__ == "__main__":
    unittest.main()
