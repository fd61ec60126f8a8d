"""
PyTorch on the CPU: values from its own functions, every derivative from its own autodiff.

=====================================  ======================================================================
operation                              answered by
=====================================  ======================================================================
identity, relu                         ``torch.nn.Identity``, ``torch.relu``
leaky_relu                             ``torch.nn.functional.leaky_relu``
sigmoid, tanh                          ``torch.sigmoid``, ``torch.tanh``
heaviside                              ``torch.heaviside(z - threshold, 1)``; autograd has no rule for it,
                                       so its derivative is that of ``torch.where(z >= threshold, 1, 0)``
``<name>_derivative``, ``<name>_vjp``  ``torch.autograd.functional.vjp`` of the value, at ones or ``upstream``
softmax, log_softmax                   ``torch.softmax``, ``torch.log_softmax``
softmax_jacobian                       ``torch.autograd.functional.jacobian``
squared_error                          ``torch.nn.functional.mse_loss``, the mean over the entries
binary_cross_entropy                   ``torch.nn.functional.binary_cross_entropy``, likewise
categorical_cross_entropy              ``-torch.xlogy(y, o)``: PyTorch's own starts from logits
sigmoid_cross_entropy                  ``torch.nn.functional.binary_cross_entropy_with_logits``
softmax_cross_entropy                  ``torch.nn.functional.cross_entropy``, probabilities as labels
``<loss>_gradient``, ``<loss>_delta``  ``torch.autograd.functional.vjp`` of the loss
dense, dense_batch                     ``torch.nn.functional.linear``
their Jacobians and gradients          ``torch.autograd.functional.jacobian`` and ``vjp`` of it
backpropagate_delta                    ``torch.autograd.functional.vjp`` of ``z -> linear(g(z), W_next)``
network_forward, network_cost          these functions composed, cross-entropies from the logits
network_gradients                      ``torch.autograd.grad`` of the cost
output Jacobians                       ``torch.autograd.functional.jacobian`` of the forward pass
gradient_descent_step                  ``torch.optim.SGD``
=====================================  ======================================================================

The targets share these operations and differ in their mode, which says how a function is run and
differentiated:

* ``Torch``: eager, derivatives by the backward pass that training runs, as the table says.
* ``TorchFunc``: eager; where the table says ``vjp``, ``torch.func.grad`` if the value is a number and
  nothing comes from upstream, else ``torch.func.vjp``; where it says ``jacobian``, ``torch.func.jacfwd``
  if the value has more entries than the points, else ``torch.func.jacrev``.
* ``TorchCompiled``: each value, and each function that is differentiated, under ``torch.compile`` with
  the default backend, inductor; its gradients by the backward pass that is compiled with it. The steps of
  ``torch.optim.SGD`` are not compiled. inductor needs a C++ compiler, and seconds for each graph.
* ``TorchTraced``: likewise with the backend ``aot_eager``, which traces and does not generate code. It
  has no name of its own: ``gradspec.conformance.adapters.pytorch:TorchTraced``.

``torch.func`` decomposes some losses and answers otherwise than the backward pass: in PyTorch 2.13, for
``binary_cross_entropy_with_logits`` at a logit of -8 and the label 0 in float64, ``grad`` and ``vjp`` are
2,850 unit roundoffs off where the backward pass is right.

A loss is the mean over the entries of a sample, but a categorical one their sum: PyTorch's defaults.
"""

from __future__ import annotations

from .target import Torch as Torch
from .target import TorchCompiled as TorchCompiled
from .target import TorchFunc as TorchFunc
from .target import TorchTraced as TorchTraced
