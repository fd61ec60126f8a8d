/*
 * A target in C: dense networks, their losses and gradients, over JSON Lines (clause conformance.process).
 *
 *     cc -O2 -o target target.c -lm                  right
 *     cc -O2 -DFAULTY -o target target.c -lm         the gradient of square weights comes out transposed
 *
 * The file includes itself twice, so that everything between REAL and the end of its part exists in double and in float:
 * F(name) is name_double or name_float, and M(exp) is exp or expf. A float32 answer is computed in float throughout.
 * Batches have one sample a row; weights have one row an output.
 */
#ifndef REAL

#include <ctype.h>
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Memory: whatever a request needs is let go of when it is answered. */

typedef struct block {
    struct block *next;
    max_align_t start[];
} block;

static block *blocks;

static void *new_memory(size_t bytes)
{
    block *made = calloc(1, sizeof(block) + bytes);
    if (made == NULL)
        abort();
    made->next = blocks;
    blocks = made;
    return made->start;
}

static void free_all(void)
{
    while (blocks != NULL) {
        block *next = blocks->next;
        free(blocks);
        blocks = next;
    }
}

/* A call that cannot be answered ends here, with "unsupported" or "error" and the reason. */

static jmp_buf answer_instead;
static const char *kind_of_refusal;
static char reason[200];

static _Noreturn void refuse(const char *kind, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    vsnprintf(reason, sizeof reason, format, values);
    va_end(values);
    kind_of_refusal = kind;
    longjmp(answer_instead, 1);
}

/* JSON, as far as the protocol has it. */

typedef struct json {
    enum { NUMBER, TEXT, LIST, OBJECT } kind;
    double number;
    char *text;            /* of a TEXT */
    char *key;             /* of a member of an OBJECT */
    struct json *first;    /* of a LIST or an OBJECT */
    struct json *next;     /* beside it in a LIST or an OBJECT */
    size_t count;
} json;

static void skip_space(const char **at)
{
    while (isspace((unsigned char)**at))
        ++*at;
}

static char *parse_text(const char **at)
{
    const char *start = ++*at;
    while (**at != '"' && **at != '\0')
        *at += **at == '\\' && (*at)[1] != '\0' ? 2 : 1; /* no name of the protocol has an escape */
    if (**at != '"')
        refuse("error", "a text does not end");
    size_t length = (size_t)(*at - start);
    char *text = new_memory(length + 1);
    memcpy(text, start, length);
    ++*at;
    return text;
}

static json *parse(const char **at)
{
    json *value = new_memory(sizeof *value);
    skip_space(at);
    if (**at == '"') {
        value->kind = TEXT;
        value->text = parse_text(at);
    } else if (**at == '[' || **at == '{') {
        char closing = **at == '[' ? ']' : '}';
        value->kind = **at == '[' ? LIST : OBJECT;
        json **last = &value->first;
        for (++*at, skip_space(at); **at != closing; skip_space(at)) {
            char *key = NULL;
            if (value->kind == OBJECT) {
                key = parse_text(at);
                skip_space(at);
                if (*(*at)++ != ':')
                    refuse("error", "a colon is missing");
            }
            *last = parse(at);
            (*last)->key = key;
            last = &(*last)->next;
            value->count++;
            skip_space(at);
            if (**at == ',') {
                ++*at;
                skip_space(at);
            } else if (**at != closing) {
                refuse("error", "a comma is missing");
            }
        }
        ++*at;
    } else {
        char *end;
        value->kind = NUMBER;
        value->number = strtod(*at, &end);
        if (end == *at)
            refuse("error", "this is no JSON: %.20s", *at);
        *at = end;
    }
    return value;
}

static json *member(const json *object, const char *key)
{
    for (json *each = object->first; each != NULL; each = each->next)
        if (each->key != NULL && strcmp(each->key, key) == 0)
            return each;
    return NULL;
}

static json *argument(const json *call, size_t index)
{
    json *each = member(call, "arguments")->first;
    while (each != NULL && index-- > 0)
        each = each->next;
    if (each == NULL)
        refuse("error", "an argument is missing");
    return each;
}

