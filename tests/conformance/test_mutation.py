"""Faults that nobody picked: mutants of the reference are what their operators say, and the suite finds them."""

from __future__ import annotations

import ast
import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest

from gradspec.conformance.adapters.reference import Reference
from gradspec.conformance.power.mutation import Examined, MutationReport, mutants
from gradspec.conformance.power.mutation.detecting import Detection, Traces, operations_of
from gradspec.conformance.power.mutation.excuses import KINDS, Excuse, excuses
from gradspec.conformance.power.mutation.identical import every_number, is_identical
from gradspec.conformance.power.mutation.mutant import Mutant, mutants_of
from gradspec.conformance.power.mutation.operators import OPERATORS
from gradspec.conformance.power.mutation.settings import SETTINGS, settings_of
from gradspec.conformance.power.mutation.sources import COPY, reference_from, sources
from gradspec.conformance.power.mutation.survey import examine
from gradspec.spec.conventions import conventions

if TYPE_CHECKING:
    from pathlib import Path

FUNCTION = "def f(a, b):\n    {}\n"
"""A module of one function."""

CHANGES = [
    ("arithmetic", "return a + b", {"(a - b)", "(a * b)"}),
    ("operand", "return a * b", {"a", "b"}),
    ("order", "return a - b", {"(b - a)"}),
    ("order", "return a * b", set()),
    ("unary", "return -a", {"a"}),
    ("sign", "return f(a), b", {"(-f(a))", "(-b)"}),
    ("comparison", "return a < b", {"(a <= b)", "(a >= b)"}),
    ("connective", "return a and b", {"(a or b)", "a", "b"}),
    ("constant", "return f(0)", {"1", "-1"}),
    ("constant", "return 2 * a", {"3", "1", "2.002"}),
    ("constant", "return f(0.5)", {"0.5005", "0.25", "1.0"}),
    ("constant", "return f(axis=True)", {"False"}),
    ("subscript", "return a[1:]", {":"}),
    ("subscript", "return a[:, 0]", {"1:", ":-1"}),
    ("index", "return a[b]", {"a[b + 1]"}),
    ("choice", "return a if b else f", {"(f if b else a)", "a", "f"}),
    ("attribute", "return np.maximum(a.T, b)", {"np.minimum", "a"}),
    ("call", "return np.exp(a)", {"a"}),
    ("arguments", "return g(a, b)", {"g(b, a)"}),
    ("keyword", "return g(a, axis=0)", {"g(a)"}),
    ("condition", "if a: return b", {"(not a)", "True", "False"}),
    ("deletion", "a[0] = b", {"pass"}),
    ("deletion", "a = a + b", {"pass"}),
    ("deletion", "c = a + b", set()),
    ("returned", "return a, b", {"(b, a)"}),
    ("repetition", "return range(a)", {"range(a + 1)", "range(a - 1)"}),
    ("repetition", "for _ in a: pass", {"list(a)[1:]", "list(a)[:-1]"}),
]
"""Name of an operator, a statement, and everything it is changed to somewhere in the statement."""

EXAMINED_FUNCTIONS = {
    ("operations.calculus", "Calculus.division_jacobians"),
    ("operations.calculus", "Calculus.square_plus_cosine_gradient"),
}
"""Their mutants are examined here; those of every function by ``gradspec power``."""


EVERY = 25
"""Of so many mutants one is parsed."""


def changes(source: str, operator: str) -> set[str]:
    """What the operator puts in the place of anything in a module of this text."""
    return {mutant.after for mutant in mutants_of("m", source) if mutant.operator == operator}


def named(fragment: str) -> Mutant:
    """The first mutant in whose name the text stands."""
    return next(mutant for mutant in mutants() if fragment in mutant.name)


