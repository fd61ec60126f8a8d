//! An adapter between gradspec and an implementation in Rust. Compile it with `rustc -O -o target target.rs`.
//!
//! gradspec starts the program and writes requests to its standard input, one JSON object a line; each is answered by
//! one line on standard output. Print what else you have to say with eprintln. JSON is read here without a library:
//! requests are well formed, and texts in them have no escapes.

/// Your part: what is offered, by the names that `gradspec list operations` prints. Call your library here.
const OPERATIONS: [(&str, fn(f64) -> f64); 2] = [("sigmoid", sigmoid), ("sigmoid_derivative", sigmoid_derivative)];

/// `gradspec list conventions` prints the choices that differ between libraries, such as {"layout": "rows"}.
const DESCRIPTION: &str = r#""name": "my library", "version": "0.1", "formats": ["float64"], "conventions": {}"#;

fn sigmoid(z: f64) -> f64 {
    let e = (-z.abs()).exp(); // exp(-z) would overflow
    (if z < 0.0 { e } else { 1.0 }) / (1.0 + e)
}

fn sigmoid_derivative(z: f64) -> f64 { // at z, not at the sigmoid of z
    let e = (-z.abs()).exp();
    e / ((1.0 + e) * (1.0 + e)) // s (1 - s) would lose its digits where s is nearly 1
}

/// The members of the list, or the keys and values of the object, that is written in `json`.
fn parts(json: &str) -> Vec<&str> {
    let (mut found, mut depth, mut in_text, mut start) = (Vec::new(), 0, false, 1);
    for (at, each) in json.char_indices() {
        in_text ^= each == '"';
        depth += if in_text { 0 } else { "[{".contains(each) as i32 - "]}".contains(each) as i32 };
        if !in_text && (depth == 1 && ",:".contains(each) || depth == 0 && at > 0) {
            found.push(json[start..at].trim());
            start = at + 1;
        }
    }
    found.retain(|part| !part.is_empty());
    found
}

fn member<'a>(object: &'a str, key: &str) -> &'a str {
    parts(object).chunks(2).find(|pair| pair[0].trim_matches('"') == key).expect("a member of the protocol")[1]
}

/// The array with `function` applied to every number, whatever its shape. NaN and infinities are texts.
fn each(array: &str, function: fn(f64) -> f64) -> String {
    if array.starts_with('[') {
        return format!("[{}]", parts(array).iter().map(|part| each(part, function)).collect::<Vec<_>>().join(", "));
    }
    let result = function(array.trim_matches('"').parse().expect("a number"));
    let text = format!("{result:?}").replace("inf", "Infinity"); // the shortest decimal that reads as the number
    if result.is_finite() { text } else { format!("\"{text}\"") }
}

fn answer(call: &str) -> String {
    let wanted = member(call, "operation").trim_matches('"');
    match OPERATIONS.iter().find(|(name, _)| *name == wanted) {
        Some((_, function)) => format!("{{\"result\": {}}}", each(parts(member(call, "arguments"))[0], *function)),
        None => "{\"unsupported\": \"not offered\"}".to_string(),
    }
}

fn main() {
    for line in std::io::stdin().lines().map_while(Result::ok) {
        let (id, message) = (member(&line, "id"), member(&line, "message"));
        let more = match message {
            "\"start\"" => ", \"protocol\": 1".to_string(),
            "\"describe\"" => format!(", {DESCRIPTION}, \"operations\": {:?}", OPERATIONS.map(|(name, _)| name)),
            "\"call\"" => {
                let answers: Vec<String> = parts(member(&line, "calls")).into_iter().map(answer).collect();
                format!(", \"answers\": [{}]", answers.join(", "))
            }
            _ => String::new(),
        };
        println!("{{\"id\": {id}{more}}}");
        if message == "\"stop\"" {
            break;
        }
    }
}
