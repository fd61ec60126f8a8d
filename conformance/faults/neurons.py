"""Faults of neurons and of layers with their activation: lost biases, masks over the whole batch, turned signs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .fault import Collection, Kind, is_square

if TYPE_CHECKING:
    from .fault import Array, Faulty

COLLECTION = Collection()
fault = COLLECTION.fault


def _sloped(activation: str, slope: float) -> dict[str, Any]:
    return {"slope": slope} if activation == "leaky_relu" else {}


@fault("linear_model", breaks="linear_model.value")
def linear_model_has_its_bias_last(target: Faulty, w: Array, x: Array) -> Array:
    """The constant input 1 stands behind the features, so that the last weight is the bias."""
    return target.right.linear_model(np.roll(w, 1), x)


@fault("perceptron", breaks="perceptron.value", causes=("fixed parameter",))
def perceptron_has_no_threshold(target: Faulty, x: Array, w: Array, b: float, threshold: float = 0.0) -> Array:
    """The step is Heaviside's, at 0, whatever the threshold."""
    del threshold
    return target.right.perceptron(x, w, b, threshold=0.0)


@fault("perceptron", breaks="perceptron.value", kind=Kind.CONVENTION, causes=("convention step_at_threshold",))
def perceptron_rests_at_its_threshold(target: Faulty, x: Array, w: Array, b: float, threshold: float = 0.0) -> Array:
    """The value at the threshold is 0, where the convention says 1."""
    del target
    return np.asarray(w @ x + b > threshold).astype(w.dtype)


@fault("perceptron", breaks="perceptron.value", causes=("sign of an argument",))
def perceptron_adds_its_threshold(target: Faulty, x: Array, w: Array, b: float, threshold: float = 0.0) -> Array:
    """The threshold is folded into the bias with the wrong sign."""
    return target.right.perceptron(x, w, b, threshold=-threshold)


@fault("neuron", breaks="neuron.value")
def neuron_adds_its_bias_to_each_product(
    target: Faulty, x: Array, w: Array, b: float, activation: str, slope: float = 0.01
) -> Array:
    """The bias stands inside of the sum, and is added once for each weight."""
    return target.right.neuron(x, w, b * len(w), activation, **_sloped(activation, slope))


@fault("neuron", breaks="neuron.value")
def neuron_stops_at_its_weighted_sum(
    target: Faulty, x: Array, w: Array, b: float, activation: str, slope: float = 0.01
) -> Array:
    """The weighted sum is taken for the activation of a relu."""
    name = "identity" if activation == "relu" else activation
    return target.right.neuron(x, w, b, name, **_sloped(name, slope))


@fault("neuron_gradients", breaks="neuron.gradients")
def neuron_gradient_by_the_value(
    target: Faulty, x: Array, w: Array, b: float, activation: str, slope: float = 0.01
) -> Any:
    """An active relu has the slope z, which is its value."""
    dw, db = target.right.neuron_gradients(x, w, b, activation, **_sloped(activation, slope))
    value = target.right.neuron(x, w, b, "relu") if activation == "relu" else w.dtype.type(1)
    return dw * value, db * value


@fault("neuron_gradients", breaks="neuron.gradients")
def neuron_bias_gradient_is_one(
    target: Faulty, x: Array, w: Array, b: float, activation: str, slope: float = 0.01
) -> Any:
    """The derivative by the bias is dz/db = 1, without that of the activation."""
    dw, db = target.right.neuron_gradients(x, w, b, activation, **_sloped(activation, slope))
    return dw, np.ones_like(db)


@fault("neuron_gradients", breaks="neuron.gradients", causes=("swapped arguments",))
def neuron_gradient_is_of_the_input(
    target: Faulty, x: Array, w: Array, b: float, activation: str, slope: float = 0.01
) -> Any:
    """The derivative with respect to the input, g'(z) w, is returned for that with respect to the weights."""
    _, db = target.right.neuron_gradients(x, w, b, activation, **_sloped(activation, slope))
    return db * w, db


@fault("neuron_chain", breaks="neuron.chain", causes=("swapped arguments",))
def neuron_chain_has_the_weights_on_its_diagonal(
    target: Faulty, x: Array, w: Array, b: float, activation: str, slope: float = 0.01
) -> Any:
    """The derivative of w * x by w is diag(w)."""
    *before, _ = target.right.neuron_chain(x, w, b, activation, **_sloped(activation, slope))
    return *before, np.diag(w)


