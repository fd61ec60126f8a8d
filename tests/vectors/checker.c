/*
 * Frozen vectors in C: reads a file of spec/vectors, answers it with the functions below, and judges the answers.
 *
 *     cc -O2 -o checker checker.c -lm                  right
 *     cc -O2 -DFAULTY -o checker checker.c -lm         the logistic function is e^z / (1 + e^z), which overflows
 *
 *     checker FILE                                     judges: exit status 0, or 1 where a vector fails at MUST or STRICT
 *     checker FILE DIGEST                              prints the answers as JSON lines for "gradspec vectors check"
 *
 * It knows sigmoid, sigmoid_derivative, tanh and tanh_derivative in float64 and float32, and leaves the rest unanswered.
 * All that is needed of the file is a JSON parser and strtod, which reads hex floats, inf and nan.
 */
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* JSON. What is read stays in memory: the program ends soon. */

typedef struct json {
    enum { NOTHING, TEXT, LIST, OBJECT } kind; /* numbers are told by their text; true, false and null are nothing */
    char *text;          /* of a TEXT, or of a number */
    char *key;           /* of a member of an OBJECT */
    struct json *first;  /* of a LIST or an OBJECT */
    struct json *next;   /* beside it in a LIST or an OBJECT */
} json;

static _Noreturn void give_up(const char *why)
{
    fprintf(stderr, "checker: %s\n", why);
    exit(2);
}

static void *new_memory(size_t bytes)
{
    void *made = calloc(1, bytes);
    if (made == NULL)
        give_up("no memory is left");
    return made;
}

static void skip_space(const char **at)
{
    while (isspace((unsigned char)**at))
        ++*at;
}

static char *copied(const char *start, const char *end)
{
    char *text = new_memory((size_t)(end - start) + 1);
    memcpy(text, start, (size_t)(end - start));
    return text;
}

