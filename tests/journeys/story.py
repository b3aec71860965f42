"""What a reporter has to tell, for journeys: every question answered, in words that are found nowhere else."""

from dataclasses import dataclass, field

from tests.reporting.foreign_files import photo


@dataclass(frozen=True)
class ToldAbout:
    """Somebody the report is about, as the form asks for them."""

    name: str
    rank: str = ""
    team: str = ""
    collar_number: str = ""
    description: str = ""


@dataclass(frozen=True)
class Attached:
    """A file that goes with the report."""

    name: str
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class Middle:
    """The answers to the questions between 'who else knows' and 'who must not see this'."""

    evidence: tuple[str, ...] = ()
    where: str = ""
    chat: str = ""
    tried: tuple[str, ...] = ()
    came_of_it: str = ""
    effect: tuple[str, ...] = ()
    effect_words: str = ""
    wants: tuple[str, ...] = ()
    wants_words: str = ""
    fears: tuple[str, ...] = ()
    safer: str = ""
    motive: tuple[str, ...] = ()
    why: str = ""

    @property
    def told(self) -> tuple[str, ...]:
        """Everything chosen and everything written."""
        chosen = (*self.evidence, self.chat, *self.tried, *self.effect, *self.wants, *self.fears, *self.motive)
        written = (self.where, self.came_of_it, self.effect_words, self.wants_words, self.safer, self.why)
        return (*chosen, *written)


@dataclass(frozen=True)
class Story:
    """The answers; choices are the labels that the page shows, and empty where the page does not ask."""

    danger: str
    relation: str
    shape: str
    account: str
    more: str
    categories: tuple[str, ...]
    kinds: tuple[str, ...]
    gravest: str
    people: tuple[ToldAbout, ...]
    where: str
    when: str
    ongoing: str
    knows: str
    keep_out: tuple[str, ...]
    mode: str
    name: str = ""
    contact: str = ""
    consents: tuple[str, ...] = ()
    middle: Middle | None = None
    file: Attached = field(default_factory=lambda: Attached("group chat.png", photo("PNG", size=(640, 480))))

    @property
    def ongoing_without_event(self) -> bool:
        return self.shape == "It goes on, and there is no single event"

    @property
    def messages(self) -> bool:
        """Whether the form asks about the chat: it is part of the story."""
        told = self.middle.evidence if self.middle else ()
        return "Images, messages and WhatsApp groups" in self.categories or "Messages, or a chat group" in told

    @property
    def headline(self) -> str:
        """The report in one line, as the desk's list shows it: by the gravest of the kinds."""
        return f"{self.gravest}, {len(self.people)} people named"


JOKES = Story(
    danger="No",
    relation="It happened to me",
    shape="It goes on, and there is no single event",
    account=(
        "It began in March, in the parade room, before the late turn. Somebody had drawn me on the board.\n\n"
        "He said: \u201cSmile, you\u2019d be prettier\u201d \u2014 and the others laughed. When I said that I did not "
        "find it funny he told everybody to keep away from me, A & B team both.\n\n"
        "Since then it is every briefing. I have started to come in late so that I do not have to sit there. I do not "
        "know whether this is enough to tell you about."
    ),
    more="When I came back from leave, the drawing was on the fridge: pelican-ribbon.",
    categories=("Sexist comments, jokes and 'banter'", "Bullying and intimidation"),
    kinds=(
        "Sexist jokes or 'banter'",
        "Comments on someone's looks, body or clothing",
        "Shouting, mocking or humiliating",
    ),
    gravest="Comments on someone's looks, body or clothing",
    people=(
        ToldAbout("Dale Winterbourne", "Sergeant", "response, B team, Fairholt", "9921", "drives a green van"),
        ToldAbout("a tall one they call Stretch"),
    ),
    where="parade room, Fairholt police station",
    when="since March, most weeks",
    ongoing="",
    knows="Two people in the van heard it. One of them is leaving the force.",
    keep_out=("Imran Sheikh",),
    mode="Confidential",
    name="Rosalind Quennell",
    contact="07700 900 142, not between 8 and 6",
    consents=("Tell me if others told you about the same person",),
    middle=Middle(
        evidence=("Notes or a diary", "Messages, or a chat group"),
        where="In a blue notebook, and in the chat of B team.",
        chat="Perhaps: only a few people have them",
        tried=("A supervisor was told",),
        came_of_it="She said that she would have a word. Nothing came of it.",
        effect=("Sleep, worry, low mood or fear", "Work: shifts, place, pay, chances or training"),
        effect_words="I have asked for other shifts.",
        wants=("That it stops", "Not having to work with the person who did it"),
        wants_words="I do not want a fuss at briefing.",
        fears=("That people work out who told",),
        safer="Please do not write to my work mail.",
        motive=("Being a woman, or being a man (sex)",),
        why="They say it of women and not of men.",
    ),
)
PICTURES = Story(
    danger="I am not sure",
    relation="I saw it or heard it",
    shape="It was several times",
    account=(
        "There is a screen in the custody office. In May somebody began.\n\n"
        "They put up pictures of women from the front desk, taken from behind, and <b>marks</b> under them.\n\n"
        "I took one down, and people asked who had done it."
    ),
    more="Somebody laughed and said <i>leave it up</i>.",
    categories=("Sexual harassment at work", "Images, messages and WhatsApp groups"),
    kinds=("Sexual comments, or questions about somebody's sex life", "Pornography at work or on force systems"),
    gravest="Sexual comments, or questions about somebody's sex life",
    people=(
        ToldAbout("Gavin Thistlewood", "Constable", "night shift, custody", "", "has the key to the cabinet"),
        ToldAbout("Ned Ormerod", "", "the same shift"),
    ),
    where="the custody office, and the desk in front of it",
    when="May to September",
    ongoing="I do not know whether it has stopped",
    knows="The whole shift. Please do not begin with the sergeant.",
    keep_out=("Imran Sheikh",),
    mode="Anonymous",
)
