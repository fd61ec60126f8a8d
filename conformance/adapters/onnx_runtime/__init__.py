"""
ONNX Runtime on its CPU provider: graphs of ONNX operators, run by ``InferenceSession``.

=====================================  ======================================================================
operation                              answered by
=====================================  ======================================================================
identity, relu, sigmoid, tanh          ``Identity``, ``Relu``, ``Sigmoid``, ``Tanh``
leaky_relu                             ``LeakyRelu``; ``PRelu`` in float64, since a slope is a float32 there
softmax, log_softmax                   ``Softmax``, ``LogSoftmax``
softmax_cross_entropy                  ``SoftmaxCrossEntropyLoss``, a class at a time, weighted with its label
sigmoid_cross_entropy                  ``Softplus``; in builds for training the operators of their
                                       ``BCEWithLogitsLoss``, logarithms of a sigmoid
dense, network_forward, neuron         ``Gemm``
squared_error, root_mean_square_error  ``Sub``, ``Pow``, ``ReduceMean``, ``Sqrt``: there is no operator
binary, categorical cross-entropy      ``Log``, ``Mul``, ``Where``: there is no operator
heaviside, indicator, relu_epsilon     comparisons and ``Where``
outer_product and its contraction      ``Einsum``
vector_jacobian_product                ``MatMul`` of a ``Transpose`` and a vector
chain_jacobian                         ``MatMul``
steepest_descent_direction             ``LpNormalization``
steps of descent                       ``Sub`` and ``Mul``
every derivative                       the graph that ``GradientGraphBuilder`` makes of these
=====================================  ======================================================================

Derivatives are there in the builds for training alone, the package ``onnxruntime-training``, and in float32 alone:
the builder seeds every gradient with a float32, and types that differ are refused. Of its own layers it has no
derivative of a step. With ``onnxruntime``, 47 operations are offered, with ``onnxruntime-training`` 118.

bfloat16 is not here: the CPU provider has kernels in it that move numbers, and none that compute. In float16 it puts
casts around most operators, and computes in float32. In float64 there is no ``Softplus``, so that the binary
cross-entropy of logits, and the cost of a network that ends in it, is unsupported in builds for inference.

Batches are in rows and weights by output and input, as PyTorch exports them; a loss is the mean over the entries of a
sample, as in the losses of ``onnxruntime.training.onnxblock``. The operators are those of version 17: the newest with
a leaky relu in float64, and one that the newest build for training, 1.19.2, differentiates.
"""

from __future__ import annotations

from .target import OnnxRuntime as OnnxRuntime
