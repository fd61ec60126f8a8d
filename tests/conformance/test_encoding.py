"""Cases and answers in JSON: nothing is lost on the way there and back."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from gradspec.conformance.case import Case
from gradspec.conformance.encoding import decoded, decoded_case, encoded, encoded_case
from gradspec.conformance.strategies.cases import corpus
from gradspec.spec.conventions import resolve
from gradspec.spec.formats import FORMATS
from gradspec.spec.operations import operations

if TYPE_CHECKING:
    from gradspec.spec.formats import Format


def through_json(document: Any) -> Any:
    """The document as another program reads it."""
    return json.loads(json.dumps(document, allow_nan=False))


def bits(argument: Any) -> Any:
    """Everything that tells two arguments apart, signs of zeros included."""
    if isinstance(argument, np.ndarray):
        return argument.dtype, argument.shape, argument.tobytes()
    if hasattr(argument, "layers"):
        return [(bits(x.weights), bits(x.bias), x.activation, x.slope) for x in argument.layers], argument.loss
    if isinstance(argument, list):
        return [bits(each) for each in argument]
    return argument


class TestNumbers:
    """Every number of every format comes back as it went."""

    @pytest.mark.parametrize("number_format", FORMATS.values(), ids=FORMATS)
    def test_extreme_numbers_survive(self, number_format: Format) -> None:
        """Infinities, NaN, both zeros, the smallest subnormal and the largest number."""
        largest, smallest = float(number_format.largest), float(number_format.smallest_subnormal)
        values = [math.inf, -math.inf, 0.0, -0.0, smallest, -smallest, largest, 1 / 3]
        array = np.array(values).astype(number_format.dtype).reshape(2, 4)

        back = decoded(through_json(encoded(array)), number_format.dtype)

        assert bits(back) == bits(array)

    def test_nan_stays_nan(self) -> None:
        """NaN has no hex float; its name stands for it."""
        back = decoded(through_json(encoded(np.array([math.nan]))), np.dtype(np.float64))

        assert math.isnan(back[0])

    def test_an_array_without_axes_stays_one(self) -> None:
        """A 0-d array is no list and no float."""
        back = decoded(through_json(encoded(np.array(1.5))), np.dtype(np.float64))

        assert back.shape == ()


class TestCases:
    """A case that is read again is the same case."""

    @pytest.mark.parametrize("operation", operations())
    def test_the_corpus_survives(self, operation: str) -> None:
        """Every case of the corpus of every operation, in two formats."""
        for format_name in ("float64", "bfloat16"):
            for case in corpus(operation, format_name, "ordinary", resolve()):
                back = decoded_case(through_json(encoded_case(case)))

                assert [bits(each) for each in back.arguments] == [bits(each) for each in case.arguments]
                assert dict(back.keywords) == dict(case.keywords)
                assert (back.operation, back.format_name, back.regime) == (operation, format_name, "ordinary")
                assert back.hazards == case.hazards

    def test_an_unknown_operation_is_refused(self) -> None:
        """A report of another specification does not become a case of this one."""
        document = encoded_case(Case("relu", "float64", "ordinary", (np.array([1.0]),)))
        document["operation"] = "no_such_operation"

        with pytest.raises(KeyError):
            decoded_case(document)