class TestOperators:
    """An operator changes one place of the text, as its docstring says."""

    @pytest.mark.parametrize(("operator", "statement", "expected"), CHANGES)
    def test_changes_what_it_says(self, operator: str, statement: str, expected: set[str]) -> None:
        """Each is tried at every node of the statement."""
        assert changes(FUNCTION.format(statement), operator) == expected

    def test_a_parameter_is_mistaken_for_one_of_its_type(self) -> None:
        """Parameters of another type are left alone, and so is what is no parameter."""
        source = "def f(a: Array, n: int, b: Array):\n    c = a\n    return c * n\n"

        assert changes(source, "variable") == {"b"}

    def test_a_case_matches_the_next_name(self) -> None:
        """The last one matches the first."""
        source = "match f:\n    case 'a':\n        g()\n    case 'b':\n        h()\n"

        assert changes(source, "case") == {"'a'", "'b'"}

    def test_a_decorator_that_computes_is_dropped(self) -> None:
        """Other decorators stay."""
        source = "@other\n@rounded_once\ndef f():\n    pass\n"

        assert changes(source, "decorator") == {"(lambda operation: operation)"}

    @pytest.mark.parametrize(
        "source",
        [
            '"""A text with 1."""\n',
            "import a.b as c\n",
            "def f(a: Literal[1]) -> Literal[2]:\n    raise ValueError(a + 1)\n",
            "if TYPE_CHECKING:\n    a = 1\n",
            "def _refuse_zero(a):\n    return a == 0\n",
            "def f(a):\n    if a < 1:\n        raise ValueError('text')\n",
            "with errstate(over=1):\n    pass\n",
        ],
    )
    def test_what_computes_nothing_is_left_alone(self, source: str) -> None:
        """Texts, imports, types, and refusals of bad input have no mutants."""
        assert list(mutants_of("m", source)) == []

    def test_each_is_used(self) -> None:
        """No operator is idle on the reference."""
        assert {mutant.operator for mutant in mutants()} == set(OPERATORS)


class TestMutants:
    """A mutant is the text of the reference with one change, under a name that lasts."""

    def test_names_are_unique(self) -> None:
        """An excuse is of one mutant."""
        assert len({mutant.name for mutant in mutants()}) == len(mutants())

    def test_each_is_a_text_that_parses_and_is_another(self) -> None:
        """Changes are made in the text itself, between the characters of the node."""
        trees = {module: ast.dump(ast.parse(text)) for module, text in sources().items()}

        assert all(ast.dump(ast.parse(mutant.source())) != trees[mutant.module] for mutant in mutants()[::EVERY])

    def test_a_name_survives_edits_elsewhere(self) -> None:
        """Neither lines above nor other functions nor other statements before it are part of it."""
        source = "def f(a):\n    return a + 1\n"
        edited = "# A comment.\n\ndef g(a):\n    return a + 1\n\ndef f(a):\n    b = a - 2\n    return a + 1\n"
        names = {mutant.name for mutant in mutants_of("m", source)}

        assert names < {mutant.name for mutant in mutants_of("m", edited)}

    def test_equal_changes_are_numbered(self) -> None:
        """In the order of the text of their function."""
        found = [mutant.name for mutant in mutants_of("m", "def f(a):\n    return (a + 1) * (a + 1)\n")]

        assert "m:f [arithmetic] a + 1 -> (a - 1)" in found
        assert "m:f [arithmetic] a + 1 -> (a - 1) #2" in found

    def test_one_has_its_change(self) -> None:
        """And the reference itself has not."""
        mutant = named("activations:softplus [arithmetic]")
        z = np.array([0.0])
        y = np.array([0.0])

        changed = reference_from({mutant.module: mutant.source()})()

        assert changed.sigmoid_cross_entropy(z, y) != Reference().sigmoid_cross_entropy(z, y)

    def test_none_leaks(self) -> None:
        """A copy leaves no module behind, shares no function with the reference, and nothing finds it again."""
        mutant = named("activations:sigmoid [arithmetic]")
        modules, finders = set(sys.modules), list(sys.meta_path)
        before = Reference().sigmoid(np.array([1.0]))

        changed = reference_from({mutant.module: mutant.source()})

        assert set(sys.modules) == modules
        assert sys.meta_path == finders
        assert changed is not Reference
        assert Reference().sigmoid(np.array([1.0])) == before
        with pytest.raises(ModuleNotFoundError):
            __import__(COPY)

    def test_an_unchanged_copy_is_the_reference(self) -> None:
        """What a mutant differs in is its change alone."""
        z = np.linspace(-5, 5, 11)

        assert reference_from({})().sigmoid_derivative(z).tobytes() == Reference().sigmoid_derivative(z).tobytes()


