"""
What a formula may ask of the arithmetic it runs in.

Every proposition is written once, as a function whose first argument is an arithmetic. Numbers combine by Python's
operators; what operators cannot say (functions, sums whose order must not matter, kinks) is asked of the arithmetic:

* the high-precision arithmetic computes with mpmath numbers;
* the ball arithmetic with FLINT balls, so that every value is an enclosure;
* the rational arithmetic with fractions, and refuses what is not rational;
* the dual arithmetic carries a tangent, so that a forward definition yields its derivative;
* the rounding arithmetic carries what any admissible evaluation in a given format may have computed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from ...spec.conventions import Conventions
    from .arrays import Array, Number
    from .shifted import Shifted


class Formula(Protocol):
    """One form of a proposition: a function of an arithmetic and of the arguments of its operation."""

    def __call__(self, arithmetic: Arithmetic, /, *arguments: Any, **keywords: Any) -> Any:  # noqa: ANN401
        """The value of the form, in numbers of ``arithmetic``."""
        ...


class Arithmetic(Protocol):
    """A way to compute: the numbers, and what is asked of them beyond operators."""

    @property
    def conventions(self) -> Conventions:
        """The convention values under which formulas are read."""
        ...

    def number(self, value: object) -> Number:
        """``value``, a float, NumPy scalar, int or fraction, exactly."""
        ...

    def choose(self, forms: dict[str, Formula], arguments: tuple[Any, ...], keywords: dict[str, Any]) -> Any:  # noqa: ANN401
        """The value of a proposition: of the form, or the hull of the forms, that this arithmetic evaluates."""
        ...

    def exp(self, x: Array) -> Array:
        """Exponential of every entry."""
        ...

    def log(self, x: Array) -> Array:
        """Natural logarithm of every entry."""
        ...

    def log1p(self, x: Array) -> Array:
        """Natural logarithm of 1 + x, of every entry."""
        ...

    def tanh(self, x: Array) -> Array:
        """Hyperbolic tangent of every entry."""
        ...

    def sin(self, x: Array) -> Array:
        """Sine of every entry."""
        ...

    def cos(self, x: Array) -> Array:
        """Cosine of every entry."""
        ...

    def sqrt(self, x: Array) -> Array:
        """Square root of every entry, none of which is negative."""
        ...

    def relu(self, x: Array) -> Array:
        """max(0, x) of every entry."""
        ...

    def join(self, z: Array, below: Array, above: Array) -> Array:
        """``below`` where z < 0, ``above`` where z >= 0: a function continuous at 0."""
        ...

    def branch(self, z: Array, below: Number, at: Number, above: Number) -> Array:
        """``below`` where z < 0, ``at`` where z = 0, ``above`` where z > 0: a function with a jump."""
        ...

    def shifted(self, z: Array) -> Shifted:
        """Z, shape ``(m,)``, minus its largest entry, a constant that cancels in every formula that uses it."""
        ...

    def sum(self, terms: Array, over: tuple[int, ...] = ()) -> Number:
        """Sum of all entries, whatever the order, divided by the numbers ``over``, each at whatever place."""
        ...

    def matmul(self, a: Array, b: Array, over: tuple[int, ...] = ()) -> Array:
        """Matrix product, shapes ``(m, n)`` and ``(n, k)`` or ``(n,)``, divided by the numbers ``over``."""
        ...

    def affine(self, weights: Array, x: Array, bias: Array) -> Array:
        """W x + b with b as one more term of each sum; x of shape ``(n,)`` or ``(n, N)``."""
        ...

    def mean(self, x: Array, count: int) -> Array:
        """X / count, where an evaluation may place the factor anywhere."""
        ...