static double number_of(const json *value)
{
    if (value->kind == NUMBER)
        return value->number;
    if (value->kind == TEXT && strcmp(value->text, "NaN") == 0)
        return NAN;
    if (value->kind == TEXT && strcmp(value->text, "Infinity") == 0)
        return INFINITY;
    if (value->kind == TEXT && strcmp(value->text, "-Infinity") == 0)
        return -INFINITY;
    refuse("error", "a number is expected");
}

static double keyword(const json *call, const char *name, double otherwise)
{
    json *given = member(member(call, "keywords"), name);
    return given == NULL ? otherwise : number_of(given);
}

/* The line that is being written. */

static char *line;
static size_t written, room;

static void put(const char *format, ...)
{
    if (room - written < 400) {
        room = 2 * room + 4096;
        line = realloc(line, room);
        if (line == NULL)
            abort();
    }
    va_list values;
    va_start(values, format);
    written += (size_t)vsnprintf(line + written, room - written, format, values);
    va_end(values);
}

/* The shortest decimal that reads as the number. 15 digits show any shorter one, except of a subnormal. */
static void put_number(double number)
{
    char text[40];
    if (isnan(number)) {
        put("\"NaN\"");
    } else if (isinf(number)) {
        put(number > 0 ? "\"Infinity\"" : "\"-Infinity\"");
    } else {
        for (int digits = isnormal(number) ? 15 : 1; digits <= 17; digits++) {
            snprintf(text, sizeof text, "%.*g", digits, number);
            if (strtod(text, NULL) == number)
                break;
        }
        put("%s", strcmp(text, "-0") == 0 ? "-0.0" : text); /* some readers take -0 for a whole number without a sign */
    }
}

typedef enum { IDENTITY, RELU, LEAKY_RELU, SIGMOID, TANH, HEAVISIDE, SOFTMAX } activation;

static activation activation_of(const json *name)
{
    static const char *const names[] = {"identity", "relu", "leaky_relu", "sigmoid", "tanh", NULL, "softmax"};
    for (activation each = IDENTITY; each <= SOFTMAX; each++)
        if (names[each] != NULL && name->kind == TEXT && strcmp(names[each], name->text) == 0)
            return each;
    refuse("unsupported", "no activation %.40s", name->kind == TEXT ? name->text : "of this kind");
}

#define JOINED(left, right) left##right
#define AS(left, right) JOINED(left, right)

#define REAL double
#define SUFFIX _double
#define M(function) function
#define LARGEST DBL_MAX
#include "target.c"

#undef REAL
#undef SUFFIX
#undef M
#undef LARGEST
#define REAL float
#define SUFFIX _float
#define M(function) function##f
#define LARGEST FLT_MAX
#include "target.c"

/* What is offered. */

#define ELEMENTWISE(X) X(identity) X(relu) X(leaky_relu) X(sigmoid) X(tanh) X(heaviside)

#define OTHERS(X) \
    X(softmax) X(log_softmax) X(softmax_jacobian) X(softmax_vjp) X(softmax_batch) \
    X(squared_error) X(squared_error_gradient) X(squared_error_delta) \
    X(binary_cross_entropy) X(binary_cross_entropy_gradient) \
    X(categorical_cross_entropy) X(categorical_cross_entropy_gradient) \
    X(sigmoid_cross_entropy) X(sigmoid_cross_entropy_delta) \
    X(softmax_cross_entropy) X(softmax_cross_entropy_delta) \
    X(dense) X(dense_batch) X(dense_gradients) X(dense_batch_gradients) X(backpropagate_delta) \
    X(network_forward) X(network_cost) X(network_gradients)

#define ENTRY(name) {#name, answer_##name##_double, answer_##name##_float},
#define ENTRIES(name) ENTRY(name) ENTRY(name##_derivative) ENTRY(name##_vjp)

static const struct {
    const char *name;
    void (*in_double)(const json *call);
    void (*in_float)(const json *call);
} operations[] = {ELEMENTWISE(ENTRIES) OTHERS(ENTRY)};

#define OFFERED (sizeof operations / sizeof *operations)

static void answer_call(const json *call)
{
    const char *name = member(call, "operation")->text;
    for (size_t each = 0; each < OFFERED; each++)
        if (strcmp(operations[each].name, name) == 0) {
            int is_double = strcmp(member(call, "format")->text, "float64") == 0;
            put("{\"result\": ");
            (is_double ? operations[each].in_double : operations[each].in_float)(call);
            put("}");
            return;
        }
    refuse("unsupported", "no operation %.60s", name);
}

