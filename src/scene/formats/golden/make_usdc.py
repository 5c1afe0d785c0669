# SPDX-License-Identifier: Apache-2.0
"""Writes inlined.usdc, whose translations are small whole numbers: pip install usd-core==26.11."""

from pathlib import Path

from pxr import Usd, UsdGeom

FILE = Path(__file__).parent / "inlined.usdc"
FILE.unlink(missing_ok=True)
stage = Usd.Stage.CreateNew(str(FILE))
UsdGeom.SetStageUpAxis(stage, "Z")
for name, place in {"A": (3, -2, 1), "B": (0.5, 0, 0)}.items():
    UsdGeom.Cube.Define(stage, f"/{name}").AddTranslateOp().Set(place)
stage.Save()