@fault("neuron_chain", breaks="neuron.chain", causes=("factor 1/n",))
def neuron_chain_averages(target: Faulty, x: Array, w: Array, b: float, activation: str, slope: float = 0.01) -> Any:
    """The sum of the products is differentiated like their mean."""
    dadz, dzdS, dSdH, dHdw = target.right.neuron_chain(x, w, b, activation, **_sloped(activation, slope))
    return dadz, dzdS, dSdH / x.dtype.type(len(x)), dHdw


@fault("neuron_cost", breaks="neuron.cost")
def neuron_cost_of_the_error_terms(
    target: Faulty, X: Array, y: Array, w: Array, b: float, activation: str, slope: float = 0.01
) -> Array:
    """The error of an inactive relu is taken to be z - y, as if its output were z."""
    name = "identity" if activation == "relu" else activation
    return target.right.neuron_cost(X, y, w, b, name, **_sloped(name, slope))


@fault("neuron_cost", breaks="neuron.cost", causes=("one sample for all",))
def neuron_cost_of_the_last_sample(
    target: Faulty, X: Array, y: Array, w: Array, b: float, activation: str, slope: float = 0.01
) -> Array:
    """The terms of the sum have no index, and are all that of the last sample."""
    return target.right.neuron_cost(X[:, -1:], y[-1:], w, b, activation, **_sloped(activation, slope))


@fault(
    "neuron_cost",
    breaks="neuron.cost",
    kind=Kind.CONVENTION,
    causes=(
        "convention squared_error",
        "factor 2",
    ),
)
def neuron_cost_without_the_half(
    target: Faulty, X: Array, y: Array, w: Array, b: float, activation: str, slope: float = 0.01
) -> Array:
    """It is the mean of the squares, where half of that is declared."""
    return 2 * target.right.neuron_cost(X, y, w, b, activation, **_sloped(activation, slope))


@fault("neuron_cost_gradients", breaks="neuron.cost_gradients")
def neuron_mask_is_one_for_the_whole_batch(
    target: Faulty, X: Array, y: Array, w: Array, b: float, activation: str, slope: float = 0.01
) -> Any:
    """The cases of relu stand in front of the sum: no sample counts, or all do if the first one is active."""
    if activation != "relu":
        return target.right.neuron_cost_gradients(X, y, w, b, activation, **_sloped(activation, slope))
    dw, db = target.right.neuron_cost_gradients(X, y, w, b, "identity")
    is_active = target.right.neuron(X[:, 0], w, b, "relu") > 0
    return dw * is_active, db * is_active


@fault("neuron_cost_gradients", breaks="neuron.cost_gradients", causes=("sign",))
def neuron_bias_gradient_is_turned(
    target: Faulty, X: Array, y: Array, w: Array, b: float, activation: str, slope: float = 0.01
) -> Any:
    """The factor dv/db = -g' is applied to the bias gradient twice."""
    dw, db = target.right.neuron_cost_gradients(X, y, w, b, activation, **_sloped(activation, slope))
    return dw, -db


@fault("neuron_cost_gradients", breaks="neuron.cost_gradients")
def neuron_gradient_is_averaged_over_the_active(
    target: Faulty, X: Array, y: Array, w: Array, b: float, activation: str, slope: float = 0.01
) -> Any:
    """The sums over the active samples of a relu are divided by their number, not by that of all."""
    dw, db = target.right.neuron_cost_gradients(X, y, w, b, activation, **_sloped(activation, slope))
    if activation != "relu":
        return dw, db
    active = sum(target.right.neuron_gradients(sample, w, b, "relu")[1] for sample in X.T)
    share = w.dtype.type(len(y)) / max(active, w.dtype.type(1))
    return dw * share, db * share


@fault("neuron_cost_gradients", breaks="neuron.cost_gradients", kind=Kind.CONVENTION, causes=("factor N",))
def neuron_gradient_is_summed(
    target: Faulty, X: Array, y: Array, w: Array, b: float, activation: str, slope: float = 0.01
) -> Any:
    """The factor 1/N is lost from the weight gradient, where the mean is declared."""
    dw, db = target.right.neuron_cost_gradients(X, y, w, b, activation, **_sloped(activation, slope))
    return dw * w.dtype.type(len(y)), db


