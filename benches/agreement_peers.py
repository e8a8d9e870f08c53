"""The peers of benches/agreement.rs: what the Python packages say of the same answers, and how long they take.

    python benches/agreement_peers.py [--ours ours.jsonl] [ANSWERS.csv] > theirs.jsonl
    python benches/agreement_peers.py --compare ours.jsonl theirs.jsonl

Needs from PyPI: krippendorff, irrCAC, scikit-learn, statsmodels, nltk, crowd-kit. Reads the folder that AGREEMENT_DATA
names, else ../shared/data/bench beside the project; ANSWERS.csv is what `cargo bench --bench agreement -- --generated`
wrote. Prints one JSON line a number: set, name, weights, package, value or the exception, seconds. Both sides build
their table of answers before a coefficient's clock starts, and report the time of that by itself (krippendorff and
irrCAC get units by annotators, statsmodels counts by unit). `--ours` names the pair to compare by Cohen's kappa: the
one that shares most units. `--compare` joins both files by set, name and weights and prints differences and
processor times, each with the making of its table.
"""

import json
import os
import sys
import time
import warnings

import numpy as np
import pandas as pd

HERE = os.path.dirname(os.path.abspath(__file__))
DATA = os.environ.get("AGREEMENT_DATA", os.path.join(HERE, "..", "..", "shared", "data", "bench"))
SETS = {
    "snow_rte": ("snow_rte_labels.csv", "label", False, "snow_rte_items.csv"),
    "snow_wsd": ("snow_wsd_labels.csv", "label", False, "snow_wsd_items.csv"),
    "snow_wordsim": ("snow_wordsim_labels.csv", "label", True, None),
    "bluebirds": ("bluebirds_labels.csv", "label", False, "bluebirds_items.csv"),
    "anesthesia": ("anesthesia_labels.csv", "label", True, None),
    "sp_amt": ("sp_amt_labels.csv", "label", False, "sp_amt_items.csv"),
    "sp_rodrigues": ("sp_rodrigues_labels.csv", "label", False, "sp_rodrigues_items.csv"),
    "gwsd": ("gwsd_labels.csv", "label", False, None),
    "popquorn_offense": ("popquorn_offense_labels.csv", "rating", True, None),
    "vader_amazon": ("vader_amazon_ratings.csv", "rating", True, None),
}


def emit(**row):
    print(json.dumps(row), flush=True)


def measured(set_name, name, weights, package, work):
    """Runs one package, and says what came of it."""
    start, before = time.perf_counter(), time.process_time()
    try:
        value = float(work())
    except BaseException as why:  # packages raise all sorts, and one calls exit
        if isinstance(why, KeyboardInterrupt):
            raise
        emit(set=set_name, name=name, weights=weights, package=package, value=None, error=said(why))
        return
    seconds, busy = time.perf_counter() - start, time.process_time() - before
    value = None if value != value else value
    emit(set=set_name, name=name, weights=weights, package=package, value=value, seconds=seconds, busy=busy)


def said(why):
    return f"{type(why).__name__}: {why}"[:160]


def read(path, label, numbers):
    """Answers in long form; labels are numbered from 0 in ascending order unless they are numbers themselves."""
    rows = pd.read_csv(path, dtype=str, keep_default_na=False)
    rater = "annotator_id" if "annotator_id" in rows else "rater_slot"
    rows = rows.rename(columns={"item_id": "task", rater: "worker", label: "label"})[["task", "worker", "label"]]
    rows["value"] = rows.label.astype(float) if numbers else rows.label.astype("category").cat.codes.astype(float)
    # An annotator who answered a unit several times counts several times: a column of its own each time.
    rows["column"] = rows.worker + "#" + rows.groupby(["task", "worker"]).cumcount().astype(str)
    return rows


