# SPDX-License-Identifier: Apache-2.0
"""Makes small random models of LLaVA-OneVision and SmolVLM2, and what transformers makes of prompts with pictures.

    pip install torch==2.13.0 transformers==5.24.0 safetensors tokenizers num2words "pillow<13"
    python src/model/golden/make_families.py

Writes, beside this file:
  onevision/    fp16, one file, keys as llava-hf publishes them
  smolvlm/      bf16, two shards, keys as HuggingFaceTB publishes them
Each has golden.json: prompts (messages), the ids that the processor makes of them, hashes of the tiles' pixels (of the
processors that use Pillow, as the models were trained), the logits after the prompt, and 20 greedy tokens.
"""

import hashlib
import json
import math
import pathlib
import random
import sys
import types

import numpy as np
import torch
import transformers
from make_golden import HERE, randomise, rounded, write_json
from safetensors.torch import save_file
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import AutoModelForImageTextToText, PreTrainedTokenizerFast
from transformers.models.llava_onevision.image_processing_pil_llava_onevision import LlavaOnevisionImageProcessorPil
from transformers.models.llava_onevision.processing_llava_onevision import LlavaOnevisionProcessor
from transformers.models.smolvlm.image_processing_pil_smolvlm import SmolVLMImageProcessorPil
from transformers.models.smolvlm.processing_smolvlm import DEFAULT_CHAT_TEMPLATE, SmolVLMProcessor

sys.path.insert(0, str(HERE / "../../vision/golden"))
from picture import picture  # noqa: E402

# As in llava-hf/llava-onevision-qwen2-0.5b-ov-hf.
ONEVISION_TEMPLATE = (
    "{% for message in messages %}{{'<|im_start|>' + message['role'] + ' '}}{# Render all images first #}"
    "{% for content in message['content'] | selectattr('type', 'equalto', 'image') %}{{ '<image>' }}{% endfor %}"
    "{# Render all video then #}"
    "{% for content in message['content'] | selectattr('type', 'equalto', 'video') %}{{ '<video>' }}{% endfor %}"
    "{# Render all text next #}{% if message['role'] != 'assistant' %}"
    "{% for content in message['content'] | selectattr('type', 'equalto', 'text') %}{{ '\\n' + content['text'] }}{% endfor %}"
    "{% else %}{% for content in message['content'] | selectattr('type', 'equalto', 'text') %}"
    "{% generation %}{{ '\\n' + content['text'] }}{% endgeneration %}{% endfor %}{% endif %}{{'<|im_end|>'}}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"
)
SMOL_CONTROL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<fake_token_around_image>", "<global-img>", "<image>",
                "<end_of_utterance>"] + [f"<row_{r}_col_{c}>" for r in range(1, 7) for c in range(1, 7)]

TEXT = """User: How many red circles are there in the picture? Assistant: There are three. You are provided the following
series of four frames from a 0:00:10 [H:MM:SS] video. Frame from 00:00: Frame from 00:07: What happens in the video? The
ball rolls to the wall. Compare the first image and the second image. Is this the same place?""" * 3


def smol_tokenizer(out):
    tok = Tokenizer(models.BPE())
    tok.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)])
    tok.decoder = decoders.ByteLevel()
    tok.train_from_iterator([TEXT], trainers.BpeTrainer(
        vocab_size=420, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False))
    tok.add_special_tokens([AddedToken(t, special=True, normalized=False) for t in SMOL_CONTROL])
    return save_tokenizer(tok, out, "<end_of_utterance>", "<|im_end|>", "GPT2Tokenizer")


def qwen_tokenizer(out):
    tok = Tokenizer.from_file(str(HERE / "tokenizer/tokenizer.json"))
    tok.add_special_tokens([AddedToken("<video>", special=True, normalized=False)])
    return save_tokenizer(tok, out, "<|im_end|>", "<|endoftext|>", "Qwen2Tokenizer")


def save_tokenizer(tok, out, eos, pad, kind):
    tok.save(str(out / "tokenizer.json"), pretty=False)
    write_json(out / "tokenizer_config.json", {"eos_token": eos, "pad_token": pad, "model_max_length": 8192, "tokenizer_class": kind})
    return PreTrainedTokenizerFast(tokenizer_object=tok, eos_token=eos, pad_token=pad)


def image(size):
    return {"type": "image", "size": size}


def video(times, duration):
    return {"type": "video", "times": times, "duration": duration, "size": [60, 40]}


def text(words):
    return {"type": "text", "text": words}


