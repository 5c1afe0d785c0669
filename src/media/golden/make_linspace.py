# SPDX-License-Identifier: Apache-2.0
"""Writes linspace.json: a hash of numpy's linspace(0, n - 1, N, dtype=int) for every n up to 2000 and N up to 64,
and for some very long videos. pip install numpy==2.4.6; python make_linspace.py"""
import hashlib, json, os
import numpy as np

h = hashlib.sha256()
for n in range(1, 2001):
    for N in range(1, 65):
        h.update(np.linspace(0, n - 1, N, dtype=int).astype("<i4").tobytes())
long = hashlib.sha256()
for n in range(10_000, 3_000_000, 9973):
    for N in (7, 10, 16, 32, 100, 300):
        long.update(np.linspace(0, n - 1, N, dtype=int).astype("<i4").tobytes())
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "linspace.json"), "w") as f:
    json.dump({"upTo2000x64": h.hexdigest(), "long": long.hexdigest()}, f, indent=1)
    f.write("\n")
