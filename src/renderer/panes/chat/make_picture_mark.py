# SPDX-License-Identifier: Apache-2.0
"""Draws picture-mark.woff: one glyph, a picture in its frame, for U+FFFC.

    pip install fonttools==4.68.0
    python make_picture_mark.py
"""
import math, os
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen


def rounded(x0, y0, x1, y1, r):
    corners = ((x1 - r, y1 - r, 0), (x0 + r, y1 - r, 90), (x0 + r, y0 + r, 180), (x1 - r, y0 + r, 270))
    return [circle_point(x, y, r, a + d) for x, y, a in corners for d in range(0, 91, 15)]


def circle_point(x, y, r, degrees):
    return round(x + r * math.cos(math.radians(degrees))), round(y + r * math.sin(math.radians(degrees)))


def draw(*outlines):
    pen = TTGlyphPen(None)
    for first, *rest in outlines:
        pen.moveTo(first)
        for point in rest:
            pen.lineTo(point)
        pen.closePath()
    return pen.glyph()


# Clockwise contours are filled, the others are holes.
frame = rounded(80, -120, 1020, 780, 150)[::-1]
inside = rounded(160, -40, 940, 700, 90)
sun = [circle_point(340, 480, 80, -22.5 * k) for k in range(16)]
hills = [(230, 70), (430, 330), (540, 200), (690, 420), (870, 70)]

font = FontBuilder(1000, isTTF=True)
font.setupGlyphOrder([".notdef", "picture"])
font.setupCharacterMap({0xFFFC: "picture"})
font.setupGlyf({".notdef": draw(), "picture": draw(frame, inside, sun, hills)})
font.setupHorizontalMetrics({".notdef": (1100, 0), "picture": (1100, 80)})
font.setupHorizontalHeader(ascent=800, descent=-200)
font.setupNameTable({"familyName": "Zoetrope picture mark", "styleName": "Regular"})
font.setupOS2(sTypoAscender=800, sTypoDescender=-200, usWinAscent=800, usWinDescent=200)
font.setupPost()
font.font.flavor = "woff"
font.font["head"].created = font.font["head"].modified = 0
font.font.recalcTimestamp = False
font.save(os.path.join(os.path.dirname(os.path.abspath(__file__)), "picture-mark.woff"))
