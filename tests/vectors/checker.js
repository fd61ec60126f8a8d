/*
 * Frozen vectors in JavaScript: reads spec/vectors/network_forward.json, runs each network, and judges the answers.
 *
 *     node checker.js FILE                  judges: exit status 0, or 1 where a vector fails at MUST or STRICT
 *     node checker.js FILE DIGEST           prints the answers as JSON lines for "gradspec vectors check"
 *     node checker.js FILE "" faulty        square weights are taken for (in, out)
 *
 * Numbers of JavaScript are float64. For float32 every operation is rounded by Math.fround, which gives what float32
 * hardware gives; float16 and bfloat16 are left unanswered. Batches have one sample a column, weights one row an output.
 */
"use strict";

const fs = require("fs");

const [file, digest, word] = process.argv.slice(2);
const isFaulty = word === "faulty";

/* A hex float, inf, -inf or nan. The digits are those of one float64, so that nothing is rounded. */
function number(text) {
  const named = { inf: Infinity, "-inf": -Infinity, nan: NaN };
  if (text in named) return named[text];
  const [, sign, whole, fraction = "", exponent] = /^(-?)0x([01])(?:\.([0-9a-f]+))?p([+-]\d+)$/.exec(text);
  const mantissa = Number(BigInt(`0x${whole}${fraction}`));
  return (sign ? -1 : 1) * scaled(mantissa, Number(exponent) - 4 * fraction.length);
}

/* x 2^exponent, in steps none of which leaves the range of float64 but the last. */
function scaled(x, exponent) {
  for (; exponent > 1000; exponent -= 1000) x *= 2 ** 1000;
  for (; exponent < -1000; exponent += 1000) x *= 2 ** -1000;
  return x * 2 ** exponent;
}

/* An array as nested lists. */
function array({ shape, hex }) {
  const numbers = hex.map(number);
  return shape.reduceRight(
    (flat, length, axis) => (axis === 0 ? flat : chunks(flat, length)),
    numbers
  );
}

const chunks = (flat, length) =>
  Array.from({ length: flat.length / length }, (_, i) => flat.slice(i * length, (i + 1) * length));

const transposed = (W) => W[0].map((_, j) => W.map((row) => row[j]));

/* The outputs of a network, where `f` rounds a number to the format. */
function forward(network, X, f) {
  const sum = (terms) => terms.reduce((x, y) => f(x + y), 0);
  const exp = (x) => f(Math.exp(x));
  const activations = {
    identity: (z) => z,
    relu: (z) => (z > 0 || Number.isNaN(z) ? z : 0),
    leaky_relu: (z, slope) => (z < 0 ? f(slope * z) : z),
    sigmoid: (z) => f(1 / f(1 + exp(-z))),
    tanh: (z) => f(Math.tanh(z)),
  };
  const softmax = (z) => {
    const largest = Math.max(...z);
    const e = z.map((each) => exp(f(each - largest)));
    const total = sum(e);
    return e.map((each) => f(each / total));
  };
  const sample = (x) =>
    network.layers.reduce((a, { weights, bias, activation, slope }) => {
      const b = array(bias);
      const W = isFaulty && b.length === a.length ? transposed(array(weights)) : array(weights);
      const z = W.map((row, i) => sum([...row.map((w, j) => f(w * a[j])), b[i]]));
      const parameter = slope === null ? null : number(slope);
      return activation === "softmax" ? softmax(z) : z.map((each) => activations[activation](each, parameter));
    }, x);
  const outputs = X[0].map((_, column) => sample(X.map((row) => row[column])));
  return outputs[0].map((_, row) => outputs.map((each) => each[row]));
}

/* Judging: an answer is allowed where all its entries are, in one of the boxes. */

const isIn = (got, option) =>
  Array.isArray(option) ? number(option[0]) <= got && got <= number(option[1]) : same(got, number(option));

const same = (got, value) => got === value || (Number.isNaN(got) && Number.isNaN(value));

const isAllowed = (got, options) => options === null || options.some((option) => isIn(got, option));

const holds = (box, answer) =>
  box.allowed.every((entries, array) => entries.every((options, i) => isAllowed(answer[array][i], options)));

const written = (x) =>
  Number.isFinite(x) ? (Object.is(x, -0) ? "-0.0" : String(x)) : `"${Number.isNaN(x) ? "nan" : x > 0 ? "inf" : "-inf"}"`;

const ROUNDINGS = { float64: (x) => x, float32: Math.fround };

const { operation, vectors } = JSON.parse(fs.readFileSync(file, "utf8"));
if (operation !== "network_forward") {
  console.error(`checker: there is no ${operation} here`);
  process.exit(2);
}

const lines = [];
const counts = { passed: 0, failed: 0, unanswered: 0 };
if (digest) {
  lines.push(JSON.stringify({ schema: "https://gradspec.org/schema/vectors-answers-1.json", vectors: digest }));
}
for (const { id, format, regime, arguments: given, must, strict } of vectors) {
  const rounding = ROUNDINGS[format];
  if (!rounding) {
    counts.unanswered++;
    continue;
  }
  const answer = [forward(given[0], array(given[1]), rounding).flat()];
  if (digest) {
    lines.push(`{"id": "${id}", "answer": [[${answer[0].map(written).join(", ")}]]}`);
  } else if ((must || strict).some((box) => holds(box, answer))) {
    counts.passed++;
  } else {
    counts.failed++;
    lines.push(`FAIL ${id} in ${format}, ${regime}: ${answer[0].map(written).join(", ")}`);
  }
}
if (!digest) {
  lines.push(`${operation}: ${counts.passed} passed, ${counts.failed} failed, ${counts.unanswered} not answered`);
}
// Exit at the end of the output: a pipe may take it in parts.
process.exitCode = counts.failed > 0 ? 1 : 0;
process.stdout.write(`${lines.join("\n")}\n`);
