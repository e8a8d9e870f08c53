"""The peer of benches/text_classifier.rs: scikit-learn's TF-IDF and logistic regression on the same texts.

Reads JSON lines {"text", "class", "test"} from the file named first, repeats as often as the second argument says, and
prints one JSON line per setting: its name, its accuracy on the test texts, and the best wall and processor seconds from
texts to predictions.
"""

import json
import sys
import time

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

SETTINGS = {
    "A: defaults": (dict(), dict(max_iter=1000)),
    "B: words 1-2, sublinear, min_df 2, C = 10": (
        dict(ngram_range=(1, 2), sublinear_tf=True, min_df=2),
        dict(C=10, max_iter=1000),
    ),
}


def main():
    rows = [json.loads(line) for line in open(sys.argv[1], encoding="utf-8")]
    train = [row for row in rows if not row["test"]]
    test = [row for row in rows if row["test"]]
    for name, (vectorizer, regression) in SETTINGS.items():
        best = busy = float("inf")
        for _ in range(int(sys.argv[2])):
            start, before = time.perf_counter(), time.process_time()
            tfidf = TfidfVectorizer(**vectorizer)
            x = tfidf.fit_transform([row["text"] for row in train])
            model = LogisticRegression(**regression).fit(x, [row["class"] for row in train])
            guesses = model.predict(tfidf.transform([row["text"] for row in test]))
            best = min(best, time.perf_counter() - start)
            busy = min(busy, time.process_time() - before)
        hits = sum(int(guess == row["class"]) for guess, row in zip(guesses, test))
        print(json.dumps({"name": name, "accuracy": hits / len(test), "seconds": best, "busy": busy}), flush=True)


if __name__ == "__main__":
    main()