static void describe(void)
{
    put("\"name\": \"a target in C\", \"version\": \"1\", \"formats\": [\"float64\", \"float32\"], ");
    put("\"conventions\": {\"layout\": \"rows\", \"label_sum\": \"any\"}, ");
    put("\"environment\": {\"compiler\": \"%.60s\"}, \"operations\": [", __VERSION__);
    for (size_t each = 0; each < OFFERED; each++)
        put("%s\"%s\"", each > 0 ? ", " : "", operations[each].name);
    put("]");
}

static void answer_calls(const json *request)
{
    put("\"answers\": [");
    for (const json *call = member(request, "calls")->first; call != NULL; call = call->next) {
        size_t start = written;
        if (setjmp(answer_instead) == 0) {
            answer_call(call);
        } else {
            written = start; /* instead of what was written of the result so far */
            put("{\"%s\": \"%s\"}", kind_of_refusal, reason);
        }
        put(call->next != NULL ? ", " : "");
    }
    put("]");
}

static const char *read_line(void)
{
    static char *text;
    static size_t size;
    size_t length = 0;
    for (int each = getchar(); each != EOF && each != '\n'; each = getchar()) {
        if (length + 2 > size && (text = realloc(text, size = 2 * size + 4096)) == NULL)
            abort();
        text[length++] = (char)each;
        text[length] = '\0';
    }
    return length > 0 ? text : NULL;
}

/* Answer one request; whether it was the last. */
static int answer(const char *text)
{
    const json *request = parse(&text);
    const char *message = member(request, "message")->text;
    int is_last = strcmp(message, "stop") == 0;
    written = 0;
    put("{\"id\": %.0f", member(request, "id")->number);
    put(is_last ? "" : ", ");
    if (strcmp(message, "start") == 0)
        put(member(request, "protocol")->number == 1 ? "\"protocol\": 1" : "\"error\": \"it speaks protocol 1\"");
    else if (strcmp(message, "describe") == 0)
        describe();
    else if (!is_last)
        answer_calls(request);
    put("}");
    puts(line);
    fflush(stdout);
    return is_last;
}

int main(void)
{
    for (int is_last = 0; !is_last; free_all()) {
        if (setjmp(answer_instead) != 0) {
            fprintf(stderr, "a request cannot be read: %s\n", reason);
            return 1;
        }
        const char *text = read_line();
        is_last = text == NULL || answer(text);
    }
    return 0;
}

#else /* what exists in double and in float */

#define F(name) AS(name, SUFFIX)

/* An array of up to three axes, the last of which runs fastest. */
typedef struct {
    size_t axes, shape[3], size;
    REAL *at;
} F(array);

static F(array) F(new_array)(size_t axes, size_t first, size_t second)
{
    F(array) made = {axes, {first, second, 0}, 1, NULL};
    for (size_t axis = 0; axis < axes; axis++)
        made.size *= made.shape[axis];
    made.at = new_memory(made.size * sizeof(REAL));
    return made;
}

static F(array) F(like)(F(array) given)
{
    given.at = new_memory(given.size * sizeof(REAL));
    return given;
}

static REAL *F(fill)(REAL *at, const json *value)
{
    if (value->kind != LIST) {
        *at = (REAL)number_of(value);
        return at + 1;
    }
    for (const json *each = value->first; each != NULL; each = each->next)
        at = F(fill)(at, each);
    return at;
}

static F(array) F(read)(const json *value)
{
    F(array) made = {0, {0}, 1, NULL};
    for (const json *each = value; each != NULL && each->kind == LIST; each = each->first) {
        if (made.axes == 3)
            refuse("unsupported", "an array of more than three axes");
        made.shape[made.axes++] = each->count;
        made.size *= each->count;
    }
    made.at = new_memory(made.size * sizeof(REAL));
    F(fill)(made.at, value);
    return made;
}

static const REAL *F(put_part)(const F(array) *given, size_t axis, const REAL *at)
{
    if (axis == given->axes) {
        put_number(*at);
        return at + 1;
    }
    put("[");
    for (size_t each = 0; each < given->shape[axis]; each++) {
        put(each > 0 ? ", " : "");
        at = F(put_part)(given, axis + 1, at);
    }
    put("]");
    return at;
}

