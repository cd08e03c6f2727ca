"""What the fixtures promise: a page's faults are seen, a line can be cut, the microphone is heard."""

import pytest
from playwright.sync_api import expect
from support import speech
from support.api import API
from support.eventually import eventually
from support.watch import Watch

# Measures how loud the microphone is; the page asks for it when the button is pressed.
LEVEL_PAGE = """<!doctype html><html lang="en"><title>Level</title><button>Open</button><script>
window.loudest = 0;
document.querySelector("button").addEventListener("click", async () => {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    const context = new AudioContext();
    const analyser = new AnalyserNode(context);
    context.createMediaStreamSource(stream).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    setInterval(() => {
        analyser.getFloatTimeDomainData(samples);
        window.loudest = Math.max(window.loudest, ...samples);
    }, 20);
    document.title = "open";
});
</script></html>"""


@pytest.mark.parametrize("script, fault", [
    ("console.error('told')", "console: told"),
    ("throw new Error('thrown')", "uncaught: thrown"),
    ("Promise.reject(new Error('forgotten'))", "uncaught: forgotten"),
    ("fetch('/missing')", "refused: 404"),
    ("fetch('http://127.0.0.1:9/')", "failed: GET http://127.0.0.1:9/"),
])
def test_a_fault_of_the_page_is_seen(other_origin, page, script, fault):
    page.watch.allow(".*")
    watch = Watch(page)
    page.goto(other_origin.serve("/faulty.html", f"<!doctype html><title>x</title><script>{script}</script>"))
    eventually_in(page, lambda: any(fault in found for found in watch.faults), f"{fault} among {watch.faults}")


def test_a_violated_content_security_policy_is_seen(system, page):
    page.watch.allow("content security policy|Content Security Policy")
    watch = Watch(page)
    page.goto(system.url)
    page.evaluate("() => { document.body.setAttribute('style', 'color: red'); }")
    eventually_in(
        page, lambda: any("content security policy: style-src" in fault for fault in watch.faults), "the violation")


def eventually_in(page, condition, what):
    """Like `eventually`; what the browser reports arrives only while Playwright is asked something."""
    eventually(lambda: (page.title(), condition())[1], what)


def test_a_line_can_be_cut_and_mended(system, line):
    cable = line(system)
    api = API(cable.url)
    assert api.get("/healthz")["status"]
    cable.cut()
    with pytest.raises(OSError):
        api.get("/healthz")
    cable.mend()
    assert api.get("/healthz")["status"]


def test_the_microphone_says_what_the_test_says(other_origin, open_page, microphone):
    page = open_page(other_origin.serve("/level.html", LEVEL_PAGE), microphone=microphone)
    page.get_by_role("button").click()
    expect(page).to_have_title("open")
    assert page.evaluate("() => window.loudest") == 0
    microphone.say(page, "Good afternoon!")
    assert page.evaluate("() => window.loudest") > 0.1


def test_a_file_can_be_the_microphone(other_origin, open_page, spoken_browser, tmp_path):
    chromium = spoken_browser(speech.write_file(tmp_path / "said.wav", "Good afternoon!"))
    page = open_page(other_origin.serve("/level.html", LEVEL_PAGE), browser=chromium)
    page.get_by_role("button").click()
    page.wait_for_function("() => window.loudest > 0.1")


def test_a_page_without_permission_has_no_microphone(other_origin, open_page):
    page = open_page(other_origin.serve("/level.html", LEVEL_PAGE), allow_microphone=False)
    page.watch.allow("uncaught: .*[Pp]ermission")
    page.get_by_role("button").click()
    expect(page).not_to_have_title("open")
