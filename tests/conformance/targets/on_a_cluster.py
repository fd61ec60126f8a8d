"""Runs the targets of counting.py on a cluster of two processes, kills one of them, and compares the reports."""

import os
import signal
import sys
from dataclasses import replace
from pathlib import Path

from distributed import Client, LocalCluster
from gradspec.conformance import Request, run
from gradspec.conformance.distributing.cluster import Cluster
from gradspec.conformance.distributing.processes import Processes
from gradspec.conformance.isolation.source import Source

FILE = Path(__file__).parent / "counting.py"
REQUEST = Request(effort="quick", clauses=("relu.*", "identity.*"), regimes=("ordinary", "extreme"), diagnose=False)
IN_ONE_FORMAT = replace(REQUEST, formats=("float64",), clauses=("relu.value",))


def main():
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        Client(cluster, set_as_default=False) as client,  # as on the command line, where there is no other client
    ):
        killed = []

        def kill_one(done, total, job, rows):
            if not killed:
                pids = client.run(os.getpid)
                killed.append(min(pids.values()))
                os.kill(killed[0], signal.SIGKILL)
                print(f"killed {len(killed)} of {len(pids)}")

        for name, request, progress in (("Counting", REQUEST, kill_one), ("Dying", IN_ONE_FORMAT, None)):
            source = Source(f"{FILE}:{name}")
            here = run(source.open(), request, perform=Processes(source, 1))
            there = run(source.open(), request, progress, perform=Cluster(source, cluster.scheduler_address))
            print(f"alike: {name} {here.text() == there.text()}")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
