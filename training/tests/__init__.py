# SPDX-License-Identifier: Apache-2.0
"""`npm test` runs these where it finds a Python with torch; alone: python -m unittest discover -s training -t ."""
from pathlib import Path

from ..model import ModelConfig

TOKENIZER = Path(__file__).parents[2] / "models/starter/tokenizer.json"
TINY = ModelConfig(image=32, patch=16, vision_width=32, vision_layers=2, vision_heads=2, width=32, layers=2, heads=2, kv_heads=1,
                   head_dim=16, inner=64)