def prompts(wide):
    user = lambda *content: {"role": "user", "content": list(content)}
    answer = lambda words: {"role": "assistant", "content": [text(words)]}
    return {
        "words": [user(text("How many red circles are there? 12 or 123 or \u0661\u0662 or \u00bd?"))],
        "one picture": [user(image([100, 40]), text("What is it?"))],
        "a tall picture": [user(image([31, 170]), text("What is it?"))],
        "a small picture": [user(image([8, 8]), text("\n What?"))],
        "a wide picture": [user(image(wide), text("Is it wide?"))],
        "three pictures": [user(image([100, 40]), image([40, 40]), image([20, 60]), text("Which one is red?"))],
        "a video": [user(video([0.0, 2.5, 7.04, 9.99], 10.2), text("What happens?"))],
        "two turns": [user(image([64, 48]), text("What is it?")), answer("A ball."), user(text("Are you sure?"))],
        "a video, then a picture": [
            user(video([0.0, 61.5], 3700.0), text("What happens?")), answer("Nothing."),
            user(image([50, 50]), text("Is this the same place?"))],
    }


def between():
    """Text between pictures, which templates that put pictures first need as one text."""
    return [text("Is "), image([40, 30]), text(" left of "), image([30, 40]), text("? <b>")]


def bytes_of(tiles):
    """The bytes of normalised tiles [n, 3, side, side], whose mean and deviation are 0.5."""
    return np.clip(np.rint((np.asarray(tiles) * 0.5 + 0.5) * 255), 0, 255).astype(np.uint8).transpose(0, 2, 3, 1)


class OneVision:
    name, side, wide, seed = "onevision", 40, [500, 400], 7

    def __init__(self, out):
        self.tok = qwen_tokenizer(out)
        self.control = lambda t: self.tok.convert_tokens_to_ids(t)
        pinpoints = [[self.side * a, self.side * b] for a in range(1, 7) for b in range(1, 7)]
        config = {
            "architectures": ["LlavaOnevisionForConditionalGeneration"], "model_type": "llava_onevision",
            "image_grid_pinpoints": pinpoints, "image_token_index": self.control("<image>"),
            "video_token_index": self.control("<video>"), "projector_hidden_act": "gelu", "tie_word_embeddings": False,
            "text_config": {
                "hidden_size": 64, "intermediate_size": 96, "model_type": "qwen2", "num_attention_heads": 4,
                "num_hidden_layers": 2, "num_key_value_heads": 2, "rope_theta": 1000000.0, "vocab_size": 1008,
                "max_position_embeddings": 32768, "tie_word_embeddings": True},
            "use_image_newline_parameter": True, "vision_aspect_ratio": "anyres_max_9", "vision_feature_layer": -1,
            "vision_feature_select_strategy": "full",
            "vision_config": {
                "hidden_size": 32, "image_size": self.side, "intermediate_size": 48, "model_type": "siglip_vision_model",
                "num_attention_heads": 2, "num_hidden_layers": 2, "patch_size": 8, "vision_use_head": False}}
        processor = {
            "do_pad": True, "do_convert_rgb": True, "do_normalize": True, "do_rescale": True, "do_resize": True,
            "image_grid_pinpoints": pinpoints, "image_mean": [0.5] * 3, "image_std": [0.5] * 3,
            "image_processor_type": "LlavaOnevisionImageProcessor", "resample": 3,
            "size": {"height": self.side, "width": self.side}}
        write_json(out / "config.json", config)
        write_json(out / "preprocessor_config.json", processor)
        write_json(out / "chat_template.json", {"chat_template": ONEVISION_TEMPLATE})
        write_json(out / "generation_config.json", {"eos_token_id": self.control("<|im_end|>")})
        del processor["image_processor_type"]
        self.processor = LlavaOnevisionImageProcessorPil(**processor)
        self.template = ONEVISION_TEMPLATE
        self.namespace = types.SimpleNamespace(
            image_processor=self.processor, image_token="<image>", video_token="<video>", num_image_tokens=25,
            vision_aspect_ratio="anyres_max_9", vision_feature_select_strategy="full")
        for name in ["_get_number_of_features", "_get_unpadded_features"]:
            setattr(self.namespace, name, types.MethodType(getattr(LlavaOnevisionProcessor, name), self.namespace))

    def inputs(self, images, videos):
        """What the processor makes of pictures and videos: model inputs, what stands for each, tiles of each."""
        given, marks, tiles = {}, [], []
        if images:
            batch = [[picture(*i["size"]) for i in images]]
            made = self.processor.preprocess(batch, return_tensors="np")
            given["pixel_values"] = torch.tensor(np.asarray(made["pixel_values"]))
            given["image_sizes"] = torch.tensor(np.asarray(made["image_sizes"]))
            given["batch_num_images"] = torch.tensor([len(images)])
            made["pixel_values"] = given["pixel_values"]
            made["image_sizes"] = given["image_sizes"]
            made["batch_num_images"] = [len(images)]
            for k in range(len(images)):
                marks.append(LlavaOnevisionProcessor.replace_image_token(self.namespace, made, k))
                real = [t for t in np.asarray(made["pixel_values"][k]) if np.any(t)]
                tiles.append(bytes_of(real))
        for one in videos:
            frames = [np.asarray(picture(one["size"][0] + k, one["size"][1]).resize((self.side, self.side), 3)) for k in range(len(one["times"]))]
            pixels = torch.tensor(np.stack(frames).transpose(0, 3, 1, 2) / 255.0 * 2 - 1).float()
            given["pixel_values_videos"] = pixels[None]
            marks.append(LlavaOnevisionProcessor.replace_video_token(self.namespace, {"pixel_values_videos": [pixels]}, 0))
            tiles += [frame[None] for frame in frames]
        return given, marks, tiles

    def key(self, key):
        for new, old in [
            ("model.language_model.", "language_model.model."), ("lm_head.", "language_model.lm_head."),
            ("model.vision_tower.", "vision_tower.vision_model."),
            ("model.multi_modal_projector.", "multi_modal_projector."), ("model.image_newline", "image_newline"),
        ]:
            if key.startswith(new):
                return old + key[len(new):]
        raise KeyError(key)


