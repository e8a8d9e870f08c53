"""What leaves Karat, opened by the programs that it leaves for:

    python benches/exports.py KARAT [--venv FOLDER] [SET ...]

KARAT is the built binary. Makes a virtual environment (in FOLDER, which is kept, or in a scratch folder) and installs
onnxruntime, onnx, mlflow, huggingface_hub and safetensors from PyPI. For each set of benches/text_runs.py it trains a run,
writes it out in all forms, and checks that

- onnxruntime's labels and probabilities on the texts to judge on are those of `karat predict`: labels equal, probabilities
  within 1e-6;
- MLflow opens mlflow.db and finds the run with its metrics, parameters, tags and dataset;
- the folder has the files that it should, huggingface_hub reads its card, and safetensors its weights.

Ends with an error where one of these does not hold. CI does not run it: it has no network.
"""

import argparse
import contextlib
import csv
import json
import logging
import os
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path

import text_runs

PACKAGES = ["onnxruntime", "onnx", "mlflow", "huggingface_hub", "safetensors", "numpy"]
FILES = {"README.md", "model.safetensors", "model.onnx", "vocab.json", "labels.json", "config.json", "LICENSE"}
FILES |= {"karat.json", "model.json", "text.safetensors"}
WITHIN = 1e-6
# Texts with what is rare: other scripts, letters that change their length, control characters, none of the words.
STRANGE = ["", " ", "!!!", "İstanbul'da ΣΊΣΥΦΟΣ ẞ ŉ", "屏幕很好 สวัสดี", "a\tb\nc\u00a0d\u2028e", "e\u0301 👩‍👧 ¼ ①", "zzz qqq xxx", "\u0001 x \u0007"]


def check(holds, what):
    if not holds:
        sys.exit(f"does not hold: {what}")


