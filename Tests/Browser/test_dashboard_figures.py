"""What the dashboard says about many sessions, and how it learns what happens now."""

import threading

import pytest
from playwright.sync_api import expect
from support.eventually import eventually
from support.looks import LOOKS, fits


@pytest.fixture(scope="module")
def session(system, demo_call):
    return demo_call(system, script="clumsy")


@pytest.fixture
def requests():
    """The paths that a page asks for from now on."""

    def of(page):
        asked = []
        page.on("request", lambda request: asked.append(request.url.split("/", 3)[3]))
        return asked

    return of


def shown(page, heading):
    expect(page.get_by_role("heading", level=1, name=heading)).to_be_visible()
    expect(page.locator("[aria-busy=true]")).to_have_count(0)


def start(system, trainee):
    scenario = system.api.get("/api/scenarios")["items"][0]["id"]
    return system.api.post("/api/sessions", {"scenarioId": scenario, "traineeId": trainee, "client": "test"})["sessionId"]


def test_sessions_appear_by_themselves_and_nothing_is_asked_for_again(system, session, open_page, requests):
    start(system, "FIRST")
    page = open_page(system.url)
    shown(page, "Sessions")
    asked = requests(page)
    # Longer than the four seconds after which a page that polls would have asked.
    page.wait_for_timeout(5_000)
    # The stream may open a moment after the page is shown. Nothing else may be asked, and that only once.
    assert asked in ([], ["api/live"])
    asked.clear()

    name = start(system, "LATER")
    expect(page.get_by_role("row").filter(has_text=name)).to_contain_text("Live")
    page.wait_for_timeout(1_500)
    assert asked == ["api/dashboard/stats"], "the figures have changed, once"


def test_a_call_can_be_followed_as_it_happens(system, open_page, demo_call, requests):
    call = {}
    talker = threading.Thread(target=lambda: call.update(demo_call(system, trainee="WATCHED")))
    talker.start()
    [item] = eventually(lambda: system.api.get("/api/sessions", traineeId="WATCHED")["items"], "the call begins")
    page = open_page(f"{system.url}/sessions/{item['sessionId']}")
    asked = requests(page)
    main = page.get_by_role("main")
    expect(main.get_by_role("link", name="Report (PDF)")).to_be_visible(timeout=60_000)
    talker.join()
    for line in call["transcript"]:
        expect(main.get_by_role("listitem").filter(has_text=line["text"]).first).to_be_attached()
    loads = [path for path in asked if path == f"api/sessions/{item['sessionId']}"]
    assert len(loads) <= 2, "at first, and when it was over"


def test_a_trainees_page_says_how_little_few_calls_say(system, session, open_page):
    page = open_page(f"{system.url}/trainees/{session['traineeId']}")
    shown(page, session["traineeId"])
    expect(page.get_by_role("heading", name="Too few calls to say")).to_be_visible()
    expect(page.get_by_role("region", name="Categories by persona").get_by_role("cell").first).to_contain_text("n 1")
    expect(page.get_by_text("No proposal yet")).to_be_visible()


def test_the_cohort_can_be_narrowed_and_taken_along(system, session, open_page):
    start(system, "COHORT")
    page = open_page(system.url)
    page.get_by_role("navigation", name="Pages").get_by_role("link", name="Cohort").click()
    shown(page, "Cohort")
    expect(page.get_by_role("link", name="Cohort")).to_have_attribute("aria-current", "page")
    page.get_by_label("Client").select_option("test")
    expect(page).to_have_url(f"{system.url}/cohort?client=test")
    expect(page.get_by_role("link", name="The sessions (CSV)")).to_have_attribute("href", "/api/sessions.csv?client=test")
    with page.expect_download() as download:
        page.get_by_role("link", name="These figures (CSV)").click()
    assert download.value.suggested_filename == "cohort.csv"
    assert "figure,id,name,n,value,low,high" in download.value.path().read_text()


@pytest.mark.parametrize("look", LOOKS)
def test_figures_can_be_read_by_everybody(system, session, open_page, accessible, look):
    page = open_page(f"{system.url}/cohort", **look)
    shown(page, "Cohort")
    accessible(page)
    assert fits(page)


def test_identities_can_be_hidden(start_system, demo_call, open_page):
    system = start_system(SHOW_TRAINEE_IDENTITIES="off")
    start(system, "SECRETLY_ANNA")
    page = open_page(system.url)
    shown(page, "Sessions")
    link = page.get_by_role("table", name="Sessions, newest first").get_by_role("link", name="trainee-")
    name = link.text_content()
    assert "SECRETLY_ANNA" not in page.content()
    link.click()
    shown(page, name)
    assert "SECRETLY_ANNA" not in page.content()
