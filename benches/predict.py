"""`karat predict` on files of growing size: seconds, rows a second, and the most memory that it took.

    python benches/predict.py KARAT [ROWS ...]

KARAT is the built binary. Trains on the news set of ../shared/data/bench and labels its texts over and over: by default
100,000 and 1,000,000 rows, from CSV to CSV, from standard input, to JSONL, and from and to Parquet. Memory is the peak of
resident pages (ru_maxrss). Needs nothing but Python.
"""

import csv
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import text_runs


def measured(args, env, folder, stdin=None):
    """Seconds and peak MB of a process."""
    start = time.perf_counter()
    with open(stdin or os.devnull, "rb") as source, open(folder / "stdout", "wb") as out, open(folder / "stderr", "wb") as err:
        # Not in one go: a pipe, which cannot be read twice.
        feed = subprocess.Popen(["cat"], stdin=source, stdout=subprocess.PIPE)
        process = subprocess.Popen(args, env=env, cwd=folder, stdin=feed.stdout, stdout=out, stderr=err)
        feed.stdout.close()
        _, status, usage = os.wait4(process.pid, 0)
        feed.wait()
    if status:
        sys.exit(f"{args}: {(folder / 'stderr').read_text()}")
    return time.perf_counter() - start, usage.ru_maxrss / 1024


def main(karat, sizes):
    karat = str(Path(karat).resolve())
    if not text_runs.BENCH.is_dir():
        sys.exit(f"skipped: {text_runs.BENCH} is not there")
    train, test = text_runs.SETS["news"]()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        env = dict(os.environ, KARAT_USER="bench", HOME=scratch, XDG_CACHE_HOME=str(folder / "cache"))
        env.update(XDG_CONFIG_HOME=str(folder / "config"), XDG_DATA_HOME=str(folder / "data"))
        text_runs.write(folder / "all.csv", train, test)
        for args in (
            ["init", "all.csv", "--text", "text", "--id", "id", "--labelled", "label", "--eval", "0"],
            ["split", "--from", "split"],
            ["train", "--json"],
        ):
            measured([karat, "-p", "p.karat", *args], env, folder)
        print("| rows | MB | from | to | seconds | rows a second | most memory |")
        print("| --- | --- | --- | --- | --- | --- | --- |")
        for size in sizes:
            with open(folder / "new.csv", "w", encoding="utf-8", newline="") as file:
                out = csv.writer(file)
                out.writerow(["id", "text", "price"])
                for i in range(size):
                    out.writerow([i, test[i % len(test)][0], f"{i % 1000}.5"])
            mb = (folder / "new.csv").stat().st_size / 1e6
            ways = [("new.csv", "out.csv"), ("-", "out.csv"), ("new.csv", "out.jsonl"), ("new.csv", "out.parquet")]
            for source, to in [*ways, ("out.parquet", "again.parquet")]:
                args = [karat, "-p", "p.karat", "predict", source, "-o", to, "--force", "--quiet"]
                try:
                    seconds, most = measured(args, env, folder, folder / "new.csv" if source == "-" else None)
                except SystemExit as error:
                    # Earlier versions do not know all of these.
                    print(f"| {size:,} | {mb:.0f} | {source} | {to} | {str(error).splitlines()[0][-60:]} | | |")
                    continue
                print(
                    f"| {size:,} | {mb:.0f} | {source} | {to} | {seconds:.1f} | {size / seconds:,.0f} | {most:.0f} MB |",
                    flush=True,
                )


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main(sys.argv[1], [int(size) for size in sys.argv[2:]] or [100_000, 1_000_000])
