"""Which part of production may do what with which table: each signs in to PostgreSQL with a role of its own.

None of them owns a table, so none can switch a trigger off, and none may TRUNCATE. The reporter site's role cannot read
a wrapped secret or a second factor, nor see a case; the staff site's sees no draft; the workers' open nothing anyway.
Rosters and commitments to keys are added to by a role, never changed or deleted. Where a role may delete or change some
rows of a table and not others, a guard decides: a trigger that looks at whoever is that role and at nobody else.
`manage.py grant_tables`, as the owner after `migrate`, makes it so. docs/operations.md says how the roles are made.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatch

from speakup.web.triggers import Event

READ = "SELECT"
ADD = "SELECT, INSERT"
CHANGE = "SELECT, INSERT, UPDATE"
WRITE = "SELECT, INSERT, UPDATE, DELETE"
TAKE = "SELECT, DELETE"
NOTHING = ""
# What the night needs to write a row again as it was (`SET id = id`); a guard sees that it stays as it was.
REWRITE = "SELECT, UPDATE (id)"

# Django's own book-keeping, and what is decided at a key ceremony or by adopting a policy.
_SETTLED = ("django_migrations", "django_content_type", "auth_*", "policy_*")
_SENT_WITH_A_DRAFT = "draft_id, report_id, day, version, details, file_key, clean_key"
_OF_A_DRAFT = "OLD.draft_id IS NOT NULL"
_HERS_TO_SEAL = (
    "(NEW.object_kind = 'report' AND NEW.epoch = 1) OR (NEW.object_kind = 'identity' "
    "AND NEW.epoch = (SELECT epoch FROM reporting_identity WHERE id = NEW.object_id))"
)
_NAME_HAS_ANOTHER_KEY = "OLD.epoch < (SELECT epoch FROM reporting_identity WHERE id = OLD.object_id)"
_STAFF_SECRETS = ("accounts_personalsecret", "accounts_sealedtotp", "accounts_recoverycode")


@dataclass(frozen=True)
class Guard:
    """Refuses a role `event` on `table` unless `allowed`, an SQL condition on NEW and OLD, is true (NULL is not).

    `allowed` is written by us, never typed by anybody: it goes into the statement as it stands.
    """

    table: str
    event: Event
    allowed: str


@dataclass(frozen=True)
class Role:
    """A part's role. What `exactly` says of a table decides, then the first list that its name is on; a table on none
    is `otherwise`."""

    name: str
    read: Sequence[str]
    add: Sequence[str] = ()
    change: Sequence[str] = ()
    write: Sequence[str] = ()
    nothing: Sequence[str] = ()
    exactly: Mapping[str, str] = field(default_factory=dict)
    guarded: Sequence[Guard] = ()
    otherwise: str = WRITE

    @property
    def guards(self) -> list[Guard]:
        """Those of `guarded`, and one for every table whose rows it may only write again."""
        rewritten = [table for table, may in self.exactly.items() if "UPDATE (id)" in may]
        return [*self.guarded, *(Guard(table, Event.UPDATE, "OLD IS NOT DISTINCT FROM NEW") for table in rewritten)]

    def may(self, table: str) -> str:
        """The privileges of this role on a table, as GRANT has them; empty where it has none."""
        if table in self.exactly:
            return self.exactly[table]
        lists = (
            (self.nothing, NOTHING),
            (self.write, WRITE),
            (self.change, CHANGE),
            (self.add, ADD),
            (self.read, READ),
        )
        for patterns, privileges in lists:
            if any(fnmatch(table, pattern) for pattern in patterns):
                return privileges
        return self.otherwise


ROLES = {
    "reporter": Role(
        "speakup_reporter",
        # It finds whom to seal to and for whom it must not, and shows who opened a report.
        read=(
            *_SETTLED,
            "accounts_staffmember",
            "accounts_roleassignment",
            "accounts_personalkey",
            "accounts_desk",
            "accounts_roster",
            "accounts_recoverykey",
            "culture_metricskey",
            "clocks_clockevent",
            "clocks_lastsweep",
            "ledger_entry",
            "reporting_*",
        ),
        # What was sent stays: a site in somebody else's hands can add to it, not put something else in its place.
        add=(
            "accounts_epoch",
            "accounts_listentry",
            "clocks_clock",
            "culture_factinbox",
            "ledger_pendingact",
            "reporting_intaketransition",
            "reporting_message",
            "reporting_progress",
            "reporting_receipt",
        ),
        # Her own until she sends or leaves.
        write=("reporting_reportersession", "reporting_draft"),
        exactly={
            # Beside what she adds: when the report is next due, and all that it takes to say later who she is. Then her
            # answers are sealed anew, and the name, whose old rows end with what was asked for it.
            "reporting_report": f"{ADD}, UPDATE (answers, next_due_at)",
            "reporting_identity": f"{ADD}, UPDATE (epoch, day, sealed)",
            "reporting_identityrequest": "SELECT, UPDATE (state)",
            "accounts_grant": f"{ADD}, DELETE",
            "reporting_attachment": f"{ADD}, UPDATE ({_SENT_WITH_A_DRAFT}), DELETE",
        },
        guarded=(
            Guard("reporting_identity", Event.UPDATE, "NEW.epoch = OLD.epoch + 1"),
            Guard("reporting_identityrequest", Event.UPDATE, "NEW.state = 'ended'"),
            # Never recovery's row, nor one on anything else, nor any under the key that the name has now.
            Guard(
                "accounts_grant",
                Event.DELETE,
                f"OLD.object_kind = 'identity' AND OLD.staff_id IS NOT NULL AND {_NAME_HAS_ANOTHER_KEY}",
            ),
            # The later keys of a report are for those who read it to make.
            Guard("accounts_grant", Event.INSERT, _HERS_TO_SEAL),
            Guard("accounts_epoch", Event.INSERT, _HERS_TO_SEAL),
            Guard("reporting_attachment", Event.UPDATE, _OF_A_DRAFT),
            Guard("reporting_attachment", Event.DELETE, _OF_A_DRAFT),
        ),
        otherwise=NOTHING,
    ),
    "staff": Role(
        "speakup_staff",
        read=(
            *_SETTLED,
            "accounts_recoverykey",
            "culture_metricskey",
            "culture_release",
            "culture_publishedtable",
            "ledger_checkpoint*",
        ),
        add=(
            "accounts_roster",
            "accounts_epoch",
            "reporting_intaketransition",
            "reporting_message",
            "reporting_progress",
        ),
        nothing=("reporting_reportersession", "reporting_draft", "culture_fact"),
    ),
    # It sweeps, mails, and does what is done by night: deletes what is over, writes the day's rows again as they were.
    "worker": Role(
        "speakup_worker",
        read=(*_SETTLED, "ledger_checkpointkey"),
        nothing=(*_STAFF_SECRETS, "ledger_entrydetail"),
        add=("ledger_entry", "ledger_checkpoint"),
        change=("clocks_lastsweep",),
        write=("clocks_outbox", "notifications_deadletter"),
        exactly={
            **dict.fromkeys(
                (
                    "accounts_duty",
                    "accounts_staffsession",
                    "accounts_tokenbucket",
                    "accounts_unlocked",
                    "django_session",
                    "reporting_reportersession",
                ),
                TAKE,
            ),
            **dict.fromkeys(
                (
                    "accounts_epoch",
                    "accounts_listentry",
                    "clocks_clock",
                    "reporting_identity",
                    "reporting_intaketransition",
                    "reporting_message",
                    "reporting_progress",
                    "reporting_receipt",
                    "reporting_report",
                ),
                REWRITE,
            ),
            "reporting_draft": f"{REWRITE}, DELETE",
            "accounts_grant": f"{REWRITE}, DELETE",
            "accounts_invitation": "SELECT, UPDATE (queued), DELETE",
            "accounts_rekeydue": f"{REWRITE}, INSERT",
            "clocks_reminder": f"{REWRITE}, INSERT",
            "culture_fact": f"{REWRITE}, INSERT",
            "culture_factinbox": f"{REWRITE}, DELETE",
            "ledger_head": "SELECT, UPDATE",
            "ledger_pendingact": f"{REWRITE}, DELETE",
            "reporting_attachment": f"{REWRITE}, DELETE",
            "reporting_identityrequest": "SELECT, UPDATE (id, state)",
        },
        guarded=(
            # A release that is over: its row goes.
            Guard("accounts_grant", Event.DELETE, "OLD.object_kind = 'identity' AND OLD.until_day IS NOT NULL"),
            Guard("reporting_attachment", Event.DELETE, _OF_A_DRAFT),
            Guard(
                "reporting_identityrequest",
                Event.UPDATE,
                "NEW.id = OLD.id AND (NEW.state = OLD.state OR (OLD.state = 'released' AND NEW.state = 'ended'))",
            ),
        ),
        otherwise=READ,
    ),
    "metrics": Role(
        "speakup_metrics",
        read=(*_SETTLED, "accounts_desk", "accounts_recoverykey"),
        add=("ledger_entry",),
        write=("culture_*",),
        exactly={"ledger_head": "SELECT, UPDATE"},
        otherwise=NOTHING,
    ),
}


def grants(part: str, tables: Sequence[str]) -> list[str]:
    """The statements that give a part's role what it may do with these tables, and take everything else."""
    role = ROLES[part]
    statements = [
        f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role.name}",
        f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role.name}",
    ]
    return statements + [f'GRANT {may} ON "{table}" TO {role.name}' for table in tables if (may := role.may(table))]


