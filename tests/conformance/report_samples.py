"""
Report documents for tests of whatever is made from a report: no target is asked.

:func:`document` is a report with every verdict at every level, whose counterexamples are those of a framework and true
by the oracle. :func:`hostile_document` is the same with markup, terminal escapes, formulas of spreadsheets and LaTeX
commands wherever the schema takes a text of a stranger.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from gradspec.conformance.report import Report, sealed
from gradspec.spec.clauses import VERSION, specification_digest
from gradspec.spec.conventions import resolve
from gradspec.spec.operations import operations

if TYPE_CHECKING:
    from collections.abc import Sequence

Json = dict[str, Any]

HOSTILE = (
    "<script>window.hacked = true</script>",
    "\"><img src=x onerror='window.hacked = true'>",
    "</title></style></script><b>bold</b><!-- ]]>",
    "\x1b[31mred\x1b[0m\x07\x9b2J",
    "=1+1",
    "@SUM(1)",
    "\\input{/etc/passwd} \\$ % # _ ^ ~ & {",
    "$x$ `code` | [link](javascript:alert(1)) *stars*",
    "two\nlines\r\nand\ttabs, \u202ereversed\u202c",
)
"""What nobody should be able to do by a name or a message."""

NAMED_FORMATS = ("float64", "float32", "float16", "bfloat16")
"""Those of the sample, all of them."""


def sample() -> Report:
    """The report of :func:`document`."""
    return Report(document())


def hostile() -> Report:
    """The report of :func:`hostile_document`."""
    return Report(hostile_document())


def document() -> Json:
    """A report with every verdict at every level, known deviations, observations and diagnoses."""
    return _sealed(
        {
            "schema": "https://gradspec.org/schema/report-1.json",
            "date": "2026-11-26",
            "spec": {"version": VERSION, "digest": specification_digest()},
            "target": {"name": "sample", "version": "1.2.3+cpu"},
            "environment": {
                "python": "3.11.7",
                "platform": "Linux-6.1-x86_64",
                "machine": "x86_64",
                "processor": "a processor",
                "cores": "2",
                "blas": "openblas 0.3.30",
                "device": "cpu",
                "threads": "1",
                "gradspec": "0.1.0",
                "numpy": "2.4.6",
            },
            "conventions": dict(resolve({"layout": "rows"})),
            "scope": _scope(),
            "seed": 7,
            "effort": "quick",
            "require": "robust",
            "class": "none",
            "verdict": "nonconformant",
            "certificate": {
                "note": "DO NOT EDIT: written by python -m gradspec.oracle.certify",
                "specification": specification_digest(),
                "oracle": "c9da59d373d9528f456951bb9cb50931a4cac6a41e6b007a02e6d50906e9e503",
                "bits": 240,
                "points": 100,
                "seed": 0,
                "clauses": 135,
                "comparisons": 1778654,
                "disagreements": 0,
                "holds": True,
            },
            "results": _numbered([*_passes(), *_failures(), *_errors(), *_unknown()]),
            "deviations": _deviations(),
            "diagnoses": _diagnoses(),
        }
    )


def hostile_document() -> Json:
    """:func:`document` with a hostile text wherever a stranger may write one; its verdicts are the same."""
    made = {name: value for name, value in document().items() if name != "digests"}
    bad = " ".join(HOSTILE)
    made["target"] = {"name": HOSTILE[0], "version": bad}
    made["environment"] |= {"device": bad, HOSTILE[1]: HOSTILE[0]}
    made["conventions"] |= {"layout": bad, HOSTILE[0]: HOSTILE[1]}
    made["scope"] |= {
        "operations": [*made["scope"]["operations"], bad],
        "derived": {bad: [bad]},
        "clauses": [bad],
        "text": bad,
    }
    made["certificate"] |= {"note": bad, HOSTILE[0]: bad}
    made["results"] = [_hostile_row(row, HOSTILE[n % len(HOSTILE)], bad) for n, row in enumerate(made["results"])]
    made["deviations"] |= {"file": bad, "digest": bad, "date": bad}
    made["deviations"]["entries"] = [
        {**entry, "clause": bad, "operation": bad, "reason": bad, "link": f"javascript:alert(1) {bad}", "place": bad}
        | {"expires": bad, "stale": [{"row": bad, "verdict": bad}]}
        for entry in made["deviations"]["entries"]
    ]
    made["diagnoses"] = [
        {**found, "causes": [{"name": bad, "sentence": bad} for _ in found["causes"]]} for found in made["diagnoses"]
    ]
    strange = _hostile_row(_failures()[0], bad, bad)
    strange |= {"clause": bad, "operation": bad}
    strange["counterexample"]["case"] |= {
        "operation": bad,
        "arguments": [bad, bad],
        "keywords": {bad: "nan"},
    }
    made["results"] = _numbered([*made["results"], strange])
    return _sealed(made)


def _sealed(body: Json) -> Json:
    return cast("Json", sealed(body).document)


def _scope() -> Json:
    offered = [name for name in operations() if name not in {"softmax", "log_softmax", "tensor_mean_gradient"}]
    return {
        "operations": offered,
        "derived": {"activation_jacobian": ["tanh_vjp"]},
        "of_operations": len(operations()),
        "formats": list(NAMED_FORMATS),
        "declared_formats": list(NAMED_FORMATS),
        "regimes": ["exact", "ordinary", "wide", "extreme", "special"],
        "clauses": ["tanh.*", "binary_cross_entropy.*"],
        "text": "no class, 3 of 120 operations, float64 float32 float16 bfloat16, clauses tanh.*",
    }


def _row(name: str, verdict: str, spread: Sequence[Any] = (), radii: Sequence[Any] = (), **more: Any) -> Json:
    """
    A row by its clause, operation, format, regime and level in one text.

    ``spread`` is that of errors in ulps, ``radii`` of envelopes: how many are 0, the bins, how many are beyond.
    """
    clause, operation, format_name, regime, level = name.split()
    entries = spread[0] + sum(count for _, count in spread[1]) + spread[2] if spread else 0
    made: Json = {
        "clause": clause,
        "operation": operation,
        "format": format_name,
        "regime": regime,
        "level": level,
        "verdict": verdict,
        "examples": 20,
        "decided": 20,
        "undecided": 0,
        "unsupported": 0,
        "errors": 0,
        "failures": 0,
        "entries": entries,
        "undecided_entries": 0,
        "unresolved": 0,
        "sensitivity": [8.35e-07, 3.57e-07],
        "max_error_ulps": 0.75,
        "max_envelope_ratio": 0.5,
        "hazards": ["saturation", "scalar_shape"],
    }
    if spread:
        made |= {"error_distribution": _distribution(spread), "envelope_distribution": _distribution(radii)}
    return made | more


def _distribution(numbers: Sequence[Any]) -> Json:
    exact, bins, beyond = numbers
    return {"exact": exact, "bins": [list(each) for each in bins], "beyond": beyond}


def _passes() -> list[Json]:
    inside = (12, [(-4, 3), (-2, 7), (-1, 9)], 0)
    narrow = (0, [(0, 11), (1, 20)], 0)
    observed = {"observations": ["not certified as exact, judged as ordinary"]}
    value: Json = {
        "case": _case("tanh", "float32", "ordinary", [_array([], "0x1.0000000000000p+0")]),
        "hazards": [],
        "asked": [],
    }
    value["asked"] = [_answered([], "0x1.85efac0000000p-1")]
    return [
        *(_row(f"tanh.value tanh {name} ordinary must", "pass", inside, narrow) for name in NAMED_FORMATS),
        _row("tanh.value tanh float32 exact must", "pass", (31, [], 0), (31, [], 0), **observed),
        _row("tanh.value tanh float32 wide must", "pass", inside, narrow, sample=value),
        _row("tanh.value tanh float32 ordinary should", "pass", inside, narrow, **observed),
        _row("tanh.value tanh float32 special strict", "pass", (4, [], 0), (4, [], 0), sensitivity=None),
        _row("contract.result tanh float32 ordinary must", "pass", max_error_ulps=0.0, sensitivity=None),
    ]


def _failures() -> list[Json]:
    slope = "The derivative of tanh at z is 1 - tanh(z)^2."
    logarithms = "The gradient of the binary cross-entropy is -y / o + (1 - y) / (1 - o)."
    far = (0, [(-2, 9), (6, 4), (14, 2)], 1), (0, [(0, 1), (1, 15)], 0)
    return [
        _failure(
            _row("binary_cross_entropy.gradient binary_cross_entropy_gradient float64 wide must", "fail", *far),
            logarithms,
            (_array([1], "0x1.0000000000000p-53"), _array([1], "0x0.0p+0")),
            _array([1], "0x1.d1a94a3f379b1p-14"),
            {
                "array": "do",
                "index": [0],
                "allowed": ["0x1.ffffffffffffdp-1", "0x1.0000000000002p+0"],
                "truth": "1.0000000000000001110",
                "error_ulps": 4503099627368498.5,
            },
        ),
        _failure(
            _row("binary_cross_entropy.gradient binary_cross_entropy_gradient float32 extreme must", "fail", *far),
            logarithms,
            (_array([1], "0x1.0000000000000p-41"), _array([1], "0x0.0p+0")),
            _array([1], "0x1.d1a94a0000000p-2"),
            {
                "array": "do",
                "index": [0],
                "allowed": ["0x1.fffff80000000p-1", "0x1.0000040000000p+0"],
                "truth": "1.0000000000004547474",
                "error_ulps": 4573910.750003815,
            },
        ),
        _failure(
            _row("tanh.derivative tanh_derivative float32 ordinary should", "fail", *far),
            slope,
            (_array([], "0x1.e0c6b60000000p+2"),),
            _array([], "0x1.3ffffa0000000p-20"),
            {
                "array": "da",
                "index": [],
                "allowed": ["0x1.4096920000000p-20", "0x1.4096b40000000p-20"],
                "truth": "1.1942849232655777273e-6",
                "error_ulps": 19284.280064564962,
            },
        ),
        _failure(
            _row("tanh.derivative tanh_derivative float32 wide should", "fail", *far, max_error_ulps="Infinity"),
            slope,
            (_array([], "0x1.c9bd4a0000000p+1"),),
            _array([], "0x1.99f5ce0000000p-9"),
            {
                "array": "da",
                "index": [],
                "allowed": ["0x1.99f4ec0000000p-9", "0x1.99f5180000000p-9"],
                "truth": "0.0031277242175296505153",
                "error_ulps": 101.7748029611263,
            },
        ),
        _failure(
            _row(
                "binary_cross_entropy.value binary_cross_entropy float32 special strict", "fail", (1, [], 1), (1, [], 1)
            ),
            "The binary cross-entropy is -sum y log o + (1 - y) log(1 - o).",
            (_array([1], "0x0.0p+0"), _array([1], "0x1.0000000000000p+0")),
            _array([], "0x1.9000000000000p+6"),
            None,
            reason="entry 0 is 100.0, allowed: inf",
        ),
        _contract_failure(),
    ]


def _contract_failure() -> Json:
    row = _row("contract.arguments relu float32 ordinary must", "fail", max_error_ulps=0.0, sensitivity=None)
    argument = _array([2], "-0x1.0000000000000p+0", "0x1.8000000000000p+0")
    answer = _array([2], "0x0.0p+0", "0x1.8000000000000p+0")
    failed = _failure(
        row, "A call does not write to its arguments.", (argument,), answer, None, reason="the call wrote to z"
    )
    failed["counterexample"]["asked"] = [{"outcome": {"answer": [answer]}, "changed": ["z"]}]
    return failed


def _errors() -> list[Json]:
    return [
        _error("sigmoid.value sigmoid float16 ordinary must", "RuntimeError: no kernel for float16"),
        _error("sigmoid.value sigmoid float16 ordinary should", "the process died of signal 11"),
        _error("sigmoid.value sigmoid float16 special strict", "no answer within 60 seconds"),
    ]


def _error(name: str, reason: str) -> Json:
    row = _row(name, "error", examples=13, decided=0, errors=13, sensitivity=None, max_error_ulps=0.0)
    case = _case("sigmoid", "float16", row["regime"], [_array([1], "0x1.0000000000000p+0")])
    row["counterexample"] = {
        "sentence": "The sigmoid of z is 1 / (1 + e^-z).",
        "case": case,
        "reason": reason,
        "hazards": ["one_unit"],
        "asked": [{"outcome": {"raised": reason}}],
    }
    return row


def _unknown() -> list[Json]:
    none: Json = {"decided": 0, "sensitivity": None, "max_error_ulps": 0.0, "max_envelope_ratio": 0.0}
    open_: Json = {"undecided": 18, "examples": 20, "decided": 2, "undecided_entries": 36, "unresolved": 1}
    few = (0, [(0, 1), (3, 1)], 0), (0, [(5, 1)], 1)
    return [
        *(
            _row(f"softmax.value softmax float32 {place}", "unsupported", unsupported=20, hazards=[], **none)
            for place in ("ordinary must", "ordinary should", "special strict")
        ),
        *(
            _row(f"softmax.jacobian softmax_jacobian bfloat16 {place}", "undecided", *few, **open_)
            for place in ("extreme must", "extreme should", "special strict")
        ),
    ]


def _failure(  # noqa: PLR0913 - the parts of a counterexample
    row: Json,
    sentence: str,
    arguments: Sequence[Json],
    answer: Json,
    entry: Json | None,
    reason: str = "",
) -> Json:
    """``row`` with its counterexample, which is numbered later."""
    example: Json = {
        "sentence": sentence,
        "case": _case(row["operation"], row["format"], row["regime"], arguments),
        "reason": reason or f"{entry['error_ulps'] if entry else 0:.3g} ulps from the true value",
        "hazards": ["saturation", "scalar_shape"],
        "answer": [answer],
    }
    if entry:
        example["entry"] = {**entry, "got": answer["hex"][0], "specials": []}
    return {**row, "failures": 7, "counterexample": example}


def _case(operation: str, format_name: str, regime: str, arguments: Sequence[Json]) -> Json:
    return {
        "operation": operation,
        "format": format_name,
        "regime": regime,
        "arguments": list(arguments),
        "keywords": {},
        "hazards": ["scalar_shape"],
    }


def _array(shape: list[int], *numbers: str) -> Json:
    return {"shape": shape, "hex": list(numbers)}


def _answered(shape: list[int], *numbers: str) -> Json:
    return {"outcome": {"answer": [_array(shape, *numbers)]}}


def _numbered(rows: Sequence[Json]) -> list[Json]:
    """Rows with their counterexamples counted from 1."""
    numbered, count = [], 0
    for row in rows:
        if "counterexample" in row:
            count += 1
            numbered.append({**row, "counterexample": {**row["counterexample"], "number": count}})
        else:
            numbered.append(row)
    return numbered


def _diagnoses() -> list[Json]:
    def found(clause: str, level: str, *sentences: str, **more: Any) -> Json:
        causes = [{"name": f"cause {n}", "sentence": sentence} for n, sentence in enumerate(sentences, start=1)]
        operation = (
            clause.replace(".derivative", "_derivative").replace(".gradient", "_gradient").removesuffix(".value")
        )
        counts = {"failing": 81, "passing": 108, "causes": causes}
        return {"clause": clause, "operation": operation, "level": level, **counts, **more}

    forms = ("the form definition, 1 - t^2, t = tanh.value", "the form factored, (1 - t)(1 + t), t = tanh.value")
    open_ = [{"name": "sum", "sentence": "the cost is a sum, where mean is declared"}]
    return [
        found("tanh.derivative", "should", *forms, "every clause by its definition"),
        found("binary_cross_entropy.value", "strict", "the logarithm of a prediction is kept from falling below -100"),
        found("binary_cross_entropy.gradient", "must", not_evaluated=open_),
    ]


def _deviations() -> Json:
    def entry(clause: str, state: str, **more: Any) -> Json:
        made = {
            "clause": clause,
            "formats": ["float32", "float64"],
            "regimes": ["wide", "extreme"],
            "level": "must",
            "outcomes": ["fail"],
            "reason": "a denominator is kept from falling below 1e-12",
            "link": "https://example.org/issues/12",
            "expires": "2027-06-30",
            "place": f"deviations.toml: deviation {state}",
            "state": state,
            "listed": 0,
            "stale": [],
        }
        return made | more

    stale = [{"row": "tanh.value tanh float32 wide must", "verdict": "pass"}]
    return {
        "file": "deviations.toml",
        "digest": "0" * 64,
        "date": "2026-11-26",
        "failing": 7,
        "listed": 2,
        "settled": False,
        "entries": [
            entry("binary_cross_entropy.gradient", "listed", listed=2, operation="binary_cross_entropy_gradient"),
            entry("tanh.value", "stale", stale=stale),
            entry("sigmoid.value", "expired", outcomes=["error"], expires="2026-01-01"),
            entry("relu.value", "not judged"),
        ],
    }


def _hostile_row(row: Json, short: str, bad: str) -> Json:
    """``row`` with hostile texts in all that a report's reader shows of it."""
    made = {**row, "hazards": [*row.get("hazards", ()), short], "observations": [short, bad]}
    if "counterexample" in row:
        example = {**row["counterexample"], "sentence": bad, "reason": bad, "hazards": [*row["hazards"], bad]}
        example["case"] = {**example["case"], "hazards": [bad]}
        if "entry" in example:
            example["entry"] = {**example["entry"], "array": bad, "truth": bad}
        if "asked" in example:
            example["asked"] = [{"outcome": {"raised": bad}, "changed": [bad]}]
        made["counterexample"] = example
    return made
