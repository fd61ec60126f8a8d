"""
The specification as data: its clauses, operations, conventions and formats.

The names below are the public ones. ``clauses``, ``conventions`` and ``operations`` are the functions, which
share their names with the modules that define them.
"""

from __future__ import annotations

from .clauses import VERSION as VERSION
from .clauses import Clause as Clause
from .clauses import SpecificationError as SpecificationError
from .clauses import clauses as clauses
from .clauses import specification_digest as specification_digest
from .conventions import Convention as Convention
from .conventions import ConventionError as ConventionError
from .conventions import Conventions as Conventions
from .conventions import Profile as Profile
from .conventions import conventions as conventions
from .conventions import profile as profile
from .conventions import profiles as profiles
from .conventions import resolve as resolve
from .erratum import Erratum as Erratum
from .erratum import errata as errata
from .formats import BFLOAT16 as BFLOAT16
from .formats import FLOAT16 as FLOAT16
from .formats import FLOAT32 as FLOAT32
from .formats import FLOAT64 as FLOAT64
from .formats import FORMATS as FORMATS
from .formats import Format as Format
from .network import Layer as Layer
from .network import Network as Network
from .operations import Argument as Argument
from .operations import Operation as Operation
from .operations import Result as Result
from .operations import operations as operations
from .tables import TableError as TableError
from .tracing import Item as Item
from .tracing import items as items
