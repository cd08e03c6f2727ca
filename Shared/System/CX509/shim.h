#pragma once
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

/* The number of certificates in a PEM file, or -1 if one of them cannot be read. */
static inline int cx509_count(const void *pem, int length) {
    ERR_clear_error();
    BIO *file = BIO_new_mem_buf(pem, length);
    if (file == NULL) return -1;
    int count = 0;
    X509 *certificate;
    while ((certificate = PEM_read_bio_X509(file, NULL, NULL, NULL)) != NULL) {
        X509_free(certificate);
        count++;
    }
    /* The end of a good file looks like one more certificate that does not begin. */
    unsigned long error = ERR_peek_last_error();
    int is_end = ERR_GET_LIB(error) == ERR_LIB_PEM && ERR_GET_REASON(error) == PEM_R_NO_START_LINE;
    ERR_clear_error();
    BIO_free(file);
    return is_end ? count : -1;
}
