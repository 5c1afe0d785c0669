# SPDX-License-Identifier: Apache-2.0
"""Meshes of the solids, and a binary glTF file of them for the app to open.

A mesh is (positions [N, 3], normals [N, 3], indices [M]) around its own origin.
"""
import json
import struct

import numpy as np


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


def box(half, high=None):
    """`half`: half its width and depth; `high`: half its height, by default equal to `half`."""
    positions, normals, indices = [], [], []
    for axis in range(3):
        for sign in (-1, 1):
            n = np.zeros(3)
            n[axis] = sign
            u = np.roll(n, 1) * sign
            v = np.cross(n, u)
            start = len(positions)
            positions += [(n + a * u + b * v) * (half, high or half, half) for a, b in ((-1, -1), (1, -1), (1, 1), (-1, 1))]
            normals += [n] * 4
            indices += [start, start + 1, start + 2, start, start + 2, start + 3]
    return np.array(positions), np.array(normals), np.array(indices)


def square(half):
    p = np.array([(-half, 0, -half), (-half, 0, half), (half, 0, half), (half, 0, -half)], float)
    return p, np.array([(0, 1, 0)] * 4, float), np.array([0, 1, 2, 0, 2, 3])


def linear(rgb):
    """glTF base colours are linear light, 0..1."""
    v = np.array(rgb) / 255
    return [round(float(x), 4) for x in np.where(v <= 0.04045, v / 12.92, ((v + 0.055) / 1.055) ** 2.4)] + [1.0]


def glb(parts):
    """A file of parts (name, mesh, pixel colour, place [3], turn about the upright axis) -> bytes."""
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

    for name, (positions, normals, indices), rgb, place, turn in parts:
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
        if turn:
            nodes[-1]["rotation"] = [0, float(np.sin(turn / 2)), 0, float(np.cos(turn / 2))]
        meshes.append({"name": name, "primitives": [primitive]})
    document = {"asset": {"version": "2.0", "generator": "Zoetrope samples"}, "scene": 0,
                "scenes": [{"name": "solids", "nodes": list(range(len(nodes)))}], "nodes": nodes, "meshes": meshes,
                "materials": materials, "accessors": accessors, "bufferViews": views,
                "buffers": [{"byteLength": len(blob)}]}
    text = json.dumps(document, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 4)
    size = 12 + 8 + len(text) + 8 + len(blob)
    return (struct.pack("<4sII", b"glTF", 2, size) + struct.pack("<I4s", len(text), b"JSON") + text
            + struct.pack("<I4s", len(blob), b"BIN\0") + blob)


def solid(o):
    """A solid of `worlds3d` as a part."""
    mesh = {"sphere": lambda: sphere(o["r"]), "box": lambda: box(o["r"], o["h"]), "cylinder": lambda: cylinder(o["r"], o["h"]),
            "cone": lambda: cone(o["r"], o["h"])}[o["s"]]()
    return f"{o['c']} {o['s']}", mesh, o["rgb"], (o["x"], o["h"], o["z"]), -o["a"]