static void F(put_array)(F(array) given)
{
    F(put_part)(&given, 0, given.at);
}

/* Activations, in the forms that keep their digits. */

static REAL F(sigmoid)(REAL z)
{
    REAL e = M(exp)(-M(fabs)(z));
    return (z < 0 ? e : 1) / (1 + e);
}

static REAL F(value)(activation name, REAL z, REAL parameter)
{
    switch (name) {
    case IDENTITY:
        return z;
    case RELU:
        return z > 0 || isnan(z) ? z : 0;
    case LEAKY_RELU:
        return z < 0 ? parameter * z : z;
    case SIGMOID:
        return F(sigmoid)(z);
    case TANH:
        return M(tanh)(z);
    case HEAVISIDE:
        return isnan(z) ? z : z >= parameter;
    default:
        refuse("unsupported", "softmax is not elementwise");
    }
}

static REAL F(derivative)(activation name, REAL z, REAL parameter)
{
    REAL e;
    switch (name) {
    case IDENTITY:
        return isnan(z) ? z : 1;
    case RELU:
        return z > 0;
    case LEAKY_RELU:
        return z > 0 ? 1 : parameter;
    case SIGMOID:
        e = M(exp)(-M(fabs)(z));
        return e / ((1 + e) * (1 + e));
    case TANH:
        e = M(exp)(-2 * M(fabs)(z));
        return 4 * e / ((1 + e) * (1 + e));
    case HEAVISIDE:
        return 0;
    default:
        refuse("unsupported", "softmax is not elementwise");
    }
}

static REAL F(parameter)(activation name, const json *call)
{
    return (REAL)(name == HEAVISIDE ? keyword(call, "threshold", 0.0) : keyword(call, "slope", 0.01));
}

static void F(elementwise)(activation name, const json *call, int is_derivative, int is_vjp)
{
    F(array) z = F(read)(argument(call, 0)), result = F(like)(z);
    F(array) upstream = is_vjp ? F(read)(argument(call, 1)) : result;
    REAL parameter = F(parameter)(name, call);
    for (size_t i = 0; i < z.size; i++) {
        REAL found = is_derivative ? F(derivative)(name, z.at[i], parameter) : F(value)(name, z.at[i], parameter);
        result.at[i] = is_vjp ? found * upstream.at[i] : found;
    }
    F(put_array)(result);
}

#define ANSWER(operation) static void F(answer_##operation)(const json *call)

