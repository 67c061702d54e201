"""Photographs of any size that cost a decoder what a phone's do."""

import pathlib

import pictures
from PIL import Image, ImageChops

ROOT = pathlib.Path(__file__).resolve().parents[2]
GRAIN = 10  # standard deviation: about as many bytes a pixel as a phone's photos have


def photograph(width, height):
    """The sample in that size, with film grain: smooth pictures cost next to nothing."""
    scaled = Image.open(ROOT / "samples/photo.jpg").convert("RGB").resize((width, height), Image.Resampling.LANCZOS)
    grain = Image.effect_noise((width, height), GRAIN).convert("RGB")
    return pictures.encode(ImageChops.add(scaled, grain, 1, -128), "JPEG", quality=85)
