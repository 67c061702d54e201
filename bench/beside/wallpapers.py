"""Photographs from packages of Debian: every one another scene, drawings left out."""

import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BUILD = ROOT / "build" / "bench" / "encoders"
PACKAGES = ("plasma-workspace-wallpapers", "lomiri-wallpapers-16.04", "lomiri-wallpapers-20.04")
# Of the first package by folder, of the others by the beginning of their files' names.
PLASMA = ("Autumn", "BytheWater", "ColdRipple", "ColorfulCups", "DarkestHour", "EveningGlow", "FallenLeaf", "Grey", "Kite", "OneStandsOut", "Path",
          "summer_1am")
LOMIRI = ("Bridge", "Dragonfly", "Kleiber", "Picture_0B", "Picture_1A", "Wine", "aitzgorri", "free_", "friends", "greentock", "life",
          "picosdeeuropa", "seeding", "sunset")


def photographs(say):
    """Their paths, fetched where they are not there yet."""
    unpacked = BUILD / "wallpapers"
    if not unpacked.is_dir():
        say("fetching photographs from Debian")
        packages = BUILD / "packages"
        packages.mkdir(parents=True, exist_ok=True)
        subprocess.run(["apt-get", "download", "-q", *PACKAGES], cwd=packages, stdout=subprocess.DEVNULL, check=True)
        for package in packages.glob("*.deb"):
            subprocess.run(["dpkg-deb", "-x", str(package), str(unpacked)], check=True)
    largest = lambda paths: max(paths, key=lambda path: path.stat().st_size)
    found = [largest((unpacked / "usr/share/wallpapers" / name / "contents/images").iterdir()) for name in PLASMA]
    others = sorted(path for path in unpacked.rglob("*.jpg") if "_by_" in path.name and not path.is_symlink())
    found += [next(path for path in others if path.name.startswith(name)) for name in LOMIRI]
    return found
