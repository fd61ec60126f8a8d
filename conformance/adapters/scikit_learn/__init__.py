"""
scikit-learn: the internals of ``MLPClassifier`` and ``MLPRegressor``, and parts of its linear models.

=============================================  =================================================================
operation                                      answered by
=============================================  =================================================================
identity, relu, sigmoid, tanh, softmax         ``ACTIVATIONS`` of ``sklearn.neural_network._base``
``<name>_derivative``, ``<name>_vjp``, gamma   ``DERIVATIVES``, which take the activated value
log_softmax                                    ``MLPClassifier.predict_log_proba`` without any layer
heaviside, indicator                           ``sklearn.preprocessing.binarize``
squared_error, the cross-entropies             ``LOSS_FUNCTIONS``
squared_error_gradient, squared_error_delta    ``sklearn._loss.HalfSquaredError``
sigmoid_cross_entropy and its delta            ``sklearn._loss.HalfBinomialLoss``, that of linear classifiers
softmax_cross_entropy and its delta            ``sklearn._loss.HalfMultinomialLoss``, a class at a time
root_mean_square_error                         ``sklearn.metrics.root_mean_squared_error``
dense, layer, neuron                           ``_forward_pass`` of a perceptron without hidden layers
their gradients and Jacobians                  ``_compute_loss_grad`` and ``safe_sparse_dot``
linear_model, linear_regression_forward        ``LinearRegression.predict``
perceptron                                     ``Perceptron.decision_function`` and ``binarize``
network_forward, network_trace                 ``_forward_pass``
network_cost, gradients, deltas                ``_backprop``, with ``alpha = 0``
linear_regression_backward                     ``_backprop`` of a perceptron without hidden layers
steps and descent                              ``SGDOptimizer`` without momentum
steepest_descent_direction                     ``sklearn.preprocessing.normalize``
chain_jacobian, vector_jacobian_product        ``safe_sparse_dot``
=============================================  =================================================================

A perceptron has one activation in all its hidden layers, and trains on each loss with one output: half the squared
error of the identity, binary cross-entropy of the logistic, categorical cross-entropy of the softmax. Other networks
are unsupported, and so is leaky relu. Not offered is what needs a derivative that scikit-learn has not: of the softmax,
of the cross-entropies by a probability, of an output by the parameters, since ``_backprop`` starts from labels and not
from an upstream gradient; nor the calculus of chapter 3, since there is no automatic differentiation.

The conventions are those of its gradients. The squared error that it reports is the mean over the outputs, but its
gradient is that of the sum: of more than one output, cost and gradient contradict one another.

float16 is not here: ``fit`` turns it into float64.
"""

from __future__ import annotations

from .target import ScikitLearn as ScikitLearn
