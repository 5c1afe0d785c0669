"""Makes the app's samples: a clip, three pictures and a 3D scene of the model's own world. Deterministic. The
photograph beside them is not made here.

python -m recipe.samples --out ../resources/samples        (from the models folder; needs ffmpeg)
"""
import argparse
import json
import struct
import subprocess
from pathlib import Path

import numpy as np
from PIL import Image

from .draw2d import paint
from .words import COLOURS

LICENCE = """# Samples

A clip, three pictures and a 3D scene, drawn by `models/recipe/samples.py` out of nothing but numbers.
They are our own work and given to the public domain under CC0 1.0 (https://creativecommons.org/publicdomain/zero/1.0/).

`pictures/cat.jpg` is a photograph of Chelsea, a cat, by Stefan van der Walt, who gave it to the public domain under
CC0 1.0; it comes from the data of scikit-image (`skimage.data.chelsea`) and was saved as JPEG.

`samples.json` lists them with questions that the bundled model answers rightly; about the photograph, which is beyond
it, it says what it can do instead.
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


def clip(path, seconds=8, fps=25):
    """A red circle crosses the picture from left to right; a blue square stays where it is."""
    back = wall(1, 1280, 720, (226, 232, 240), (196, 206, 216))
    command = ["ffmpeg", "-y", "-loglevel", "error", "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", "640x360",
               "-r", str(fps), "-i", "-", "-an", "-c:v", "libx264", "-profile:v", "high", "-crf", "20",
               "-pix_fmt", "yuv420p", "-g", str(2 * fps), "-keyint_min", str(2 * fps), "-sc_threshold", "0",
               "-threads", "1", "-movflags", "+faststart", str(path)]
    encoder = subprocess.Popen(command, stdin=subprocess.PIPE)
    frames = seconds * fps
    for i in range(frames):
        x = 0.11 + 0.78 * i / (frames - 1)
        objects = [shape("blue", "square", 0.27, 0.24, 0.11), shape("red", "circle", x, 0.5, 0.11)]
        encoder.stdin.write(np.asarray(picture(back, objects)).tobytes())
    encoder.stdin.close()
    if encoder.wait():
        raise RuntimeError("ffmpeg failed")


def pictures(folder):
    """photo-1 and photo-2 differ by one thing: the green triangle turned orange. photo-3 is another picture."""
    one = [shape("red", "heart", 0.25, 0.32, 0.13), shape("green", "triangle", 0.70, 0.30, 0.13, 0.1),
           shape("blue", "ring", 0.48, 0.74, 0.13)]
    two = [one[0], shape("orange", "triangle", 0.70, 0.30, 0.13, 0.1), one[2]]
    three = [shape("yellow", "star", 0.22, 0.28, 0.12), shape("purple", "square", 0.75, 0.25, 0.11, 0.12),
             shape("black", "cross", 0.30, 0.75, 0.11), shape("pink", "circle", 0.74, 0.72, 0.13)]
    warm = wall(2, 1280, 960, (240, 232, 218), (222, 208, 190))
    cool = wall(3, 1280, 960, (214, 226, 226), (190, 204, 208))
    for name, back, objects in (("photo-1", warm, one), ("photo-2", warm, two), ("photo-3", cool, three)):
        picture(back, objects).save(folder / f"{name}.jpg", quality=90)


# --- the 3D scene: each mesh is (positions [N, 3], normals [N, 3], indices [M]) around its own origin ---

def lathe(profile, steps=48):
    """Turns a profile [(radius, y, normal radius, normal y)] round the y axis. Pairs of rows make the faces."""
    turn = np.linspace(0, 2 * np.pi, steps + 1)
    positions, normals, indices = [], [], []
    for r, y, nr, ny in profile:
        positions.append(np.stack([r * np.cos(turn), np.full_like(turn, y), r * np.sin(turn)], 1))
        normals.append(np.stack([nr * np.cos(turn), np.full_like(turn, ny), nr * np.sin(turn)], 1))
    for row in range(len(profile) - 1):
        base, above = row * (steps + 1), (row + 1) * (steps + 1)
        for i in range(steps):
            indices += [base + i, above + i, base + i + 1, base + i + 1, above + i, above + i + 1]
    return np.concatenate(positions), np.concatenate(normals), np.array(indices)


def sphere(radius):
    tilt = np.linspace(-np.pi / 2, np.pi / 2, 25)
    return lathe([(radius * np.cos(v), radius * np.sin(v), np.cos(v), np.sin(v)) for v in tilt])


def cylinder(radius, half):
    return lathe([(0, -half, 0, -1), (radius, -half, 0, -1), (radius, -half, 1, 0), (radius, half, 1, 0),
                  (radius, half, 0, 1), (0, half, 0, 1)])


def cone(radius, half):
    slope = np.hypot(radius, 2 * half)
    nr, ny = 2 * half / slope, radius / slope
    return lathe([(0, -half, 0, -1), (radius, -half, 0, -1), (radius, -half, nr, ny), (0, half, nr, ny)])


def box(half):
    positions, normals, indices = [], [], []
    for axis in range(3):
        for sign in (-1, 1):
            n = np.zeros(3)
            n[axis] = sign
            u = np.roll(n, 1) * sign
            v = np.cross(n, u)
            start = len(positions)
            positions += [(n + a * u + b * v) * half for a, b in ((-1, -1), (1, -1), (1, 1), (-1, 1))]
            normals += [n] * 4
            indices += [start, start + 1, start + 2, start, start + 2, start + 3]
    return np.array(positions), np.array(normals), np.array(indices)


def ground(half):
    p = np.array([(-half, 0, -half), (-half, 0, half), (half, 0, half), (half, 0, -half)], float)
    return p, np.array([(0, 1, 0)] * 4, float), np.array([0, 1, 2, 0, 2, 3])


def linear(rgb):
    """glTF base colours are linear light, 0..1."""
    v = np.array(rgb) / 255
    return [round(float(x), 4) for x in np.where(v <= 0.04045, v / 12.92, ((v + 0.055) / 1.055) ** 2.4)] + [1.0]


def scene(path):
    """A ground 3 m across with a red sphere, a blue box, a green cylinder and a yellow cone."""
    parts = [("ground", ground(1.5), (206, 204, 200), (0, 0, 0)),
             ("red sphere", sphere(0.34), COLOURS["red"], (-0.62, 0.34, -0.5)),
             ("blue box", box(0.30), COLOURS["blue"], (0.66, 0.30, -0.55)),
             ("green cylinder", cylinder(0.28, 0.34), COLOURS["green"], (0.60, 0.34, 0.62)),
             ("yellow cone", cone(0.34, 0.36), COLOURS["yellow"], (-0.62, 0.36, 0.6))]
    blob, views, accessors, meshes, materials, nodes = b"", [], [], [], [], []

    def add(array, kind, component, target, bounds=False):
        nonlocal blob
        data = array.tobytes()
        views.append({"buffer": 0, "byteOffset": len(blob), "byteLength": len(data), "target": target})
        entry = {"bufferView": len(views) - 1, "componentType": component, "count": len(array), "type": kind}
        if bounds:
            entry |= {"min": array.min(0).tolist(), "max": array.max(0).tolist()}
        accessors.append(entry)
        blob += data + b"\0" * (-len(data) % 4)
        return len(accessors) - 1

    for name, (positions, normals, indices), rgb, place in parts:
        positions, normals = positions.astype("<f4"), normals.astype("<f4")
        triangles = indices.reshape(-1, 3)
        a, b, c = (positions[triangles[:, i]] for i in range(3))
        facing = (np.cross(b - a, c - a) * normals[triangles].sum(1)).sum(1)
        triangles = np.where(facing[:, None] < 0, triangles[:, ::-1], triangles)[abs(facing) > 1e-9]
        primitive = {"attributes": {"POSITION": add(positions, "VEC3", 5126, 34962, True),
                                    "NORMAL": add(normals, "VEC3", 5126, 34962)},
                     "indices": add(triangles.astype("<u2").reshape(-1), "SCALAR", 5123, 34963),
                     "material": len(materials)}
        materials.append({"name": name, "pbrMetallicRoughness": {
            "baseColorFactor": linear(rgb), "metallicFactor": 0.0, "roughnessFactor": 0.8}})
        nodes.append({"name": name, "mesh": len(meshes), "translation": list(place)})
        meshes.append({"name": name, "primitives": [primitive]})
    document = {"asset": {"version": "2.0", "generator": "Zoetrope samples"}, "scene": 0,
                "scenes": [{"name": "solids", "nodes": list(range(len(nodes)))}], "nodes": nodes, "meshes": meshes,
                "materials": materials, "accessors": accessors, "bufferViews": views,
                "buffers": [{"byteLength": len(blob)}]}
    text = json.dumps(document, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 4)
    size = 12 + 8 + len(text) + 8 + len(blob)
    path.write_bytes(struct.pack("<4sII", b"glTF", 2, size) + struct.pack("<I4s", len(text), b"JSON") + text
                     + struct.pack("<I4s", len(blob), b"BIN\0") + blob)


def questions(*texts):
    return [{"en": text} for text in texts]


SAMPLES = [
    {"id": "clip", "kind": "video", "files": ["clip.mp4"],
     "title": {"en": "A clip: shapes that move", "zh": "短片:移动的图形"},
     "questions": questions("Which direction does the red circle move?", "How many shapes are there?",
                            "What color is the square?")},
    {"id": "pictures", "kind": "images", "files": ["pictures/photo-1.jpg", "pictures/photo-2.jpg"],
     "title": {"en": "Two pictures to compare", "zh": "两张图片:比一比"},
     "questions": questions("What color is the triangle in the first picture?",
                            "What color is the triangle in picture 2?",
                            "What shape is the blue one in the second picture?")},
    {"id": "photo", "kind": "images", "files": ["pictures/photo-3.jpg"],
     "title": {"en": "One picture", "zh": "一张图片"},
     "questions": questions("What color is the star?", "What shape is the black one?", "What color is the circle?")},
    {"id": "scene", "kind": "scene", "files": ["scene.glb"],
     "title": {"en": "A 3D scene: solids on the ground", "zh": "三维场景:地面上的几何体"},
     "questions": questions("How many objects are there?", "What shape is the red thing?", "What color is the cone?")},
    {"id": "cat", "kind": "images", "files": ["pictures/cat.jpg"],
     "title": {"en": "A photograph: beyond this small model", "zh": "一张照片:超出这个小模型的能力"},
     "questions": questions("Which animal is this?", "What can you do?", "Is the cat happy?")},
]


def main():
    args = argparse.ArgumentParser(description=__doc__)
    args.add_argument("--out", type=Path, required=True)
    out = args.parse_args().out
    (out / "pictures").mkdir(parents=True, exist_ok=True)
    clip(out / "clip.mp4")
    pictures(out / "pictures")
    scene(out / "scene.glb")
    (out / "README.md").write_text(LICENCE)
    (out / "samples.json").write_text(json.dumps(SAMPLES, indent=2, ensure_ascii=False) + "\n")
    for file in sorted(out.rglob("*")):
        if file.is_file():
            print(f"{file.stat().st_size:9,d}  {file.relative_to(out)}")


if __name__ == "__main__":
    main()
