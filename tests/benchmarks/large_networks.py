"""
Certified steps of networks of real size: speed in units of the float64 matrix product, agreement, memory.

Run from the checkout: ``python -m tests.benchmarks.large_networks``. It takes about a minute of one core. All times are
CPU seconds with one BLAS thread, medians of rounds in which everything is measured in turn; the rate of the matrix
product is that of the same rounds. The limit is the time that error-free splitting of the largest network needs for its
float64 products alone, :data:`SPLITTING_FLOPS` at that rate.
"""

from __future__ import annotations

import multiprocessing
import resource
import time
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import pairwise
from math import log, log2
from statistics import median
from typing import TYPE_CHECKING, Any

import click
import numpy as np
from threadpoolctl import threadpool_limits

from gradspec.oracle.large.certified import certified_step
from gradspec.spec import resolve
from tests.oracle.sized_networks import arrays, batch, check_agreement, drawn

if TYPE_CHECKING:
    from collections.abc import Callable

    from gradspec.spec import Network

NETWORKS = (((8, 16, 8), 16), ((64, 64, 10), 16), ((784, 128, 10), 32), ((784, 512, 512, 10), 64))
"""Widths and samples, the least first; tanh, and a softmax with cross-entropy at the end."""

SPLITTING_FLOPS = 3.65e9
"""Of the last of them: 17.7 float64 products for each product at 113 bits."""

TEN_MILLION = (3162, 3162, 10), 64
"""A network of ten million parameters."""

DGEMM = 1024
"""Rows and columns of the product whose rate is measured."""


def float64_gradients(network: Network, x: Any, y: Any) -> list[Any]:
    """The gradients as a program computes them."""
    inputs = [x]
    for layer in network.layers:
        z = layer.weights @ inputs[-1] + layer.bias[:, None]
        inputs.append(np.tanh(z))
    e = np.exp(z - z.max(axis=0))
    delta = (e / e.sum(axis=0) - y) / x.shape[1]
    found = []
    for layer, a in zip(reversed(network.layers), reversed(inputs[:-1]), strict=True):
        found += [delta @ a.T, delta.sum(axis=1)]
        delta = (layer.weights.T @ delta) * (1 - a * a)
    return found


def seconds(action: Callable[[], Any]) -> float:
    """CPU seconds of a call."""
    start = time.process_time()
    action()
    return time.process_time() - start


def measured(rounds: int) -> dict[str, list[float]]:
    """The medians: of the matrix product, and for each network of every way to its gradients."""
    square = np.random.default_rng(0).standard_normal((DGEMM, DGEMM))
    actions: dict[str, list[Callable[[], Any]]] = {"product": [partial(np.matmul, square, square)]}
    for sizes, samples in NETWORKS:
        network = drawn(sizes)
        asked = network, *batch(network, samples)
        actions.setdefault("float64", []).append(partial(float64_gradients, *asked))
        for path in ("fast", "flint"):
            actions.setdefault(path, []).append(partial(certified_step, *asked, resolve(), path=path))
    times = [{name: [seconds(each) for each in calls] for name, calls in actions.items()} for _ in range(rounds)]
    return {
        name: [median(one[name][place] for one in times) for place in range(len(calls))]
        for name, calls in actions.items()
    }


def print_speed(rounds: int) -> None:
    """Times, what they are of the limit, and how they grow."""
    certified_step(drawn((8, 8)), *batch(drawn((8, 8)), 4), resolve(), path="fast")  # the self-test of the BLAS
    with threadpool_limits(1, "blas"):
        times = measured(rounds)
    rate = 2 * DGEMM**3 / times["product"][0]
    limit = SPLITTING_FLOPS / rate
    click.echo(f"float64 matrix product: {rate / 1e9:.1f} GFlop/s; limit {limit * 1e3:.1f} ms")
    click.echo(f"{'network':>24} {'float64':>10} {'fast':>10} {'flint':>10}   over float64: fast, flint")
    for place, (sizes, samples) in enumerate(NETWORKS):
        of_float64, fast, flint = (times[name][place] for name in ("float64", "fast", "flint"))
        name = f"{'-'.join(map(str, sizes))} batch {samples}"
        click.echo(
            f"{name:>24} {of_float64 * 1e3:8.2f}ms {fast * 1e3:8.1f}ms {flint * 1e3:8.1f}ms"
            f"   {fast / of_float64:.0f}, {flint / of_float64:.0f}"
        )
    for name, target in (("fast", 8), ("flint", 35)):
        click.echo(f"{name}: {times[name][-1] / limit:.1f} times the limit (target: below {target})")
    works = [samples * sum(a * b for a, b in pairwise(sizes)) for sizes, samples in NETWORKS]
    for name in ("float64", "fast", "flint"):
        exponent = log(times[name][-1] / times[name][1]) / log(works[-1] / works[1])
        click.echo(f"{name}: time grows as multiply-adds to the {exponent:.2f}, from the second network to the last")


def print_agreement() -> None:
    """Both paths on the largest network, entry by entry, FLINT at twice the precision."""
    sizes, samples = NETWORKS[-1]
    for activation in ("tanh", "relu", "sigmoid"):
        network = drawn(sizes, activation)
        x, y = batch(network, samples)
        fast = certified_step(network, x, y, resolve(), path="fast")
        check_agreement(fast, certified_step(network, x, y, resolve(), path="flint", bits=226))
        entries = sum(each.high.size for each in arrays(fast))
        widest = max(float(np.max(each.radius)) / float(np.max(np.abs(each.high))) for each in arrays(fast))
        click.echo(
            f"{activation}: {entries} entries agree; the widest radius is 2^{log2(widest):.0f} of the largest entry"
        )


def footprint(path: str) -> tuple[float, float]:
    """CPU seconds of a step of ten million parameters, and the GiB at the peak of this process."""
    sizes, samples = TEN_MILLION
    network = drawn(sizes)
    asked = network, *batch(network, samples)
    spent = seconds(partial(certified_step, *asked, resolve(), path=path))
    return spent, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def print_memory() -> None:
    """Ten million parameters by each path, each in a process of its own."""
    for path in ("fast", "flint"):
        with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
            spent, peak = pool.submit(footprint, path).result()
        click.echo(
            f"{'-'.join(map(str, TEN_MILLION[0]))} batch {TEN_MILLION[1]}, {path}: {spent:.1f} s, {peak:.2f} GiB"
        )


@click.command()
@click.option("--rounds", default=5, show_default=True, help="Rounds of measuring.")
def main(rounds: int) -> None:
    """Speed, agreement and memory of certified steps."""
    print_speed(rounds)
    print_agreement()
    print_memory()


if __name__ == "__main__":
    main()
