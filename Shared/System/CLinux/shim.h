// What of Linux Swift's Glibc module leaves out.
#ifndef CLINUX_SHIM_H
#define CLINUX_SHIM_H

#define _GNU_SOURCE
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>

// Named differently from the function, whose declaration depends on what was included before.
static inline int clinux_accept(int listener) {
    return accept4(listener, 0, 0, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

/// Asks for timers that are as exact as they can be.
static inline void clinux_exact_timers(void) { prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0); }

static const uint32_t clinux_readable = EPOLLIN | EPOLLRDHUP;
static const uint32_t clinux_writable = EPOLLOUT;
static const int clinux_no_signal = MSG_NOSIGNAL;

#endif
