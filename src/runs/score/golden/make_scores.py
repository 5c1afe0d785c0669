# SPDX-License-Identifier: Apache-2.0
"""Makes scores.jsonl.gz: predictions, and what the published scorer of LLaVA-Interleave Bench says of them.

The scorer is `llava/eval/evaluate_interleave.py` of LLaVA-VL/LLaVA-NeXT (commit df17966); it is run, not copied. It needs
rouge 1.0.1, numpy 2.4.6 and scikit-learn (which it imports and does not use).

    python make_scores.py LLaVA-NeXT/llava/eval/evaluate_interleave.py
"""

import gzip
import importlib.util
import json
import pathlib
import random
import subprocess
import sys
import tempfile

script = pathlib.Path(sys.argv[1])
spec = importlib.util.spec_from_file_location("official", script)
official = importlib.util.module_from_spec(spec)
spec.loader.exec_module(official)
judge = official.Eval()
draw = random.Random(1)

WORDS = "the a red cube left of is moved two 3 1,000 12.5 and bird Has A b wing's no yes café 北京 naïve İstanbul ΟΔΟΣ ß".split()
SPACES = [" "] * 8 + ["  ", "\n", "\t", "\r\n", "\u00a0", "\u2003", "\u2028", "\x1f", "\ufeff"]
MARKS = list(";/[]\"{}()=+\\_-><@`,?!.:'") + ["...", ". ", " .", ", ", "1,2", "3.5", "٣.٤", "٣,٤", "5.", ".5", " - ", "--", "😀", "e\u0301"]


def text(longest):
    pieces = []
    for _ in range(draw.randint(0, longest)):
        pieces.append(draw.choice(WORDS) if draw.random() < 0.75 else draw.choice(MARKS))
        pieces.append(draw.choice(SPACES) if draw.random() < 0.8 else "")
    return "".join(pieces)


def varied(truth):
    """Mostly the truth with some words changed, so that scores lie between 0 and 1."""
    kind = draw.random()
    if kind < 0.1:
        return text(12)
    if kind < 0.15:
        return draw.choice(["", " ", "\n", ".", "?!", "''", '"()"', "....", " . . ", "-"])
    if kind < 0.2:
        return (truth + " ") * draw.randint(2, 30)  # longer than 512 characters
    words = truth.split(" ")
    for _ in range(draw.randint(0, 3)):
        at = draw.randrange(len(words))
        words[at] = draw.choice([draw.choice(WORDS), words[at].upper(), "", words[at] + draw.choice(MARKS), words[at - 1]])
    if draw.random() < 0.2:
        draw.shuffle(words)
    return " ".join(words)


def chosen(truth):
    letter = truth.strip("(). ")
    return draw.choice(
        [truth, letter, letter.lower(), f"({letter})", f"{letter}.", f"Answer: {letter}", f"{letter}: the red cube",
         f"a: {letter}", f"{letter}:b", f"the answer is:{letter} ", f"x: y: {letter} :", "", "i: j", f"{letter} .",
         draw.choice("ABCDE"), f"Option {letter}", f"{letter}:a:the", text(3)])  # fmt: skip


sizes = {
    "Spot-the-Diff": 300, "Birds-to-Words": 130, "CLEVR-Change": 129, "IEdit": 9, "HQ-Edit": 8, "MagicBrush": 7,
    "AESOP": 1, "FlintstonesSV": 65, "VIST": 500, "COMICS_Dialogue": 70, "RecipeQA_VisualCloze": 90, "OCR-VQA": 257,
    "RecipeQA_ImageCoherence": 80, "VISION": 60, "MIT-States_StateCoherence": 40, "RAVEN": 150, "NLVR2_Mantis": 120,
    "QBench": 110, "ScanQA": 200, "MathVerse": 50, "a set of my own": 33,
}  # fmt: skip
choices = {"COMICS_Dialogue", "RecipeQA_VisualCloze", "RecipeQA_ImageCoherence", "VISION", "RAVEN", "QBench", "MathVerse"}
samples = []
for dataset, size in sizes.items():
    for number in range(size):
        if dataset in choices:
            truth = draw.choice(["A", "B", "(C)", "d", "E.", "the red cube", "1,000", "H"])
            prediction = chosen(truth)
        elif dataset == "NLVR2_Mantis":
            truth = draw.choice(["Yes", "No"])
            prediction = draw.choice(["Yes", "no", "Yes.", "No, it is not", ""])
        else:
            truth = text(14) if draw.random() < 0.97 else draw.choice(["", "?", " . "])
            prediction = varied(truth)
        samples.append({
            "dataset": dataset, "sample_id": number, "pred_response": prediction, "gt_response": truth,
            "question_type": "multi-choice" if dataset in choices else "open-ended",
        })  # fmt: skip
draw.shuffle(samples)  # the order of lines decides the order of sums


def score(sample):
    """The exact score of one sample; None where the truth is empty and the sample is skipped."""
    sample = dict(sample)
    if sample["question_type"] == "multi-choice":
        return judge.evaluate_multichoice([sample])[0]["Accuracy"]
    if judge.process(sample["gt_response"]) == "":
        return None
    return float(judge.evaluate_rouge([sample])[0]["Rouge-L f"])


def scorable(sample):
    try:
        score(sample)
    except ValueError:  # nothing but full stops is left: the scorer ends with an error
        return False
    return True


samples = [sample for sample in samples if scorable(sample)]
with tempfile.TemporaryDirectory() as folder:
    path = pathlib.Path(folder)
    path.joinpath("result.jsonl").write_text("".join(json.dumps(sample) + "\n" for sample in samples))
    subprocess.run([sys.executable, str(script), "--result-dir", folder], check=True, stdout=subprocess.DEVNULL)
    datasets = {name: list(found.values())[0] for name, found in json.loads(path.joinpath("eval_dataset.json").read_text()).items()}
    categories = json.loads(path.joinpath("eval_cat.json").read_text())

lines = [json.dumps({**sample, "score": score(sample)}) for sample in samples]
lines.append(json.dumps({"datasets": datasets, "categories": categories}))
target = pathlib.Path(__file__).with_name("scores.jsonl.gz")
with gzip.GzipFile(target, "wb", mtime=0) as file:
    file.write(("\n".join(lines) + "\n").encode())
print(len(samples), "samples", target.stat().st_size, "bytes")
