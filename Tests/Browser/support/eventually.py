import time


def eventually(condition, what, within=15):
    """The first true value of the condition.

    `within` is in seconds. Raises AssertionError when it stays false, and with it the last error that it raised.
    """
    deadline = time.monotonic() + within
    while True:
        error = None
        try:
            if value := condition():
                return value
        except Exception as failed:  # A server that is not there yet is a condition that does not hold yet.
            error = failed
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {within} s: {what}") from error
        time.sleep(0.05)
