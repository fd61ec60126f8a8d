//! A target in Rust, with the standard library alone: activations, softmax and dense layers, over JSON Lines
//! (clause conformance.process).
//!
//!     rustc -O -o target target.rs                  right
//!     rustc -O --cfg faulty -o target target.rs     the bias gradient of a batch is the mean over the samples, not the sum
//!
//! A batch has one sample a column, weights one row an output: the default conventions.

#![allow(non_snake_case)] // W, X, Z, D are the letters of the specification

use std::fmt::Write as _;
use std::io::{BufRead, Write as _};

/// A JSON value, as far as the protocol has it.
enum Json {
    Number(f64),
    Text(String),
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
}

impl Json {
    fn member(&self, key: &str) -> Result<&Json, Refusal> {
        match self {
            Json::Object(members) => members.iter().find(|(name, _)| name == key).map(|(_, value)| value),
            _ => None,
        }
        .ok_or_else(|| Refusal::Error(format!("{key} is missing")))
    }

    fn text(&self) -> Result<&str, Refusal> {
        match self {
            Json::Text(text) => Ok(text),
            _ => Err(Refusal::Error("a text is expected".into())),
        }
    }

    fn list(&self) -> Result<&[Json], Refusal> {
        match self {
            Json::List(items) => Ok(items),
            _ => Err(Refusal::Error("a list is expected".into())),
        }
    }

    fn number(&self) -> Result<f64, Refusal> {
        match self {
            Json::Number(number) => Ok(*number),
            Json::Text(text) if text == "NaN" => Ok(f64::NAN),
            Json::Text(text) if text == "Infinity" => Ok(f64::INFINITY),
            Json::Text(text) if text == "-Infinity" => Ok(f64::NEG_INFINITY),
            _ => Err(Refusal::Error("a number is expected".into())),
        }
    }
}

/// Why a call has no result.
enum Refusal {
    Unsupported(String),
    Error(String),
}

/// What is left of a line to be read.
struct Reader<'a> {
    rest: &'a str,
}

impl<'a> Reader<'a> {
    fn take(&mut self, wanted: char) -> bool {
        let rest = self.rest.trim_start();
        self.rest = rest.strip_prefix(wanted).unwrap_or(rest);
        self.rest.len() < rest.len()
    }

    fn expect(&mut self, wanted: char) -> Result<(), Refusal> {
        if self.take(wanted) {
            return Ok(());
        }
        Err(Refusal::Error(format!("{wanted} is missing before {:.20}", self.rest)))
    }

    fn until(&mut self, end: impl Fn(char) -> bool) -> &'a str {
        let (found, rest) = self.rest.split_at(self.rest.find(end).unwrap_or(self.rest.len()));
        self.rest = rest;
        found
    }

    fn text(&mut self) -> Result<String, Refusal> {
        self.expect('"')?;
        let text = self.until(|each| each == '"').to_string(); // no name of the protocol has an escape
        self.expect('"')?;
        Ok(text)
    }

    fn value(&mut self) -> Result<Json, Refusal> {
        if self.take('[') {
            let mut items = Vec::new();
            while !self.take(']') {
                items.push(self.value()?);
                self.take(',');
            }
            return Ok(Json::List(items));
        }
        if self.take('{') {
            let mut members = Vec::new();
            while !self.take('}') {
                let key = self.text()?;
                self.expect(':')?;
                members.push((key, self.value()?));
                self.take(',');
            }
            return Ok(Json::Object(members));
        }
        if self.rest.starts_with('"') {
            return Ok(Json::Text(self.text()?));
        }
        let digits = self.until(|each| ",]} \r\n".contains(each));
        digits.parse().map(Json::Number).map_err(|_| Refusal::Error(format!("{digits:?} is no number")))
    }
}

/// `{:?}` of an f64 is the shortest decimal that reads as it.
fn write_number(out: &mut String, number: f64) {
    if number.is_finite() {
        let _ = write!(out, "{number:?}");
    } else {
        out.push_str(if number.is_nan() { "\"NaN\"" } else if number > 0.0 { "\"Infinity\"" } else { "\"-Infinity\"" });
    }
}

const ACTIVATIONS: [&str; 5] = ["identity", "relu", "leaky_relu", "sigmoid", "tanh"];

const OTHERS: [&str; 12] = [
    "softmax",
    "log_softmax",
    "softmax_jacobian",
    "softmax_vjp",
    "squared_error",
    "squared_error_gradient",
    "softmax_cross_entropy_delta",
    "dense",
    "dense_batch",
    "dense_gradients",
    "dense_batch_gradients",
    "backpropagate_delta",
];