class SmolVlm:
    name, side, wide, seed = "smolvlm", 32, [500, 40], 9

    def __init__(self, out):
        self.tok = smol_tokenizer(out)
        self.control = lambda t: self.tok.convert_tokens_to_ids(t)
        config = {
            "architectures": ["SmolVLMForConditionalGeneration"], "model_type": "smolvlm",
            "image_token_id": self.control("<image>"), "scale_factor": 2, "tie_word_embeddings": False,
            "text_config": {
                "hidden_size": 48, "intermediate_size": 96, "model_type": "llama", "num_attention_heads": 3, "head_dim": 16,
                "num_hidden_layers": 3, "num_key_value_heads": 1, "rope_theta": 100000, "vocab_size": len(self.tok) + 3,
                "max_position_embeddings": 8192, "rms_norm_eps": 1e-5, "tie_word_embeddings": False, "hidden_act": "silu"},
            "vision_config": {
                "hidden_size": 32, "image_size": self.side, "intermediate_size": 48, "model_type": "smolvlm_vision",
                "num_attention_heads": 2, "num_hidden_layers": 2, "patch_size": 4, "max_image_size": {"longest_edge": self.side},
                "size": {"longest_edge": 4 * self.side}}}
        processor = {
            "do_convert_rgb": True, "do_image_splitting": True, "do_normalize": True, "do_pad": True, "do_rescale": True,
            "do_resize": True, "image_mean": [0.5] * 3, "image_std": [0.5] * 3, "resample": 1,
            "max_image_size": {"longest_edge": self.side}, "size": {"longest_edge": 4 * self.side}}
        write_json(out / "config.json", config)
        write_json(out / "preprocessor_config.json", {
            **processor, "image_processor_type": "SmolVLMImageProcessor",
            "video_sampling": {"fps": 1, "max_frames": 64, "video_size": {"longest_edge": self.side}}})
        (out / "chat_template.jinja").write_text(DEFAULT_CHAT_TEMPLATE)
        write_json(out / "generation_config.json", {"eos_token_id": self.control("<end_of_utterance>")})
        self.settings = processor
        self.template = DEFAULT_CHAT_TEMPLATE
        self.namespace = types.SimpleNamespace(
            image_seq_len=16, fake_image_token="<fake_token_around_image>", image_token="<image>", global_image_token="<global-img>")

    def inputs(self, images, videos):
        marks, tiles = [], []
        for one in images:
            # Several pictures are not split, as they were trained.
            processor = SmolVLMImageProcessorPil(**{**self.settings, "do_image_splitting": len(images) == 1})
            made = processor.preprocess([[picture(*one["size"])]], return_row_col_info=True, return_tensors="np")
            marks.append(SmolVLMProcessor.replace_image_token(self.namespace, made, 0))
            tiles.append(np.asarray(made["pixel_values"][0]))
        for one in videos:
            processor = SmolVLMImageProcessorPil(**{**self.settings, "do_image_splitting": False, "size": {"longest_edge": self.side}})
            frames = [processor.preprocess([[picture(one["size"][0] + k, one["size"][1])]], return_tensors="np")["pixel_values"][0] for k in range(len(one["times"]))]
            metadata = types.SimpleNamespace(fps=1, timestamps=one["times"], duration=one["duration"])
            marks.append(SmolVLMProcessor.replace_video_token(
                self.namespace, {"pixel_values": np.stack(frames)[None, :, 0], "video_metadata": [metadata]}, 0))
            tiles += list(frames)
        self.raw = tiles
        # The whole picture stands last there, and first here.
        return {}, marks, [bytes_of(np.roll(t, 1, axis=0)) for t in tiles]

    def key(self, key):
        return key


