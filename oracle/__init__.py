"""The oracle: every proposition of the specification, computed to any precision in five arithmetics."""

from . import activations as activations
from . import backpropagation as backpropagation
from . import calculus as calculus
from . import cost as cost
from . import layers as layers
from . import losses as losses
from . import networks as networks
from . import neurons as neurons
from . import output_jacobians as output_jacobians
from . import tensor_form as tensor_form
from . import training as training
from .evaluating import CertifiedAnswer as CertifiedAnswer
from .evaluating import CertifiedArray as CertifiedArray
from .evaluating import CertifiedNumber as CertifiedNumber
from .evaluating import evaluate as evaluate
from .operands import OperandError as OperandError
from .propositions import PROPOSITIONS as PROPOSITIONS
