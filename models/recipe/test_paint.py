"""What a GPU draws is what draw2d draws, and a mirror turns labels too: python -m unittest recipe.test_paint"""
import random
import unittest

import numpy as np
import torch

from . import draw2d, paint, worlds
from .pretrain import flat_sample
from .sharpen import mirrored


class Paint(unittest.TestCase):
    def test_the_same_pictures(self):
        whole = draw2d.Look.picture
        self.addCleanup(setattr, draw2d.Look, "picture", whole)
        rng, drawn, flats = random.Random(5), [], []
        for _ in range(60):
            look = draw2d.Look(rng, worlds.SIZE)
            look.noise = 0
            objects = draw2d.scene(rng, 4, look.aspect)
            draw2d.Look.picture = whole
            drawn.append(look.picture(objects))
            paint.defer()
            flats.append(look.picture(objects))
        self.assertEqual({int(k) for f in flats for k in f.shapes[:, 0]}, set(range(8)))
        painter = paint.Painter(worlds.SIZE, "cpu")
        mine = paint.draw(flats, painter.backs).numpy()
        apart = abs(mine - np.stack(drawn))
        self.assertLess(apart.max(), 3)      # uint8 cuts off what is behind the point
        self.assertLess(apart.mean(), 0.6)
        pixels = painter(flats)
        self.assertEqual(tuple(pixels.shape), (60, 3, worlds.SIZE, worlds.SIZE))
        self.assertTrue(torch.isfinite(pixels).all() and pixels.abs().max() <= 1)

    def test_a_mirrored_picture_has_the_labels_of_a_mirrored_scene(self):
        whole = draw2d.scene
        self.addCleanup(setattr, draw2d, "scene", whole)

        def labels(scene):
            draw2d.scene, rng = scene, random.Random(11)
            return torch.from_numpy(np.stack([flat_sample(rng, worlds.SIZE, 6)[1] for _ in range(80)]))

        plain = labels(whole)
        turned = labels(lambda *args: [{**o, "x": 1 - o["x"], "t": -o["t"]} for o in whole(*args)])
        which = torch.arange(80) % 4 > 0
        images = torch.rand(80, 3, worlds.SIZE, worlds.SIZE)
        pictures, mine = mirrored(images, plain, which)
        self.assertTrue(torch.equal(mine, torch.where(which[:, None, None], turned, plain)))
        self.assertTrue(torch.equal(pictures[1], images[1].flip(2)) and torch.equal(pictures[0], images[0]))


if __name__ == "__main__":
    unittest.main()
