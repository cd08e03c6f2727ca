"""The dashboard of an installation with API keys."""

import pytest
from playwright.sync_api import expect


def sign_in(page, key):
    page.get_by_label("API key").fill(key)
    page.get_by_role("button", name="Sign in").click()


@pytest.mark.parametrize("role", ["viewer", "admin", "client"])
def test_a_key_opens_the_dashboard_until_sign_out(keyed, open_page, page, role):
    page.watch.allow(r"\b401\b")
    page.goto(keyed.url)
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    sign_in(page, keyed.key(role))
    expect(page.get_by_role("heading", name="Sessions", exact=True)).to_be_visible()
    expect(page.get_by_text(f"the-{role} ({role})")).to_be_visible()
    pages = page.get_by_role("navigation", name="Pages").get_by_role("link")
    expect(pages).to_have_text(["Sessions"] if role == "client" else ["Sessions", "Cohort", "Review"])

    page.reload()
    expect(page.get_by_role("heading", name="Sessions", exact=True)).to_be_visible()
    # Only the server can read the cookie, and nothing else keeps the key.
    assert page.evaluate("() => document.cookie + JSON.stringify({ ...localStorage, ...sessionStorage })") == "{}"

    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_a_wrong_key_is_refused_in_words(keyed, page, accessible):
    page.watch.allow(r"\b401\b")
    page.goto(keyed.url)
    sign_in(page, "not a key")
    expect(page.get_by_role("alert").filter(has_text="This key is not known here.")).to_be_visible()
    expect(page.get_by_label("API key")).to_be_focused()
    accessible(page)
