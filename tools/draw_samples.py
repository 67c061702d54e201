#!/usr/bin/env python3
"""Draws samples/photo.jpg and samples/watermark.png: a lake at dusk and the project's mark.

Needs numpy and Pillow. The results are committed; run this only to change them.
"""

import pathlib

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

SAMPLES = pathlib.Path(__file__).resolve().parent.parent / "samples"
WIDTH, HEIGHT = 2400, 1600
HORIZON = 1010


def noise(rng, length, octaves, roughness):
    """A sum of smooth random curves, each twice as fine and `roughness` as high as the one before."""
    total = np.zeros(length)
    for octave in range(octaves):
        knots = rng.normal(size=2 ** (octave + 2) + 2)
        total += np.interp(np.linspace(0, len(knots) - 1, length), np.arange(len(knots)), knots) * roughness**octave
    return total


def sky():
    y = np.linspace(0, 1, HORIZON)[:, None]
    stops = np.array([[24, 38, 84], [72, 84, 140], [198, 120, 128], [252, 184, 110], [255, 224, 160]], float)
    column = np.stack([np.interp(y[:, 0], [0, 0.4, 0.7, 0.9, 1], stops[:, c]) for c in range(3)], axis=-1)
    picture = np.repeat(column[:, None, :], WIDTH, axis=1)
    xx, yy = np.meshgrid(np.arange(WIDTH), np.arange(HORIZON))
    distance = np.hypot(xx - 1560, yy - 820)
    glow = np.exp(-distance / 260)[..., None] * np.array([90, 70, 30])
    sun = np.clip(62 - distance, 0, 1)[..., None]
    return (picture + glow) * (1 - sun) + np.array([255, 244, 214]) * sun


def clouds(rng, picture):
    xx = np.arange(WIDTH)
    for _ in range(26):
        centre, base, length = rng.uniform(0, WIDTH), rng.uniform(120, 700), rng.uniform(200, 700)
        height = (np.exp(-(((xx - centre) / length) ** 2)) * (14 + 5 * noise(rng, WIDTH, 6, 0.6))).clip(0)
        yy = np.arange(HORIZON)[:, None]
        cover = np.exp(-(((yy - base) / (height + 1)) ** 2)) * (height > 1) * 0.45
        picture = picture * (1 - cover[..., None]) + np.array([255, 206, 180]) * cover[..., None]
    return picture


def mountains(rng, picture):
    layers = 6
    for layer in range(layers):
        depth = layer / (layers - 1)
        ridge = HORIZON - 330 + 290 * depth + noise(rng, WIDTH, 9, 0.52) * (95 - 60 * depth)
        near, far = np.array([18, 30, 42]), np.array([150, 120, 150])
        colour = far * (1 - depth) + near * depth
        rows = np.arange(HORIZON)[:, None]
        inside = np.clip(rows - ridge[None, :], 0, 1)[..., None]
        haze = np.clip((rows - ridge[None, :]) / 420, 0, 1)[..., None] * (1 - depth) * np.array([80, 52, 40])
        grain = rng.normal(scale=3.5, size=(HORIZON, WIDTH, 1))
        picture = picture * (1 - inside) + (colour + haze + grain) * inside
    return picture


def lake(rng, above):
    depth = HEIGHT - HORIZON
    rows = np.arange(depth)
    mirrored = above[::-1][(rows * 1.45).astype(int).clip(0, HORIZON - 1)]
    shift = (np.sin(rows / (2.2 + rows / 60)) * (1 + rows / 55) + rng.normal(scale=1.2, size=depth)).astype(int)
    water = np.stack([np.roll(line, move, axis=0) for line, move in zip(mirrored, shift)])
    ripples = rng.normal(size=(depth, WIDTH // 12 + 1)).repeat(12, axis=1)[:, :WIDTH, None]
    return water * 0.78 + np.array([14, 26, 48]) * 0.22 + ripples * (2 + rows / 120)[:, None, None]


def draw_photo():
    rng = np.random.default_rng(1841)
    above = mountains(rng, clouds(rng, sky()))
    picture = np.concatenate([above, lake(rng, above)])
    picture += rng.normal(scale=2.0, size=picture.shape)
    image = Image.fromarray(picture.clip(0, 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(0.6))
    image.save(SAMPLES / "photo.jpg", quality=86, subsampling="4:2:0")


def draw_watermark():
    image = Image.new("RGBA", (720, 240), (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle([4, 4, 715, 235], radius=48, fill=(16, 24, 40, 190), outline=(255, 255, 255, 235), width=8)
    draw.ellipse([44, 60, 164, 180], outline=(255, 255, 255, 255), width=14)
    draw.ellipse([84, 100, 124, 140], fill=(252, 184, 110, 255))
    font = ImageFont.load_default(size=112)
    draw.text((196, 112), "calotype", font=font, fill=(255, 255, 255, 255), anchor="lm")
    image.save(SAMPLES / "watermark.png", optimize=True)


draw_photo()
draw_watermark()
