"""The operations of the reference, in the chapters of the specification."""

from .activations import Activations as Activations
from .calculus import Calculus as Calculus
from .layers import Layers as Layers
from .losses import Losses as Losses
from .networks import Networks as Networks
from .tensor_form import TensorForm as TensorForm
from .training import Training as Training
