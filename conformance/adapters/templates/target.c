/*
 * An adapter between gradspec and an implementation in C. Compile it with
 *
 *     cc -O2 -o target target.c -lm
 *
 * gradspec starts the program and writes requests to its standard input, one JSON object a line; each is answered by
 * one line on standard output. Print what else you have to say to standard error.
 */
#define _POSIX_C_SOURCE 200809L
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Your part: what is offered, by the names that `gradspec list operations` prints. Call your library here. */

static double sigmoid(double z)
{
    double e = exp(-fabs(z)); /* exp(-z) would overflow */
    return (z < 0 ? e : 1) / (1 + e);
}

static double sigmoid_derivative(double z) /* at z, not at the sigmoid of z */
{
    double e = exp(-fabs(z));
    return e / ((1 + e) * (1 + e)); /* s (1 - s) would lose its digits where s is nearly 1 */
}

static const struct {
    const char *name;
    double (*function)(double);
} operations[] = {{"sigmoid", sigmoid}, {"sigmoid_derivative", sigmoid_derivative}};

/* `gradspec list conventions` prints the choices that differ between libraries, such as {"layout": "rows"}. */
static const char *description = "\"name\": \"my library\", \"version\": \"0.1\", "
                                 "\"formats\": [\"float64\"], \"conventions\": {}, \"operations\": [";

#define COUNT (sizeof operations / sizeof *operations)

/* Reading JSON, without a library: requests are well formed, and texts in them have no escapes. */

static const char *after_space(const char *at)
{
    return at + strspn(at, " ,:");
}

static const char *after_value(const char *at)
{
    if (*at == '"')
        return strchr(at + 1, '"') + 1;
    if (*at != '[' && *at != '{')
        return at + strcspn(at, " ,]}\n");
    for (at = after_space(at + 1); *at != ']' && *at != '}';)
        at = after_space(after_value(at));
    return at + 1;
}

static int is_text(const char *at, const char *text)
{
    return strncmp(at + 1, text, strlen(text)) == 0 && at[1 + strlen(text)] == '"';
}

static const char *member(const char *object, const char *key)
{
    const char *at = after_space(object + 1);
    while (*at != '}' && !is_text(at, key))
        at = after_space(after_value(after_space(after_value(at))));
    return after_space(after_value(at));
}

/* Writing: the shortest decimal that reads as the number; what is not finite is a text. */

static void write_number(double number)
{
    char text[32];
    for (int digits = 1; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, number);
        if (strtod(text, NULL) == number)
            break;
    }
    if (!isfinite(number))
        printf(isnan(number) ? "\"NaN\"" : number > 0 ? "\"Infinity\"" : "\"-Infinity\"");
    else
        printf("%s", number == 0 && signbit(number) ? "-0.0" : text);
}

/* An array is a number or a list of arrays: the function is applied to every number, whatever the shape. */
static const char *write_each(const char *at, double (*function)(double))
{
    if (*at != '[') {
        write_number(function(strtod(at + (*at == '"'), NULL))); /* strtod reads NaN and Infinity, too */
        return after_value(at);
    }
    const char *separator = "[";
    for (at = after_space(at + 1); *at != ']'; at = after_space(at)) {
        printf("%s", separator);
        separator = ", ";
        at = write_each(at, function);
    }
    printf("]");
    return at + 1;
}

static void answer(const char *call)
{
    const char *first_argument = member(call, "arguments") + 1;
    for (size_t each = 0; each < COUNT; each++)
        if (is_text(member(call, "operation"), operations[each].name)) {
            printf("{\"result\": ");
            write_each(first_argument, operations[each].function);
            printf("}");
            return;
        }
    printf("{\"unsupported\": \"not offered\"}");
}

int main(void)
{
    char *line = NULL;
    size_t size = 0;
    while (getline(&line, &size, stdin) > 0) {
        const char *message = member(line, "message");
        printf("{\"id\": %ld", strtol(member(line, "id"), NULL, 10));
        if (is_text(message, "start"))
            printf(", \"protocol\": 1");
        if (is_text(message, "describe")) {
            printf(", %s", description);
            for (size_t each = 0; each < COUNT; each++)
                printf("%s\"%s\"", each > 0 ? ", " : "", operations[each].name);
            printf("]");
        }
        if (is_text(message, "call")) {
            const char *separator = ", \"answers\": [";
            for (const char *call = member(line, "calls") + 1; *call != ']'; call = after_space(after_value(call))) {
                printf("%s", separator);
                separator = ", ";
                answer(call);
            }
            printf("]");
        }
        printf("}\n");
        fflush(stdout); /* gradspec waits for the line */
        if (is_text(message, "stop"))
            break;
    }
    return 0;
}
