# SPDX-License-Identifier: Apache-2.0
"""Makes the small models and the expected values that the tests of src/model and src/runtime compare with.

    pip install torch transformers safetensors tokenizers
    python src/model/golden/make_golden.py

Writes, beside this file:
  tokenizer/      a small byte-level BPE tokenizer of Qwen2's layout, and tokenizer.golden.json
  gqa/            grouped-query attention, tied head, fp16, one file, keys and config as llava-hf publishes them
  mha/            as many key heads as heads, own head, bf16, two shards, keys and config as transformers 5 saves them,
                  vision_feature_layer -2
Both models are random, seeded, and of LLaVA-NeXT-Interleave's architecture (SigLIP, projector, Qwen2).
"""

import json
import math
import pathlib

import torch
import transformers
from safetensors.torch import save_file
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers
from transformers import LlavaConfig, LlavaForConditionalGeneration

HERE = pathlib.Path(__file__).parent
QWEN2_SPLIT = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
CONTROL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<image>"]

TRICKY = [
    "",
    " ",
    "   ",
    "\n",
    "\n\n\n  x",
    "\r\n tab\tand\u00a0no-break",
    "How many red circles are there?",
    "  leading and trailing  ",
    "it's IT'S we'll WE'LL I'd they've 'tis",
    "3.14159 and 1,000,000 and 2024-09-30",
    "snake_case camelCase x=y*z; // code\n\tif (a<b) { return c; }",
    "你好，世界！这张图片里有几只猫？",
    "日本語のテキスト と カタカナ",
    "한국어 문장입니다.",
    "Привет, мир!",
    "مرحبا بالعالم",
    "שלום עולם",
    "हिन्दी में पाठ",
    "ไทยไม่มีช่องว่าง",
    "emoji 😀😃 family 👨‍👩‍👧‍👦 flag 🇫🇷 skin 👍🏽 keycap 1️⃣",
    "math ∑∫√≠≤ 𝔘𝔫𝔦𝔠𝔬𝔡𝔢",
    "cafe\u0301 and caf\u00e9, \u1e9b\u0323, \ufb01ne",  # NFC composes the first
    "\ufeffbyte order mark",
    "middle\ufeffmark",
    "next\u0085line \u2028 \u2029 separators \u3000 wide",
    "zero\u200bwidth\u200djoiner",
    "\u0000 null \u0007 bell \u001f",
    "\U00010330\U0001f9ff\U000e0041",
    "<|im_start|>user\nhello<|im_end|>\n",
    "<image> and <image>\n<|endoftext|>",
    "<|im_start|",
    "\u0130\u0131 \u017f ß ẞ",
    "١٢٣ ½ Ⅷ ²",
    "a" * 300,
    "word " * 40,
]

ENGLISH = """You are a helpful assistant. How many red circles are there in the picture? There are three red circles
and two blue squares. What is the difference between the first image and the second image? The green triangle moved
from the left to the right, and the yellow star disappeared. Which view shows the chair? The second view shows the
chair beside the table. Describe the video in one sentence. A small ball rolls across the floor, stops at the wall
and then comes back. What happened first? The door opened before the cat walked in. Is there a dog? No, there is none.
Read the sign. It says open. Compare the two photographs, and say where each object is now: above, below, near, far."""


