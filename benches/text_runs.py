"""Texts through the program against scikit-learn, in the same run:

    python benches/text_runs.py KARAT [SET ...]

KARAT is the built binary. The Python that runs this needs scikit-learn. Sets are read from ../shared/data/bench and split
as the files are: news (6,009 that are not in the official test, to agnews_test), 20news, banking77, and sms in five folds.

Ours is `karat init`, `karat split` and `karat train`, three processes from a CSV file to a run that is kept with its
intervals, snapshot, artifacts and predictions; theirs is one process from the same CSV file to predictions, with the
settings of ../shared/data/README.md: A, the defaults, and B, words 1-2, sublinear, min_df 2, C = 10. Seconds are of wall
time, the best of three; those in brackets of the processor, which tell more on a busy machine. "Alone" is fit and predict
from texts in memory, without the start of the process, and what `karat train` says of its features and its fit.
"""

import csv
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

BENCH = Path(__file__).resolve().parent.parent.parent / "shared/data/bench"
RUNS = 3
SETTINGS = {
    "A": (dict(), dict(max_iter=1000)),
    "B": (dict(ngram_range=(1, 2), sublinear_tf=True, min_df=2), dict(C=10, max_iter=1000)),
}
FOLDS = 5


def rows(name, *columns, keep=lambda row: True):
    csv.field_size_limit(1 << 30)
    with open(BENCH / name, encoding="utf-8", newline="") as file:
        return [(" ".join(row[c] for c in columns), row["label"]) for row in csv.DictReader(file) if keep(row)]


SETS = {
    "news": lambda: (
        rows("agnews_subset7000.csv", "text", keep=lambda row: row["in_official_test"] == "0"),
        rows("agnews_test.csv", "title", "text"),
    ),
    "20news": lambda: (rows("20news_train.csv", "subject", "text"), rows("20news_test.csv", "subject", "text")),
    "banking": lambda: (rows("banking77_train.csv", "text"), rows("banking77_test.csv", "text")),
    "sms": lambda: (rows("sms_spam.csv", "text"), []),
}


def write(path, train, test):
    with open(path, "w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(["id", "text", "label", "split"])
        for split, part in (("train", train), ("test", test)):
            out.writerows((f"{split}-{i}", text, label, split) for i, (text, label) in enumerate(part))


def peer(path, setting):
    """What scikit-learn makes of a file: the process that is timed."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedKFold

    with open(path, encoding="utf-8", newline="") as file:
        read = list(csv.DictReader(file))
    train = [row for row in read if row["split"] == "train"]
    test = [row for row in read if row["split"] == "test"]
    vectorizer, regression = SETTINGS[setting]
    start = time.perf_counter()

    def hits(train, test):
        tfidf = TfidfVectorizer(**vectorizer)
        x = tfidf.fit_transform([row["text"] for row in train])
        model = LogisticRegression(**regression).fit(x, [row["label"] for row in train])
        guesses = model.predict(tfidf.transform([row["text"] for row in test]))
        return sum(guess == row["label"] for guess, row in zip(guesses, test))

    if test:
        accuracy = hits(train, test) / len(test)
    else:
        folds = StratifiedKFold(FOLDS, shuffle=True, random_state=0).split(train, [row["label"] for row in train])
        total = sum(hits([train[i] for i in a], [train[i] for i in b]) for a, b in folds)
        accuracy = total / len(train)
    print(json.dumps({"accuracy": float(accuracy), "fit": time.perf_counter() - start}))


class Seconds:
    """Wall and processor time of processes."""

    def __init__(self, wall, busy):
        self.wall, self.busy = wall, busy

    def __add__(self, other):
        return Seconds(self.wall + other.wall, self.busy + other.busy)

    def __lt__(self, other):
        return self.wall < other.wall

    def __str__(self):
        return f"{self.wall:.2f} s ({self.busy:.2f})"

    def times(self, other):
        return f"{self.wall / other.wall:.1f} ({self.busy / other.busy:.1f})"


def timed(*command, env=None, cwd=None):
    """Runs a process to its end: its seconds, and what it wrote."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        start = time.perf_counter()
        process = subprocess.Popen(command, env=env, cwd=cwd, stdin=subprocess.DEVNULL, stdout=out, stderr=err)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = Seconds(time.perf_counter() - start, usage.ru_utime + usage.ru_stime)
        process.returncode = os.waitstatus_to_exitcode(status)
        for file in (out, err):
            file.seek(0)
        if process.returncode != 0:
            sys.exit(f"{' '.join(map(str, command))}\n{err.read().decode()}")
        return seconds, out.read().decode()


def ours(karat, path, folder, test, told_to=()):
    best = None
    for run in range(RUNS):
        home = Path(folder) / f"home-{run}"
        env = dict(os.environ, KARAT_USER="bench", HOME=str(home), XDG_CACHE_HOME=str(home / "cache"))
        env.update(XDG_CONFIG_HOME=str(home / "config"), XDG_DATA_HOME=str(home / "data"))
        project = str(Path(folder) / f"{run}.karat")
        made = ["init", path, "--text", "text", "--id", "id", "--labelled", "label", "--eval", "0"]
        steps = [made, *([["split", "--from", "split"]] if test else []), ["train", "--json", *told_to]]
        parts = [timed(karat, "-p", project, *step, env=env, cwd=folder) for step in steps]
        told = json.loads(parts[-1][1])
        by = "test" if test else "cross-validation"
        this = {
            "accuracy": told["metrics"][by]["accuracy"]["value"],
            "whole": sum((seconds for seconds, _ in parts), Seconds(0, 0)),
            "parts": [seconds.wall for seconds, _ in parts],
            "fit": told["seconds"],
        }
        if best is None or this["whole"] < best["whole"]:
            best = this
    return best


def theirs(path, setting):
    runs = [timed(sys.executable, __file__, "--peer", path, setting) for _ in range(RUNS)]
    told = [json.loads(out) for _, out in runs]
    return {
        "accuracy": max(each["accuracy"] for each in told),
        "fit": min(each["fit"] for each in told),
        "whole": min(seconds for seconds, _ in runs),
    }


def main(karat, names):
    karat = str(Path(karat).resolve())
    if not BENCH.is_dir():
        sys.exit(f"skipped: {BENCH} is not there")
    print("| set | learner | accuracy | from file to predictions | times faster | alone | times faster |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for name in names or SETS:
        train, test = SETS[name]()
        with tempfile.TemporaryDirectory() as folder:
            path = str(Path(folder) / f"{name}.csv")
            write(path, train, test)
            own = ours(karat, path, folder, test)
            alone = own["fit"]["features"] + own["fit"]["fit"]
            print(f"| {name} | Karat | {own['accuracy']:.4f} | {own['whole']} | | {alone:.2f} s | |")
            for setting in SETTINGS:
                other = theirs(path, setting)
                print(
                    f"| {name} | scikit-learn {setting} | {other['accuracy']:.4f} | {other['whole']} "
                    f"| {other['whole'].times(own['whole'])} | {other['fit']:.2f} s | {other['fit'] / alone:.1f} |",
                    flush=True,
                )
            parts = " + ".join(f"{seconds:.2f}" for seconds in own["parts"])
            print(f"{name}: {parts} s, of the training {json.dumps(own['fit'])}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--peer"]:
        peer(*sys.argv[2:])
    elif len(sys.argv) > 1:
        main(sys.argv[1], sys.argv[2:])
    else:
        sys.exit(__doc__)
