"""One check a clause, in the chapters of the specification."""

from . import activations as activations
from . import calculus as calculus
from . import contract as contract
from . import layers as layers
from . import losses as losses
from . import networks as networks
from . import properties as properties
from . import tensor_form as tensor_form
from . import training as training
from .registry import CHECKS as CHECKS
from .registry import Check as Check
