"""Every benchmark, one after another: `make bench`. Each prints a ratio to a peer of its run."""

import subprocess
import sys

BENCHMARKS = ("labels", "returns", "scans", "board", "ledger")

if __name__ == "__main__":
    failed = []
    for name in BENCHMARKS:
        print(f"\n== {name}", flush=True)
        if subprocess.run([sys.executable, "-W", "ignore", "-m", f"benchmarks.{name}"]).returncode:
            failed.append(name)
    if failed:
        sys.exit(f"Did not finish: {', '.join(failed)}")
