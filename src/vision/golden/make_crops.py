# SPDX-License-Identifier: Apache-2.0
"""Writes crops.json: what transformers' Pillow processor makes of known pictures where the middle is cut out.

    pip install torch==2.13.0 transformers==5.24.0 pillow==12.3.0 numpy
    python make_crops.py

Pictures are wide or square: Pillow 13 makes tall ones smaller in another order.
"""
import hashlib, json, os
import numpy as np
from picture import picture
from transformers.models.siglip.image_processing_pil_siglip import SiglipImageProcessorPil

SIZES = [(7, 5), (64, 64), (101, 67), (200, 33), (640, 480), (500, 3)]
WAYS = [
    ({"height": 48, "width": 64}, (32, 40)),
    ({"height": 33, "width": 33}, (32, 32)),
    ({"height": 40, "width": 20}, (31, 31)),  # too small one way: black
    ({"shortest_edge": 40}, (33, 33)),
    ({"shortest_edge": 24}, (24, 24)),
]


rows = []
for size, (height, width) in WAYS:
    processor = SiglipImageProcessorPil(
        size=size, do_center_crop=True, crop_size={"height": height, "width": width}, image_mean=[0.5] * 3, image_std=[0.5] * 3
    )
    for w, h in SIZES:
        values = processor(images=picture(w, h), return_tensors="np")["pixel_values"][0]
        assert values.shape == (3, height, width) and values.dtype == np.float32
        cut = {"shortestEdge": size["shortest_edge"]} if "shortest_edge" in size else {"width": size["width"], "height": size["height"]}
        digest = hashlib.sha256(np.ascontiguousarray(values).tobytes()).hexdigest()
        rows.append({"from": [w, h], "cutFrom": cut, "size": {"width": width, "height": height}, "sha256": digest})
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "crops.json"), "w") as file:
    file.write("[\n" + ",\n".join(json.dumps(row) for row in rows) + "\n]\n")
