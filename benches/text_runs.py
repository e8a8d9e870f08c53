"""Texts through the program against scikit-learn, in the same run:

    python benches/text_runs.py KARAT [SET ...]

KARAT is the built binary. The Python that runs this needs scikit-learn. Sets are read from ../shared/data/bench and split
as the files are: news (6,009 that are not in the official test, to agnews_test), 20news, banking77, and sms in five folds.

Ours is `karat init`, `karat split` and `karat train`, three processes from a CSV file to a run that is kept with its
intervals, snapshot, artifacts and predictions; theirs is one process from the same CSV file to predictions, with the
settings of ../shared/data/README.md: A, the defaults, and B, words 1-2, sublinear, min_df 2, C = 10. Seconds are the
best of three; "fit" is their fit and predict alone, from texts in memory, and what `karat train` says of itself.
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


def timed(*command, **options):
    start = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, **options)
    seconds = time.perf_counter() - start
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}\n{done.stderr}")
    return seconds, done.stdout


def ours(karat, path, folder, test):
    best = None
    for run in range(RUNS):
        home = Path(folder) / f"home-{run}"
        env = dict(os.environ, KARAT_USER="bench", HOME=str(home), XDG_CACHE_HOME=str(home / "cache"))
        env.update(XDG_CONFIG_HOME=str(home / "config"), XDG_DATA_HOME=str(home / "data"))
        project = str(Path(folder) / f"{run}.karat")
        common = dict(env=env, cwd=folder)
        parts = [timed(karat, "-p", project, "init", path, "--text", "text", "--id", "id", "--labelled", "label", "--eval", "0", **common)]
        if test:
            parts.append(timed(karat, "-p", project, "split", "--from", "split", **common))
        parts.append(timed(karat, "-p", project, "--json", "train", **common))
        told = json.loads(parts[-1][1])
        by = "test" if test else "cross-validation"
        this = {
            "accuracy": told["metrics"][by]["accuracy"]["value"],
            "whole": sum(seconds for seconds, _ in parts),
            "parts": [seconds for seconds, _ in parts],
            "fit": told["seconds"],
        }
        if best is None or this["whole"] < best["whole"]:
            best = this
    return best


def theirs(path, setting):
    runs = []
    for _ in range(RUNS):
        seconds, out = timed(sys.executable, __file__, "--peer", path, setting)
        runs.append(dict(json.loads(out), whole=seconds))
    return {key: (max if key == "accuracy" else min)(run[key] for run in runs) for key in runs[0]}


def main(karat, names):
    karat = str(Path(karat).resolve())
    if not BENCH.is_dir():
        sys.exit(f"skipped: {BENCH} is not there")
    print("| set | learner | accuracy | from file to predictions | times faster | fit and predict alone | times faster |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for name in names or SETS:
        train, test = SETS[name]()
        with tempfile.TemporaryDirectory() as folder:
            path = str(Path(folder) / f"{name}.csv")
            write(path, train, test)
            own = ours(karat, path, folder, test)
            parts = " + ".join(f"{seconds:.2f}" for seconds in own["parts"])
            features_and_fit = own["fit"]["features"] + own["fit"]["fit"]
            print(f"| {name} | Karat | {own['accuracy']:.4f} | {own['whole']:.2f} s ({parts}) | | {features_and_fit:.2f} s | |")
            for setting in SETTINGS:
                other = theirs(path, setting)
                whole, fit = other["whole"] / own["whole"], other["fit"] / features_and_fit
                print(
                    f"| {name} | scikit-learn {setting} | {other['accuracy']:.4f} | {other['whole']:.2f} s | {whole:.1f} "
                    f"| {other['fit']:.2f} s | {fit:.1f} |",
                    flush=True,
                )
            print(f"{name}: {json.dumps(own['fit'])}", file=sys.stderr)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--peer"]:
        peer(*sys.argv[2:])
    elif len(sys.argv) > 1:
        main(sys.argv[1], sys.argv[2:])
    else:
        sys.exit(__doc__)