def coefficients(set_name, rows, numbers):
    import irrCAC.raw
    import krippendorff
    from statsmodels.stats.inter_rater import fleiss_kappa

    before = time.process_time()
    table = rows.pivot(index="task", columns="column", values="value")
    emit(set=set_name, name="table", weights="", package="pandas pivot", busy=time.process_time() - before)
    values = sorted(rows.value.unique())
    before = time.process_time()
    counts = pd.crosstab(rows.task, rows.value).reindex(columns=values).to_numpy()
    emit(set=set_name, name="table", weights="", package="pandas crosstab", busy=time.process_time() - before)
    matrix = table.to_numpy().T
    levels = ["nominal", "ordinal", "interval"] + (["ratio"] if values[0] >= 0 else []) if numbers else ["nominal"]
    for level in levels:
        measured(set_name, "krippendorff_alpha", level, "krippendorff",
                 lambda: krippendorff.alpha(matrix, value_domain=values, level_of_measurement=level))
    for weights, theirs in (("nominal", "identity"), ("linear", "linear"), ("quadratic", "quadratic")):
        if weights != "nominal" and not numbers:
            continue
        def estimate(method):
            cac = irrCAC.raw.CAC(table, weights=theirs, digits=15)
            return getattr(cac, method)()["est"]["coefficient_value"]

        names = [("gwet_ac1" if weights == "nominal" else "gwet_ac2", "gwet")]
        if weights == "nominal":
            names += [("fleiss_kappa", "fleiss"), ("brennan_prediger", "bp")]
        for name, method in names:
            measured(set_name, name, weights, "irrCAC", lambda: estimate(method))
        if weights == "nominal":
            measured(set_name, "percent_agreement", "nominal", "irrCAC",
                     lambda: irrCAC.raw.CAC(table, digits=15).fleiss()["est"]["pa"])
    if len(set(counts.sum(axis=1))) == 1:
        measured(set_name, "fleiss_kappa", "nominal", "statsmodels", lambda: fleiss_kappa(counts, method="fleiss"))
        measured(set_name, "randolph", "nominal", "statsmodels", lambda: fleiss_kappa(counts, method="randolph"))


def pair(set_name, rows, numbers, ours):
    """Cohen's kappa of the pair that the other side chose."""
    from sklearn.metrics import cohen_kappa_score
    from statsmodels.stats.inter_rater import cohens_kappa

    a, b = ours
    last = rows.drop_duplicates(["task", "worker"], keep="last").pivot(index="task", columns="worker", values="value")
    both = last[[a, b]].dropna()
    values = sorted(rows.value.unique())
    code = {value: i for i, value in enumerate(values)}
    left, right = both[a].map(code), both[b].map(code)
    table = np.zeros((len(values), len(values)))
    np.add.at(table, (left, right), 1)
    for weights in ("nominal", "linear", "quadratic") if numbers else ("nominal",):
        kind = None if weights == "nominal" else weights
        measured(set_name, f"pair {a} {b}", weights, "scikit-learn",
                 lambda: cohen_kappa_score(left, right, labels=range(len(values)), weights=kind))
        measured(set_name, f"pair {a} {b}", f"{weights} standard error", "statsmodels",
                 lambda: cohens_kappa(table, wt=kind).std_kappa if kind else cohens_kappa(table).std_kappa)


def aggregate(set_name, rows, gold):
    """Accuracy against the truth, a tie counting its share where the package leaves one."""
    from crowdkit.aggregation import GLAD, MACE, DawidSkene, MajorityVote, OneCoinDawidSkene, Wawa

    frame = rows[["task", "worker", "label"]]
    # To convergence on the public files; with the package's own limits where that would take an hour.
    limits = dict(n_iter=300, tol=1e-12) if len(frame) <= 100_000 else {}
    methods = {
        "majority": MajorityVote(), "wawa": Wawa(), "dawid-skene": DawidSkene(**limits),
        "one-coin": OneCoinDawidSkene(**limits), "mace": MACE(), "glad": GLAD(),
    }
    if len(frame) > 100_000:
        del methods["glad"], methods["mace"]
    for name, method in methods.items():
        start, before = time.perf_counter(), time.process_time()
        try:
            found = method.fit_predict_proba(frame)
        except Exception as why:
            emit(set=set_name, name=name, weights="accuracy", package="crowd-kit", value=None, error=said(why))
            continue
        seconds, busy = time.perf_counter() - start, time.process_time() - before
        value = None
        if gold is not None:
            best = found.to_numpy() >= found.max(axis=1).to_numpy()[:, None] - 1e-12
            truth = gold.reindex(found.index).to_numpy()
            known = ~pd.isna(truth)
            right = (found.columns.to_numpy()[None, :] == truth[:, None]) & best
            value = float((right.sum(axis=1) / best.sum(axis=1))[known].mean())
        emit(set=set_name, name=name, weights="accuracy", package="crowd-kit", value=value, seconds=seconds,
             busy=busy)


