"""The list of rules."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

FILE = Path(__file__).with_name("rules.yaml")


@dataclass(frozen=True)
class Rule:
    id: str
    who: str  # "server" or "client"
    level: str  # "must" or "should"
    section: int  # of Docs/Protocol.md; 0 is its beginning
    text: str


@cache
def all_rules():
    return tuple(Rule(**entry) for entry in yaml.safe_load(FILE.read_text())["rules"])


def rules_of(who):
    return [rule for rule in all_rules() if rule.who == who]
