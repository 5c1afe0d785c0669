# SPDX-License-Identifier: Apache-2.0
"""Makes a small random Qwen3-VL, and what transformers makes of prompts with pictures. As make_families.py, which see.

    python src/model/golden/make_qwen3vl.py

Writes qwen3vl/ beside this file: bf16, one file, keys and settings as Qwen publishes them. golden.json also has sizes of
pictures and frames with the published bounds. Two things differ from transformers 5.24 on purpose: frames are resized by
Pillow, because the video processor needs torchvision; and the marks around a video are replaced with it, as in
transformers 4.57, with which the models were released, and in vLLM.
"""

import hashlib
import random
import types

import numpy as np
import torch
import transformers
from make_families import HERE, between, picture, prompts, save_tokenizer, text
from make_golden import randomise, rounded, write_json
from safetensors.torch import save_file
from tokenizers import AddedToken, Tokenizer
from transformers import AutoModelForImageTextToText
from transformers.models.qwen2_vl.image_processing_pil_qwen2_vl import Qwen2VLImageProcessorPil, smart_resize
from transformers.models.qwen3_vl.processing_qwen3_vl import Qwen3VLProcessor
from transformers.models.qwen3_vl.video_processing_qwen3_vl import smart_resize as video_resize

PATCH, MERGE, PAIR = 4, 2, 2
FACTOR = PATCH * MERGE
IMAGE_AREA = {"shortest_edge": 640, "longest_edge": 49152}
VIDEO_AREA = {"shortest_edge": 256, "longest_edge": 16384}
MOST_VIDEO_TOKENS = 768
CONTROL = ["<|vision_start|>", "<|vision_end|>", "<|image_pad|>", "<|video_pad|>"]
# As in Qwen/Qwen3-VL-2B-Instruct, without tools.
TEMPLATE = """{%- if messages[0].role == 'system' %}
    {{- '<|im_start|>system\\n' }}
    {%- if messages[0].content is string %}
        {{- messages[0].content }}
    {%- else %}
        {%- for content in messages[0].content %}
            {%- if 'text' in content %}
                {{- content.text }}
            {%- endif %}
        {%- endfor %}
    {%- endif %}
    {{- '<|im_end|>\\n' }}
{%- endif %}
{%- set image_count = namespace(value=0) %}
{%- set video_count = namespace(value=0) %}
{%- for message in messages %}
    {%- if message.role == "user" %}
        {{- '<|im_start|>' + message.role + '\\n' }}
        {%- if message.content is string %}
            {{- message.content }}
        {%- else %}
            {%- for content in message.content %}
                {%- if content.type == 'image' or 'image' in content or 'image_url' in content %}
                    {%- set image_count.value = image_count.value + 1 %}
                    {%- if add_vision_id %}Picture {{ image_count.value }}: {% endif -%}
                    <|vision_start|><|image_pad|><|vision_end|>
                {%- elif content.type == 'video' or 'video' in content %}
                    {%- set video_count.value = video_count.value + 1 %}
                    {%- if add_vision_id %}Video {{ video_count.value }}: {% endif -%}
                    <|vision_start|><|video_pad|><|vision_end|>
                {%- elif 'text' in content %}
                    {{- content.text }}
                {%- endif %}
            {%- endfor %}
        {%- endif %}
        {{- '<|im_end|>\\n' }}
    {%- elif message.role == "assistant" %}
        {{- '<|im_start|>' + message.role + '\\n' }}
        {%- if message.content is string %}
            {{- message.content }}
        {%- else %}
            {%- for content_item in message.content %}
                {%- if 'text' in content_item %}
                    {{- content_item.text }}
                {%- endif %}
            {%- endfor %}
        {%- endif %}
        {{- '<|im_end|>\\n' }}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|im_start|>assistant\\n' }}
{%- endif %}
"""