class TestTouching:
    """A mutant is asked for the operations that run its function, under conventions that run its branch."""

    def test_the_most_direct_operation_is_first(self) -> None:
        """It runs the fewest other functions."""
        touched = operations_of(named("activations:sigmoid_derivative"))

        assert touched[0] == "sigmoid_derivative"
        assert {"network_gradients", "layer_gradients"} < set(touched)
        assert "tanh" not in touched

    def test_every_function_that_has_mutants_is_run(self) -> None:
        """By those that were seen to run it; what is run while a target is made is run by all."""
        assert all(operations_of(mutant) for mutant in mutants())

    def test_every_value_of_a_convention_that_changes_answers_is_tried(self) -> None:
        """The last of the conventions say what an implementation does, not what it shall."""
        effective = set(conventions()) - {"subnormals", "intermediates", "matmul_inputs"}

        for name in effective:
            tried = {setting.get(name, conventions()[name].default) for setting in SETTINGS}
            assert tried == set(conventions()[name].values)

    def test_conventions_that_do_not_rule_an_operation_are_not_tried(self) -> None:
        """Equal questions are asked once."""
        assert settings_of("tanh") == (0,)
        assert settings_of("relu_derivative") == (0, 1, 2)
        assert settings_of("dense") == settings_of("softmax_batch") == (0, 1, 3)


class TestExamining:
    """The suite finds mutants, and what it does not find is right."""

    def test_every_mutant_of_some_functions_is_found_or_excused(self, tmp_path: Path) -> None:
        """And a second run with the same file takes the results from there."""
        chosen = [mutant for mutant in mutants() if (mutant.module, mutant.function) in EXAMINED_FUNCTIONS]
        cache = tmp_path / "mutants.jsonl"

        report = examine(chosen, cache=cache)
        again = examine(chosen, cache=cache)

        assert report.missed == ()
        assert report.totals["found"] >= 25
        assert again == report

    def test_an_elementwise_mutant_that_computes_the_same_is_identical(self) -> None:
        """On all 65,536 numbers of both half formats; one that does not is not."""
        assert is_identical(named("operations.activations:Activations.heaviside_derivative [decorator]"))
        assert not is_identical(named("operations.activations:Activations.sigmoid [decorator]"))
        assert len(np.unique(every_number(np.float16).view(np.uint16))) == 2**16


class TestExcuses:
    """An excuse is of a mutant that exists, says why, and holds only where nothing contradicts it."""

    def test_each_names_an_existing_mutant(self) -> None:
        """A mutant that is gone needs none."""
        assert set(excuses()) <= {mutant.name for mutant in mutants()}

    def test_each_has_a_kind_and_a_reason(self) -> None:
        """The reason is a sentence."""
        assert all(excuse.kind in KINDS and excuse.reason.endswith(".") for excuse in excuses().values())

    @pytest.mark.parametrize(
        ("kind", "differing", "outcome"),
        [("equivalent", 0, "equivalent"), ("equivalent", 1, "missed"), ("admissible", 1, "admissible")],
    )
    def test_one_that_is_contradicted_excuses_nothing(self, kind: str, differing: int, outcome: str) -> None:
        """Equivalent is what never gave another bit."""
        examined = Examined(mutants()[0], None, Traces(asked=9, differing=differing), excuse=Excuse(kind, "A reason."))

        assert examined.outcome == outcome


class TestReport:
    """The report of mutants counts every one once and names those that are missed."""

    @pytest.fixture
    def report(self) -> MutationReport:
        """Of one found and one missed."""
        found = Detection("tanh.value", "tanh", "float64", "exact", "must", "quick", 0, 3)
        return MutationReport(
            (Examined(mutants()[0], found, Traces()), Examined(mutants()[1], None, Traces(asked=7))),
        )

    def test_totals(self, report: MutationReport) -> None:
        """One a mutant."""
        assert sum(report.totals.values()) == 2
        assert report.totals["found"] == report.totals["missed"] == 1

    def test_lines(self, report: MutationReport) -> None:
        """The missed one stands there by name, with what was seen of it."""
        text = "\n".join(report.lines())

        assert text.startswith("mutants of the reference: 2, 1 found, 1 missed")
        assert f"MISSED {mutants()[1].name}" in text
        assert "equal in every bit to the reference on 7 cases" in text
