/*
 * accept.c - content negotiation.
 *
 * Accept and Accept-Encoding are lists of names with weights, and have one
 * parser. A field with several lines is one list (RFC 9110, 5.2); a name that
 * is listed twice has the greater of its weights.
 */
#include "http/accept.h"

#include "base/bug.h"
#include "http/chars.h"

enum { WEIGHT_UNSAID = -1, WEIGHT_NO = 0, WEIGHT_MAX = 1000 };

struct naming {
	struct slice name, suffix, mark;
};

static const struct naming namings[] = {
	[CODING_BR] = {SLICE_INIT("br"), SLICE_INIT(".br"), SLICE_INIT("b")},
	[CODING_ZSTD] = {SLICE_INIT("zstd"), SLICE_INIT(".zst"),
		SLICE_INIT("z")},
	[CODING_GZIP] = {SLICE_INIT("gzip"), SLICE_INIT(".gz"),
		SLICE_INIT("g")},
	[CODING_IDENTITY] = {SLICE_INIT("identity"), SLICE_INIT(""),
		SLICE_INIT("")},
};

static const struct naming *naming_of(enum coding coding)
{
	BUG_UNLESS(coding <= CODING_IDENTITY);
	return &namings[coding];
}

struct slice coding_name(enum coding coding)
{
	return naming_of(coding)->name;
}

struct slice coding_suffix(enum coding coding)
{
	return naming_of(coding)->suffix;
}

struct slice coding_mark(enum coding coding)
{
	return naming_of(coding)->mark;
}

/* ---- elements: name [ "/" name ] *( OWS ";" OWS [ parameter ] ) ---- */

struct element {
	struct slice name;
	struct slice subtype; /* after a slash; a NULL slice: none */
	bool parameters;      /* it has a ";" not followed by a weight */
	int weight;           /* in thousandths, or WEIGHT_UNSAID */
};

/* The list of a field, from all its lines. */
struct list {
	const struct request *request;
	enum field field;
	struct slice value; /* of one line */
	struct slice rest;  /* what is left of it */
};

static struct list list_of(const struct request *request, enum field field)
{
	return (struct list){.request = request, .field = field};
}

static bool take_byte(struct slice *rest, char byte)
{
	if (rest->len == 0 || rest->at[0] != byte)
		return false;
	*rest = slice_from(*rest, 1);
	return true;
}

static bool take_token(struct slice *rest, struct slice *token)
{
	size_t len = chars_span(*rest, CHAR_TOKEN);

	*token = slice_of(rest->at, len);
	*rest = slice_from(*rest, len);
	return len > 0;
}

/* A quoted-string (RFC 9110, 5.6.4): its commas and semicolons are text. */
static bool take_quoted(struct slice *rest)
{
	size_t end = 1;

	while (end < rest->len && rest->at[end] != '"')
		end += rest->at[end] == '\\' ? 2 : 1;
	if (end >= rest->len)
		return false;
	*rest = slice_from(*rest, end + 1);
	return true;
}

/* qvalue: 0 to 1 with three digits at most (RFC 9110, 12.4.2). */
static bool read_weight(struct slice text, int *weight)
{
	int thousandths = 0;

	if (text.len < 1 || text.len > 5 || (text.len > 1 && text.at[1] != '.'))
		return false;
	for (size_t i = 0; i < 5; i++) {
		char digit = i < text.len ? text.at[i] : '0';

		if (i == 1)
			continue;
		if (!char_is(digit, CHAR_DIGIT))
			return false;
		thousandths = thousandths * 10 + (digit - '0');
	}
	*weight = thousandths;
	return thousandths <= WEIGHT_MAX;
}

/* Parses what follows a ";". "q" is the weight, in any position (RFC 9110,
 * 12.5.1), and must not be repeated. */
static bool take_parameter(struct slice *rest, struct element *element)
{
	struct slice name, value;
	bool weighs;

	if (!take_token(rest, &name)) {
		element->parameters = true;
		return true;
	}
	if (!take_byte(rest, '='))
		return false;
	weighs = slice_is_nocase(name, SLICE("q"));
	if (!weighs)
		element->parameters = true;
	else if (element->weight != WEIGHT_UNSAID)
		return false;
	if (!weighs && rest->len > 0 && rest->at[0] == '"')
		return take_quoted(rest);
	return take_token(rest, &value) &&
	       (!weighs || read_weight(value, &element->weight));
}

/* Parses an element. True if it is well-formed up to a comma or the end. */
static bool take_element(struct slice *rest, struct element *element)
{
	*element = (struct element){.weight = WEIGHT_UNSAID};
	if (!take_token(rest, &element->name))
		return false;
	if (take_byte(rest, '/') && !take_token(rest, &element->subtype))
		return false;
	*rest = slice_trim(*rest);
	while (take_byte(rest, ';')) {
		*rest = slice_trim(*rest);
		if (!take_parameter(rest, element))
			return false;
		*rest = slice_trim(*rest);
	}
	if (element->weight == WEIGHT_UNSAID)
		element->weight = WEIGHT_MAX;
	return rest->len == 0 || rest->at[0] == ',';
}

