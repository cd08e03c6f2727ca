"""Situations: each is played once and looks at some rules."""

from dataclasses import dataclass
from typing import Callable


@dataclass(frozen=True)
class Situation:
    name: str
    title: str
    rules: tuple
    play: Callable
    seconds: float  # after which it is given up
    task: str = ""  # what the client has to do in it
    options: tuple = ()


class Situations:
    """A list that functions join by decorating themselves."""

    def __init__(self):
        self.all = []

    def add(self, title, *rules, seconds=30, task="", options=()):
        def decorate(play):
            name = play.__name__.strip("_").replace("_", "-")
            self.all.append(Situation(name, title, rules, play, seconds, task, tuple(options)))
            return play

        return decorate

    @property
    def rules(self):
        return {rule for situation in self.all for rule in situation.rules}
