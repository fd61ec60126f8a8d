// An adapter between gradspec and an implementation in JavaScript.
//
// gradspec starts `node target.js` and writes requests to its standard input, one JSON object a line; each is answered
// by one line on standard output. Print what else you have to say with console.error.
"use strict";

// Your part: functions by the names that `gradspec list operations` prints, with the arguments in a list, in the order
// printed there. Arrays are nested lists; `each` applies a function to every number of one, whatever its shape.
const operations = {
  sigmoid: ([z]) =>
    each(z, (x) => {
      const e = Math.exp(-Math.abs(x)); // exp(-x) would overflow
      return (x < 0 ? e : 1) / (1 + e);
    }),

  // The derivative at z (not at the sigmoid of z); s (1 - s) would lose its digits where s is nearly 1.
  sigmoid_derivative: ([z]) =>
    each(z, (x) => {
      const e = Math.exp(-Math.abs(x));
      return e / (1 + e) ** 2;
    }),

  // dense: ([x, W, b]) => myLibrary.dense(W, b).forward(x),
};

// `gradspec list conventions` prints the choices that differ between libraries, such as { layout: "rows" }.
const description = { name: "my library", version: "0.1", formats: ["float64"], conventions: {} };

const each = (array, compute) => (Array.isArray(array) ? array.map((part) => each(part, compute)) : compute(array));

// JSON has no NaN and no infinities; they come and go as texts. JSON.stringify would also lose the sign of -0.
const SPECIAL = { NaN: NaN, Infinity: Infinity, "-Infinity": -Infinity };
const read = (value) => (Array.isArray(value) ? value.map(read) : value in SPECIAL ? SPECIAL[value] : value);
const written = (value) =>
  Array.isArray(value) ? `[${value.map(written)}]` : Number.isFinite(value) ? decimal(value) : `"${value}"`;
const decimal = (number) => (Object.is(number, -0) ? "-0.0" : String(number));

function answer({ operation, arguments: given, keywords }) {
  if (!(operation in operations)) return '{"unsupported": "not offered"}';
  try {
    return `{"result": ${written(operations[operation](given.map(read), keywords))}}`;
  } catch (error) {
    return JSON.stringify({ error: String(error) });
  }
}

function reply({ id, message, calls }) {
  if (message === "start") return JSON.stringify({ id, protocol: 1 });
  if (message === "describe") return JSON.stringify({ id, ...description, operations: Object.keys(operations) });
  if (message === "call") return `{"id": ${id}, "answers": [${calls.map(answer)}]}`;
  return JSON.stringify({ id }); // to stop; the end of the input ends the program
}

const lines = require("node:readline").createInterface({ input: process.stdin });
lines.on("line", (line) => {
  const request = JSON.parse(line);
  process.stdout.write(reply(request) + "\n", () => request.message === "stop" && process.exit());
});
