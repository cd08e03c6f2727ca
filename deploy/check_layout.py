"""Checks the layout of the sources: how many Swift files a folder holds, and that the relay's Conversation keeps its walls.
Prints one line per fault and exits with 1 if there is any.
"""

import re
import sys
from pathlib import Path

MOST_FILES = 16
MOST_FILES_OF_RELAY = 12
# Folders that hold more, each with its reason.
REASONS = {}

CONVERSATION = Path("Services/relay/Conversation")
PARTS = ["Client", "Customer", "Trainee", "Upstream", "Record", "Supervision", "Limits", "Scene", "Ending"]
MOST_FIELDS = 7
ALLOWED_IMPORTS = {"Domain", "JSON", "Foundation"}
faults = []


def check(holds, fault):
    if not holds:
        faults.append(fault)


def code(path):
    """The text without comments and string literals."""
    text = re.sub(r'"""[\s\S]*?"""', '""', path.read_text())
    text = re.sub(r'"(?:\\.|[^"\\\n])*"', '""', text)
    return re.sub(r"//[^\n]*", "", text)


def check_folders():
    for root in [Path("Services"), Path("Shared")]:
        for folder in [root, *(path for path in root.rglob("*") if path.is_dir())]:
            count = len(list(folder.glob("*.swift")))
            most = MOST_FILES_OF_RELAY if folder.is_relative_to("Services/relay") else MOST_FILES
            check(
                count <= most or str(folder) in REASONS,
                f"{folder} has {count} Swift files; {most} are allowed without a reason in {__file__}",
            )


def top_level_types(text):
    return set(
        re.findall(
            r"^(?:package |public |private |fileprivate )*(?:final )?(?:struct|enum|class|protocol|typealias) (\w+)",
            text,
            re.MULTILINE,
        )
    )


def methods(text):
    """What a file adds to Conversation and others may call."""
    return set(re.findall(r"^    (?:package )?(?:mutating )?(?:func|var) (\w+)", text, re.MULTILINE))


def knots(edges):
    """The groups of files that refer to each other in a circle (Tarjan's strongly connected components)."""
    index, low, stack, found = {}, {}, [], []

    def visit(node):
        index[node] = low[node] = len(index)
        stack.append(node)
        for next_node in edges[node]:
            if next_node not in index:
                visit(next_node)
                low[node] = min(low[node], low[next_node])
            elif next_node in stack:
                low[node] = min(low[node], index[next_node])
        if low[node] == index[node]:
            group = []
            while True:
                group.append(stack.pop())
                if group[-1] == node:
                    break
            if len(group) > 1:
                found.append(sorted(group))

    for node in edges:
        if node not in index:
            visit(node)
    return found


def check_conversation():
    files = {path: code(path) for path in sorted(CONVERSATION.rglob("*.swift"))}
    check(bool(files), f"{CONVERSATION} is empty")
    types = {path: top_level_types(text) for path, text in files.items()}
    for path, text in files.items():
        for module in re.findall(r"^(?:\w+ )?import (\w+)", text, re.MULTILINE):
            check(module in ALLOWED_IMPORTS, f"{path} imports {module}; allowed: {', '.join(sorted(ALLOWED_IMPORTS))}")

    entries = [path for path, text in files.items() for _ in re.findall(r"package mutating func", text)]
    check(
        entries == [CONVERSATION / "Conversation+Table.swift"],
        f"handle must be the only way into the conversation; ways in: {[str(path) for path in entries]}",
    )

    def part(path):
        name = path.relative_to(CONVERSATION).parts[0]
        return name if name in PARTS else None

    edges = {}
    for path, text in files.items():
        words = set(re.findall(r"\w+", text))
        calls = set(re.findall(r"(?<![\w.])(\w+)(?=\()", text))
        is_flow = "extension Conversation" in text or "struct Conversation" in text
        edges[path] = set()
        for other in files:
            if other == path:
                continue
            named = types[other] & words
            # The conversation's own type says nothing about which of its files is needed.
            named.discard("Conversation")
            is_other_flow = "extension Conversation" in files[other] or "struct Conversation" in files[other]
            called = methods(files[other]) & calls if is_flow and is_other_flow else set()
            called -= methods(text)
            if named or called:
                edges[path].add(other)
            if named and part(path) and part(other) and part(path) != part(other):
                check(False, f"{path} names {', '.join(sorted(named))} of the part {part(other)}")
    for knot in knots(edges):
        check(False, "files that need each other in a circle: " + ", ".join(str(path) for path in knot))

    for name in PARTS:
        path = CONVERSATION / name / f"{name}.swift"
        check(path in files, f"{path} is missing")
        fields = re.findall(r"^    ((?:\w+(?:\(set\))? )*)(?:var|let) (\w+)(?:: [^={\n]+)?(?: = .*)?$", files.get(path, ""), re.MULTILINE)
        for access, field in fields:
            if "static" not in access:
                check(access.strip() == "private", f"{path}: the field {field} must be private")
        count = sum("static" not in access for access, _ in fields)
        check(count <= MOST_FIELDS, f"{path} has {count} fields; {MOST_FIELDS} are allowed")


check_folders()
check_conversation()
for fault in faults:
    print(fault)
print(f"layout: {len(faults)} faults")
sys.exit(bool(faults))
