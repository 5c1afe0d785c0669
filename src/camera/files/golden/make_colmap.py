# SPDX-License-Identifier: Apache-2.0
"""A small COLMAP model as COLMAP itself writes it, as text and as binary: pip install pycolmap, then run here."""

import json
from pathlib import Path

import numpy as np
import pycolmap

here = Path(__file__).parent
model = pycolmap.Reconstruction()
cameras = [
    pycolmap.Camera(camera_id=1, model="SIMPLE_RADIAL", width=640, height=480, params=[500.0, 320.0, 240.0, 0.05]),
    pycolmap.Camera(camera_id=7, model="OPENCV", width=1920, height=1080, params=[1400.0, 1410.0, 960.0, 540.0, 0, 0, 0, 0]),
]
for camera in cameras:
    model.add_camera_with_trivial_rig(camera)

random = np.random.default_rng(1)
expected = []
for k, name in enumerate(["a view.jpg", "deep/b.png", "c.jpg"]):
    turn = random.normal(size=4)
    pose = pycolmap.Rigid3d(pycolmap.Rotation3d(turn / np.linalg.norm(turn)), random.normal(size=3) * 4)
    camera = cameras[k % 2]
    image = pycolmap.Image(name=name, camera_id=camera.camera_id, image_id=k + 1)
    if k < 2:  # one has no points: its line of points is empty
        image.points2D = pycolmap.Point2DList([pycolmap.Point2D(np.array([10.5 + k, 20.25]))])
    model.add_image_with_trivial_frame(image, pose)
    centre = pose.inverse()
    expected.append(
        {
            "file": name,
            "position": centre.translation.tolist(),
            # The direction it looks along and the one that is up in its picture, in the world.
            "forward": (centre.rotation.matrix() @ [0, 0, 1]).tolist(),
            "up": (centre.rotation.matrix() @ [0, -1, 0]).tolist(),
            "focal": [camera.focal_length_x, camera.focal_length_y],
            "size": [camera.width, camera.height],
        }
    )
for k in range(3):
    track = pycolmap.Track()
    if k < 2:
        track.add_element(k + 1, 0)
    model.add_point3D(np.array([k, 0.5, -k]), track, np.array([10 * k, 20, 255], dtype=np.uint8))

folder = here / "colmap"
folder.mkdir(exist_ok=True)
model.write_text(str(folder))
model.write_binary(str(folder))
for extra in list(folder.glob("rigs.*")) + list(folder.glob("frames.*")):
    extra.unlink()
(folder / "expected.json").write_text(json.dumps(expected, indent=1) + "\n")
