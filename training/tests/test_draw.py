# SPDX-License-Identifier: Apache-2.0
"""A batch drawn with torch shows the same pictures as `draw`, and a flipped picture has the labels of the flipped scene."""
import random
import unittest

import numpy as np
import torch

from ..data import draw, draw_batch
from ..data.dense_labels import flat_sample, mirrored


class Draw(unittest.TestCase):
    def test_the_same_pictures(self):
        whole = draw.Style.picture
        self.addCleanup(setattr, draw.Style, "picture", whole)
        rng, drawn, undrawn = random.Random(5), [], []
        for _ in range(60):
            style = draw.Style(rng, draw.SIZE)
            style.noise = 0
            objects = draw.scene(rng, 4, style.aspect)
            draw.Style.picture = whole
            drawn.append(style.picture(objects))
            draw_batch.defer()
            undrawn.append(style.picture(objects))
        self.assertEqual({int(k) for u in undrawn for k in u.shapes[:, 0]}, set(range(8)))
        drawer = draw_batch.BatchDrawer(draw.SIZE, "cpu")
        mine = draw_batch.draw(undrawn, drawer.backs).numpy()
        apart = abs(mine - np.stack(drawn))
        self.assertLess(apart.max(), 3)      # uint8 cuts off what is behind the point
        self.assertLess(apart.mean(), 0.6)
        pixels = drawer(undrawn)
        self.assertEqual(tuple(pixels.shape), (60, 3, draw.SIZE, draw.SIZE))
        self.assertTrue(torch.isfinite(pixels).all() and pixels.abs().max() <= 1)

    def test_a_mirrored_picture_has_the_labels_of_a_mirrored_scene(self):
        whole = draw.scene
        self.addCleanup(setattr, draw, "scene", whole)

        def labels(scene):
            draw.scene, rng = scene, random.Random(11)
            return torch.from_numpy(np.stack([flat_sample(rng, draw.SIZE, 6)[1] for _ in range(80)]))

        plain = labels(whole)
        turned = labels(lambda *args: [{**o, "x": 1 - o["x"], "t": -o["t"]} for o in whole(*args)])
        which = torch.arange(80) % 4 > 0
        images = torch.rand(80, 3, draw.SIZE, draw.SIZE)
        pictures, mine = mirrored(images, plain, which)
        self.assertTrue(torch.equal(mine, torch.where(which[:, None, None], turned, plain)))
        self.assertTrue(torch.equal(pictures[1], images[1].flip(2)) and torch.equal(pictures[0], images[0]))


if __name__ == "__main__":
    unittest.main()