/* The next element that is not empty; a malformed one has an empty name. False
 * when there is no other. */
static bool next_element(struct list *list, struct element *element)
{
	struct slice skipped;

	for (;;) {
		list->rest = slice_trim(list->rest);
		if (take_byte(&list->rest, ','))
			continue;
		if (list->rest.len > 0)
			break;
		if (!request_next(list->request, list->field, &list->value))
			return false;
		list->rest = list->value;
	}
	if (!take_element(&list->rest, element)) {
		element->name = slice_of(NULL, 0);
		slice_cut(&list->rest, ',', &skipped);
	}
	return true;
}

static void raise_to(int *weight, int said)
{
	if (*weight < said)
		*weight = said;
}

/* ---- Accept-Encoding (RFC 9110, 12.5.3) ---- */

struct weights {
	int of[CODING_COUNT + 1]; /* identity is the last */
	int others;               /* of "*": those not listed */
};

static void note_coding(struct weights *weights, const struct element *element)
{
	if (slice_is(element->name, SLICE("*")))
		raise_to(&weights->others, element->weight);
	/* x-gzip is equivalent to gzip (RFC 9110, 8.4.1.3). */
	if (slice_is_nocase(element->name, SLICE("x-gzip")))
		raise_to(&weights->of[CODING_GZIP], element->weight);
	for (int i = 0; i <= CODING_COUNT; i++)
		if (slice_is_nocase(element->name, namings[i].name))
			raise_to(&weights->of[i], element->weight);
}

/* False when the field is malformed. */
static bool read_codings(const struct request *request, struct weights *weights)
{
	struct list list = list_of(request, FIELD_ACCEPT_ENCODING);
	struct element element;

	weights->others = WEIGHT_UNSAID;
	for (int i = 0; i <= CODING_COUNT; i++)
		weights->of[i] = WEIGHT_UNSAID;
	while (next_element(&list, &element)) {
		if (element.name.len == 0 || element.subtype.at != NULL ||
			element.parameters)
			return false;
		note_coding(weights, &element);
	}
	for (int i = 0; i <= CODING_COUNT; i++)
		if (weights->of[i] == WEIGHT_UNSAID)
			weights->of[i] = weights->others;
	return true;
}

enum coding accept_coding(const struct request *request, uint32_t codings)
{
	struct weights weights;
	enum coding best = CODING_NONE_WILL_DO;
	int highest = WEIGHT_NO;

	if (request->field[FIELD_ACCEPT_ENCODING].at == NULL ||
		!read_codings(request, &weights))
		return CODING_IDENTITY;
	for (int i = 0; i <= CODING_COUNT; i++) {
		bool there = i == CODING_IDENTITY || (codings >> i & 1) != 0;

		if (there && weights.of[i] > highest) {
			highest = weights.of[i];
			best = (enum coding)i;
		}
	}
	/* Identity is acceptable if it is not listed. */
	if (highest == WEIGHT_NO &&
		weights.of[CODING_IDENTITY] == WEIGHT_UNSAID)
		best = CODING_IDENTITY;
	return best;
}

/* ---- Accept (RFC 9110, 12.5.1) ---- */

/* How specific a media range is for a type; greater is more specific. Our types
 * have none of the parameters that a range may have. */
enum fit { FIT_NONE, FIT_ANY, FIT_TYPE, FIT_PARAMETERS, FIT_EXACT };

struct wish {
	enum fit fit;
	int weight;
};

static enum fit fit_of(const struct element *range, struct slice type)
{
	struct slice name;

	if (range->subtype.at == NULL)
		return FIT_NONE;
	slice_cut(&type, '/', &name);
	if (slice_is(range->name, SLICE("*")))
		return slice_is(range->subtype, SLICE("*")) ? FIT_ANY
							    : FIT_NONE;
	if (!slice_is_nocase(range->name, name))
		return FIT_NONE;
	if (slice_is(range->subtype, SLICE("*")))
		return FIT_TYPE;
	if (!slice_is_nocase(range->subtype, type))
		return FIT_NONE;
	return range->parameters ? FIT_PARAMETERS : FIT_EXACT;
}

/* The weight of the most specific range for the type. */
static struct wish wish_for(const struct request *request, struct slice type)
{
	struct wish wish = {FIT_NONE, WEIGHT_NO};
	struct list list = list_of(request, FIELD_ACCEPT);
	struct element range;

	while (next_element(&list, &range)) {
		enum fit fit = fit_of(&range, type);

		if (fit == FIT_NONE || fit < wish.fit)
			continue;
		if (fit > wish.fit)
			wish = (struct wish){fit, WEIGHT_NO};
		raise_to(&wish.weight, range.weight);
	}
	return wish;
}

bool accept_prefers_json(const struct request *request)
{
	return wish_for(request, SLICE("application/json")).weight >
	       wish_for(request, SLICE("text/html")).weight;
}

bool accept_is_navigation(const struct request *request)
{
	struct wish wish = wish_for(request, SLICE("text/html"));

	return wish.fit >= FIT_PARAMETERS && wish.weight > WEIGHT_NO;
}