def make_tokenizer():
    tok = Tokenizer(models.BPE())
    tok.normalizer = normalizers.NFC()
    tok.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(QWEN2_SPLIT), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tok.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=996, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False
    )
    tok.train_from_iterator(TRICKY + [ENGLISH] * 2, trainer)
    # One added token that is not a control token, as in some Qwen tokenizers. It comes first, because Python renumbers
    # the others when the control tokens are removed below.
    tok.add_tokens([AddedToken("<box>", special=False, normalized=False)])
    tok.add_special_tokens([AddedToken(t, special=True, normalized=False) for t in CONTROL])
    folder = HERE / "tokenizer"
    folder.mkdir(exist_ok=True)
    tok.save(str(folder / "tokenizer.json"), pretty=False)
    write_json(
        folder / "tokenizer_config.json",
        {
            "add_prefix_space": False,
            "additional_special_tokens": CONTROL[1:],
            "bos_token": None,
            "clean_up_tokenization_spaces": False,
            "eos_token": "<|im_end|>",
            "model_max_length": 32768,
            "pad_token": "<|endoftext|>",
            "tokenizer_class": "Qwen2Tokenizer",
        },
    )
    # Plain text: what the same tokenizer gives when it knows no control token.
    plain = Tokenizer.from_file(str(folder / "tokenizer.json")).to_str()
    plain = json.loads(plain)
    plain["added_tokens"] = [t for t in plain["added_tokens"] if not t["special"]]
    plain = Tokenizer.from_str(json.dumps(plain))
    texts = TRICKY + ["look at <box> here"]
    write_json(
        folder / "tokenizer.golden.json",
        [
            {
                "text": text,
                "ids": tok.encode(text, add_special_tokens=False).ids,
                "plainIds": plain.encode(text, add_special_tokens=False).ids,
                "decoded": tok.decode(tok.encode(text, add_special_tokens=False).ids, skip_special_tokens=True),
            }
            for text in texts
        ],
    )
    return tok


def write_json(path, value):
    path.write_text(json.dumps(value, ensure_ascii=True, separators=(",", ":")) + "\n")


def rounded(tensor):
    """Rounds to seven digits: finer than the 1e-3 that the tests require, and the file stays small."""
    return [float(f"{v:.7g}") for v in tensor.flatten().tolist()]


