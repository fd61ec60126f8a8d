"""
A relu over JSON Lines that is right, but at one input, a 0 without an axis, it hangs, or its process dies.

    python stopping.py [hangs | dies]
"""

import json
import os
import sys
import time


def relu(z):
    if isinstance(z, list):
        return [relu(each) for each in z]
    return z if isinstance(z, str) and z != "-Infinity" else 0.0 if isinstance(z, str) else max(z, 0.0)


def answered(way, call):
    (z,) = call["arguments"]
    if z == 0:
        if way == "dies":
            os.abort()
        time.sleep(60)
    return {"result": relu(z)}


def reply(way, request):
    if request["message"] == "start":
        return {"protocol": 1}
    if request["message"] == "describe":
        return {"name": "stopping", "formats": ["float64"], "operations": ["relu"]}
    return {"answers": [answered(way, call) for call in request.get("calls", ())]}


def main():
    for line in sys.stdin:
        request = json.loads(line)
        sys.stdout.write(json.dumps({"id": request["id"], **reply(sys.argv[1], request)}) + "\n")
        sys.stdout.flush()


main()