def sets_of_labels():
    """Alpha of label sets, which krippendorff has not: nltk, on the case of the tests."""
    from nltk.metrics import jaccard_distance, masi_distance
    from nltk.metrics.agreement import AnnotationTask

    said = [("A", "A"), ("AB", "A"), ("BC", "BC"), ("C", "BC"), ("A", "B")]
    data = [(who, unit, frozenset(s)) for unit, both in enumerate(said) for who, s in zip("ab", both)]
    for weights, distance in (("jaccard", jaccard_distance), ("masi", masi_distance)):
        measured("label sets", "krippendorff_alpha", weights, "nltk",
                 lambda: AnnotationTask(data, distance=distance).alpha())


# Answers that leave nothing to compute, as unit, annotator and label.
ODD = {
    "one label": [(0, 0, 0), (0, 1, 0), (1, 0, 0), (1, 1, 0)],
    "one annotator": [(0, 0, 0), (1, 0, 1), (2, 0, 0)],
    "no unit twice": [(0, 0, 0), (1, 1, 1), (2, 0, 1), (3, 1, 0)],
}


# The table that each package is given.
TABLES = {"krippendorff": "pandas pivot", "irrCAC": "pandas pivot", "statsmodels": "pandas crosstab"}


def compare(ours, theirs):
    read_lines = lambda path: [json.loads(line) for line in open(path, encoding="utf-8") if line.startswith("{")]
    known = {(row["set"], row["name"], row.get("weights")): row for row in read_lines(ours)}
    rows = read_lines(theirs)
    tables = {(row["set"], row["package"]): row["busy"] for row in rows if row["name"] == "table"}
    print("| set | number | weights | package | theirs | ours | difference | their s | our s | times |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    for row in rows:
        own = known.get((row["set"], row["name"], row["weights"]))
        if own is None or row["name"] == "table":
            continue
        a, b = row.get("value"), own.get("value")
        difference = "" if a is None or b is None else f"{abs(a - b):.1e}"
        told = (row.get("error", "NaN") if a is None else f"{a:.9f}").replace("|", "/").replace("\n", " ")[:80]
        mine = own.get("reason", "") if b is None else f"{b:.9f}"
        s, t = row.get("busy"), own.get("busy")
        if s and t is not None:
            # With the making of the table that each was given; crowd-kit makes its own, within its time.
            s += tables.get((row["set"], TABLES.get(row["package"])), 0)
            t += known[(row["set"], "table", "")]["busy"]
        ratio = f"{s / t:.0f}" if s and t else ""
        shown = ["" if x is None else f"{x:.4f}" for x in (s, t)]
        cells = [row["set"], row["name"], row["weights"], row["package"], told, mine, difference, *shown, ratio]
        print("|", " | ".join(cells), "|")


def main():
    warnings.filterwarnings("ignore")
    np.seterr(all="ignore")
    words = sys.argv[1:]
    if words[:1] == ["--compare"]:
        return compare(*words[1:3])
    pairs = {}
    if words[:1] == ["--ours"]:
        for line in open(words[1], encoding="utf-8"):
            row = json.loads(line)
            if row["name"].startswith("pair "):
                pairs[row["set"]] = row["name"].split()[1:]
        words = words[2:]
    sets_of_labels()
    for name, said_by in ODD.items():
        rows = pd.DataFrame(said_by, columns=["task", "worker", "value"]).astype({"value": float})
        coefficients(name, rows.assign(column=rows.worker), False)
    for name, (file, label, numbers, gold) in SETS.items():
        path = os.path.join(DATA, file)
        if not os.path.exists(path):
            print(f"{name}: skipped, {file} is not there", file=sys.stderr)
            continue
        rows = read(path, label, numbers)
        coefficients(name, rows, numbers)
        if name in pairs:
            pair(name, rows, numbers, pairs[name])
        truth = None
        if gold:
            items = pd.read_csv(os.path.join(DATA, gold), dtype=str, keep_default_na=False)
            truth = items.set_index("item_id").gold
        if not numbers:
            aggregate(name, rows, truth)
    for path in words:
        rows = read(path, "label", False)
        name = f"{len(rows)} generated answers"
        coefficients(name, rows, False)
        aggregate(name, rows, None)


if __name__ == "__main__":
    main()