def make(kind):
    out = HERE / kind.name
    out.mkdir(exist_ok=True)
    family = kind(out)
    config = transformers.AutoConfig.from_pretrained(out)
    model = AutoModelForImageTextToText.from_config(config).eval().float()
    randomise(model, kind.seed)
    model.tie_weights()
    dtype = torch.float16 if kind is OneVision else torch.bfloat16
    for p in model.parameters():
        p.data = p.data.to(dtype).float()
    state = {family.key(k): v.to(dtype).contiguous() for k, v in model.state_dict().items() if not (kind is OneVision and k.startswith("lm_head"))}
    if kind is OneVision:
        save_file(state, out / "model.safetensors", metadata={"format": "pt"})
    else:
        names = sorted(state)
        halves = [names[: len(names) // 2], names[len(names) // 2 :]]
        files = [f"model-0000{k + 1}-of-00002.safetensors" for k in range(2)]
        for file, half in zip(files, halves):
            save_file({k: state[k] for k in half}, out / file, metadata={"format": "pt"})
        write_json(out / "model.safetensors.index.json", {"metadata": {}, "weight_map": {k: f for f, half in zip(files, halves) for k in half}})

    cases = []
    for name, messages in {**prompts(kind.wide), "text between": [{"role": "user", "content": between()}]}.items():
        media = [c for m in messages for c in m["content"] if c["type"] != "text"]
        images, videos = ([c for c in media if c["type"] == t] for t in ["image", "video"])
        given, marks, tiles = family.inputs(images, videos)
        order = images + videos
        rendered = messages
        if name == "text between" and kind is OneVision:
            # Such a template puts pictures first, unless they are written in the text.
            rendered = [{"role": "user", "content": [text("".join(c.get("text", "<image>") for c in between()))]}]
        prompt = family.tok.apply_chat_template(rendered, chat_template=family.template, tokenize=False, add_generation_prompt=True)
        pieces, rest = [], prompt
        for one in media:  # in the order of the prompt
            before, rest = rest.split(f"<{one['type']}>", 1)
            pieces += [before, marks[next(k for k, o in enumerate(order) if o is one)]]
        prompt = "".join(pieces) + rest
        ids = family.tok(prompt, add_special_tokens=False)["input_ids"]
        starts, n = {}, 0
        for o in order:
            starts[id(o)] = n
            n += len(o["times"]) if o["type"] == "video" else 1
        # Per picture or frame, in the order of the prompt.
        places = [k for o in media for k in range(starts[id(o)], starts[id(o)] + (len(o["times"]) if o["type"] == "video" else 1))]
        flat = [tiles[k] for k in places]
        if kind is SmolVlm and places:
            given["pixel_values"] = torch.tensor(np.concatenate([family.raw[k] for k in places]))[None]
        with torch.no_grad():
            whole, answer, margin, first = torch.tensor([ids]), [], 1e9, None
            for _ in range(20):
                logits = model(input_ids=whole, **given).logits[0, -1]
                first = logits if first is None else first
                top = logits.topk(2)
                margin = min(margin, float(top.values[0] - top.values[1]))
                answer.append(int(top.indices[0]))
                whole = torch.cat([whole, top.indices[:1][None]], dim=1)
        print(kind.name, name, len(ids), "margin", round(margin, 4))
        assert margin > 2e-3, f"too close to call: {margin}"
        # What stands for a frame is replaced by its features: our prompts have the same token for all pictures.
        ids = [family.control("<image>") if i == family.control("<video>") else i for i in ids]
        cases.append({
            "name": name, "messages": messages, "ids": ids, "logits": rounded(first), "greedy": answer,
            "tiles": [len(t) for t in flat], "pixels": [hashlib.sha256(np.ascontiguousarray(t).tobytes()).hexdigest() for t in flat]})
    golden = {"transformers": transformers.__version__, "cases": cases}
    if kind is OneVision:
        # Tokens of a picture alone, in the published sizes.
        shape = types.SimpleNamespace(
            num_image_tokens=729, vision_aspect_ratio="anyres_max_9", vision_feature_select_strategy="full",
            image_processor=types.SimpleNamespace(image_grid_pinpoints=[[384 * a, 384 * b] for a in range(1, 7) for b in range(1, 7)]))
        for name in ["_get_number_of_features", "_get_unpadded_features"]:
            setattr(shape, name, types.MethodType(getattr(LlavaOnevisionProcessor, name), shape))
        rng = random.Random(3)
        sizes = [(rng.randint(1, 4000), rng.randint(1, 4000)) for _ in range(200)]
        golden["counts"] = [[w, h, shape._get_number_of_features(h, w, 384, 384)] for w, h in sizes]
    write_json(out / "golden.json", golden)


if __name__ == "__main__":
    for kind in [OneVision, SmolVlm]:
        make(kind)
