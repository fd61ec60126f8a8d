/*
 * A target in JavaScript: dense networks and their gradients, over JSON Lines (clause conformance.process).
 *
 *     node target.js            right
 *     node target.js faulty     backpropagation takes the derivative of an activation at a instead of at z
 *
 * Numbers of JavaScript are float64. For float32 every operation is rounded by Math.fround, which gives what float32
 * hardware gives: float64 has more than twice the digits. Batches have one sample a row, weights one row an input.
 */
"use strict";

const isFaulty = process.argv[2] === "faulty";

// Values in JSON: JSON.stringify would write NaN as null and -0 as 0.

const SPECIAL = { NaN: NaN, Infinity: Infinity, "-Infinity": -Infinity };

const read = (value) => (Array.isArray(value) ? value.map(read) : typeof value === "string" ? SPECIAL[value] : value);

function written(value) {
  if (Array.isArray(value)) return `[${value.map(written).join(", ")}]`;
  if (Object.is(value, -0)) return "-0.0";
  return Number.isFinite(value) ? String(value) : `"${value}"`;
}

class Unsupported extends Error {}

/* The operations, where `f` rounds a number to the format. */
function operationsIn(f) {
  const exp = (x) => f(Math.exp(x));
  const add = (x, y) => f(x + y);
  const multiply = (x, y) => f(x * y);
  const divide = (x, y) => f(x / y);
  const sum = (terms) => terms.reduce(add, 0);
  const dot = (x, y) => sum(x.map((each, i) => multiply(each, y[i])));
  const transposed = (M) => M[0].map((_, j) => M.map((row) => row[j]));
  const sumOfOthers = (terms, i) => sum(terms.filter((_, j) => j !== i));

  // Activations, in the forms that keep their digits.

  const sigmoid = (z) => {
    const e = exp(-Math.abs(z));
    return divide(z < 0 ? e : 1, add(1, e));
  };

  const overSquare = (numerator, e) => divide(numerator, multiply(add(1, e), add(1, e)));

  const activations = {
    identity: { value: (z) => z, derivative: (z) => (Number.isNaN(z) ? z : 1) },
    relu: { value: (z) => (z > 0 || Number.isNaN(z) ? z : 0), derivative: (z) => (z > 0 ? 1 : 0) },
    leaky_relu: {
      value: (z, slope) => (z < 0 ? multiply(slope, z) : z),
      derivative: (z, slope) => (z > 0 ? 1 : slope),
    },
    sigmoid: {
      value: sigmoid,
      derivative: (z) => {
        const e = exp(-Math.abs(z));
        return overSquare(e, e);
      },
    },
    tanh: {
      value: (z) => f(Math.tanh(z)),
      derivative: (z) => {
        const e = exp(-2 * Math.abs(z));
        return overSquare(4 * e, e);
      },
    },
  };

  function activationOf(name) {
    if (!(name in activations)) throw new Unsupported(`no elementwise activation ${name}`);
    return activations[name];
  }

  const each = (compute, z, ...more) =>
    Array.isArray(z) ? z.map((part, i) => each(compute, part, ...more.map((other) => other[i]))) : compute(z, ...more);

  const slopeOf = (keywords) => keywords.slope ?? f(0.01);

  const elementwise = Object.entries(activations).flatMap(([name, { value, derivative }]) => [
    [name, ([z], keywords) => each((x) => value(x, slopeOf(keywords)), z)],
    [`${name}_derivative`, ([z], keywords) => each((x) => derivative(x, slopeOf(keywords)), z)],
    [
      `${name}_vjp`,
      ([z, upstream], keywords) => each((x, u) => multiply(u, derivative(x, slopeOf(keywords))), z, upstream),
    ],
  ]);

  // Softmax, shifted by the largest entry; everything is NaN where that is not finite.

  const shifted = (z) => {
    const largest = Math.max(...z); // NaN if an entry is
    return z.map((x) => (Number.isFinite(largest) ? add(x, -largest) : NaN));
  };

  const softmax = (z) => {
    const terms = shifted(z).map(exp);
    return terms.map((e) => divide(e, sum(terms)));
  };

  const logSoftmax = (z) => {
    const d = shifted(z);
    return d.map((x) => add(x, -f(Math.log(sum(d.map(exp))))));
  };

  const softmaxJacobian = (z) => {
    const s = softmax(z);
    return s.map((x, i) => s.map((y, j) => (i === j ? multiply(x, sumOfOthers(s, i)) : -multiply(x, y))));
  };

  // (sum y) S - y, as S_i sum_(j != i) y_j - y_i sum_(j != i) S_j, where nothing cancels.
  const softmaxDelta = (z, y) => {
    const s = softmax(z);
    return s.map((x, i) => add(multiply(x, sumOfOthers(y, i)), -multiply(y[i], sumOfOthers(s, i))));
  };

  const sigmoidDelta = (z, y) =>
    z.map((x, i) => add(multiply(add(1, -y[i]), sigmoid(x)), -multiply(y[i], sigmoid(-x))));

  // Layers. W is [n, m]: a column holds the weights of one output.

  const dense = (x, W, b) => transposed(W).map((weights, i) => add(dot(weights, x), b[i]));
  const outer = (x, delta) => x.map((a) => delta.map((d) => multiply(a, d)));

  // Networks, one sample at a time: pre-activations and activations of every layer.

  function forward(network, x) {
    const trace = [];
    for (const { weights, bias, activation, slope } of network.layers) {
      const z = dense(trace.length > 0 ? trace.at(-1).a : x, weights, bias);
      const a = activation === "softmax" ? softmax(z) : z.map((each) => activationOf(activation).value(each, slope));
      trace.push({ z, a });
    }
    return trace;
  }

  const throughActivation = ({ activation, slope }, { z, a }, upstream) =>
    (isFaulty ? a : z).map((each, i) => multiply(upstream[i], activationOf(activation).derivative(each, slope)));

  function lastDelta(network, { z, a }, y) {
    const last = network.layers.at(-1);
    const output = { binary_cross_entropy: "sigmoid", categorical_cross_entropy: "softmax" }[network.loss];
    if (output !== undefined ? last.activation !== output : network.loss !== "squared_error")
      throw new Unsupported(`no loss ${network.loss} on ${last.activation}`);
    if (output === "sigmoid") return sigmoidDelta(z, y);
    if (output === "softmax") return softmaxDelta(z, y);
    return throughActivation(last, { z, a: z }, a.map((each, i) => multiply(2, add(each, -y[i]))));
  }

  function sampleGradients(network, x, y) {
    const trace = forward(network, x);
    const gradients = [];
    let delta = lastDelta(network, trace.at(-1), y);
    for (let layer = network.layers.length - 1; layer >= 0; layer--) {
      gradients.unshift({ dW: outer(layer > 0 ? trace[layer - 1].a : x, delta), db: delta });
      if (layer > 0) {
        const upstream = network.layers[layer].weights.map((weights) => dot(weights, delta));
        delta = throughActivation(network.layers[layer - 1], trace[layer - 1], upstream);
      }
    }
    return gradients;
  }

  const mean = (samples) => each((...values) => divide(sum(values), values.length), ...samples);

  function networkGradients(network, X, Y) {
    const samples = X.map((x, k) => sampleGradients(network, x, Y[k]));
    return ["dW", "db"].map((part) => network.layers.map((_, l) => mean(samples.map((layers) => layers[l][part]))));
  }

  return Object.fromEntries([
    ...elementwise,
    ["softmax", ([z]) => softmax(z)],
    ["log_softmax", ([z]) => logSoftmax(z)],
    ["softmax_jacobian", ([z]) => softmaxJacobian(z)],
    ["softmax_batch", ([Z]) => Z.map(softmax)],
    ["squared_error", ([o, y]) => sum(o.map((x, i) => multiply(add(x, -y[i]), add(x, -y[i]))))],
    ["squared_error_gradient", ([o, y]) => o.map((x, i) => multiply(2, add(x, -y[i])))],
    ["sigmoid_cross_entropy_delta", ([z, y]) => sigmoidDelta(z, y)],
    ["softmax_cross_entropy_delta", ([z, y]) => softmaxDelta(z, y)],
    ["dense", ([x, W, b]) => dense(x, W, b)],
    ["dense_gradients", ([x, W, , delta]) => [W.map((weights) => dot(weights, delta)), outer(x, delta), delta]],
    ["network_forward", ([network, X]) => X.map((x) => forward(network, x).at(-1).a)],
    ["network_gradients", ([network, X, Y]) => networkGradients(network, X, Y)],
  ]);
}