def guards(part: str) -> list[str]:
    """The statements that make a part's guards, and take away those that it had before.

    What a guard looks up it finds in our own tables, whatever the role has made under the same name.
    """
    role = ROLES[part]
    statements = [_without_guards(role.name)]
    for guard in role.guards:
        name = f"{role.name}_{guard.event.lower()}_{guard.table}"
        passed = "OLD" if guard.event is Event.DELETE else "NEW"
        statements += [
            f'CREATE FUNCTION "{name}"() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $guard$ '
            f"BEGIN IF ({guard.allowed}) IS NOT TRUE THEN "
            # Fixed words: an exception's text may reach a log, a row's values must not.
            f"RAISE EXCEPTION '{guard.event} refused on {guard.table}' USING ERRCODE = 'insufficient_privilege'; "
            f"END IF; RETURN {passed}; END $guard$",
            f'CREATE TRIGGER "{name}" BEFORE {guard.event} ON "{guard.table}" '
            f"FOR EACH ROW WHEN (current_user = '{role.name}') EXECUTE FUNCTION \"{name}\"()",
        ]
    return statements


def _without_guards(role: str) -> str:
    found = f"SELECT oid::regprocedure AS made FROM pg_proc WHERE starts_with(proname, '{role}_')"  # noqa: S608
    return (
        f"DO $$ DECLARE each record; BEGIN FOR each IN {found} AND pronamespace = 'public'::regnamespace "
        f"LOOP EXECUTE 'DROP FUNCTION ' || each.made || ' CASCADE'; END LOOP; END $$"
    )
