"""What a GPU draws is what draw2d draws: python -m unittest recipe.test_paint"""
import random
import unittest

import numpy as np
import torch

from . import draw2d, paint, worlds


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


if __name__ == "__main__":
    unittest.main()
