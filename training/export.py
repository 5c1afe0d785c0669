# SPDX-License-Identifier: Apache-2.0
"""Writes a checkpoint as a Hugging Face folder and checks that transformers computes the same logits.

python -m training.export --model asked.pt --out models/starter
"""
import argparse
import hashlib
import json
import random
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

from .data import films, worlds
from .data.sequence import PromptTokenizer, collate
from .data.template import write_template
from .model import Llava, ModelConfig, load


def configuration(c, image_token, stop, pad):
    return {
        "architectures": ["LlavaForConditionalGeneration"], "model_type": "llava",
        "image_token_index": image_token, "image_token_id": image_token, "image_seq_length": c.tokens, "ignore_index": -100,
        "projector_hidden_act": "gelu", "multimodal_projector_bias": True,
        "vision_feature_layer": -1, "vision_feature_select_strategy": "full",
        "eos_token_id": stop, "pad_token_id": pad, "tie_word_embeddings": True, "torch_dtype": "float16", "vocab_size": c.vocab,
        "vision_config": {
            "model_type": "siglip_vision_model", "hidden_size": c.vision_width, "intermediate_size": 4 * c.vision_width,
            "num_hidden_layers": c.vision_layers, "num_attention_heads": c.vision_heads, "num_channels": 3,
            "image_size": c.image, "patch_size": c.patch, "hidden_act": "gelu_pytorch_tanh", "layer_norm_eps": 1e-6,
            "attention_dropout": 0.0, "vision_use_head": False},
        "text_config": {
            "architectures": ["Qwen2ForCausalLM"], "model_type": "qwen2", "vocab_size": c.vocab, "hidden_size": c.width,
            "intermediate_size": c.inner, "num_hidden_layers": c.layers, "num_attention_heads": c.heads,
            "num_key_value_heads": c.kv_heads, "head_dim": c.head_dim, "hidden_act": "silu", "max_position_embeddings": 4096,
            "rms_norm_eps": 1e-6, "rope_theta": c.rope_theta, "attention_dropout": 0.0, "use_sliding_window": False,
            "sliding_window": 4096, "max_window_layers": c.layers, "initializer_range": 0.02, "use_cache": True,
            "bos_token_id": None, "eos_token_id": stop, "pad_token_id": pad, "tie_word_embeddings": True},
    }


def write(model, out: Path, tokenizer):
    def dump(name, value):
        (out / name).write_text(json.dumps(value, indent=2) + "\n")

    out.mkdir(parents=True, exist_ok=True)
    c = model.config
    dump("config.json", configuration(c, model.image_token, tokenizer.end_id, tokenizer.pad_id))
    dump("generation_config.json", {"do_sample": False, "eos_token_id": tokenizer.end_id, "pad_token_id": tokenizer.pad_id,
                                    "max_new_tokens": 128})
    dump("preprocessor_config.json", {
        "image_processor_type": "SiglipImageProcessor", "processor_class": "LlavaProcessor", "do_convert_rgb": True,
        "do_resize": True, "size": {"height": c.image, "width": c.image}, "resample": 3, "do_rescale": True,
        "rescale_factor": 1 / 255, "do_normalize": True, "image_mean": [0.5, 0.5, 0.5], "image_std": [0.5, 0.5, 0.5]})
    dump("processor_config.json", {"processor_class": "LlavaProcessor", "image_token": "<image>", "patch_size": c.patch,
                                   "num_additional_image_tokens": 0, "vision_feature_select_strategy": "full"})
    write_template(out)
    weights = {k: v.detach().to(torch.float16).contiguous() for k, v in model.state_dict().items()}
    save_file(weights, str(out / "model.safetensors.part"), metadata={"format": "pt"})
    (out / "model.safetensors.part").chmod(0o644)
    (out / "model.safetensors.part").rename(out / "model.safetensors")
    name_weights(out)


def name_weights(out: Path):
    """Writes weights.json, which names the weights by hash; other weights than before are the next version."""
    data = (out / "model.safetensors").read_bytes()
    named = out / "weights.json"
    before = json.loads(named.read_text()) if named.exists() else {"version": 0, "sha256": ""}
    sha256 = hashlib.sha256(data).hexdigest()
    version = before["version"] + (sha256 != before["sha256"])
    now = {"version": version, "file": "model.safetensors", "bytes": len(data), "sha256": sha256}
    named.write_text(json.dumps(now, indent=2) + "\n")


def load_exported(folder):
    """An exported folder -> the model in fp32, and its tokenizer."""
    c = json.loads((folder / "config.json").read_text())
    v, t = c["vision_config"], c["text_config"]
    config = ModelConfig(v["image_size"], v["patch_size"], v["hidden_size"], v["num_hidden_layers"], v["num_attention_heads"], t["hidden_size"],
                         t["num_hidden_layers"], t["num_attention_heads"], t["num_key_value_heads"], t["head_dim"], t["intermediate_size"],
                         t["vocab_size"], t["rope_theta"])
    model = Llava(config, c["image_token_index"])
    model.load_state_dict({k: w.float() for k, w in load_file(str(folder / "model.safetensors")).items()})
    return model.eval(), PromptTokenizer(folder / "tokenizer.json", config.tokens)


@torch.no_grad()
def compare(folder):
    """The largest difference between transformers' logits and ours, over prompts with one to sixteen pictures."""
    from transformers import LlavaForConditionalGeneration
    theirs, report = LlavaForConditionalGeneration.from_pretrained(folder, dtype=torch.float32, output_loading_info=True)
    theirs.eval()
    for key in ("missing_keys", "unexpected_keys", "mismatched_keys"):
        if report.get(key):
            raise SystemExit(f"{key}: {sorted(report[key])[:5]}")
    ours, tokenizer = load_exported(folder)
    rng, worst = random.Random(3), 0.0
    for sample in (worlds.single(rng), worlds.several(rng), worlds.change_pair(rng)[0], films.film(rng, 16)[0]):
        sample["turns"] = sample["turns"][:1]
        ids, _, positions, mask, pixels = collate(tokenizer, rng, [sample], dialogue=1)
        mine = ours.logits(ours.hidden(ids, pixels, positions, mask))
        other = theirs(input_ids=ids, pixel_values=pixels, attention_mask=torch.ones_like(ids)).logits
        worst = max(worst, (mine - other).abs().max().item())
    return worst


def main():
    args = argparse.ArgumentParser(description=__doc__)
    args.add_argument("--model", required=True)
    args.add_argument("--out", type=Path, required=True, help="a folder that holds tokenizer.json")
    a = args.parse_args()
    model, _ = load(a.model)
    tokenizer = PromptTokenizer(a.out / "tokenizer.json", model.config.tokens)
    write(model, a.out, tokenizer)
    difference = compare(a.out)
    print(f"{sum(p.numel() for p in model.parameters()):,} parameters; largest difference of logits {difference:.2e}")
    if not difference < 1e-3:
        raise SystemExit("transformers does not compute what the trainer computes")


if __name__ == "__main__":
    main()
