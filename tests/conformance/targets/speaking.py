"""
A target that speaks JSON Lines, and, told so by its first word, one that breaks the protocol in one way.

    python speaking.py [right | hangs | dies | nonsense | other-id | both | refuses | fails | text | wide]
"""

import json
import math
import os
import struct
import sys
import time

SPECIAL = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}


def number(value):
    return SPECIAL.get(value, value) if isinstance(value, str) else value


def written(value):
    return value if math.isfinite(value) else "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


def relu(z):
    if isinstance(z, list):
        return [relu(each) for each in z]
    value = number(z)
    return written(value if value > 0 or math.isnan(value) else 0.0)


def rounded(value, name):
    """``value`` in the format of the call: what is sent has to be a number of it."""
    if name == "float64":
        return value
    try:
        return struct.unpack("f", struct.pack("f", value))[0]
    except OverflowError:
        return math.copysign(math.inf, value)


def dense_gradients(name, x, weights, bias, delta):
    dx = [math.fsum(row[j] * d for row, d in zip(weights, delta)) for j in range(len(x))]
    dw = [[d * value for value in x] for d in delta]
    return [
        [written(rounded(value, name)) for value in dx],
        [[written(rounded(value, name)) for value in row] for row in dw],
        delta,
    ]


def answer(way, request):
    if request["operation"] == "describe":
        offered = ["relu", "dense_gradients"]
        return {"name": "speaking", "version": "1", "formats": ["float64", "float32"], "operations": offered}
    if way == "hangs":
        time.sleep(60)
    if way == "dies":
        os._exit(3)
    if way == "refuses":
        return {"unsupported": "not today"}
    if way == "fails":
        return {"error": "out of memory"}
    if way == "text":
        return {"result": "many"}
    if way == "both":
        return {"result": 0, "error": "undecided"}
    if way == "wide":
        return {"result": [0.1 for _ in request["arguments"][0]]}
    if request["operation"] == "relu":
        return {"result": relu(*request["arguments"])}
    return {"result": dense_gradients(request["format"], *request["arguments"])}


def main():
    way = sys.argv[1] if len(sys.argv) > 1 else "right"
    for line in sys.stdin:
        request = json.loads(line)
        reply = {"id": request["id"], **answer(way, request)}
        if way == "other-id" and request["operation"] != "describe":
            reply["id"] += 1
        text = json.dumps(reply)
        if way == "nonsense" and request["operation"] != "describe":
            text = "Segmentation fault"
        sys.stdout.write(text + "\n")
        sys.stdout.flush()


main()
