"""Which part of production may do what with which table: each signs in to PostgreSQL with a role of its own.

None of them owns a table, so none can switch a trigger off, and none may TRUNCATE. The reporter site's role cannot read
a wrapped secret or a second factor, nor see a case; the staff site's sees no draft; the workers' open nothing anyway.
`manage.py grant_tables`, as the owner after `migrate`, makes it so. docs/operations.md says how the roles are made.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatch

READ = "SELECT"
ADD = "SELECT, INSERT"
CHANGE = "SELECT, INSERT, UPDATE"
WRITE = "SELECT, INSERT, UPDATE, DELETE"
NOTHING = ""

# Django's own book-keeping, and what is decided at a key ceremony or by adopting a policy.
_SETTLED = ("django_migrations", "django_content_type", "auth_*", "policy_*")
_STAFF_SECRETS = ("accounts_personalsecret", "accounts_sealedtotp", "accounts_recoverycode")


@dataclass(frozen=True)
class Role:
    """A part's role: the first list that a table's name is on decides, and one on none is `otherwise`."""

    name: str
    read: Sequence[str]
    add: Sequence[str] = ()
    change: Sequence[str] = ()
    write: Sequence[str] = ()
    nothing: Sequence[str] = ()
    otherwise: str = WRITE

    def may(self, table: str) -> str:
        """The privileges of this role on a table, as GRANT has them; empty where it has none."""
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
            "culture_factinbox",
            "ledger_pendingact",
            "reporting_intaketransition",
            "reporting_message",
            "reporting_progress",
        ),
        change=("reporting_report", "reporting_identity", "reporting_identityrequest", "clocks_clock"),
        # Her own until she sends or leaves; and the rows on her name, which end when she gives another.
        write=(
            "reporting_reportersession",
            "reporting_draft",
            "reporting_attachment",
            "reporting_receipt",
            "accounts_grant",
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
        nothing=("reporting_reportersession", "reporting_draft", "culture_fact"),
    ),
    "worker": Role(
        "speakup_worker",
        read=(*_SETTLED, "ledger_checkpointkey"),
        nothing=(*_STAFF_SECRETS, "ledger_entrydetail"),
    ),
    "metrics": Role(
        "speakup_metrics",
        read=(*_SETTLED, "accounts_desk", "accounts_recoverykey"),
        write=("culture_*", "ledger_*"),
        nothing=("ledger_checkpoint*",),
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
