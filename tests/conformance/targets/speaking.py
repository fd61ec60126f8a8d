"""
A target that speaks JSON Lines, and, told so by its first word, one that breaks the protocol in one way.

    python speaking.py [right | hangs | dies | dies-at-two | nonsense | other-id | both | refuses | fails | text | wide |
                        newer | too-few | half | endless | closes | deep | digits | beyond | nested | unprintable]
    python speaking.py '{"formats": "float64"}'     describes itself so
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


def answered(way, call):
    """The answer to one call."""
    if way == "hangs":
        time.sleep(60)
    if way == "dies":
        os._exit(3)
    if way == "dies-at-two" and call["arguments"] == [[2.0]]:
        print("two is too much", file=sys.stderr, flush=True)
        os._exit(3)
    if way == "refuses":
        return {"unsupported": "not today"}
    if way == "fails":
        return {"error": "out of memory"}
    if way == "text":
        return {"result": "many"}
    if way == "beyond":
        return {"result": 10**400}
    if way == "nested":
        return {"result": "[" * 900}
    if way == "unprintable":
        return {"error": "no file caf\udce9"}
    if way == "both":
        return {"result": 0, "error": "undecided"}
    if way == "wide":
        return {"result": [0.1 for _ in call["arguments"][0]]}
    if call["operation"] == "relu":
        return {"result": relu(*call["arguments"])}
    return {"result": dense_gradients(call["format"], *call["arguments"])}


def reply(way, request):
    """The answer to one request, without its id."""
    if request["message"] == "start":
        return {"protocol": 2 if way == "newer" else 1}
    if request["message"] == "describe":
        offered = ["relu", "dense_gradients"]
        described = {"name": "speaking", "version": "1", "formats": ["float64", "float32"], "operations": offered}
        return described | (json.loads(way) if way.startswith("{") else {})
    if request["message"] == "stop":
        return {}
    answers = [answered(way, call) for call in request["calls"]]
    return {"answers": answers[1:] if way == "too-few" else answers}


def main():
    way = sys.argv[1] if len(sys.argv) > 1 else "right"
    for line in sys.stdin:
        request = json.loads(line)
        text = json.dumps({"id": request["id"], **reply(way, request)})
        if request["message"] == "call":
            if way == "other-id":
                text = json.dumps({"id": request["id"] + 1, "answers": []})
            if way == "deep":
                text = "[" * 100_000
            if way == "digits":
                text = json.dumps({"id": request["id"], "answers": "N"}).replace('"N"', "9" * 5000)
            if way == "nested":
                text = text.replace('"' + "[" * 900 + '"', "[" * 900 + "]" * 900)
            if way == "nonsense":
                text = "Segmentation fault"
            if way == "half":
                sys.stdout.write(text[: len(text) // 2])
                sys.stdout.flush()
                os._exit(0)
            if way == "endless":
                while True:
                    sys.stdout.write("0" * 65536)
            if way == "closes":
                os.close(1)
                time.sleep(60)
        sys.stdout.write(text + "\n")
        sys.stdout.flush()
        if request["message"] == "stop":
            return


main()
