#pragma once
#include <mongoc/mongoc.h>
#include <stdlib.h>

/* bson_t is declared with aligned(128). Swift cannot lay out such a type, so it imports pointers to it as OpaquePointer
 * and has no way to put one on its stack. A reply needs storage that the callee initialises: */
static inline bson_t *cmongo_reply_new(void) {
  void *storage = NULL;
  if (posix_memalign(&storage, 128, sizeof(bson_t)) != 0) return NULL;
  bson_init((bson_t *)storage);
  return (bson_t *)storage;
}

static inline void cmongo_reply_free(bson_t *reply) {
  if (reply) {
    bson_destroy(reply);
    free(reply);
  }
}

static inline uint32_t cmongo_bson_length(const bson_t *document) { return document->len; }

/* bson_error_t.message is an array of 504 characters, which Swift sees as a tuple of as many fields. */
static inline const char *cmongo_error_message(const bson_error_t *error) { return error->message; }

static inline void cmongo_ignore_log(mongoc_log_level_t level, const char *domain, const char *message, void *data) {
  (void)level;
  (void)domain;
  (void)message;
  (void)data;
}

/* libmongoc writes to standard error by itself; what matters of it comes back as an error of the call. */
static inline void cmongo_start(void) {
  mongoc_init();
  mongoc_log_set_handler(cmongo_ignore_log, NULL);
}
