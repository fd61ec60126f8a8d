"""
autograd over NumPy: values from ``autograd.numpy`` and ``autograd.scipy.special``, every derivative from its tracing.

=====================================  ======================================================================
operation                              answered by
=====================================  ======================================================================
identity                               the array itself
relu                                   ``autograd.numpy.maximum(z, 0)``, whose derivative at 0 is 1/2
leaky_relu                             ``autograd.numpy.where(z > 0, z, slope * z)``
sigmoid, tanh                          ``autograd.scipy.special.expit``, ``autograd.numpy.tanh``
heaviside                              ``autograd.numpy.heaviside(z - threshold, 1)``; autograd has no rule
                                       for it, so its derivative is that of ``where(z >= threshold, 1, 0)``
``<name>_derivative``                  ``autograd.elementwise_grad`` of the value
``<name>_vjp``                         ``autograd.make_vjp`` of the value, at ``upstream``
log_softmax, softmax                   ``z - autograd.scipy.special.logsumexp(z)``, and ``exp`` of that
softmax_jacobian                       ``autograd.jacobian``
squared_error                          ``autograd.numpy.square(o - y)``, the mean over the entries
binary_cross_entropy                   ``y log o + (1 - y) log1p(-o)``, likewise
categorical_cross_entropy              ``y log o``, the sum over the entries
sigmoid_cross_entropy                  ``autograd.numpy.logaddexp`` of 0 and ``z``, of 0 and ``-z``
softmax_cross_entropy                  ``z - logsumexp(z)``
``<loss>_gradient``, ``<loss>_delta``  ``autograd.grad`` of the loss
dense, dense_batch                     ``autograd.numpy.dot(x, W) + b``
their Jacobians and gradients          ``autograd.jacobian`` and ``autograd.make_vjp`` of it
backpropagate_delta                    ``autograd.make_vjp`` of ``z -> dot(g(z), W_next)``
network_forward, network_cost          these functions composed, cross-entropies from the logits
network_gradients                      ``autograd.grad`` of the cost by lists of weights and biases
output Jacobians                       ``autograd.jacobian`` of the forward pass
gradient_descent_step                  ``autograd.misc.optimizers.sgd`` without momentum
gradient_vector                        ``autograd.misc.flatten``
=====================================  ======================================================================

autograd has no activations, losses or layers of its own; these are composed as its examples compose them. A loss is the
mean over the entries of a sample, but a categorical one their sum. There is no bfloat16: a sum of such an array is a
scalar that autograd does not trace.

An answer is returned in the type that autograd gives it. For many a gradient of a float32 function that is float64,
against the docstring of ``autograd.grad`` ("The gradient has the same type as the argument"): the rules of ``mean``,
``maximum`` and ``where`` multiply or fill with float64 numbers, and ``expit`` of float16 is float64 in SciPy.
:class:`AutogradCast` casts every answer back, as a user has to, so that the digits can be judged apart from the types.
"""

from __future__ import annotations

from .target import Autograd as Autograd
from .target import AutogradCast as AutogradCast