def inside(karat, names):
    """Runs in the virtual environment."""
    print("| set | n-grams | texts | labels that differ | largest difference | texts a second | model.onnx |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for name in names or text_runs.SETS:
        train, test = text_runs.SETS[name]()
        test = test or [row for i, row in enumerate(train) if i % 5 == 0]
        train = train if text_runs.SETS[name]()[1] else [row for i, row in enumerate(train) if i % 5]
        with tempfile.TemporaryDirectory() as folder:
            exported(karat, Path(folder), name, train, test)


def exported(karat, folder, name, train, test):
    env = dict(os.environ, KARAT_USER="bench", HOME=str(folder), XDG_CACHE_HOME=str(folder / "cache"))
    env.update(XDG_CONFIG_HOME=str(folder / "config"), XDG_DATA_HOME=str(folder / "data"))

    def run(*args):
        return text_runs.timed(karat, "-p", str(folder / "p.karat"), *args, env=env, cwd=folder)[1]

    text_runs.write(folder / "all.csv", train, test)
    with open(folder / "new.csv", "w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(["text"])
        out.writerows([text] for text, _ in test)
        out.writerows([text] for text in STRANGE)
    run("init", "all.csv", "--text", "text", "--id", "id", "--labelled", "label", "--eval", "0")
    run("split", "--from", "split")
    shown = json.loads(run("--json", "train"))
    run("runs", "export", "1", "folder", "--format", "folder")
    run("runs", "export", "1", "mlflow.db", "--format", "mlflow")
    run("runs", "export", "1", "alone.onnx", "--format", "onnx")
    run("predict", "new.csv", "-o", "said.csv")
    check((folder / "alone.onnx").read_bytes() == (folder / "folder/model.onnx").read_bytes(), "both graphs are the same")
    told = agrees(folder, len(test) + len(STRANGE))
    tracked(folder / "mlflow.db", shown)
    hub(folder / "folder", shown)
    print(f"| {name} | {told} |", flush=True)


def agrees(folder, rows):
    import numpy as np
    import onnx
    import onnxruntime as ort

    path = folder / "folder/model.onnx"
    model = onnx.load(path)
    onnx.checker.check_model(model)
    props = {prop.key: prop.value for prop in model.metadata_props}
    check(len(props["karat.snapshot"]) == 64 and len(props["karat.card"]) == 64, "the graph says what it comes from")
    with open(folder / "said.csv", encoding="utf-8", newline="") as file:
        said = list(csv.DictReader(file))
    check(len(said) == rows, "a prediction for every text")
    names = json.load(open(folder / "folder/labels.json"))
    session = ort.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    texts = np.array([row["text"] for row in said], dtype=object)
    start, labels, probabilities = time.perf_counter(), [], []
    for first in range(0, rows, 256):
        some = session.run(["label", "probabilities"], {"text": texts[first : first + 256]})
        labels += some[0].tolist()
        probabilities.append(some[1])
    seconds = time.perf_counter() - start
    theirs = np.concatenate(probabilities)
    own = np.array([[float(row[f"p_{name}"]) for name in names] for row in said])
    differ = sum(a != row["prediction"] for a, row in zip(labels, said))
    largest = float(np.abs(own - theirs).max())
    check(differ == 0, f"{differ} labels differ")
    check(largest <= WITHIN, f"probabilities differ by {largest}")
    size = path.stat().st_size / 1e6
    grams = len(json.load(open(folder / "folder/vocab.json")))
    return f"{grams:,} | {rows:,} | {differ} | {largest:.1e} | {rows / seconds:,.0f} | {size:.1f} MB"


def tracked(path, shown):
    # It tells at length how it brings the file to its own schema.
    logging.disable(logging.WARNING)
    warnings.simplefilter("ignore")
    with contextlib.redirect_stdout(None):
        from mlflow.tracking import MlflowClient

        client = MlflowClient(f"sqlite:///{path}")
        experiment = [e for e in client.search_experiments() if e.name != "Default"][0]
        runs = client.search_runs([experiment.experiment_id])
    check(len(runs) == 1, "MLflow finds one run")
    data, info = runs[0].data, runs[0].info
    check(info.status == "FINISHED" and data.tags["mlflow.runName"] == shown["name"], "the run is finished and has its name")
    accuracy = shown["metrics"]["test"]["accuracy"]
    check(data.metrics["test/accuracy"] == accuracy["value"], "the accuracy is the same")
    check(data.metrics["test/accuracy.ci95_low"] == accuracy["ci95"][0], "so is its interval")
    check(data.params["model"] == shown["model"] and data.params["seed"] == str(shown["seed"]), "so are the parameters")
    check(data.tags["karat.snapshot"] == shown["snapshot"]["hash"], "and the snapshot")
    check(data.tags["mlflow.note.content"].startswith("# "), "the card is there")
    check(len(client.get_metric_history(info.run_id, "test/accuracy")) == 1, "metrics have a history")


def hub(folder, shown):
    from huggingface_hub import ModelCard
    from safetensors import safe_open

    found = {path.name for path in folder.iterdir()}
    check(found >= FILES, f"the folder lacks {FILES - found}")
    card = ModelCard.load(folder / "README.md")
    result = card.data.eval_results
    value = [r.metric_value for r in result if r.metric_type == "accuracy"]
    check(value == [shown["metrics"]["test"]["accuracy"]["value"]], "the card has the accuracy")
    check(card.data.pipeline_tag == "text-classification" and "karat" in card.data.tags, "and says what it is for")
    sizes = {}
    for name in ("model.safetensors", "text.safetensors"):
        with safe_open(folder / name, "np") as tensors:
            sizes[name] = {key: tensors.get_tensor(key).shape for key in tensors.keys()}
    grams = len(json.load(open(folder / "vocab.json")))
    check(sizes["text.safetensors"]["weights"] == (grams,), "a weight for every n-gram")
    config = json.load(open(folder / "config.json"))
    check(config["vocab_size"] == grams and len(config["id2label"]) == len(shown["labels"]["classes"]), "config.json")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("karat", type=Path)
    parser.add_argument("sets", nargs="*")
    parser.add_argument("--venv", type=Path)
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_intermixed_args()
    karat = str(args.karat.resolve())
    if args.inside:
        return inside(karat, args.sets)
    if not text_runs.BENCH.is_dir():
        sys.exit(f"skipped: {text_runs.BENCH} is not there")
    with tempfile.TemporaryDirectory() as scratch:
        venv = args.venv or Path(scratch) / "venv"
        python = venv / "bin/python"
        if not python.exists():
            subprocess.run([sys.executable, "-m", "venv", venv], check=True)
            subprocess.run([python, "-m", "pip", "install", "-q", *PACKAGES], check=True)
        sys.exit(subprocess.run([python, __file__, karat, "--inside", *args.sets]).returncode)


if __name__ == "__main__":
    main()
