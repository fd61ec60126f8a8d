"""
JAX on its default device: values from its own functions, derivatives from its autodiff.

=====================================  =======================================================================
operation                              answered by
=====================================  =======================================================================
identity, relu, leaky_relu             ``jax.nn.identity``, ``jax.nn.relu``, ``jax.nn.leaky_relu``
sigmoid, tanh                          ``jax.nn.sigmoid``, ``jax.numpy.tanh``
heaviside                              ``jax.numpy.heaviside(z - threshold, 1)``, and 0 below the threshold,
                                       where the difference of two numbers may be flushed to zero
``<name>_derivative``, ``<name>_vjp``  ``jax.vjp`` of the value, at ones or at ``upstream``
softmax, log_softmax                   ``jax.nn.softmax``, ``jax.nn.log_softmax``
softmax_jacobian                       ``jax.jacrev``
squared_error                          ``jax.numpy.square(o - y)``, the mean over the entries
binary_cross_entropy                   ``jax.scipy.special.xlogy(y, o)`` and ``xlog1py(1 - y, -o)``
categorical_cross_entropy              ``jax.scipy.special.xlogy(y, o)``
sigmoid_cross_entropy                  ``jax.nn.log_sigmoid`` of ``z`` and of ``-z``
softmax_cross_entropy                  ``jax.nn.log_softmax``
``<loss>_gradient``, ``<loss>_delta``  ``jax.grad`` of the loss
dense, dense_batch                     ``x @ W + b`` of ``jax.numpy``
their Jacobians and gradients          ``jax.jacrev`` and ``jax.vjp`` of it
backpropagate_delta                    ``jax.vjp`` of ``z -> g(z) @ W_next``
network_forward, network_cost          these functions composed, cross-entropies from the logits
network_gradients                      ``jax.grad`` of the cost
output Jacobians                       ``jax.jacrev`` of the forward pass
gradient_descent_step                  ``W - rate * dW`` of ``jax.numpy``
=====================================  =======================================================================

``Jax`` runs this step by step, with 64-bit numbers (x64); ``JaxJitted`` compiles every operation as a whole
by ``jax.jit``, in which names, numbers of layers and the slopes of a network are static; ``JaxSingle`` is
JAX as it is imported, without 64-bit numbers, hence without float64. The setting holds for the call
alone (``jax.enable_x64``), so that all three can be examined in one process.

A loss is the mean over the entries of a sample, but a categorical one their sum.
JAX has no loss functions of its own; these are composed as its ecosystem composes them.
"""

from __future__ import annotations

from .target import Jax as Jax
from .target import JaxJitted as JaxJitted
from .target import JaxSingle as JaxSingle
