# SPDX-License-Identifier: Apache-2.0
"""Writes a few small photographs and photos.json: what Pillow reads from them (size, SHA-256 of its RGB bytes,
after ImageOps.exif_transpose). pip install pillow==12.3.0 numpy; python make_photos.py"""
import hashlib, json, os
import numpy as np
from PIL import Image, ImageCms, ImageOps

here = os.path.dirname(os.path.abspath(__file__))
y, x = np.mgrid[0:37, 0:53]
rgb = Image.fromarray(np.stack([x * 4, y * 6, (x * y) % 256], -1).astype(np.uint8))
alpha = Image.fromarray(((x + y) * 3 % 256).astype(np.uint8))
rgba = rgb.copy()
rgba.putalpha(alpha)
exif = Image.Exif()
exif[0x0112] = 6
srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
rgb.save(f"{here}/turned.jpg", quality=90, exif=exif)
rgb.save(f"{here}/progressive.jpg", quality=70, progressive=True, icc_profile=srgb)
rgba.save(f"{here}/alpha.png")
rgb.convert("L").save(f"{here}/grey.png")
rgb.convert("L").save(f"{here}/grey.jpg", quality=90)
rgba.convert("LA").save(f"{here}/greyalpha.png")
rgb.quantize(16).save(f"{here}/palette.png")
rgb.save(f"{here}/photo.tif")
rgb.save(f"{here}/photo.webp", lossless=True)
rgb.convert("CMYK").save(f"{here}/cmyk.jpg", quality=90)
golden = {}
for name in sorted(os.listdir(here)):
    if name.endswith((".jpg", ".png", ".tif", ".webp")):
        out = ImageOps.exif_transpose(Image.open(f"{here}/{name}")).convert("RGB")
        golden[name] = {"width": out.width, "height": out.height, "sha256": hashlib.sha256(out.tobytes()).hexdigest()}
with open(f"{here}/photos.json", "w") as f:
    json.dump(golden, f, indent=1)
    f.write("\n")
