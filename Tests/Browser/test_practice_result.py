"""The result of a call, as the trainee reads it: what comes first, and what it rests on."""

import pytest
from playwright.sync_api import expect
from support.practice import Practice

TRAINEE = "READER"


@pytest.fixture(scope="module")
def session(system, demo_call):
    """A call in which rules were broken."""
    return demo_call(system, script="clumsy", trainee=TRAINEE)


@pytest.fixture
def result(system, session, open_page):
    """Its result, opened from the list; `score` is what the server is to say of it instead."""

    def show(score=None):
        page = open_page("about:blank")
        if score:
            page.route(f"**/api/sessions/{session['sessionId']}", lambda route: route.fulfill(
                json={**session, "score": {**session["score"], **score}}))
        page.goto(f"{system.url}/practice")
        practice = Practice(page)
        practice.enter(TRAINEE)
        practice.earlier_calls().get_by_role("button", name="Show the result").click()
        practice.result()
        return practice

    return show


def test_what_failed_the_call_is_the_first_thing_to_work_on(session, result):
    practice = result()
    blockers = [found["message"] for found in session["score"]["findings"]
                if found["severity"] == "blocker" and found["status"] == "violated"]
    assert blockers
    region = practice.page.get_by_role("region", name="To work on")
    expect(region).to_contain_text("starts a new call from the beginning")
    first = region.get_by_role("listitem").first
    assert session["score"]["coaching"]["workOn"][0]["category"] == "compliance"
    expect(first).to_contain_text(session["score"]["coaching"]["workOn"][0]["advice"])


def test_the_steps_and_the_rules_say_what_the_score_rests_on(session, result, accessible):
    practice = result()
    page = practice.page
    steps = page.get_by_role("region", name="Steps of the conversation")
    expect(steps.get_by_role("listitem")).to_have_count(len(session["score"]["salesSteps"]))
    expect(steps.get_by_text("missed").first).to_be_visible()
    rules = page.get_by_role("region", name="What the rules found")
    for reason in session["score"]["failReasons"][:1]:
        expect(rules.get_by_role("listitem").first).to_contain_text(f"Fails the call: {reason}")
    # The words are below their category.
    category = next(each for each in session["score"]["details"] if each["evidence"])
    row = page.get_by_role("region", name="By category").get_by_role("listitem").filter(has_text=category["title"])
    row.locator("summary").click()
    expect(row).to_contain_text(category["evidence"][0]["text"])
    accessible(page)


def test_a_wrong_date_of_birth_and_the_reasons_for_a_review_are_told(session, result):
    wrong = {**session["score"]["findings"][0], "rule": "age_check", "status": "violated", "severity": "major",
             "message": "The date that was entered is not the customer's.", "dateDiffers": True, "evidence": {}}
    practice = result({
        "findings": [wrong], "needsReview": True, "flags": ["samples_disagree", "unclear_speech", "review_cut"]})
    page = practice.page
    expect(page.get_by_role("region", name="What the rules found")).to_contain_text(
        "Serious: The date that was entered is not the customer's.")
    review = page.get_by_role("region", name="A person should look at this")
    expect(review.get_by_role("listitem")).to_have_count(3)
    expect(review).to_contain_text("Some of what you said was not heard clearly.")


def test_a_moment_that_is_practised_again_is_in_sight_before_and_in_the_call(session, result):
    practice = result()
    page = practice.page
    advice = session["score"]["coaching"]["workOn"][0]["advice"]
    page.set_viewport_size({"width": 360, "height": 740})
    page.get_by_role("button", name="Practise this moment again").first.click()
    practice.accept_notice()
    practice.type_instead()
    moment = page.get_by_role("region", name="The moment you are practising again")
    expect(moment).to_contain_text("starts a new call from the beginning")
    expect(moment.get_by_text(advice)).to_be_in_viewport()
    practice.start()
    expect(page.get_by_role("main").get_by_text(advice)).to_be_in_viewport()