static char *parse_text(const char **at)
{
    const char *start = ++*at;
    while (**at != '"' && **at != '\0')
        *at += **at == '\\' && (*at)[1] != '\0' ? 2 : 1; /* nothing that is used here has an escape */
    if (**at != '"')
        give_up("a text does not end");
    char *text = copied(start, *at);
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
                if (**at != '"')
                    give_up("a member has no name");
                key = parse_text(at);
                skip_space(at);
                if (*(*at)++ != ':')
                    give_up("a colon is missing");
            }
            *last = parse(at);
            (*last)->key = key;
            last = &(*last)->next;
            skip_space(at);
            if (**at == ',') {
                ++*at;
                skip_space(at);
            } else if (**at != closing) {
                give_up("a comma is missing");
            }
        }
        ++*at;
    } else {
        const char *start = *at;
        while (**at != '\0' && strchr(",]} \n", **at) == NULL)
            ++*at;
        if (*at == start)
            give_up("the file ends early");
        value->text = copied(start, *at);
        value->kind = isalpha((unsigned char)*start) ? NOTHING : TEXT;
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

static const char *text_of(const json *object, const char *key)
{
    json *found = member(object, key);
    if (found == NULL || found->kind != TEXT)
        give_up("a member that every file of vectors has is missing");
    return found->text;
}

static json *list_of(const json *object, const char *key)
{
    json *found = member(object, key);
    if (found == NULL || found->kind != LIST)
        give_up("a list that every file of vectors has is missing");
    return found;
}

/* What is examined. */

static double logistic(double z)
{
#ifdef FAULTY
    return exp(z) / (1 + exp(z));
#else
    return 1 / (1 + exp(-z));
#endif
}

static double logistic_derivative(double z)
{
    double e = exp(-fabs(z));
    return e / ((1 + e) * (1 + e));
}

static double tanh_derivative(double z)
{
    double e = exp(-2 * fabs(z));
    return 4 * e / ((1 + e) * (1 + e));
}

static float logistic_f(float z)
{
#ifdef FAULTY
    return expf(z) / (1 + expf(z));
#else
    return 1 / (1 + expf(-z));
#endif
}

static float logistic_derivative_f(float z)
{
    float e = expf(-fabsf(z));
    return e / ((1 + e) * (1 + e));
}

static float tanh_derivative_f(float z)
{
    float e = expf(-2 * fabsf(z));
    return 4 * e / ((1 + e) * (1 + e));
}

static const struct {
    const char *name;
    double (*in_double)(double);
    float (*in_float)(float);
} functions[] = {
    {"sigmoid", logistic, logistic_f},
    {"sigmoid_derivative", logistic_derivative, logistic_derivative_f},
    {"tanh", tanh, tanhf},
    {"tanh_derivative", tanh_derivative, tanh_derivative_f},
};

/* Judging. */

static int is_allowed(double got, const json *options)
{
    if (options->kind == NOTHING)
        return 1;
    for (const json *each = options->first; each != NULL; each = each->next) {
        if (each->kind == LIST) {
            double lower = strtod(each->first->text, NULL), upper = strtod(each->first->next->text, NULL);
            if (lower <= got && got <= upper)
                return 1;
        } else {
            double value = strtod(each->text, NULL);
            if (got == value || (isnan(got) && isnan(value)))
                return 1;
        }
    }
    return 0;
}

/* The boxes of an elementwise operation: one array of entries each. NULL, or the options of the first wrong entry. */
static const json *wrong_entry(const json *boxes, const double *answer, size_t *position)
{
    const json *wrong = NULL;
    for (const json *box = boxes->first; box != NULL; box = box->next) {
        const json *entry = list_of(box, "allowed")->first->first;
        size_t index = 0;
        while (entry != NULL && is_allowed(answer[index], entry)) {
            entry = entry->next;
            index++;
        }
        if (entry == NULL)
            return NULL;
        wrong = entry;
        *position = index;
    }
    return wrong;
}

static char *contents(const char *name)
{
    FILE *file = fopen(name, "rb");
    if (file == NULL)
        give_up("the file cannot be opened");
    size_t size = 0, room = 1 << 20;
    char *text = malloc(room);
    while (text != NULL) {
        size += fread(text + size, 1, room - size - 1, file);
        if (size < room - 1)
            break;
        text = realloc(text, room *= 2);
    }
    if (text == NULL)
        give_up("no memory is left");
    text[size] = '\0';
    fclose(file);
    return text;
}

int main(int count, char **words)
{
    if (count < 2)
        give_up("checker FILE [DIGEST]");
    const char *at = contents(words[1]);
    const json *file = parse(&at);
    const char *operation = text_of(file, "operation");
    size_t which = 0, known = sizeof functions / sizeof *functions;
    while (which < known && strcmp(functions[which].name, operation) != 0)
        which++;
    if (which == known)
        give_up("there is no such function here");
    if (count > 2)
        printf("{\"schema\": \"https://gradspec.org/schema/vectors-answers-1.json\", \"vectors\": \"%s\"}\n", words[2]);

    int passed = 0, failed = 0, unanswered = 0;
    for (const json *vector = list_of(file, "vectors")->first; vector != NULL; vector = vector->next) {
        const char *format = text_of(vector, "format"), *id = text_of(vector, "id");
        int is_double = strcmp(format, "float64") == 0;
        if (!is_double && strcmp(format, "float32") != 0) {
            unanswered++;
            continue;
        }
        size_t size = 0;
        const json *numbers = list_of(list_of(vector, "arguments")->first, "hex")->first;
        for (const json *each = numbers; each != NULL; each = each->next)
            size++;
        double *answer = new_memory(sizeof(double) * (size + 1));
        size = 0;
        for (const json *each = numbers; each != NULL; each = each->next, size++) {
            double z = strtod(each->text, NULL);
            answer[size] = is_double ? functions[which].in_double(z) : (double)functions[which].in_float((float)z);
        }
        if (count > 2) {
            printf("{\"id\": \"%s\", \"answer\": [[", id);
            for (size_t index = 0; index < size; index++)
                printf(isnan(answer[index]) ? "%s\"nan\"" : "%s\"%a\"", index ? ", " : "", answer[index]);
            printf("]]}\n");
            continue;
        }
        size_t position = 0;
        const json *boxes = member(vector, member(vector, "must") != NULL ? "must" : "strict");
        if (wrong_entry(boxes, answer, &position) != NULL) {
            failed++;
            printf("FAIL %s in %s, %s: entry %zu is %.17g\n", id, format, text_of(vector, "regime"), position,
                   answer[position]);
        } else {
            passed++;
        }
    }
    if (count == 2)
        printf("%s: %d passed, %d failed, %d not answered\n", operation, passed, failed, unanswered);
    return failed > 0;
}
