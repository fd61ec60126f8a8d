"""
tinygrad: values from its own functions, every derivative from its own automatic differentiation.

=====================================  ======================================================================
operation                              answered by
=====================================  ======================================================================
identity                               the tensor itself
relu, leaky_relu, sigmoid, tanh        the methods of ``Tensor`` of those names
heaviside                              ``(z >= threshold).where(1, 0)``
``<name>_derivative``, ``<name>_vjp``  ``Tensor.gradient`` of the value, at ones or at ``upstream``
softmax, log_softmax                   ``Tensor.softmax``, ``Tensor.log_softmax``
Jacobians                              ``Tensor.gradient`` at every unit vector, for tinygrad has no Jacobian;
                                       of a layer and its parts, of a batch of equal rows at the identity
squared_error                          ``(o - y).square().mean()``, as in its examples
binary_cross_entropy                   ``Tensor.binary_crossentropy``, the mean over the entries
categorical_cross_entropy              ``-(y * o.log()).sum()``: tinygrad's own starts from logits
sigmoid_cross_entropy                  ``Tensor.binary_crossentropy_logits``, likewise
softmax_cross_entropy                  ``Tensor.cross_entropy``, probabilities as labels
``<loss>_gradient``, ``<loss>_delta``  ``Tensor.gradient`` of the loss
dense, dense_batch                     ``Tensor.linear`` with the transposed weights, as ``nn.Linear`` calls it
network_forward, network_cost          these functions composed, cross-entropies from the logits
network_gradients                      ``Tensor.backward`` of the cost
gradient_descent_step                  ``nn.optim.SGD``
=====================================  ======================================================================

A loss is the mean over the entries of a sample, but a categorical one their sum.

tinygrad compiles its kernels for the CPU with clang, and only with it: ``CC`` names another, and gcc does not take its
arguments. Where there is no clang, its device PYTHON computes them operation by operation, each rounded to its format,
with exp2, log2 and sin of Python in place of the approximations that it compiles for the CPU: a verdict on those needs
a clang.
"""

from __future__ import annotations

from .target import Tinygrad as Tinygrad
