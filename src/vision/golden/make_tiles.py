# SPDX-License-Identifier: Apache-2.0
"""Writes tiles.json: the grids that transformers' select_best_resolution (LLaVA-NeXT) chooses for known sizes.

    pip install transformers==5.23.0
    python make_tiles.py
"""
import json, os, random
from transformers.image_processing_utils import select_best_resolution

ORDER = [(2, 1), (1, 2), (2, 2), (1, 3), (3, 1)]       # rows, columns, in the order of LLaVA's image_grid_pinpoints

rng = random.Random(5)
cases = []
for side in (96, 384):
    for _ in range(150):
        height, width = rng.randint(1, 12 * side), rng.randint(1, 12 * side)
        if height > side or width > side:
            rows, columns = select_best_resolution((height, width), [(r * side, c * side) for r, c in ORDER])
            cases.append([side, width, height, columns // side, rows // side])
with open(os.path.join(os.path.dirname(__file__), "tiles.json"), "w") as file:
    file.write(json.dumps(cases).replace("], [", "],\n[") + "\n")
