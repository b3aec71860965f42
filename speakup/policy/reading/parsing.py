"""From the bytes of a policy document to the policy."""

import json
from collections import Counter
from typing import Any

from speakup.policy.document import Policy
from speakup.policy.reading.complaints import Complaint, PolicyError
from speakup.policy.reading.entries import Entry
from speakup.policy.reading.findings import Findings
from speakup.policy.reading.policy import read_policy

LARGEST_DOCUMENT = 4 * 1024 * 1024


class _Repeating(dict[str, Any]):
    """A JSON object in which a name stands twice: `repeated` names them."""

    repeated: frozenset[str]


def read_document(data: bytes) -> Policy:
    """The policy in the bytes of a JSON document (UTF-8). Raises PolicyError for anything else."""
    return read_policy(parse_document(data))


def parse_document(data: bytes) -> Any:
    """The JSON in `data`; PolicyError where it is none, is too large or nested too deep, or names a field twice."""
    if len(data) > LARGEST_DOCUMENT:
        raise _refusal(f"is larger than {LARGEST_DOCUMENT} bytes")
    if not data.strip():
        raise _refusal("is empty")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _refusal(f"is not UTF-8: byte {error.start}") from None
    repeating: list[_Repeating] = []
    try:
        document = json.loads(text, object_pairs_hook=lambda pairs: _object(pairs, repeating))
    except json.JSONDecodeError as error:
        raise _refusal(f"is not JSON: {error.msg}, line {error.lineno} column {error.colno}") from None
    except RecursionError:
        raise _refusal("is nested too deep") from None
    except ValueError:
        raise _refusal("has a number that is too long") from None
    if repeating:
        findings = Findings()
        _complain_of_repeated(Entry(findings, "", document), document)
        findings.raise_complaints()
    return document


def _object(pairs: list[tuple[str, Any]], repeating: list[_Repeating]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) == len(pairs):
        return made
    repeated = _Repeating(made)
    repeated.repeated = frozenset(name for name, times in Counter(name for name, _ in pairs).items() if times > 1)
    repeating.append(repeated)
    return repeated


def _complain_of_repeated(root: Entry, document: Any) -> None:
    waiting = [(root, document)]
    while waiting:
        entry, value = waiting.pop()
        if isinstance(value, _Repeating):
            for name in value:
                if name in value.repeated:
                    entry[name].complain("is there twice")
        if isinstance(value, dict):
            waiting.extend((entry[name], inner) for name, inner in reversed(value.items()))
        elif isinstance(value, list):
            waiting.extend((entry.at(index), value[index]) for index in reversed(range(len(value))))


def _refusal(text: str) -> PolicyError:
    return PolicyError([Complaint("", text)])
