// A target in JavaScript: relu over JSON Lines, one answer a line.
"use strict";

const SPECIAL = { NaN: NaN, Infinity: Infinity, "-Infinity": -Infinity };

const number = (value) => (typeof value === "string" ? SPECIAL[value] : value);
const written = (value) => (Number.isFinite(value) ? value : String(value));
const relu = (z) =>
  Array.isArray(z) ? z.map(relu) : written(number(z) > 0 || Number.isNaN(number(z)) ? number(z) : 0);

function answer(request) {
  if (request.operation === "describe") {
    return { name: "speaking in JavaScript", formats: ["float64", "float32"], operations: ["relu"] };
  }
  if (request.operation === "relu") {
    return { result: relu(request.arguments[0]) };
  }
  return { unsupported: request.operation };
}

require("node:readline")
  .createInterface({ input: process.stdin })
  .on("line", (line) => {
    const request = JSON.parse(line);
    process.stdout.write(JSON.stringify({ id: request.id, ...answer(request) }) + "\n");
  });
