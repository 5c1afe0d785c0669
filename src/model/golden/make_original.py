# SPDX-License-Identifier: Apache-2.0
"""Makes original/: the weights of mha/ under the names and with the config of lmms-lab's checkpoints.

    python src/model/golden/make_original.py

What it answers is therefore in mha/golden.json, made by transformers. As the original does, the tower's last layer is
left out (mha/ reads the one before it).
"""

import json
import pathlib

import torch
from safetensors.torch import load_file, save_file

HERE = pathlib.Path(__file__).parent
RENAMED = [
    ("model.language_model.", "model."),
    ("model.vision_tower.", "model.vision_tower.vision_tower.vision_model."),
    ("model.multi_modal_projector.linear_1.", "model.mm_projector.0."),
    ("model.multi_modal_projector.linear_2.", "model.mm_projector.2."),
    ("lm_head.", "lm_head."),
]


def original_key(key):
    for new, old in RENAMED:
        if key.startswith(new):
            return old + key[len(new) :]
    raise KeyError(key)


def main():
    source, out = HERE / "mha", HERE / "original"
    out.mkdir(exist_ok=True)
    weights = {}
    for shard in sorted(source.glob("*.safetensors")):
        weights |= {original_key(k): v for k, v in load_file(shard).items() if ".layers.2." not in k}
    weights["model.image_newline"] = (torch.arange(48) / 16 - 1).to(torch.bfloat16)
    save_file(dict(sorted(weights.items())), out / "model.safetensors", metadata={"format": "pt"})
    port = json.loads((source / "config.json").read_text())
    text, vision = port["text_config"], port["vision_config"]
    config = {
        "_name_or_path": "small",
        "architectures": ["LlavaQwenForCausalLM"],
        "attention_dropout": 0.0,
        "bos_token_id": 197,
        "eos_token_id": 199,
        "hidden_act": "silu",
        "hidden_size": text["hidden_size"],
        "image_aspect_ratio": "anyres",
        "image_grid_pinpoints": [[24, 48], [48, 24], [48, 48], [72, 24], [24, 72]],
        "image_token_index": 150,
        "initializer_range": 0.02,
        "intermediate_size": text["intermediate_size"],
        "max_position_embeddings": text["max_position_embeddings"],
        "max_window_layers": 21,
        "mm_hidden_size": vision["hidden_size"],
        "mm_patch_merge_type": "spatial_unpad",
        "mm_projector_type": "mlp2x_gelu",
        "mm_resampler_type": None,
        "mm_vision_select_feature": "patch",
        "mm_vision_select_layer": -2,
        "mm_vision_tower": "google/siglip-small",
        "model_type": "llava_qwen",
        "num_attention_heads": text["num_attention_heads"],
        "num_hidden_layers": text["num_hidden_layers"],
        "num_key_value_heads": text["num_key_value_heads"],
        "rms_norm_eps": text["rms_norm_eps"],
        "rope_scaling": None,
        "rope_theta": 10000.0,
        "sliding_window": 32768,
        "tie_word_embeddings": False,
        "tokenizer_model_max_length": 512,
        "torch_dtype": "bfloat16",
        "use_cache": True,
        "use_sliding_window": False,
        "vision_config": {k: vision[k] for k in (
            "model_type", "hidden_size", "image_size", "intermediate_size", "num_attention_heads", "num_hidden_layers", "patch_size",
        )},
        "vocab_size": text["vocab_size"],
    }
    (out / "config.json").write_text(json.dumps(config, indent=1) + "\n")
    for file in ["tokenizer.json", "tokenizer_config.json"]:
        (out / file).write_bytes((source / file).read_bytes())


if __name__ == "__main__":
    main()