/// All operations in one format; a macro, so that `Real` is a type of the machine and nothing is computed in another.
macro_rules! operations_in {
    ($format:ident, $real:ty) => {
        mod $format {
            use super::{ACTIVATIONS, Json, Refusal, write_number};

            type Real = $real;

            /// Nested lists: the last axis runs fastest.
            struct Array {
                shape: Vec<usize>,
                values: Vec<Real>,
            }

            impl Array {
                fn read(json: &Json) -> Result<Array, Refusal> {
                    let Json::List(items) = json else {
                        return Ok(Array { shape: vec![], values: vec![json.number()? as Real] });
                    };
                    let parts = items.iter().map(Array::read).collect::<Result<Vec<_>, _>>()?;
                    let within = parts.first().map_or(vec![], |part| part.shape.clone());
                    let shape = [vec![parts.len()], within].concat();
                    Ok(Array { shape, values: parts.into_iter().flat_map(|part| part.values).collect() })
                }

                fn new(shape: &[usize], value: impl Fn(&[usize]) -> Real) -> Array {
                    let size = shape.iter().product();
                    let place = |at: usize| match *shape {
                        [_, columns] => vec![at / columns, at % columns],
                        _ => vec![at],
                    };
                    Array { shape: shape.to_vec(), values: (0..size).map(|at| value(&place(at))).collect() }
                }

                fn at(&self, i: usize, j: usize) -> Real {
                    self.values[i * self.shape[1] + j]
                }

                fn write(&self, out: &mut String) {
                    fn part(out: &mut String, shape: &[usize], values: &[Real]) {
                        let Some((count, within)) = shape.split_first() else {
                            return write_number(out, values[0] as f64);
                        };
                        out.push('[');
                        for (index, each) in values.chunks(values.len() / count).enumerate() {
                            out.push_str(if index > 0 { ", " } else { "" });
                            part(out, within, each);
                        }
                        out.push(']');
                    }
                    part(out, &self.shape, &self.values);
                }
            }

            // Activations, in the forms that keep their digits.

            fn value(activation: &str, z: Real, slope: Real) -> Result<Real, Refusal> {
                let e = (-z.abs()).exp();
                Ok(match activation {
                    "identity" => z,
                    "relu" => if z > 0.0 || z.is_nan() { z } else { 0.0 },
                    "leaky_relu" => if z < 0.0 { slope * z } else { z },
                    "sigmoid" => (if z < 0.0 { e } else { 1.0 }) / (1.0 + e),
                    "tanh" => z.tanh(),
                    _ => return Err(Refusal::Unsupported(format!("no elementwise activation {activation}"))),
                })
            }

            fn derivative(activation: &str, z: Real, slope: Real) -> Result<Real, Refusal> {
                let over_square = |scale: Real, e: Real| scale * e / ((1.0 + e) * (1.0 + e));
                Ok(match activation {
                    "identity" => if z.is_nan() { z } else { 1.0 },
                    "relu" => if z > 0.0 { 1.0 } else { 0.0 },
                    "leaky_relu" => if z > 0.0 { 1.0 } else { slope },
                    "sigmoid" => over_square(1.0, (-z.abs()).exp()),
                    "tanh" => over_square(4.0, (-2.0 * z.abs()).exp()),
                    _ => return Err(Refusal::Unsupported(format!("no elementwise activation {activation}"))),
                })
            }

            fn elementwise(activation: &str, part: &str, given: &[Array], slope: Real) -> Result<Array, Refusal> {
                let compute = |at: usize| {
                    let z = given[0].values[at];
                    Ok(match part {
                        "" => value(activation, z, slope)?,
                        "_derivative" => derivative(activation, z, slope)?,
                        _ => derivative(activation, z, slope)? * given[1].values[at],
                    })
                };
                let values = (0..given[0].values.len()).map(compute).collect::<Result<_, _>>()?;
                Ok(Array { shape: given[0].shape.clone(), values })
            }

            // Softmax, shifted by the largest entry; everything is NaN where that is not finite.

            fn shifted(z: &[Real]) -> Vec<Real> {
                let largest = z.iter().fold(Real::NEG_INFINITY, |found, &each| found.max(each));
                let is_plain = largest.is_finite() && !z.iter().any(|each| each.is_nan());
                z.iter().map(|each| if is_plain { each - largest } else { Real::NAN }).collect()
            }

            fn softmax(z: &[Real]) -> Vec<Real> {
                let terms: Vec<Real> = shifted(z).into_iter().map(Real::exp).collect();
                let total: Real = terms.iter().sum();
                terms.iter().map(|each| each / total).collect()
            }

            fn log_softmax(z: &[Real]) -> Vec<Real> {
                let differences = shifted(z);
                let total: Real = differences.iter().map(|each| each.exp()).sum();
                differences.iter().map(|each| each - total.ln()).collect()
            }

            fn sum_of_others(terms: &[Real], i: usize) -> Real {
                terms.iter().enumerate().filter(|(j, _)| *j != i).map(|(_, each)| each).sum()
            }

            fn softmax_jacobian(z: &[Real]) -> Array {
                let s = softmax(z);
                let entry = |i: usize, j: usize| s[i] * if i == j { sum_of_others(&s, i) } else { -s[j] };
                Array::new(&[z.len(), z.len()], |at| entry(at[0], at[1]))
            }

            /// S_i sum_j S_j (u_i - u_j); u / 4 where a difference of two entries may overflow.
            fn softmax_vjp(z: &[Real], upstream: &[Real]) -> Array {
                let s = softmax(z);
                let scale = if upstream.iter().any(|u| u.abs() > Real::MAX / 4.0) { 4.0 } else { 1.0 };
                let u: Vec<Real> = upstream.iter().map(|each| each / scale).collect();
                let inner = |i: usize| s.iter().zip(&u).map(|(other, v)| other * (u[i] - v)).sum::<Real>();
                Array::new(&[z.len()], |at| s[at[0]] * inner(at[0]) * scale)
            }

            /// (sum y) S - y, as S_i sum_(j != i) y_j - y_i sum_(j != i) S_j, where nothing cancels.
            fn softmax_delta(z: &[Real], y: &[Real]) -> Array {
                let s = softmax(z);
                Array::new(&[z.len()], |at| s[at[0]] * sum_of_others(y, at[0]) - y[at[0]] * sum_of_others(&s, at[0]))
            }

            // Layers: W is (m, n), X is (n, N).

            fn product(rows: usize, columns: usize, inner: usize, term: impl Fn(usize, usize, usize) -> Real) -> Array {
                Array::new(&[rows, columns], |at| (0..inner).map(|k| term(at[0], at[1], k)).sum())
            }

            fn as_column(x: &Array) -> Array {
                Array { shape: vec![x.values.len(), 1], values: x.values.clone() }
            }

            fn as_vector(column: Array) -> Array {
                Array { shape: vec![column.values.len()], values: column.values }
            }

            fn forward(X: &Array, W: &Array, b: &Array) -> Array {
                let Z = product(W.shape[0], X.shape[1], W.shape[1], |i, k, j| W.at(i, j) * X.at(j, k));
                Array::new(&Z.shape, |at| Z.at(at[0], at[1]) + b.values[at[0]])
            }

            fn input_gradients(W: &Array, D: &Array) -> Array {
                product(W.shape[1], D.shape[1], W.shape[0], |j, k, i| W.at(i, j) * D.at(i, k))
            }

            fn gradients(X: &Array, W: &Array, D: &Array) -> [Array; 3] {
                let samples = D.shape[1];
                let dW = product(W.shape[0], W.shape[1], samples, |i, j, k| D.at(i, k) * X.at(j, k));
                let divisor = if cfg!(faulty) { samples as Real } else { 1.0 };
                let db = Array::new(&[W.shape[0]], |at| (0..samples).map(|k| D.at(at[0], k)).sum::<Real>() / divisor);
                [input_gradients(W, D), dW, db]
            }

            fn results(operation: &str, given: &[Array], activation: &str, slope: Real) -> Result<Vec<Array>, Refusal> {
                for name in ACTIVATIONS {
                    if let Some(part @ ("" | "_derivative" | "_vjp")) = operation.strip_prefix(name) {
                        return Ok(vec![elementwise(name, part, given, slope)?]);
                    }
                }
                let vector = |at: usize| given[at].values.as_slice();
                Ok(vec![match operation {
                    "softmax" => Array { values: softmax(vector(0)), shape: given[0].shape.clone() },
                    "log_softmax" => Array { values: log_softmax(vector(0)), shape: given[0].shape.clone() },
                    "softmax_jacobian" => softmax_jacobian(vector(0)),
                    "softmax_vjp" => softmax_vjp(vector(0), vector(1)),
                    "softmax_cross_entropy_delta" => softmax_delta(vector(0), vector(1)),
                    "squared_error" => {
                        let halves = vector(0).iter().zip(vector(1)).map(|(o, y)| 0.5 * (o - y) * (o - y));
                        Array { shape: vec![], values: vec![halves.sum()] }
                    }
                    "squared_error_gradient" => Array::new(&given[0].shape, |at| vector(0)[at[0]] - vector(1)[at[0]]),
                    "dense" => as_vector(forward(&as_column(&given[0]), &given[1], &given[2])),
                    "dense_batch" => forward(&given[0], &given[1], &given[2]),
                    "dense_batch_gradients" => return Ok(gradients(&given[0], &given[1], &given[3]).into()),
                    "dense_gradients" => {
                        let [dx, dW, db] = gradients(&as_column(&given[0]), &given[1], &as_column(&given[3]));
                        return Ok(vec![as_vector(dx), dW, db]);
                    }
                    "backpropagate_delta" => {
                        let upstream = as_vector(input_gradients(&given[0], &as_column(&given[1])));
                        let z = Array { shape: given[2].shape.clone(), values: given[2].values.clone() };
                        elementwise(activation, "_vjp", &[z, upstream], slope)?
                    }
                    _ => return Err(Refusal::Unsupported(format!("no operation {operation}"))),
                }])
            }

            pub fn answer(out: &mut String, call: &Json) -> Result<(), Refusal> {
                let arguments = call.member("arguments")?.list()?;
                let is_name = |argument: &&Json| matches!(argument, Json::Text(_)) && argument.number().is_err();
                let activation = arguments.iter().find(is_name).map_or(Ok(""), Json::text)?;
                let arrays = arguments.iter().filter(|each| !is_name(each)).map(Array::read);
                let slope = call.member("keywords")?.member("slope").and_then(Json::number).unwrap_or(0.01) as Real;
                let operation = call.member("operation")?.text()?;
                let found = results(operation, &arrays.collect::<Result<Vec<_>, _>>()?, activation, slope)?;
                out.push_str(if found.len() > 1 { "[" } else { "" });
                for (index, each) in found.iter().enumerate() {
                    out.push_str(if index > 0 { ", " } else { "" });
                    each.write(out);
                }
                out.push_str(if found.len() > 1 { "]" } else { "" });
                Ok(())
            }
        }
    };
}

