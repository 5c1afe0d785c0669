"""Points on a bowl as LAS 1.2 and LAS 1.4, packed by LASzip's rust port: pip install laspy lazrs, then run here."""

from pathlib import Path

import laspy
import numpy as np

here = Path(__file__).parent
n = 60
u, v = (a.ravel() for a in np.meshgrid(np.linspace(-1, 1, n), np.linspace(-1, 1, n)))
for version, point_format, name in (("1.2", 3, "bowl.laz"), ("1.4", 7, "bowl14.laz")):
    header = laspy.LasHeader(version=version, point_format=point_format)
    header.scales, header.offsets = [0.001] * 3, [500000, 5000000, 100]
    las = laspy.LasData(header)
    las.x, las.y, las.z = 500000 + 10 * u, 5000000 + 10 * v, 100 + 4 * (u * u + v * v)
    las.red, las.green, las.blue = (65535 * (u + 1) / 2), (65535 * (v + 1) / 2), np.full(n * n, 30000)
    las.intensity = np.arange(n * n) % 1000
    las.write(str(here / name), do_compress=True)
