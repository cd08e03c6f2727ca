// What of Linux Swift's Glibc module leaves out.
#pragma once
#include <sys/epoll.h>
#include <sys/prctl.h>

static const uint32_t clinux_readable = EPOLLIN | EPOLLRDHUP;
static const uint32_t clinux_writable = EPOLLOUT;

/// Asks for timers that are as exact as they can be.
static inline void clinux_exact_timers(void) { prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0); }