def make_settings(out):
    tok = Tokenizer.from_file(str(HERE / "tokenizer/tokenizer.json"))
    tok.add_special_tokens([AddedToken(t, special=True, normalized=False) for t in CONTROL])
    tok = save_tokenizer(tok, out, "<|im_end|>", "<|endoftext|>", "Qwen2Tokenizer")
    control = tok.convert_tokens_to_ids
    write_json(out / "config.json", {
        "architectures": ["Qwen3VLForConditionalGeneration"], "model_type": "qwen3_vl", "tie_word_embeddings": True,
        "image_token_id": control("<|image_pad|>"), "video_token_id": control("<|video_pad|>"),
        "vision_start_token_id": control("<|vision_start|>"), "vision_end_token_id": control("<|vision_end|>"),
        "text_config": {
            "attention_bias": False, "head_dim": 16, "hidden_act": "silu", "hidden_size": 64, "intermediate_size": 96,
            "max_position_embeddings": 262144, "model_type": "qwen3_vl_text", "num_attention_heads": 4,
            "num_hidden_layers": 4, "num_key_value_heads": 2, "rms_norm_eps": 1e-6, "rope_theta": 5000000,
            "rope_scaling": {"mrope_interleaved": True, "mrope_section": [4, 2, 2], "rope_type": "default"},
            "tie_word_embeddings": True, "vocab_size": len(tok) + 3},
        "vision_config": {
            "deepstack_visual_indexes": [0, 1, 3], "depth": 4, "hidden_act": "gelu_pytorch_tanh", "hidden_size": 32,
            "in_channels": 3, "intermediate_size": 48, "model_type": "qwen3_vl", "num_heads": 2,
            "num_position_embeddings": 36, "out_hidden_size": 64, "patch_size": PATCH, "spatial_merge_size": MERGE,
            "temporal_patch_size": PAIR}})
    shared = {"patch_size": PATCH, "merge_size": MERGE, "temporal_patch_size": PAIR, "image_mean": [0.5] * 3, "image_std": [0.5] * 3}
    write_json(out / "preprocessor_config.json", {
        **shared, "size": IMAGE_AREA, "image_processor_type": "Qwen2VLImageProcessorFast", "processor_class": "Qwen3VLProcessor"})
    write_json(out / "video_preprocessor_config.json", {
        **shared, "size": VIDEO_AREA, "video_processor_type": "Qwen3VLVideoProcessor", "processor_class": "Qwen3VLProcessor"})
    write_json(out / "chat_template.json", {"chat_template": TEMPLATE})
    write_json(out / "generation_config.json", {"eos_token_id": [control("<|im_end|>"), control("<|endoftext|>")]})
    return tok, Qwen2VLImageProcessorPil(**shared, size=IMAGE_AREA)


