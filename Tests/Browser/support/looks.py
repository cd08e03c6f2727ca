import pytest

# How a page may be looked at; arguments of `open_page`.
LOOKS = [
    pytest.param({}, id="light"),
    pytest.param({"dark": True}, id="dark"),
    pytest.param({"width": 360, "height": 740}, id="phone"),
    pytest.param({"width": 360, "height": 740, "dark": True, "reduced_motion": True}, id="dark-phone-without-motion"),
]


def fits(page):
    """Whether nothing is wider than the screen."""
    return page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