#define ELEMENTWISE_ANSWERS(operation, name) \
    ANSWER(operation) { F(elementwise)(name, call, 0, 0); } \
    ANSWER(operation##_derivative) { F(elementwise)(name, call, 1, 0); } \
    ANSWER(operation##_vjp) { F(elementwise)(name, call, 1, 1); }

ELEMENTWISE_ANSWERS(identity, IDENTITY)
ELEMENTWISE_ANSWERS(relu, RELU)
ELEMENTWISE_ANSWERS(leaky_relu, LEAKY_RELU)
ELEMENTWISE_ANSWERS(sigmoid, SIGMOID)
ELEMENTWISE_ANSWERS(tanh, TANH)
ELEMENTWISE_ANSWERS(heaviside, HEAVISIDE)

/* Softmax of the m numbers at z. Where the largest is not finite, everything is NaN. */
static REAL F(shift)(const REAL *z, size_t m)
{
    REAL largest = z[0];
    for (size_t i = 1; i < m; i++)
        largest = isnan(z[i]) || z[i] > largest ? z[i] : largest;
    for (size_t i = 0; i < m; i++)
        if (isnan(z[i]))
            return NAN;
    return isinf(largest) ? (REAL)NAN : largest;
}

static void F(softmax)(const REAL *z, size_t m, REAL *s)
{
    REAL largest = F(shift)(z, m), total = 0;
    for (size_t i = 0; i < m; i++)
        total += s[i] = M(exp)(z[i] - largest);
    for (size_t i = 0; i < m; i++)
        s[i] /= total;
}

static void F(log_softmax)(const REAL *z, size_t m, REAL *l)
{
    REAL largest = F(shift)(z, m), total = 0;
    for (size_t i = 0; i < m; i++)
        total += M(exp)(z[i] - largest);
    for (size_t i = 0; i < m; i++)
        l[i] = z[i] - largest - M(log)(total);
}

static REAL F(sum_of_others)(const REAL *terms, size_t m, size_t i)
{
    REAL total = 0;
    for (size_t j = 0; j < m; j++)
        total += j == i ? 0 : terms[j];
    return total;
}

ANSWER(softmax)
{
    F(array) z = F(read)(argument(call, 0)), s = F(like)(z);
    F(softmax)(z.at, z.size, s.at);
    F(put_array)(s);
}

ANSWER(log_softmax)
{
    F(array) z = F(read)(argument(call, 0)), l = F(like)(z);
    F(log_softmax)(z.at, z.size, l.at);
    F(put_array)(l);
}

ANSWER(softmax_batch)
{
    F(array) Z = F(read)(argument(call, 0)), S = F(like)(Z);
    for (size_t k = 0; k < Z.shape[0]; k++)
        F(softmax)(Z.at + k * Z.shape[1], Z.shape[1], S.at + k * Z.shape[1]);
    F(put_array)(S);
}

ANSWER(softmax_jacobian)
{
    F(array) z = F(read)(argument(call, 0)), s = F(like)(z), J = F(new_array)(2, z.size, z.size);
    F(softmax)(z.at, z.size, s.at);
    for (size_t i = 0; i < z.size; i++)
        for (size_t j = 0; j < z.size; j++)
            J.at[i * z.size + j] = s.at[i] * (i == j ? F(sum_of_others)(s.at, z.size, i) : -s.at[j]);
    F(put_array)(J);
}

/* S_i sum_j S_j (u_i - u_j). A difference of two huge entries may overflow where their weighted sum does not. */
ANSWER(softmax_vjp)
{
    F(array) z = F(read)(argument(call, 0)), u = F(read)(argument(call, 1)), s = F(like)(z), dz = F(like)(z);
    REAL scale = 1;
    F(softmax)(z.at, z.size, s.at);
    for (size_t i = 0; i < z.size; i++)
        scale = M(fabs)(u.at[i]) > LARGEST / 4 ? 4 : scale;
    for (size_t i = 0; i < z.size; i++) {
        REAL total = 0;
        for (size_t j = 0; j < z.size; j++)
            total += s.at[j] * (u.at[i] / scale - u.at[j] / scale);
        dz.at[i] = s.at[i] * total * scale;
    }
    F(put_array)(dz);
}

/* Losses: a term with a label of zero counts for nothing, unless it is NaN. */

static REAL F(weighted)(REAL label, REAL term)
{
    return label == 0 && !isnan(term) ? 0 : label * term;
}

static REAL F(softplus)(REAL z)
{
    return (z > 0 || isnan(z) ? z : 0) + M(log1p)(M(exp)(-M(fabs)(z)));
}

static REAL F(squared_error)(const REAL *o, const REAL *y, size_t m)
{
    REAL total = 0;
    for (size_t i = 0; i < m; i++)
        total += (REAL)0.5 * (o[i] - y[i]) * (o[i] - y[i]);
    return total;
}

static REAL F(binary_cross_entropy)(const REAL *o, const REAL *y, size_t m)
{
    REAL total = 0;
    for (size_t i = 0; i < m; i++)
        total += F(weighted)(y[i], -M(log)(o[i])) + F(weighted)(1 - y[i], -M(log1p)(-o[i]));
    return total;
}

static REAL F(categorical_cross_entropy)(const REAL *o, const REAL *y, size_t m)
{
    REAL total = 0;
    for (size_t i = 0; i < m; i++)
        total += F(weighted)(y[i], -M(log)(o[i]));
    return total;
}

static REAL F(sigmoid_cross_entropy)(const REAL *z, const REAL *y, size_t m)
{
    REAL total = 0;
    for (size_t i = 0; i < m; i++)
        total += F(weighted)(1 - y[i], F(softplus)(z[i])) + F(weighted)(y[i], F(softplus)(-z[i]));
    return total;
}

static REAL F(softmax_cross_entropy)(const REAL *z, const REAL *y, size_t m)
{
    REAL *l = new_memory(m * sizeof(REAL)), total = 0;
    F(log_softmax)(z, m, l);
    for (size_t i = 0; i < m; i++)
        total += F(weighted)(y[i], -l[i]);
    return total;
}

static void F(squared_error_gradient)(const REAL *o, const REAL *y, size_t m, REAL *d)
{
    for (size_t i = 0; i < m; i++)
        d[i] = o[i] - y[i];
}

/* (o - y) / (o (1 - o)); at a corner, o = 0 or 1, the limit from inside. */
static void F(binary_cross_entropy_gradient)(const REAL *o, const REAL *y, size_t m, REAL *d)
{
    for (size_t i = 0; i < m; i++) {
        REAL product = o[i] * (1 - o[i]);
        if (product != 0 || isnan(y[i]))
            d[i] = (o[i] - y[i]) / product;
        else
            d[i] = o[i] == y[i] ? 1 - 2 * y[i] : M(copysign)(INFINITY, o[i] - y[i]);
    }
}

static void F(categorical_cross_entropy_gradient)(const REAL *o, const REAL *y, size_t m, REAL *d)
{
    for (size_t i = 0; i < m; i++)
        d[i] = o[i] == 0 && y[i] == 0 ? 0 : -y[i] / o[i];
}

static void F(sigmoid_cross_entropy_delta)(const REAL *z, const REAL *y, size_t m, REAL *d)
{
    for (size_t i = 0; i < m; i++)
        d[i] = (1 - y[i]) * F(sigmoid)(z[i]) - y[i] * F(sigmoid)(-z[i]);
}

/* (sum y) S - y, as S_i sum_(j != i) y_j - y_i sum_(j != i) S_j, where nothing cancels. */
static void F(softmax_cross_entropy_delta)(const REAL *z, const REAL *y, size_t m, REAL *d)
{
    REAL *s = new_memory(m * sizeof(REAL));
    F(softmax)(z, m, s);
    for (size_t i = 0; i < m; i++)
        d[i] = s[i] * F(sum_of_others)(y, m, i) - y[i] * F(sum_of_others)(s, m, i);
}

#define LOSS_ANSWER(loss) \
    ANSWER(loss) \
    { \
        F(array) o = F(read)(argument(call, 0)), y = F(read)(argument(call, 1)); \
        put_number(F(loss)(o.at, y.at, o.size)); \
    }

#define SLOPES_ANSWER(operation, function) \
    ANSWER(operation) \
    { \
        F(array) o = F(read)(argument(call, 0)), y = F(read)(argument(call, 1)), d = F(like)(o); \
        F(function)(o.at, y.at, o.size, d.at); \
        F(put_array)(d); \
    }

LOSS_ANSWER(squared_error)
LOSS_ANSWER(binary_cross_entropy)
LOSS_ANSWER(categorical_cross_entropy)
LOSS_ANSWER(sigmoid_cross_entropy)
LOSS_ANSWER(softmax_cross_entropy)
SLOPES_ANSWER(squared_error_gradient, squared_error_gradient)
SLOPES_ANSWER(squared_error_delta, squared_error_gradient)
SLOPES_ANSWER(binary_cross_entropy_gradient, binary_cross_entropy_gradient)
SLOPES_ANSWER(categorical_cross_entropy_gradient, categorical_cross_entropy_gradient)
SLOPES_ANSWER(sigmoid_cross_entropy_delta, sigmoid_cross_entropy_delta)
SLOPES_ANSWER(softmax_cross_entropy_delta, softmax_cross_entropy_delta)

/* Layers. X is [N, n], W [m, n], Z and D [N, m]; one sample is a batch of one. */

static void F(forward)(const REAL *X, size_t N, F(array) W, const REAL *b, REAL *Z)
{
    size_t m = W.shape[0], n = W.shape[1];
    for (size_t k = 0; k < N; k++)
        for (size_t i = 0; i < m; i++) {
            REAL total = b[i];
            for (size_t j = 0; j < n; j++)
                total += W.at[i * n + j] * X[k * n + j];
            Z[k * m + i] = total;
        }
}

static void F(input_gradients)(const REAL *D, size_t N, F(array) W, REAL *dX)
{
    size_t m = W.shape[0], n = W.shape[1];
    for (size_t k = 0; k < N; k++)
        for (size_t j = 0; j < n; j++) {
            REAL total = 0;
            for (size_t i = 0; i < m; i++)
                total += W.at[i * n + j] * D[k * m + i];
            dX[k * n + j] = total;
        }
}

static void F(parameter_gradients)(const REAL *X, const REAL *D, size_t N, F(array) dW, REAL *db)
{
    size_t m = dW.shape[0], n = dW.shape[1];
    for (size_t i = 0; i < m; i++)
        for (size_t j = 0; j < n; j++) {
            REAL total = 0;
            for (size_t k = 0; k < N; k++)
                total += D[k * m + i] * X[k * n + j];
#ifdef FAULTY
            dW.at[m == n ? j * n + i : i * n + j] = total;
#else
            dW.at[i * n + j] = total;
#endif
        }
    for (size_t i = 0; i < m; i++) {
        db[i] = 0;
        for (size_t k = 0; k < N; k++)
            db[i] += D[k * m + i];
    }
}

ANSWER(dense_batch)
{
    F(array) X = F(read)(argument(call, 0)), W = F(read)(argument(call, 1)), b = F(read)(argument(call, 2));
    F(array) Z = F(new_array)(2, X.shape[0], b.size);
    F(forward)(X.at, X.shape[0], W, b.at, Z.at);
    F(put_array)(Z);
}

ANSWER(dense)
{
    F(array) x = F(read)(argument(call, 0)), W = F(read)(argument(call, 1)), b = F(read)(argument(call, 2));
    F(array) z = F(like)(b);
    F(forward)(x.at, 1, W, b.at, z.at);
    F(put_array)(z);
}

static void F(dense_gradients)(const json *call, int is_batch)
{
    F(array) X = F(read)(argument(call, 0)), W = F(read)(argument(call, 1)), D = F(read)(argument(call, 3));
    F(array) dX = F(like)(X), dW = F(like)(W), db = F(new_array)(1, W.shape[0], 0);
    size_t N = is_batch ? X.shape[0] : 1;
    F(input_gradients)(D.at, N, W, dX.at);
    F(parameter_gradients)(X.at, D.at, N, dW, db.at);
    put("[");
    F(put_array)(dX);
    put(", ");
    F(put_array)(dW);
    put(", ");
    F(put_array)(db);
    put("]");
}

ANSWER(dense_gradients) { F(dense_gradients)(call, 0); }

ANSWER(dense_batch_gradients) { F(dense_gradients)(call, 1); }

ANSWER(backpropagate_delta)
{
    F(array) W = F(read)(argument(call, 0)), delta = F(read)(argument(call, 1)), z = F(read)(argument(call, 2));
    F(array) result = F(like)(z);
    activation name = activation_of(argument(call, 3));
    F(input_gradients)(delta.at, 1, W, result.at);
    for (size_t i = 0; i < z.size; i++)
        result.at[i] *= F(derivative)(name, z.at[i], F(parameter)(name, call));
    F(put_array)(result);
}

/* Networks: each layer with what the forward pass leaves for the backward pass. */

typedef struct F(layer) {
    F(array) W, b, A_before, Z, A, dW, db;
    activation name;
    REAL slope;
    struct F(layer) *before, *after;
} F(layer);

/* The last layer, after a forward pass of X. */
static F(layer) *F(run)(const json *network, F(array) X)
{
    F(layer) *last = NULL;
    for (const json *each = member(network, "layers")->first; each != NULL; each = each->next) {
        F(layer) *made = new_memory(sizeof *made);
        const json *slope = member(each, "slope");
        made->W = F(read)(member(each, "weights"));
        made->b = F(read)(member(each, "bias"));
        made->name = activation_of(member(each, "activation"));
        made->slope = (REAL)(slope == NULL ? 0.01 : number_of(slope));
        made->A_before = last == NULL ? X : last->A;
        made->Z = F(new_array)(2, X.shape[0], made->b.size);
        made->A = F(like)(made->Z);
        made->before = last;
        if (last != NULL)
            last->after = made;
        F(forward)(made->A_before.at, X.shape[0], made->W, made->b.at, made->Z.at);
        for (size_t k = 0; made->name == SOFTMAX && k < X.shape[0]; k++)
            F(softmax)(made->Z.at + k * made->b.size, made->b.size, made->A.at + k * made->b.size);
        for (size_t i = 0; made->name != SOFTMAX && i < made->Z.size; i++)
            made->A.at[i] = F(value)(made->name, made->Z.at[i], made->slope);
        last = made;
    }
    return last;
}

ANSWER(network_forward) { F(put_array)(F(run)(argument(call, 0), F(read)(argument(call, 1)))->A); }

/* 0 for the squared error, else the activation whose logits the loss is computed from. */
static activation F(output_of_loss)(const json *network, const F(layer) *last)
{
    const char *loss = member(network, "loss")->text;
    activation output = strcmp(loss, "binary_cross_entropy") == 0        ? SIGMOID
                        : strcmp(loss, "categorical_cross_entropy") == 0 ? SOFTMAX
                                                                         : IDENTITY;
    if (output == IDENTITY ? strcmp(loss, "squared_error") != 0 || last->name == SOFTMAX : output != last->name)
        refuse("unsupported", "no loss %.40s on this output", loss);
    return output;
}

ANSWER(network_cost)
{
    F(array) X = F(read)(argument(call, 1)), Y = F(read)(argument(call, 2));
    const F(layer) *last = F(run)(argument(call, 0), X);
    activation output = F(output_of_loss)(argument(call, 0), last);
    size_t m = last->b.size;
    REAL total = 0;
    for (size_t k = 0; k < X.shape[0]; k++) {
        const REAL *z = last->Z.at + k * m, *a = last->A.at + k * m, *y = Y.at + k * m;
        total += output == SIGMOID   ? F(sigmoid_cross_entropy)(z, y, m)
                 : output == SOFTMAX ? F(softmax_cross_entropy)(z, y, m)
                                     : F(squared_error)(a, y, m);
    }
    put_number(total / X.shape[0]);
}

/* The derivative of the mean loss by the last pre-activations. */
static F(array) F(last_delta)(const F(layer) *last, F(array) Y, activation output)
{
    F(array) D = F(like)(last->Z);
    size_t N = Y.shape[0], m = last->b.size;
    for (size_t k = 0; k < N; k++) {
        const REAL *z = last->Z.at + k * m, *a = last->A.at + k * m, *y = Y.at + k * m;
        REAL *d = D.at + k * m;
        if (output == SIGMOID)
            F(sigmoid_cross_entropy_delta)(z, y, m, d);
        else if (output == SOFTMAX)
            F(softmax_cross_entropy_delta)(z, y, m, d);
        else
            F(squared_error_gradient)(a, y, m, d);
        for (size_t i = 0; i < m; i++)
            d[i] *= (output == IDENTITY ? F(derivative)(last->name, z[i], last->slope) : 1) / N;
    }
    return D;
}

ANSWER(network_gradients)
{
    F(array) X = F(read)(argument(call, 1)), Y = F(read)(argument(call, 2));
    F(layer) *last = F(run)(argument(call, 0), X), *first = NULL;
    F(array) D = F(last_delta)(last, Y, F(output_of_loss)(argument(call, 0), last));
    for (F(layer) *each = last; each != NULL; each = each->before) {
        each->dW = F(like)(each->W);
        each->db = F(like)(each->b);
        F(parameter_gradients)(each->A_before.at, D.at, X.shape[0], each->dW, each->db.at);
        if (each->before != NULL) {
            F(array) below = F(like)(each->before->Z);
            F(input_gradients)(D.at, X.shape[0], each->W, below.at);
            for (size_t i = 0; i < below.size; i++)
                below.at[i] *= F(derivative)(each->before->name, each->before->Z.at[i], each->before->slope);
            D = below;
        }
        first = each;
    }
    put("[[");
    for (const F(layer) *each = first; each != NULL; each = each->after) {
        F(put_array)(each->dW);
        put(each->after != NULL ? ", " : "], [");
    }
    for (const F(layer) *each = first; each != NULL; each = each->after) {
        F(put_array)(each->db);
        put(each->after != NULL ? ", " : "]]");
    }
}

#undef F
#undef ANSWER
#undef ELEMENTWISE_ANSWERS
#undef LOSS_ANSWER
#undef SLOPES_ANSWER
#endif