def picture(size, seed):
    """The tests' pictures, made from integers so that any language gives the same values. [3, size, size]"""
    n = 3 * size * size
    values = [((i * 7919 + seed * 104729 + (i // 7) * 31) % 2003) / 1001.5 - 1 for i in range(n)]
    return torch.tensor(values, dtype=torch.float64).float().view(3, size, size)


def randomise(model, seed):
    """Random weights large enough that attention, norms and every bias affect the result."""
    g = torch.Generator().manual_seed(seed)
    for name, p in model.named_parameters():
        if name.endswith("norm.weight") or "layernorm" in name and name.endswith("weight") or "layer_norm" in name and name.endswith("weight"):
            p.data = 1 + 0.3 * torch.randn(p.shape, generator=g)
        elif name.endswith("bias"):
            p.data = 0.3 * torch.randn(p.shape, generator=g)
        elif "embed" in name and "patch" not in name:
            p.data = 0.5 * torch.randn(p.shape, generator=g)
        else:
            fan_in = p[0].numel()
            p.data = 1.6 / math.sqrt(fan_in) * torch.randn(p.shape, generator=g)


def old_key(key):
    """Converts a key of transformers 5 to its name in the llava-hf checkpoints."""
    for new, old in [
        ("model.language_model.", "language_model.model."),
        ("lm_head.", "language_model.lm_head."),
        ("model.vision_tower.", "vision_tower.vision_model."),
        ("model.multi_modal_projector.", "multi_modal_projector."),
    ]:
        if key.startswith(new):
            return old + key[len(new) :]
    raise KeyError(key)


def make_model(name, config, dtype, seed):
    model = LlavaForConditionalGeneration(config).eval().float()
    randomise(model, seed)
    model.tie_weights()
    # The reference computes in fp32 with the weights as stored. Not model.to(dtype): that also rounds the rotary
    # frequencies, which are not weights, and changes the logits by 0.04.
    for p in model.parameters():
        p.data = p.data.to(dtype).float()
    return model


def expected(model, config, prompts, image_size, max_new_tokens, out):
    """Vision features, last logits and greedy answers of the reference."""
    image_token = config.image_token_index
    per_image = (config.vision_config.image_size // config.vision_config.patch_size) ** 2
    cases = []
    with torch.no_grad():
        # The feature must be a layer's plain output, before post_layernorm: checked against a hook on that layer,
        # because some releases returned it after the norm.
        seen = []
        layer = config.vision_feature_layer
        hook = model.model.vision_tower.encoder.layers[layer].register_forward_hook(
            lambda _m, _i, o: seen.append(o[0] if isinstance(o, tuple) else o)
        )
        got = model.get_image_features(pixel_values=picture(image_size, 1)[None]).pooler_output[0]
        hook.remove()
        assert torch.equal(model.model.multi_modal_projector(seen[0])[0], got), "features are not before post_layernorm"

        for parts in prompts:
            ids, seeds = [], []
            for part in parts:
                if isinstance(part, dict):
                    seeds.append(part["image"])
                    ids += [image_token] * per_image
                else:
                    ids += part
            pixels = torch.stack([picture(image_size, s) for s in seeds]) if seeds else None
            input_ids = torch.tensor([ids])
            features = model.get_image_features(pixel_values=pixels).pooler_output if seeds else []
            logits = model(input_ids=input_ids, pixel_values=pixels).logits[0]
            answer, margin = [], 1e9
            whole = input_ids
            for _ in range(max_new_tokens):
                step = model(input_ids=whole, pixel_values=pixels).logits[0, -1]
                top = step.topk(2)
                margin = min(margin, float(top.values[0] - top.values[1]))
                answer.append(int(top.indices[0]))
                whole = torch.cat([whole, top.indices[:1][None]], dim=1)
            assert margin > 5e-3, f"too close to call: {margin}"
            cases.append(
                {
                    "inputIds": ids,
                    "imageSeeds": seeds,
                    "features": [rounded(f) for f in features],
                    "logits": rounded(logits[-1]),
                    "greedy": answer,
                }
            )
    write_json(out / "golden.json", {"transformers": transformers.__version__, "tokensPerImage": per_image, "cases": cases})


def make_gqa(tok):
    out = HERE / "gqa"
    out.mkdir(exist_ok=True)
    control = {t: tok.token_to_id(t) for t in CONTROL}
    published = {
        "architectures": ["LlavaForConditionalGeneration"],
        "ignore_index": -100,
        "image_token_index": control["<image>"],
        "model_type": "llava",
        "projector_hidden_act": "gelu",
        "text_config": {
            "architectures": ["Qwen2ForCausalLM"],
            "bos_token_id": control["<|endoftext|>"],
            "eos_token_id": control["<|im_end|>"],
            "hidden_size": 64,
            "intermediate_size": 96,
            "max_window_layers": 2,
            "model_type": "qwen2",
            "num_attention_heads": 4,
            "num_hidden_layers": 3,
            "num_key_value_heads": 2,
            "rope_theta": 1000000.0,
            "tie_word_embeddings": True,
            "torch_dtype": "bfloat16",
            "vocab_size": 1008,
        },
        "torch_dtype": "float16",
        "transformers_version": "4.41.0.dev0",
        "vision_config": {
            "hidden_size": 32,
            "image_size": 44,  # not a multiple of the patch, as 384 is not of 14
            "intermediate_size": 80,
            "model_type": "siglip_vision_model",
            "num_attention_heads": 2,
            "num_hidden_layers": 3,
            "patch_size": 14,
            "vision_use_head": False,
        },
        "vision_feature_layer": -1,
        "vision_feature_select_strategy": "full",
    }
    write_json(out / "config.json", published)
    write_json(
        out / "generation_config.json",
        {
            "bos_token_id": control["<|endoftext|>"],
            "eos_token_id": [control["<|im_end|>"], control["<|endoftext|>"]],
            "pad_token_id": control["<|endoftext|>"],
            "transformers_version": "4.41.0.dev0",
        },
    )
    write_json(
        out / "preprocessor_config.json",
        {
            "do_normalize": True,
            "do_rescale": True,
            "do_resize": True,
            "image_mean": [0.5, 0.5, 0.5],
            "image_processor_type": "SiglipImageProcessor",
            "image_std": [0.5, 0.5, 0.5],
            "processor_class": "LlavaProcessor",
            "resample": 3,
            "rescale_factor": 0.00392156862745098,
            "size": {"height": 44, "width": 44},
        },
    )
    for name in ["tokenizer.json", "tokenizer_config.json"]:
        (out / name).write_bytes((HERE / "tokenizer" / name).read_bytes())
    config = LlavaConfig.from_pretrained(out)
    model = make_model("gqa", config, torch.float16, 11)
    state = {}
    for key, value in model.state_dict().items():
        if key == "lm_head.weight":
            continue  # tied: the published file has no copy either
        state[old_key(key)] = value.half().contiguous()
    save_file(state, out / "model.safetensors", metadata={"format": "pt"})
    enc = lambda s: tok.encode(s, add_special_tokens=False).ids
    head = enc("<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n<|im_start|>user\n")
    tail = enc("<|im_end|>\n<|im_start|>assistant\n")
    prompts = [
        [head, enc("How many red circles are there?"), tail],
        [head, {"image": 1}, enc("\nWhat is it?"), tail],
        [head, {"image": 1}, enc("\nand then "), {"image": 2}, {"image": 3}, enc("\nWhich one is red?"), tail],
    ]
    expected(model, config, prompts, 44, 12, out)


def make_mha():  # its tokens are bare numbers; the tokenizer is there only because a model folder has one
    out = HERE / "mha"
    out.mkdir(exist_ok=True)
    config = LlavaConfig(
        vision_config={
            "model_type": "siglip_vision_model", "hidden_size": 24, "image_size": 24, "intermediate_size": 40,
            "num_attention_heads": 3, "num_hidden_layers": 3, "patch_size": 8, "vision_use_head": False,
        },
        text_config={
            "model_type": "qwen2", "hidden_size": 48, "intermediate_size": 72, "num_attention_heads": 3,
            "num_key_value_heads": 3, "num_hidden_layers": 2, "vocab_size": 200, "max_position_embeddings": 512,
            "rope_parameters": {"rope_theta": 10000.0, "rope_type": "default"}, "rms_norm_eps": 1e-5,
            "tie_word_embeddings": False, "eos_token_id": 199,
        },
        image_token_index=150, vision_feature_layer=-2, vision_feature_select_strategy="full",
        image_seq_length=9, architectures=["LlavaForConditionalGeneration"],
    )
    model = make_model("mha", config, torch.bfloat16, 14)
    config.save_pretrained(out)
    items = sorted(model.state_dict().items())
    shards = [dict(), dict()]
    for i, (key, value) in enumerate(items):
        shards[i % 2][key] = value.to(torch.bfloat16).contiguous()
    weight_map = {}
    for i, shard in enumerate(shards):
        file = f"model-{i + 1:05}-of-00002.safetensors"
        save_file(shard, out / file, metadata={"format": "pt"})
        weight_map |= {key: file for key in shard}
    write_json(out / "model.safetensors.index.json", {"metadata": {}, "weight_map": weight_map})
    for file in ["tokenizer.json", "tokenizer_config.json"]:
        (out / file).write_bytes((HERE / "tokenizer" / file).read_bytes())
    write_json(  # where transformers 5 keeps the picture settings
        out / "processor_config.json",
        {
            "image_processor": {
                "do_normalize": True, "do_rescale": True, "do_resize": True, "image_mean": [0.5, 0.5, 0.5],
                "image_std": [0.5, 0.5, 0.5], "image_processor_type": "SiglipImageProcessor", "resample": 3,
                "rescale_factor": 0.00392156862745098, "size": {"height": 24, "width": 24},
            },
            "processor_class": "LlavaProcessor",
        },
    )
    prompts = [
        [[1, 2, 3, 4, 5], {"image": 4}, [6, 7], {"image": 5}, [8, 9, 10]],
        [{"image": 6}, {"image": 7}, {"image": 8}, [20, 21, 22, 23]],
    ]
    expected(model, config, prompts, 24, 12, out)


if __name__ == "__main__":
    torch.set_num_threads(1)
    tokenizer = make_tokenizer()
    make_gqa(tokenizer)
    make_mha()