def frame_size(frames, height, width, factor, area):
    """Of a video, as Qwen3VLVideoProcessor with cap_pixels_per_frame."""
    each = max(min(MOST_VIDEO_TOKENS * factor**2, area["longest_edge"] // frames), int(area["shortest_edge"] * 1.05))
    return video_resize(frames, height, width, PAIR, factor, area["shortest_edge"], each * frames)


def patches_of(frames):
    """Normalised frames [n, 3, height, width] as Qwen3VLVideoProcessor.patchify arranges them."""
    n, _, height, width = frames.shape
    h, w = height // PATCH, width // PATCH
    parts = frames.reshape(n // PAIR, PAIR, 3, h // MERGE, MERGE, PATCH, w // MERGE, MERGE, PATCH)
    return parts.transpose(0, 3, 6, 4, 7, 2, 1, 5, 8).reshape(n // PAIR * h * w, -1), [n // PAIR, h, w]


def sha(pixels):
    return hashlib.sha256(np.ascontiguousarray(pixels).tobytes()).hexdigest()


class Media:
    """What the processor makes of the pictures and videos of a prompt."""

    def __init__(self, processor, content):
        self.given, self.marks, self.pixels, grids, patches = {}, [], [], {"image": [], "video": []}, {"image": [], "video": []}
        shape = types.SimpleNamespace(
            image_processor=processor, video_processor=types.SimpleNamespace(merge_size=MERGE, temporal_patch_size=PAIR),
            image_token="<|image_pad|>", video_token="<|video_pad|>", vision_start_token="<|vision_start|>", vision_end_token="<|vision_end|>")
        shape._calculate_timestamps = types.MethodType(Qwen3VLProcessor._calculate_timestamps, shape)
        for one in content:
            width, height = one["size"]
            if one["type"] == "image":
                made = processor.preprocess([picture(width, height)], return_tensors="np")
                self.marks.append(Qwen3VLProcessor.replace_image_token(shape, made, 0))
                grids["image"].append(made["image_grid_thw"][0])
                patches["image"].append(made["pixel_values"])
                h, w = smart_resize(height, width, FACTOR, IMAGE_AREA["shortest_edge"], IMAGE_AREA["longest_edge"])
                self.pixels.append([np.asarray(picture(width, height).resize((w, h), 3))])
                continue
            times = one["times"]
            h, w = frame_size(len(times), height, width, FACTOR, VIDEO_AREA)
            frames = [np.asarray(picture(width + k, height).resize((w, h), 3)) for k in range(len(times))]
            self.pixels.append(frames)
            padded = frames + frames[-1:] * (-len(frames) % PAIR)
            normal = ((np.stack(padded).transpose(0, 3, 1, 2) * (1 / 255)).astype(np.float32) - np.float32(0.5)) / np.float32(0.5)
            values, grid = patches_of(normal)
            grids["video"].append(grid)
            patches["video"].append(values)
            # The true times, as if the video had a frame for each millisecond.
            metadata = types.SimpleNamespace(fps=1000, frames_indices=[round(1000 * t) for t in times])
            self.marks.append(Qwen3VLProcessor.replace_video_token(shape, {"video_grid_thw": np.array([grid]), "video_metadata": [metadata]}, 0))
        for kind, suffix in [("image", ""), ("video", "_videos")]:
            if grids[kind]:
                self.given["pixel_values" + suffix] = torch.tensor(np.concatenate(patches[kind])).float()
                self.given[kind + "_grid_thw"] = torch.tensor(np.array(grids[kind]))


def make():
    out = HERE / "qwen3vl"
    out.mkdir(exist_ok=True)
    tok, processor = make_settings(out)
    config = transformers.AutoConfig.from_pretrained(out)
    model = AutoModelForImageTextToText.from_config(config).eval().float()
    randomise(model, 11)
    model.tie_weights()
    for p in model.parameters():
        p.data = p.data.to(torch.bfloat16).float()
    state = {k: v.to(torch.bfloat16).contiguous() for k, v in model.state_dict().items() if not k.startswith("lm_head")}
    save_file(state, out / "model.safetensors", metadata={"format": "pt"})
    image_id, video_id = (tok.convert_tokens_to_ids(t) for t in ["<|image_pad|>", "<|video_pad|>"])

    cases = []
    asked = {**prompts([500, 40]), "text between": [{"role": "user", "content": between()}]}
    asked["three frames"] = [{"role": "user", "content": [
        {"type": "video", "times": [0.25, 1.25, 3.0], "duration": 4.0, "size": [60, 40]}, text("What happens?")]}]
    for name, messages in asked.items():
        content = [c for m in messages for c in m["content"] if c["type"] != "text"]
        media = Media(processor, content)
        rest = tok.apply_chat_template(messages, chat_template=TEMPLATE, tokenize=False, add_generation_prompt=True)
        prompt = ""
        for one, mark in zip(content, media.marks):
            place = "<|image_pad|>" if one["type"] == "image" else "<|vision_start|><|video_pad|><|vision_end|>"
            before, rest = rest.split(place, 1)
            prompt += before + mark
        ids = tok(prompt + rest, add_special_tokens=False)["input_ids"]
        with torch.no_grad():
            whole, answer, margin, first = torch.tensor([ids]), [], 1e9, None
            for _ in range(20):
                kinds = torch.where(whole == image_id, 1, torch.where(whole == video_id, 2, 0))
                logits = model(input_ids=whole, mm_token_type_ids=kinds, use_cache=False, **media.given).logits[0]
                if first is None:
                    # Within and after pictures too.
                    first = logits[-1]
                    several = {at: rounded(logits[at - 1][:16]) for at in [len(ids) // 3, len(ids) // 2, len(ids) - 3]}
                top = logits[-1].topk(2)
                margin = min(margin, float(top.values[0] - top.values[1]))
                answer.append(int(top.indices[0]))
                whole = torch.cat([whole, top.indices[:1][None]], dim=1)
        print(name, len(ids), "margin", round(margin, 4))
        assert margin > 2e-3, f"too close to call: {margin}"
        cases.append({
            "name": name, "messages": messages, "ids": [image_id if i == video_id else i for i in ids],
            "logits": rounded(first), "several": several, "greedy": answer,
            "pixels": [sha(p) for one in media.pixels for p in one]})
    rng = random.Random(5)
    sizes = [(rng.randint(1, 900), rng.randint(1, 900)) for _ in range(60)] + [(rng.randint(300, 3000), rng.randint(300, 3000)) for _ in range(60)]
    sizes = [(w, h) for w, h in sizes if max(w, h) <= 200 * min(w, h)]
    published = {"shortest_edge": 4096, "longest_edge": 25165824}
    golden = {
        "transformers": transformers.__version__, "cases": cases,
        # Width and height of a picture, and of one frame of many: before and after, with 768 tokens at most.
        "sizes": [[w, h, *smart_resize(h, w, 32, 65536, 768 * 1024)[::-1]] for w, h in sizes],
        "frames": [[n, w, h, *frame_size(n, h, w, 32, published)[::-1]] for k, (w, h) in enumerate(sizes) for n in [[2, 5, 16, 33, 64, 200][k % 6]]],
    }
    write_json(out / "golden.json", golden)


if __name__ == "__main__":
    make()
