"""The peer of benches/sentences.rs: the same encoder in onnxruntime, from the same three files.

    python sentences.py FOLDER TEXTS THREADS RUNS OUT

TEXTS holds a JSON string a line. Prints one JSON line: the best seconds from texts to embeddings, and writes the
embeddings (float32, row after row) to OUT. Texts are put together by length, 32 at a time, and padded. Needs onnx,
onnxruntime, tokenizers and numpy.
"""

import json
import sys
import time

import numpy as np
import onnx
import onnxruntime as ort
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer

BATCH = 32


def read_safetensors(path):
    data = open(path, "rb").read()
    size = int.from_bytes(data[:8], "little")
    head = json.loads(data[8 : 8 + size])
    tensors = {}
    for name, what in head.items():
        if name != "__metadata__" and what["dtype"] == "F32":
            start, end = what["data_offsets"]
            tensors[name] = np.frombuffer(data[8 + size + start : 8 + size + end], "<f4").reshape(what["shape"])
    return tensors


def graph(weights, config):
    """BERT from standard operators, with the mean over the tokens that are there."""
    nodes, constants = [], []

    def constant(name, value):
        constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def op(kind, inputs, output, **more):
        nodes.append(helper.make_node(kind, inputs, [output], **more))
        return output

    def dense(x, name, output):
        w = constant(name + ".w", weights[name + ".weight"].T)
        y = op("MatMul", [x, w], output + ".mul")
        return op("Add", [y, constant(name + ".b", weights[name + ".bias"])], output)

    def norm(x, name, output):
        parts = [constant(f"{name}.{p}", weights[f"{name}.{p}"]) for p in ("weight", "bias")]
        return op("LayerNormalization", [x, *parts], output, epsilon=config["layer_norm_eps"], axis=-1)

    heads = config["num_attention_heads"]
    size = config["hidden_size"] // heads
    split = constant("split", np.array([0, 0, heads, size], np.int64))
    join = constant("join", np.array([0, 0, heads * size], np.int64))
    kind = weights["embeddings.token_type_embeddings.weight"][0]
    places = constant("places", weights["embeddings.position_embeddings.weight"] + kind)
    words = op("Gather", [constant("words", weights["embeddings.word_embeddings.weight"]), "ids"], "words.x")
    x = op("Add", [words, op("Gather", [places, "position"], "places.x")], "x.sum")
    x = norm(x, "embeddings.LayerNorm", "x.0")
    for i in range(config["num_hidden_layers"]):
        name = f"encoder.layer.{i}"
        parts = {}
        for part, perm in (("query", [0, 2, 1, 3]), ("key", [0, 2, 3, 1]), ("value", [0, 2, 1, 3])):
            y = dense(x, f"{name}.attention.self.{part}", f"{name}.{part}")
            y = op("Reshape", [y, split], f"{name}.{part}.split")
            parts[part] = op("Transpose", [y], f"{name}.{part}.turned", perm=perm)
        y = op("MatMul", [parts["query"], parts["key"]], f"{name}.scores")
        y = op("Mul", [y, constant(name + ".scale", np.float32(1 / np.sqrt(size)))], f"{name}.scaled")
        y = op("Add", [y, "bias"], f"{name}.masked")
        y = op("Softmax", [y], f"{name}.weights", axis=-1)
        y = op("MatMul", [y, parts["value"]], f"{name}.seen")
        y = op("Transpose", [y], f"{name}.back", perm=[0, 2, 1, 3])
        y = dense(op("Reshape", [y, join], f"{name}.joined"), f"{name}.attention.output.dense", f"{name}.told")
        x = norm(op("Add", [x, y], f"{name}.sum1"), f"{name}.attention.output.LayerNorm", f"{name}.norm1")
        y = dense(x, f"{name}.intermediate.dense", f"{name}.wide")
        y = dense(op("Gelu", [y], f"{name}.gelu"), f"{name}.output.dense", f"{name}.narrow")
        x = norm(op("Add", [x, y], f"{name}.sum2"), f"{name}.output.LayerNorm", f"{name}.norm2")
    y = op("Mul", [x, "mask"], "counted")
    y = op("ReduceSum", [y, constant("axis", np.array([1], np.int64))], "sums", keepdims=0)
    op("LpNormalization", [y], "embedding", axis=-1, p=2)
    value = helper.make_tensor_value_info
    inputs = [
        value("ids", TensorProto.INT64, ["b", "n"]),
        value("position", TensorProto.INT64, ["n"]),
        value("bias", TensorProto.FLOAT, ["b", 1, 1, "n"]),
        value("mask", TensorProto.FLOAT, ["b", "n", 1]),
    ]
    outputs = [value("embedding", TensorProto.FLOAT, ["b", config["hidden_size"]])]
    made = helper.make_graph(nodes, "encoder", inputs, outputs, constants)
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", 20)], ir_version=9)
    onnx.checker.check_model(model)
    return model.SerializeToString()


def main():
    folder, texts, threads, runs, out = sys.argv[1:6]
    texts = [json.loads(line) for line in open(texts, encoding="utf-8")]
    config = json.load(open(f"{folder}/config.json"))
    tokenizer = Tokenizer.from_file(f"{folder}/tokenizer.json")
    tokenizer.enable_truncation(256)
    tokenizer.no_padding()
    options = ort.SessionOptions()
    options.intra_op_num_threads = int(threads)
    model = graph(read_safetensors(f"{folder}/model.safetensors"), config)
    session = ort.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    best = float("inf")
    for _ in range(int(runs)):
        start = time.perf_counter()
        ids = [encoded.ids for encoded in tokenizer.encode_batch_fast(texts)]
        order = sorted(range(len(ids)), key=lambda i: -len(ids[i]))
        told = np.zeros((len(ids), config["hidden_size"]), np.float32)
        for at in range(0, len(order), BATCH):
            batch = order[at : at + BATCH]
            longest = max(len(ids[i]) for i in batch)
            padded = np.zeros((len(batch), longest), np.int64)
            mask = np.zeros((len(batch), longest), np.float32)
            for row, i in enumerate(batch):
                padded[row, : len(ids[i])] = ids[i]
                mask[row, : len(ids[i])] = 1
            feed = {
                "ids": padded,
                "position": np.arange(longest),
                "bias": ((1 - mask) * -1e9)[:, None, None, :],
                "mask": mask[:, :, None],
            }
            told[batch] = session.run(None, feed)[0]
        best = min(best, time.perf_counter() - start)
    told.tofile(out)
    print(json.dumps({"name": f"onnxruntime {ort.__version__}", "seconds": best}))


if __name__ == "__main__":
    main()
