"""A private practice is nowhere on a trainer's pages until the trainee submits it."""

import re

import pytest
from playwright.sync_api import expect
from support.api import Refused
from support.practice import SCENARIO, Practice
from test_dashboard_sign_in import sign_in

TRAINEE = "SHY_TRAINEE"


@pytest.fixture(scope="module")
def submitted(keyed, demo_call):
    """Something that a trainer does see."""
    return demo_call(keyed)


@pytest.mark.parametrize("role", ["viewer", "admin", "client"])
def test_a_private_practice_is_on_no_page_of_a_trainer(keyed, submitted, open_page, role):
    trainee = f"{TRAINEE}_{role}"
    practice = practised(keyed, open_page, trainee)
    session_id = practice.session_id

    trainer = open_page(keyed.url)
    trainer.watch.allow(r"\b(401|404|409)\b")
    sign_in(trainer, keyed.key(role))
    main = trainer.get_by_role("main")
    # A client sees the calls of its own key only.
    if role != "client":
        expect(main.get_by_role("link", name=submitted["sessionId"])).to_be_visible()
    expect(main).not_to_contain_text(trainee)
    expect(main).not_to_contain_text(session_id)
    before = keyed.api_as(role).get("/api/dashboard/stats")["totalSessions"]
    trainer.goto(f"{keyed.url}/trainees/{trainee}")
    expect(trainer.locator("[aria-busy=true]")).to_have_count(0)
    expect(main).not_to_contain_text(session_id)
    if role != "client":
        trainer.goto(f"{keyed.url}/sessions/{session_id}")
        expect(main.get_by_role("alert").or_(main.get_by_role("heading", name="No such session"))).to_be_visible()
        expect(main).not_to_contain_text(trainee)

    practice.submit()
    trainer.goto(f"{keyed.url}/sessions/{session_id}")
    # The address may be the same as before.
    trainer.reload()
    expect(main.get_by_text("Good afternoon").first).to_be_visible()
    trainer.goto(f"{keyed.url}/")
    expect(main.get_by_role("link", name=session_id)).to_be_visible()
    assert keyed.api_as(role).get("/api/dashboard/stats")["totalSessions"] == before + 1


def test_the_interface_refuses_what_the_pages_do_not_show(keyed, open_page):
    session_id = practised(keyed, open_page, TRAINEE).session_id
    for role, status in (("viewer", 404), ("admin", 409)):
        api = keyed.api_as(role)
        for path in ("", "/report", "/data"):
            with pytest.raises(Refused) as refusal:
                api.get(f"/api/sessions/{session_id}{path}")
            assert refusal.value.status == status
        for path in ("/api/sessions", "/api/dashboard"):
            assert api.get(path, traineeId=TRAINEE)["items"] == []
    with pytest.raises(Refused) as refusal:
        keyed.api_as("admin").post(f"/api/sessions/{session_id}/export")
    assert (refusal.value.status, refusal.value.code) == (409, "session_private")


def practised(keyed, open_page, trainee):
    """A call with a ticket that has its score, and is not submitted."""
    ticket = keyed.ticket(trainee, [SCENARIO])
    page = open_page(ticket["url"])
    practice = Practice(page)
    practice.accept_notice()
    # The ticket does not stay where it can be copied.
    assert ticket["ticket"] not in page.url
    practice.type_instead()
    page.get_by_role("button", name="Choose").click()
    practice.start()
    practice.say_typed("Good afternoon, what do you like about your cigarettes?")
    expect(practice.answers()).not_to_have_count(0)
    practice.end()
    practice.result()
    assert re.fullmatch(r"[A-Z]+-\d+", practice.session_id)
    return practice