const OPERATIONS = { float64: operationsIn((x) => x), float32: operationsIn(Math.fround) };

const isNetwork = (argument) => argument !== null && typeof argument === "object" && !Array.isArray(argument);

function readArgument(argument) {
  if (!isNetwork(argument)) return typeof argument === "string" && !(argument in SPECIAL) ? argument : read(argument);
  const layers = argument.layers.map((layer) => ({ ...layer, weights: read(layer.weights), bias: read(layer.bias) }));
  return { ...argument, layers };
}

function answer({ operation, format, arguments: given, keywords }) {
  const compute = OPERATIONS[format][operation];
  if (compute === undefined) return JSON.stringify({ unsupported: `no operation ${operation}` });
  try {
    return `{"result": ${written(compute(given.map(readArgument), keywords))}}`;
  } catch (error) {
    return JSON.stringify({ [error instanceof Unsupported ? "unsupported" : "error"]: String(error.message) });
  }
}

function reply({ id, message, protocol, calls }) {
  switch (message) {
    case "start":
      return JSON.stringify(protocol === 1 ? { id, protocol: 1 } : { id, error: "it speaks protocol 1" });
    case "describe":
      return JSON.stringify({
        id,
        name: "a target in JavaScript",
        version: "1",
        formats: Object.keys(OPERATIONS),
        conventions: { layout: "rows", weight_layout: "in_out", squared_error: "full", label_sum: "any" },
        environment: { node: process.version },
        operations: Object.keys(OPERATIONS.float64),
      });
    case "call":
      return `{"id": ${id}, "answers": [${calls.map(answer).join(", ")}]}`;
    default:
      return JSON.stringify({ id });
  }
}

require("node:readline")
  .createInterface({ input: process.stdin })
  .on("line", (line) => {
    const request = JSON.parse(line);
    process.stdout.write(reply(request) + "\n", () => request.message === "stop" && process.exit());
  });
