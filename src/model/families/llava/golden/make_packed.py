# SPDX-License-Identifier: Apache-2.0
"""Writes packed.json: how the original LLaVA-NeXT code cuts pictures into tiles and packs their features.

    git clone https://github.com/LLaVA-VL/LLaVA-NeXT
    pip install torch transformers "pillow<13" numpy
    python make_packed.py LLaVA-NeXT

The code runs with a vision tower that numbers its features: tile t, feature r is [1000 t + r, -t]. `image_newline` is
[-5, 7]. Tiles are 24 pixels wide and have 3 x 3 features. Pixels are stored as hashes of the tiles' bytes.
"""

import hashlib
import importlib
import json
import os
import pathlib
import sys
import types

import numpy as np
import torch

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE / "../../../../vision/golden"))
from picture import picture  # noqa: E402

SIDE, EDGE = 24, 3
INTERLEAVE = [[SIDE * a, SIDE * b] for a, b in [(1, 2), (2, 1), (2, 2), (3, 1), (1, 3)]]
ONEVISION = [[SIDE * a, SIDE * b] for a in range(1, 7) for b in range(1, 7)]
SIZES = [
    (24, 24), (10, 10), (40, 30), (192, 108), (108, 192), (62, 62), (300, 50), (50, 300), (25, 24), (97, 41), (41, 97),
    (144, 144), (143, 145), (500, 500), (1000, 20), (20, 1000), (333, 222), (71, 26),
]


def load(repository):
    """The original modules, without the parts that need models."""
    for name in ["llava", "llava.model", "llava.model.multimodal_encoder", "llava.model.multimodal_resampler",
                 "llava.model.multimodal_projector", "llava.utils"]:
        sys.modules[name] = types.ModuleType(name)
        sys.modules[name].__path__ = [os.path.join(repository, *name.split("."))]
    for part, name in [("encoder", "tower"), ("resampler", "resampler"), ("projector", "projector")]:
        module = types.ModuleType(f"llava.model.multimodal_{part}.builder")
        setattr(module, f"build_vision_{name}", None)
        sys.modules[module.__name__] = module
    sys.modules["llava.utils"].rank0_print = sys.modules["llava.utils"].rank_print = print
    return importlib.import_module("llava.mm_utils"), importlib.import_module("llava.model.llava_arch")


class Processor:
    """Passes the bytes of a tile through."""

    size = {"shortest_edge": SIDE}
    crop_size = {"height": SIDE}
    image_mean = [0.5, 0.5, 0.5]

    def preprocess(self, image, return_tensors):
        return {"pixel_values": torch.from_numpy(np.array(image))[None]}


def packed(arch, config, tiles, size, video=False):
    class Model(arch.LlavaMetaForCausalLM):
        device = torch.device("cpu")
        training = False
        model = types.SimpleNamespace(
            image_newline=torch.tensor([-5.0, 7.0]), embed_tokens=lambda ids: torch.zeros(len(ids), 2))

        def get_model(self):
            return self.model

        def get_vision_tower(self):
            return types.SimpleNamespace(num_patches_per_side=EDGE, image_size=SIDE)

        def encode_images(self, images):
            t = torch.arange(images.shape[0]).float()[:, None]
            r = torch.arange(EDGE * EDGE).float()[None]
            return torch.stack([1000 * t + r, (-t).expand(-1, EDGE * EDGE)], -1)

    model = Model()
    model.config = types.SimpleNamespace(**config)
    ids = torch.tensor([[1, arch.IMAGE_TOKEN_INDEX]])  # a sequence of one is taken for the next token
    out = model.prepare_inputs_labels_for_multimodal(
        ids, None, None, None, None, [torch.zeros(tiles, 3, SIDE, SIDE)],
        modalities=["video" if video else "image"], image_sizes=[size])
    return [[round(float(v), 4) for v in row] for row in out[4][0][1:]]


def main():
    utils, arch = load(sys.argv[1])
    base = {"mm_patch_merge_type": "spatial_unpad", "mm_spatial_pool_mode": "bilinear"}
    kinds = {
        "anyres": {**base, "image_aspect_ratio": "anyres", "image_grid_pinpoints": INTERLEAVE},
        "anyres_max_9": {**base, "image_aspect_ratio": "anyres_max_9", "image_grid_pinpoints": ONEVISION},
    }
    single = []
    for kind, config in kinds.items():
        for size in SIZES:
            tiles = utils.process_anyres_image(picture(*size), Processor(), config["image_grid_pinpoints"])
            rows = packed(arch, config, len(tiles), size)
            single.append({
                "kind": kind, "size": size, "tiles": len(tiles), "rows": len(rows),
                # The whole result for some; of all, a hash that any language can make.
                "values": rows if max(size) < 100 else rows[:2] + rows[-2:],
                "pixels": hashlib.sha256(tiles.numpy().astype(np.uint8).tobytes()).hexdigest(),
            })
    # As published: so400m's 27 x 27 features of 384 pixels.
    global SIDE, EDGE
    small = (SIDE, EDGE)
    SIDE, EDGE = 384, 27
    scaled = lambda points: [[p * SIDE // small[0] for p in pair] for pair in points]
    counts = []
    for kind, config in kinds.items():
        config = {**config, "image_grid_pinpoints": scaled(config["image_grid_pinpoints"])}
        every = [(w, h) for h, w in config["image_grid_pinpoints"]] if kind == "anyres_max_9" else []
        for size in every + [(384, 384), (640, 480), (1920, 1080), (1080, 1920), (1000, 1000), (3000, 500), (3840, 2160), (101, 2000), (1200, 1199), (2304, 2304)]:
            tiles = 1 + np.prod(utils.get_anyres_image_grid_shape(size, config["image_grid_pinpoints"], SIDE))
            counts.append({"kind": kind, "size": size, "rows": len(packed(arch, config, int(tiles), size))})
    SIDE, EDGE = small
    videos = {
        position: packed(arch, {**kinds["anyres_max_9"], "mm_newline_position": position}, 3, (50, 50), video=True)
        for position in ["grid", "frame", "one_token", "no_token"]
    }
    several = packed(arch, kinds["anyres"], 1, (40, 30))
    (HERE / "packed.json").write_text(json.dumps(
        {"single": single, "counts": counts, "videos": videos, "several": several}, separators=(",", ":")).replace('{"kind"', '\n{"kind"') + "\n")


if __name__ == "__main__":
    main()
