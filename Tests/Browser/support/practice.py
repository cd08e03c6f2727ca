import re

from playwright.sync_api import expect

SCENARIO = "fmc_resistant"
CUSTOMER = "Karel"


class Practice:
    """The practice page as a trainee goes through it, in English."""

    def __init__(self, page):
        self.page = page
        self.captions = page.get_by_role("log", name="What was said")
        self.typed = page.get_by_role("textbox", name="What you say, typed")
        self.banner = page.get_by_role("status").filter(has_text="Connection lost")

    # MARK: before the call

    def enter(self, name):
        """Only where nobody has given the page a ticket."""
        self.heading("Welcome to practice")
        self.page.get_by_label("Your name or staff number").fill(name)
        self.button("Continue").click()

    def accept_notice(self):
        self.heading("You will be talking to an AI")
        self.button("I understand").click()

    def check_device(self):
        self.heading("Check your sound")
        self.button("Everything works").click()

    def earlier_calls(self):
        """The calls so far, from wherever the page offers them."""
        self.button("My calls").click()
        self.heading("My calls")
        return self.page.locator("[data-call]")

    def type_instead(self):
        self.heading("Check your sound")
        self.button("Type instead of speaking").click()

    def choose(self, title):
        self.heading("Whom would you like to talk to?")
        self.page.get_by_role("article", name=title).get_by_role("button", name="Choose").click()
        self.heading(title)

    def start(self):
        self.button(f"Talk to {CUSTOMER}").click()
        self.heading(f"Call with {CUSTOMER}")
        expect(self.page.locator("[data-session]")).to_have_text(re.compile(r"^[A-Z]+-\d+$"))

    def go_to_briefing(self, title, name=None, types=True):
        if name:
            self.enter(name)
        self.accept_notice()
        if types:
            self.type_instead()
        else:
            self.check_device()
        self.choose(title)

    # MARK: in the call

    @property
    def session_id(self):
        return self.page.locator("[data-session]").get_attribute("data-session")

    def is_the_customer(self, *doing):
        """Waits until the page says that the customer does one of these."""
        words = "|".join(map(re.escape, doing))
        expect(self.page.get_by_role("status").filter(has_text=re.compile(rf"{CUSTOMER} ({words})"))).to_be_visible()

    def say_typed(self, text):
        self.typed.fill(text)
        # Before the call is connected the page keeps the line and asks to send it again; a line that was sent is gone.
        for _ in range(8):
            self.typed.press("Enter")
            try:
                expect(self.line("TRAINEE", text)).to_have_count(1, timeout=1500)
                return
            except AssertionError:
                continue
        expect(self.line("TRAINEE", text)).to_have_count(1)

    def is_answered(self):
        """Waits until the customer has said the last words, and all of them were heard."""
        expect(self.captions.locator("[data-utterance]").last).to_have_attribute("data-speaker", "AVATAR")
        self.is_the_customer("is listening", "is waiting for your line")

    def line(self, speaker, words):
        """The captions of a speaker that match."""
        return self.captions.locator(f"[data-speaker={speaker}]").filter(has_text=words)

    def answers(self):
        return self.captions.locator("[data-speaker=AVATAR]")

    def shown_lines(self):
        """The captions as `(utteranceId, speaker, words)`."""
        return [
            (caption["utterance"], caption["speaker"], caption["words"])
            for caption in self.captions.evaluate("""(list) => [...list.querySelectorAll("[data-utterance]")].map((item) => ({
                ...item.dataset, words: item.querySelector("[lang]").textContent }))""")]

    def end(self):
        self.button("End the call").click()
        self.page.get_by_role("dialog", name="End the call?").get_by_role("button", name="End and see the result").click()

    # MARK: after the call

    def result(self):
        """Waits for the score."""
        self.heading("Your result")
        expect(self.button("Submit to my trainer").or_(self.page.get_by_text("Submitted", exact=True))).to_be_visible()

    def submit(self):
        """Lets it count, which cannot be taken back."""
        self.button("Submit to my trainer").click()
        self.page.get_by_role("dialog", name="Submit this practice?").get_by_role("button", name="Submit").click()
        expect(self.page.get_by_text("Your trainer can see this practice now.")).to_be_visible()

    # MARK: parts

    def heading(self, text):
        expect(self.page.get_by_role("heading", level=1, name=text, exact=True)).to_be_visible()

    def button(self, name):
        return self.page.get_by_role("button", name=name, exact=True)
