/* connection_script.c - bytes become steps. */
#include "connection_script.h"

enum { ESCAPE = 0xff, PAUSE_UNIT = 100, BITE_UNIT = 16 };

static void add_step(
	struct script *script, enum action action, int caller, size_t amount)
{
	if (script->count < SCRIPT_STEPS)
		script->steps[script->count++] =
			(struct step){action, caller, amount};
}

/* To the bytes that are sent just now, or after a cut. */
static void add_byte(struct script *script, int caller, uint8_t byte, int cut)
{
	struct step *last = script->steps + script->count - 1;

	if (script->len[caller] == SCRIPT_TEXT)
		return;
	if (cut || script->count == 0 || last->action != ACTION_SEND ||
		last->caller != caller) {
		if (script->count == SCRIPT_STEPS)
			return;
		add_step(script, ACTION_SEND, caller, 0);
		last = script->steps + script->count - 1;
	}
	script->text[caller][script->len[caller]++] = (char)byte;
	last->amount++;
}

static void add_action(
	struct script *script, uint8_t letter, int caller, uint8_t number)
{
	switch (letter) {
	case 'p':
		add_step(script, ACTION_PAUSE, caller,
			(size_t)number * PAUSE_UNIT);
		break;
	case 'b':
		add_step(script, ACTION_READ, caller,
			(size_t)number * BITE_UNIT);
		break;
	case 'f':
		add_step(script, ACTION_HALF_CLOSE, caller, 0);
		break;
	case 'x':
		add_step(script, ACTION_CLOSE, caller, 0);
		break;
	case 'r':
		add_step(script, ACTION_RESET, caller, 0);
		break;
	case 'h':
		add_step(script, ACTION_HOLD, caller, 0);
		break;
	case 'g':
		add_step(script, ACTION_READ, caller, 0);
		break;
	case 'd':
		add_step(script, ACTION_DRAIN, caller, 0);
		break;
	default:
		break;
	}
}

void script_read(struct script *script, const uint8_t *data, size_t size)
{
	int caller = 0, cut = 1;

	script->setup = size > 0 ? data[0] : 0;
	script->seed = size > 1 ? data[1] : 0;
	script->count = script->len[0] = script->len[1] = 0;
	for (size_t i = 2; i < size; i++) {
		uint8_t letter = i + 1 < size ? data[i + 1] : 'c';
		uint8_t number = i + 2 < size ? data[i + 2] : 0;

		if (data[i] != ESCAPE || letter == ESCAPE) {
			add_byte(script, caller, data[i], cut);
			cut = 0;
			i += data[i] == ESCAPE;
			continue;
		}
		i += letter == 'p' || letter == 'b' ? 2 : 1;
		cut = 1;
		if (letter == 's')
			caller = !caller;
		else
			add_action(script, letter, caller, number);
	}
}
