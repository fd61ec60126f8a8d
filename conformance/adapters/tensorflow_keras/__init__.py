"""
TensorFlow on the CPU and Keras 3 on top of it, both eager: every derivative is the gradient tape's.

=====================================  =============================================  =================================
operation                              ``tensorflow``                                 ``keras``
=====================================  =============================================  =================================
identity                               ``tf.identity``                                ``keras.activations.linear``
relu, leaky_relu, sigmoid, tanh        ``tf.nn``                                      ``keras.activations``
heaviside                              ``tf.experimental.numpy.heaviside``            ``keras.ops.heaviside``
``<name>_derivative``, ``<name>_vjp``  ``GradientTape.gradient`` of the value         likewise
softmax, log_softmax                   ``tf.nn``                                      ``keras.activations``
Jacobians                              ``GradientTape.gradient``, entry by entry      likewise
squared_error                          ``tf.math.squared_difference``, the mean       ``mean_squared_error``
binary_cross_entropy                   ``tf.math.xlogy`` and ``tf.math.xlog1py``      ``binary_crossentropy``
categorical_cross_entropy              ``tf.math.xlogy``                              ``categorical_crossentropy``
sigmoid_cross_entropy                  ``tf.nn.sigmoid_cross_entropy_with_logits``    the same with ``from_logits``
softmax_cross_entropy                  ``tf.nn.softmax_cross_entropy_with_logits``    the same with ``from_logits``
``<loss>_gradient``, ``<loss>_delta``  ``GradientTape.gradient`` of the loss          likewise
dense, dense_batch                     ``tf.matmul`` and ``tf.nn.bias_add``           ``keras.layers.Dense``
mean over the samples                  ``tf.reduce_mean``                             ``keras.losses.Loss``
network_forward, network_cost          these composed, cross-entropies from logits    likewise
gradient_descent_step                  ``tf.raw_ops.ResourceApplyGradientDescent``    ``keras.optimizers.SGD``
calculus, listings, stacks of samples  ``tf.math``, ``tf.linalg`` and operators       ``keras.ops`` and operators
=====================================  =============================================  =================================

The losses of the second column are those of ``keras.losses``. Behind a layer with ``activation="sigmoid"`` or
``"softmax"`` a loss of Keras takes the logits that the activation has left on its tensor, so that the cross-entropies
of networks are from the logits here as there. A prediction that comes without logits is clipped to 1e-7 ... 1 - 1e-7,
in every format.

A row of a Jacobian is ``GradientTape.gradient`` at an upstream gradient that is one there and zero elsewhere.
``GradientTape.jacobian`` does that too, vectorises the rows and traces a graph for every call: thirty times as long for
the softmax of six entries, and the same answer.

In a ``tf.function`` the same kernels run, but Grappler may fold constants and rewrite the arithmetic around them; with
``jit_compile=True`` XLA replaces the kernels by its own, fuses them, and may keep what is between them in float32 where
the format is a half. Neither is examined here.

oneDNN is left as it is: on, where TensorFlow was built with it. It computes some kernels of float32 and bfloat16, among
them the softmax; ``TF_ENABLE_ONEDNN_OPTS=0`` in the environment puts TensorFlow's own in their place.

Kernels of float64, float32 and bfloat16 treat subnormal numbers as zero, because TensorFlow sets the processor to it.
"""

from __future__ import annotations

from . import environment as environment
from .targets import Keras as Keras
from .targets import TensorFlow as TensorFlow
