"""The dashboard, without API keys."""

import re

import pytest
from playwright.sync_api import expect
from support.looks import LOOKS, fits


@pytest.fixture(scope="module")
def session(system, demo_call):
    return demo_call(system, script="clumsy")


def shown(page, heading):
    expect(page.get_by_role("heading", level=1, name=heading)).to_be_visible()
    expect(page.locator("[aria-busy=true]")).to_have_count(0)


def test_the_list_leads_to_the_page_of_a_session(system, session, open_page):
    name = session["sessionId"]
    page = open_page(system.url)
    shown(page, "Sessions")
    row = page.get_by_role("row").filter(has_text=name)
    expect(row.get_by_role("cell").filter(has_text=re.compile(rf"^{session['score']['overall']}$"))).to_be_visible()
    expect(row).to_contain_text(session["traineeId"])

    row.get_by_role("link", name=name).click()
    shown(page, name)
    expect(page).to_have_title(re.compile(name))
    main = page.get_by_role("main")
    for line in session["transcript"]:
        expect(main.get_by_role("listitem").filter(has_text=line["text"]).first).to_be_attached()
    expect(main.get_by_role("link", name="Report (PDF)")).to_have_attribute("href", f"/api/sessions/{name}/report")

    page.go_back()
    shown(page, "Sessions")
    expect(row.get_by_role("link", name=name)).to_be_focused()


def test_a_trainee_has_a_page(system, session, open_page):
    page = open_page(system.url)
    page.get_by_role("row").filter(has_text=session["sessionId"]).get_by_role("link", name=session["traineeId"]).click()
    shown(page, session["traineeId"])
    expect(page.get_by_role("table").get_by_role("link", name=session["sessionId"])).to_be_visible()


def test_the_list_can_be_filtered_and_says_when_nothing_matches(system, session, open_page):
    page = open_page(system.url)
    shown(page, "Sessions")
    page.get_by_label("Trainee", exact=True).fill("NOBODY AT ALL")
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_role("heading", name="No session matches these filters")).to_be_visible()
    page.get_by_role("link", name="Clear the filters").click()
    expect(page.get_by_role("link", name=session["sessionId"])).to_be_visible()


def test_an_address_that_leads_nowhere_says_so(system, open_page):
    page = open_page(f"{system.url}/sessions/nonsense")
    shown(page, "There is no such page")


def test_an_address_in_the_old_form_leads_to_the_same_view(system, session, open_page):
    name, trainee = session["sessionId"], session["traineeId"]
    for old, new, heading in ((f"#{name}", f"/sessions/{name}", name), (f"#{name}/u2", f"/sessions/{name}?t=", name),
                              (f"#trainee/{trainee}", f"/trainees/{trainee}", trainee),
                              ("#?status=ended", "/?status=ended", "Sessions")):
        page = open_page(f"{system.url}/{old}")
        shown(page, heading)
        expect(page).to_have_url(re.compile(rf"^{re.escape(system.url + new)}[\d.]*$"))


def test_it_says_that_everything_is_simulated(system, open_page):
    page = open_page(system.url)
    expect(page.get_by_text("Simulated: customers and scores come from the bundled simulator")).to_be_visible()


@pytest.mark.parametrize("look", LOOKS)
def test_every_page_can_be_read_by_everybody(system, session, open_page, accessible, look):
    page = open_page(system.url, **look)
    for address, heading in (("", "Sessions"), (f"sessions/{session['sessionId']}", session["sessionId"]),
                             (f"trainees/{session['traineeId']}", session["traineeId"])):
        page.goto(f"{system.url}/{address}")
        shown(page, heading)
        accessible(page)
        assert fits(page), f"{address} is wider than {look.get('width')} pixels"