operations_in!(double, f64);
operations_in!(single, f32);

fn answer(call: &Json) -> String {
    let mut result = String::new();
    let is_double = call.member("format").and_then(Json::text).is_ok_and(|format| format == "float64");
    let answered = if is_double { double::answer(&mut result, call) } else { single::answer(&mut result, call) };
    match answered {
        Ok(()) => format!("{{\"result\": {result}}}"),
        Err(Refusal::Unsupported(reason)) => format!("{{\"unsupported\": {reason:?}}}"),
        Err(Refusal::Error(reason)) => format!("{{\"error\": {reason:?}}}"),
    }
}

fn describe() -> String {
    let parts = ["", "_derivative", "_vjp"];
    let elementwise = ACTIVATIONS.iter().flat_map(|name| parts.map(|part| format!("{name}{part}")));
    let operations: Vec<String> = elementwise.chain(OTHERS.map(String::from)).collect();
    let described = "\"name\": \"a target in Rust\", \"version\": \"1\", \"formats\": [\"float64\", \"float32\"]";
    format!("{described}, \"conventions\": {{\"label_sum\": \"any\"}}, \"operations\": {operations:?}")
}

fn reply(request: &Json, message: &str) -> Result<String, Refusal> {
    let id = request.member("id")?.number()?;
    Ok(match message {
        "start" if request.member("protocol")?.number()? == 1.0 => format!("{{\"id\": {id}, \"protocol\": 1}}"),
        "start" => format!("{{\"id\": {id}, \"error\": \"it speaks protocol 1\"}}"),
        "describe" => format!("{{\"id\": {id}, {}}}", describe()),
        "call" => {
            let answers: Vec<String> = request.member("calls")?.list()?.iter().map(answer).collect();
            format!("{{\"id\": {id}, \"answers\": [{}]}}", answers.join(", "))
        }
        _ => format!("{{\"id\": {id}}}"),
    })
}

fn main() {
    for line in std::io::stdin().lock().lines() {
        let line = line.expect("requests are UTF-8");
        let read = Reader { rest: &line }.value();
        let answered = read.and_then(|request| {
            let message = request.member("message")?.text()?.to_string();
            Ok((reply(&request, &message)?, message == "stop"))
        });
        match answered {
            Ok((text, is_last)) => {
                println!("{text}");
                std::io::stdout().flush().expect("somebody listens");
                if is_last {
                    return;
                }
            }
            Err(Refusal::Unsupported(reason) | Refusal::Error(reason)) => {
                eprintln!("a request cannot be read: {reason}");
                std::process::exit(1);
            }
        }
    }
}
