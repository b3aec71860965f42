"""Checks where a workflow leads. For a workflow without complaints only: every id in it resolves."""

from collections.abc import Iterable, Mapping
from itertools import product

from speakup.policy.document import Layer, Route, Workflow
from speakup.policy.reading.complaints import quoted
from speakup.policy.reading.entries import Entry


def check_walks(stages: Entry, workflow: Workflow) -> None:
    """On every route each stage can be reached, and can be left for an end of its layer: nothing gets stuck there.

    An end is where a report or a proceeding may rest; a step that no route can take is a complaint, too.
    """
    places = {stage_id: stages.at(index) for index, stage_id in enumerate(workflow.stages)}
    for layer, route in product((Layer.REPORT, Layer.PROCEEDING), Route):
        on_route = [stage for stage in workflow.stages.values() if stage.layer is layer and route in stage.routes]
        following = {stage.id: set(workflow.next_stages(stage.id, route)) for stage in on_route}
        preceding: dict[str, set[str]] = {}
        for stage_id, next_id in ((stage_id, next_id) for stage_id, nexts in following.items() for next_id in nexts):
            preceding.setdefault(next_id, set()).add(stage_id)
        reached = _walk(workflow.first_stages(layer) & following.keys(), following)
        ending = _walk(workflow.last_stages(layer) & following.keys(), preceding)
        for stage in on_route:
            if stage.id not in reached:
                places[stage.id].complain(f"no way leads to {quoted(stage.id)} on the route {route}")
            if stage.id not in ending:
                places[stage.id].complain(f"no way leads from {quoted(stage.id)} to an end on the route {route}")
    for stage in workflow.stages.values():
        taken = {next_id for route in stage.routes for next_id in workflow.next_stages(stage.id, route)}
        for index, next_id in enumerate(stage.allowed_next):
            if next_id not in taken:
                places[stage.id]["allowed_next"].at(index).complain(f"no route leads to {quoted(next_id)} from here")


def _walk(starts: Iterable[str], steps: Mapping[str, set[str]]) -> set[str]:
    reached: set[str] = set()
    waiting = set(starts)
    while waiting:
        stage_id = waiting.pop()
        reached.add(stage_id)
        waiting |= steps.get(stage_id, set()) - reached
    return reached
