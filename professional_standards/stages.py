"""Which stages may follow, and who takes a proceeding there: the policy read for one proceeding. No database."""

from collections.abc import Collection, Iterable, Sequence
from uuid import UUID

from professional_standards.models import Case, Proceeding, Transition
from professional_standards.opened_case import Move
from speakup.policy.document import Layer, Policy, Relation, Route, Stage

DETERMINATION, OUTCOME, CONCLUDED, INVESTIGATOR_APPOINTED = (
    "determination",
    "outcome",
    "concluded",
    "investigator_appointed",
)
INVESTIGATOR, SUPERVISOR = "investigator", "supervisor"


def first_stages(route: Route | str, desk_code: str, policy: Policy) -> tuple[str, ...]:
    """Where a proceeding on this route may begin at this desk: not where a stage is worked by roles of another desk."""
    return tuple(
        stage_id
        for stage_id in policy.workflow.first_proceeding_stages
        if route in policy.stages(stage_id).routes and _worked_here(policy.stages(stage_id), desk_code, policy)
    )


def next_stages(proceeding: Proceeding, steps: Iterable[Transition], policy: Policy) -> tuple[str, ...]:
    """What may follow where the proceeding stands: the policy's next stages on its route, the interrupting stages, and
    from one of those whatever it interrupted. `steps` are its transitions in order.
    """
    workflow, route = policy.workflow, Route(proceeding.route)
    following = list(workflow.next_stages(proceeding.stage, route))
    if proceeding.stage in workflow.interrupting_stages:
        following += _interrupted(proceeding.stage, steps, workflow.interrupting_stages)
    if proceeding.stage not in workflow.resting_proceeding_stages:
        following += [each for each in workflow.interrupting_stages if route in policy.stages(each).routes]
    return tuple(each for each in dict.fromkeys(following) if each != proceeding.stage)


def moves(
    proceeding: Proceeding, steps: Iterable[Transition], policy: Policy, *, desk_code: str, reopens: bool
) -> tuple[Move, ...]:
    """What may follow, with what each needs. `reopens`: whether what is concluded may begin again."""
    if proceeding.stage in policy.workflow.resting_proceeding_stages and not reopens:
        return ()
    found = []
    for to in next_stages(proceeding, steps, policy):
        outcomes = outcomes_of(proceeding, policy) if to == OUTCOME else ()
        if (to == OUTCOME and not outcomes) or not _worked_here(policy.stages(to), desk_code, policy):
            continue
        found.append(
            Move(
                to=to,
                determinations=determinations_of(proceeding, policy)
                if needs_determination(proceeding, to, policy)
                else (),
                outcomes=outcomes,
                needs_investigator=to == INVESTIGATOR_APPOINTED,
            )
        )
    return tuple(found)


def needs_determination(proceeding: Proceeding, to: str, policy: Policy) -> bool:
    """Whether going there says what was determined: leaving the determination, but for an interruption of it."""
    return proceeding.stage == DETERMINATION and to not in policy.workflow.interrupting_stages


def determinations_of(proceeding: Proceeding, policy: Policy) -> tuple[str, ...]:
    """The ids of what may be determined on the proceeding's route."""
    return tuple(
        each.id
        for each in policy.determinations.values()
        if each.layer is Layer.PROCEEDING and proceeding.route in each.routes
    )


def outcomes_of(proceeding: Proceeding, policy: Policy) -> tuple[str, ...]:
    """The ids of the outcomes that may be decided where the proceeding stands, on its route."""
    return tuple(
        each.id
        for each in policy.outcomes.values()
        if proceeding.stage in each.forum and proceeding.route in each.routes
    )


def decided_outside(stage: Stage, desk_code: str, policy: Policy) -> bool:
    """Whether nobody with an account here owns the stage: an office decides, and the case's owner records it.

    Roles that this desk does not have (vetting, in this version) count as such an office.
    """
    owner = policy.workflow.owners[stage.owner]
    return not any(_is_relation(role) or role in policy.desk(desk_code).member_roles for role in owner.roles)


def may_move(stage: Stage, case: Case, staff_id: UUID, roles: Collection[str], policy: Policy) -> bool:
    """Whether somebody who holds the case may take a proceeding out of this stage: as the policy's owner of the stage,
    by what they are to the case, or by a role at its desk; the case's owner where an office outside decides.
    """
    if decided_outside(stage, case.desk_id, policy):
        return staff_id == case.owner_id
    relations = {
        Relation.OWNER.value: case.owner_id,
        INVESTIGATOR: case.investigator_id,
        SUPERVISOR: case.supervisor_id,
    }
    at_desk = policy.desk(case.desk_id).member_roles
    return any(
        relations[role] == staff_id if role in relations else role in roles and role in at_desk
        for role in (str(each) for each in policy.workflow.owners[stage.owner].roles)
    )


def _interrupted(stage_id: str, steps: Iterable[Transition], interrupting: Sequence[str]) -> list[str]:
    """The stage that stood before this interruption, and the last one that was none."""
    before = [step.from_stage for step in steps if step.from_stage]
    ordinary = [each for each in before if each not in interrupting]
    return [each for each in (*before[-1:], *ordinary[-1:]) if each != stage_id]


def _worked_here(stage: Stage, desk_code: str, policy: Policy) -> bool:
    """Not where the stage is owned by the roles of another receiving desk: its work is a case of its own there."""
    owner = policy.workflow.owners[stage.owner]
    elsewhere = {role for desk in policy.receiving_desks if desk.id != desk_code for role in desk.member_roles} - set(
        policy.desk(desk_code).member_roles
    )
    return not owner.roles or not set(map(str, owner.roles)) <= elsewhere


def _is_relation(role: str) -> bool:
    return str(role) in {Relation.OWNER.value, INVESTIGATOR, SUPERVISOR}