@fault("neuron_cost_gradients", breaks="neuron.cost_gradients")
def neuron_gradient_has_one_input_for_all(
    target: Faulty, X: Array, y: Array, w: Array, b: float, activation: str, slope: float = 0.01
) -> Any:
    """The features of the gradient have no index: each error is multiplied by those of the first sample."""
    _, db = target.right.neuron_cost_gradients(X, y, w, b, activation, **_sloped(activation, slope))
    return db * X[:, 0], db


@fault("layer", breaks="layer.value", causes=("transposed argument",))
def layer_is_transposed_when_square(
    target: Faulty, x: Array, W: Array, b: Array, activation: str, slope: float = 0.01
) -> Array:
    """A square layer is W^T x + b, as if its matrix were the weight vector of one neuron."""
    return target.right.layer(x, W.T if is_square(W) else W, b, activation, **_sloped(activation, slope))


@fault("layer", breaks="layer.value")
def layer_shares_one_bias(target: Faulty, x: Array, W: Array, b: Array, activation: str, slope: float = 0.01) -> Array:
    """Every neuron of the layer has the bias of the first."""
    return target.right.layer(x, W, np.full_like(b, b[0]), activation, **_sloped(activation, slope))


@fault("layer_gradients", breaks="layer.gradients")
def layer_gradient_by_the_value(
    target: Faulty, x: Array, W: Array, b: Array, activation: str, upstream: Array, slope: float = 0.01
) -> Any:
    """The weight gradient has the activation in the place of its upstream gradient."""
    given = _sloped(activation, slope)
    dx, _, db = target.right.layer_gradients(x, W, b, activation, upstream, **given)
    value = target.right.layer(x, W, b, activation, **given)
    return dx, target.right.layer_gradients(x, W, b, activation, value, **given)[1], db


@fault("layer_gradients", breaks="layer.gradients", regime="ordinary", causes=("derivative at a",))
def layer_gradient_at_the_activation(
    target: Faulty, x: Array, W: Array, b: Array, activation: str, upstream: Array, slope: float = 0.01
) -> Any:
    """The derivative of a sigmoid or tanh is taken at a instead of z."""
    if activation not in {"sigmoid", "tanh"}:
        return target.right.layer_gradients(x, W, b, activation, upstream, **_sloped(activation, slope))
    local = getattr(target.right, f"{activation}_derivative")(target.right.layer(x, W, b, activation))
    return target.right.dense_gradients(x, W, b, upstream * local)


@fault("layer_gradients", breaks="layer.gradients")
def layer_indicator_leaves_out_one(
    target: Faulty, x: Array, W: Array, b: Array, activation: str, upstream: Array, slope: float = 0.01
) -> Any:
    """The indicator of a relu is that of the numbers from 0 on without 1, where those without 0 are meant."""
    dx, dW, db = target.right.layer_gradients(x, W, b, activation, upstream, **_sloped(activation, slope))
    if activation != "relu":
        return dx, dW, db
    z = target.right.layer(x, W, b, "identity")
    return target.right.dense_gradients(x, W, b, upstream * ((z >= 0) & (z != 1)))


@fault("layer_gradients", breaks="layer.gradients")
def layer_bias_gradient_is_the_upstream(
    target: Faulty, x: Array, W: Array, b: Array, activation: str, upstream: Array, slope: float = 0.01
) -> Any:
    """The gradient of the bias is that of the activation, as if there were none between."""
    dx, dW, _ = target.right.layer_gradients(x, W, b, activation, upstream, **_sloped(activation, slope))
    return dx, dW, upstream.copy()


@fault("compose_affine", breaks="affine.composition")
def composition_adds_the_biases(target: Faulty, W1: Array, b1: Array, W2: Array, b2: Array) -> Any:
    """The first bias does not pass through the second layer where both are of one length."""
    W, b = target.right.compose_affine(W1, b1, W2, b2)
    return W, b1 + b2 if b1.shape == b2.shape else b


@fault("compose_affine", breaks="affine.composition")
def composition_in_the_wrong_order(target: Faulty, W1: Array, b1: Array, W2: Array, b2: Array) -> Any:
    """Square weights are multiplied as W1 W2."""
    W, b = target.right.compose_affine(W1, b1, W2, b2)
    return W1 @ W2 if is_square(W1) and W1.shape == W2.shape else W, b
