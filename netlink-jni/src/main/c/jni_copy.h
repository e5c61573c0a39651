/* SPDX-License-Identifier: Apache-2.0 */
/* How arguments of Java's come in and results go out; for jni_glue.c alone. */
#ifndef PATCHBAY_JNI_COPY_H
#define PATCHBAY_JNI_COPY_H

#include <errno.h>
#include <jni.h>
#include <stdbool.h>
#include <string.h>

#include "rt_link.h"

#define STRINGS_SIZE 512

/* Records go straight into the caller's array; -ENOSPC when it is too small. */
struct java_sink {
	JNIEnv *env;
	jbyteArray out;
	jsize size;
	jsize used;
};

static inline int java_put(void *context, const void *record, size_t size)
{
	struct java_sink *s = context;

	if (size > (size_t)(s->size - s->used))
		return -ENOSPC;
	(*s->env)->SetByteArrayRegion(s->env, s->out, s->used, (jsize)size, record);
	s->used += (jsize)size;
	return 0;
}

static inline void java_reset(void *context)
{
	struct java_sink *s = context;

	s->used = 0;
}

static inline struct java_sink sink_of(JNIEnv *env, jbyteArray out)
{
	return (struct java_sink){.env = env, .out = out, .size = (*env)->GetArrayLength(env, out)};
}

static inline struct rt_sink rt_sink_of(struct java_sink *s)
{
	return (struct rt_sink){.put = java_put, .reset = java_reset, .context = s};
}

/* Words end in a zero; without any the array begins with one, as it came. */
static inline jint answer(JNIEnv *env, jint ret, const struct rt_words *words, jbyteArray out)
{
	jsize room = (*env)->GetArrayLength(env, out);
	jsize len = (jsize)strnlen(words->text, sizeof(words->text));

	if (ret < 0 && len < room)
		(*env)->SetByteArrayRegion(env, out, 0, len, (const jbyte *)words->text);
	return ret;
}

static inline jint bytes_answer(JNIEnv *env, const void *bytes, size_t size, jbyteArray out)
{
	struct java_sink s = sink_of(env, out);

	return java_put(&s, bytes, size) ? -ENOSPC : s.used;
}

static inline jint link_answer(JNIEnv *env, int ret, const struct rt_link *link, jbyteArray out)
{
	return ret ? ret : bytes_answer(env, link, link->size, out);
}

/* Copies a short array in; false if it does not have from min to max bytes. */
static inline bool copy_in(JNIEnv *env, jbyteArray in, void *to, jsize min, jsize max)
{
	jsize len = (*env)->GetArrayLength(env, in);

	if (len < min || len > max)
		return false;
	(*env)->GetByteArrayRegion(env, in, 0, len, to);
	return true;
}

/* Copies strings, each closed by a zero, and says where each begins; false unless there are count.
 */
static inline bool strings_in(JNIEnv *env, jbyteArray in, char room[STRINGS_SIZE],
			      const char **each, int count)
{
	jsize len = (*env)->GetArrayLength(env, in);
	const char *at = room;
	int i;

	if (!copy_in(env, in, room, 1, STRINGS_SIZE - 1))
		return false;
	room[len] = 0;
	for (i = 0; i < count; i++) {
		if (at >= room + len)
			return false;
		each[i] = at;
		at += strlen(at) + 1;
	}
	return at == room + len;
}

#endif
