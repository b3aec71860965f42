"""The demonstration force: invented people, their desks and roles. The addresses are reserved and reach nobody."""

from dataclasses import dataclass

from speakup.accounts.casework import casework_code
from speakup.accounts.keyholders import AUTHORITY

# One for all, printed at every start: it protects nothing, and nobody should think that it does.
PASSPHRASE = "kettle harbour seventeen lanterns"  # noqa: S105
FORCE = "Westmarch Police (invented)"


@dataclass(frozen=True)
class Person:
    """Somebody of the demonstration force. People outside the police have no collar number."""

    name: str
    role: str
    collar_number: str = ""
    former_names: tuple[str, ...] = ()
    supervised_by: str = ""

    @property
    def email(self) -> str:
        return f"{self.name.lower().replace('â', 'a').replace(' ', '.')}@example.test"


@dataclass(frozen=True)
class DeskOfPeople:
    """A desk and who works at it. `kind` is a value of accounts.Desk.Kind; `on_call` names who is woken for it."""

    code: str
    kind: str
    people: tuple[Person, ...]
    on_call: str = ""


DESKS = (
    DeskOfPeople(
        "psd",
        "receiving",
        (
            Person("Helen Marsh", "head_of_psd", "2207"),
            Person("Imran Sheikh", "supervisor", "3318", supervised_by="Helen Marsh"),
            Person("Grace Adeyemi", "triage", "5142", ("Grace Hughes",), supervised_by="Imran Sheikh"),
            Person("Tomasz Nowak", "triage", "6093", supervised_by="Imran Sheikh"),
            Person("Siân Pritchard", "triage", "4876", supervised_by="Imran Sheikh"),
        ),
        on_call="Imran Sheikh",
    ),
    DeskOfPeople(
        "ccu",
        "receiving",
        (
            Person("Robert Iveson", "ccu_head", "1954"),
            Person("Meera Chauhan", "ccu_supervisor", "3701", supervised_by="Robert Iveson"),
            Person("Declan Byrne", "ccu_officer", "5560", supervised_by="Meera Chauhan"),
            Person("Naomi Clarke", "ccu_officer", "6214", ("Naomi Sutton",), supervised_by="Meera Chauhan"),
            Person("Yusuf Demir", "ccu_officer", "7035", supervised_by="Meera Chauhan"),
        ),
        on_call="Meera Chauhan",
    ),
    DeskOfPeople(
        "outside",
        "receiving",
        (
            Person("Ruth Abrahams", "independent_head"),
            Person("Kwame Boateng", "independent_member", supervised_by="Ruth Abrahams"),
            Person("Fiona Macleod", "independent_member", supervised_by="Ruth Abrahams"),
            Person("Angharad Rees", "lpb_head"),
            Person("Sanjay Patel", "lpb_member", supervised_by="Angharad Rees"),
        ),
        on_call="Ruth Abrahams",
    ),
    DeskOfPeople(
        "identity_custodians",
        "custodian",
        (
            Person("Patricia Lowe", "identity_custodian", "8811"),
            Person("Amit Desai", "identity_custodian", "8642"),
            Person("Eleanor Fraser", "identity_custodian", "8907"),
        ),
        on_call="Patricia Lowe",
    ),
    DeskOfPeople(
        casework_code("psd"),
        "casework",
        (
            Person("Charlotte Okafor", "investigator", "4417", ("Charlotte Dunne",), supervised_by="Imran Sheikh"),
            Person("Gareth Llewellyn", "investigator", "5038", supervised_by="Imran Sheikh"),
            Person("Marek Zielinski", "investigator", "6655", supervised_by="Imran Sheikh"),
        ),
    ),
    DeskOfPeople(
        casework_code("ccu"),
        "casework",
        (
            Person("Stephen Hallam", "investigator", "4902", supervised_by="Meera Chauhan"),
            Person("Leila Haddad", "investigator", "7316", supervised_by="Meera Chauhan"),
        ),
    ),
    DeskOfPeople(
        casework_code("outside"),
        "casework",
        (
            Person("Judith Weir", "investigator", supervised_by="Ruth Abrahams"),
            Person("Owen Castellane", "investigator", supervised_by="Ruth Abrahams"),
        ),
    ),
    DeskOfPeople(
        AUTHORITY,
        "authority",
        (Person("Margaret Ellison", "appropriate_authority", "0002"),),  # the Deputy Chief Constable
    ),
)

# Who has a role and no desk: nothing is ever sealed to them.
WITHOUT_A_DESK = (
    Person("Joanna Whitfield", "hr_analyst"),
    Person("Daniel Frost", "administrator"),
    Person("Priya Raman", "auditor"),
)
EVERYBODY = (*(person for desk in DESKS for person in desk.people), *WITHOUT_A_DESK)
