"""The five arithmetics in which one formula is evaluated."""

from .allowances import MUST as MUST
from .allowances import SHOULD as SHOULD
from .arrays import Array as Array
from .arrays import Number as Number
from .ball import Ball as Ball
from .ball import UnresolvedError as UnresolvedError
from .dual import Dual as Dual
from .dual import DualArithmetic as DualArithmetic
from .dual import KinkError as KinkError
from .high_precision import HighPrecision as HighPrecision
from .protocol import Arithmetic as Arithmetic
from .protocol import Formula as Formula
from .rational import IrrationalError as IrrationalError
from .rational import Rational as Rational
from .rounded import Rounded as Rounded
from .rounding import Rounding as Rounding
