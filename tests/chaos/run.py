#!/usr/bin/python3
"""What must hold on a bad day, by experiment: `./dev test chaos [ID...] [--seed N] [--json]`. Prints figures; exits 1 where one does not hold.

D-5  one rendition that nobody has made is asked for 500 times at once; its first client leaves; its worker is killed
D-6  a rule of a thousand objects changes while 50 clients ask for all of them
D-7  200 clients ask for new renditions and hang up; 40 others come while 40 leave
P-6  bytes of renditions on the disk are changed, cut off and swapped
P-R  the service is killed (SIGKILL) in the midst of writing renditions to the disk, 25 times
"""

import argparse
import json
import pathlib
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / folder) for folder in ("tests/e2e", "tests/chaos", "bench/crowd", "bench/beside")]

from crash import damaged_files, killed_while_writing  # noqa: E402
from crowds import hang_up, herd, one_flight  # noqa: E402

CASES = {"D-5": one_flight, "D-6": herd, "D-7": hang_up, "P-6": damaged_files, "P-R": killed_while_writing}


def main():
    parser = argparse.ArgumentParser(prog="./dev test chaos", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("ids", nargs="*", metavar="ID", help=" ".join(CASES) + "; without any: all")
    parser.add_argument("--seed", type=int, default=20261126)
    parser.add_argument("--json", action="store_true", help="one JSON object for each, a line each")
    options = parser.parse_args()
    unknown = set(options.ids) - set(CASES)
    if unknown:
        parser.error(f"no such experiment: {' '.join(sorted(unknown))}")
    failed = []
    for name in options.ids or CASES:
        begun = time.monotonic()
        with tempfile.TemporaryDirectory() as folder:
            figures, wrong = CASES[name](pathlib.Path(folder), options.seed)
        result = {"id": name, "seed": options.seed, "seconds": round(time.monotonic() - begun, 1), **figures, "wrong": wrong}
        print(json.dumps(result) if options.json else "\n".join(f"{key:28} {value}" for key, value in result.items()) + "\n", flush=True)
        failed += [name] if wrong else []
    if failed:
        print("does not hold: " + " ".join(failed), file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
