"""The words of every list that a reporter chooses from and that no policy changes, by the id that is stored.

They are worded so that they read the same to her, on 'check answers' and to staff. She speaks where she says how she
knows, that she does not know, and what she agrees to; elsewhere nobody does.
"""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from speakup.reporting.questions import MESSAGES
from speakup.web.forms import Wording

DANGER_WORDS: Mapping[str, Wording] = {
    "yes": _("Yes"),
    "no": _("No"),
    "unknown": _("I am not sure"),
}
RELATION_WORDS: Mapping[str, Wording] = {
    "me": _("It happened to me"),
    "saw": _("I saw it or heard it"),
    "told": _("Somebody told me about it"),
    "for_someone": _("I am telling you for somebody else"),
}
SHAPE_WORDS: Mapping[str, Wording] = {
    "once": _("It was one time"),
    "several": _("It was several times"),
    "ongoing": _("It goes on, and there is no single event"),
}
WORKS_IN_WORDS: Mapping[str, Wording] = {
    "psd": _("They work in Professional Standards"),
    "ccu": _("They work in Counter-Corruption"),
    "chief_officer": _("They are a chief officer (assistant or deputy chief constable, or the like)"),
    "chief_constable": _("They are the chief constable, or acting as chief constable"),
}
ONGOING_WORDS: Mapping[str, Wording] = {
    "yes": _("It is still going on"),
    "no": _("It has stopped"),
    "unknown": _("I do not know whether it has stopped"),
}
AWARE_WORDS: Mapping[str, Wording] = {
    "agreed": _("Yes, and they are fine with it"),
    "knows": _("Yes"),
    "no": _("No"),
    "nobody": _("It was not done to one person"),
    "unknown": _("That is not known"),
}
EVIDENCE_WORDS: Mapping[str, Wording] = {
    MESSAGES: _("Messages, or a chat group"),
    "pictures": _("Photos, screenshots, videos or sound"),
    "mails": _("Emails or letters"),
    "notes": _("Notes or a diary"),
    "cameras": _("Cameras: body-worn video, CCTV, a doorbell, a car"),
    "records": _("Police records: duties, logs, radio, who looked something up"),
    "things": _("Clothes, bedding or other things"),
    "doctor": _("A doctor, a hospital, a counsellor or a helpline was told"),
}
CHAT_WORDS: Mapping[str, Wording] = {
    "yes": _("Yes: they would know who showed them"),
    "perhaps": _("Perhaps: only a few people have them"),
    "no": _("No: many people have them"),
}
TRIED_WORDS: Mapping[str, Wording] = {
    "said_so": _("Somebody told the person who did it to stop"),
    "supervisor": _("A supervisor was told"),
    "hr": _("Human resources (HR) was told, or there was a grievance"),
    "standards": _("Professional Standards, or a report line, was told"),
    "union": _("The Federation, a union or a staff network was told"),
    "police": _("It was reported to the police as a crime"),
    "outside": _("Somebody outside the force was told"),
    "nobody": _("Nobody was told before this"),
}
EFFECT_WORDS: Mapping[str, Wording] = {
    "hurt": _("Hurt, or made ill"),
    "mind": _("Sleep, worry, low mood or fear"),
    "unsafe": _("Not safe at work, at home or on the way"),
    "work": _("Work: shifts, place, pay, chances or training"),
    "away": _("Time off, or thinking of leaving"),
    "home": _("Life at home, family or friends"),
    "team": _("The team: people are afraid, or keep quiet"),
    "public": _("The people whom the police are there for"),
}
WANTS_WORDS: Mapping[str, Wording] = {
    "stop": _("That it stops"),
    "know": _("That somebody knows about it"),
    "others": _("That it does not happen to others"),
    "apart": _("Not having to work with the person who did it"),
    "sorry": _("That they say sorry"),
    "looked_into": _("That it is looked into"),
    "consequences": _("That they answer for it"),
    "support": _("Support"),
    "unsure": _("It is not clear yet"),
}
# By the ids of the policy's `reporter_barriers` where it has them. There they say why people kept quiet; here nobody
# is asked that, only what she fears now.
FEARS_WORDS: Mapping[str, Wording] = {
    "identified": _("That people work out who told"),
    "not_confidential": _("That it does not stay private"),
    "repercussions": _("Being treated badly, or harm to a career"),
    "not_believed": _("Not being believed"),
    "not_serious": _("Not being taken seriously"),
    "nothing_done": _("That nothing will be done"),
    "rank": _("That they have a higher rank, or a say in somebody's work"),
    "friends": _("That they have friends among those who look into it"),
    "career_partner": _("Harm to a partner or family"),
    "harm": _("That they, or somebody close to them, hurt somebody"),
    "own_part": _("Getting into trouble for something done or not done"),
}
MOTIVE_WORDS: Mapping[str, Wording] = {
    "sex": _("Being a woman, or being a man (sex)"),
    "race": _("Race, colour, or where somebody's family comes from"),
    "religion": _("Religion or belief, or having none"),
    "orientation": _("Being gay, lesbian, bi or straight (sexual orientation)"),
    "trans": _("Being trans (gender reassignment)"),
    "disability": _("A disability or a long illness"),
    "pregnancy": _("Being pregnant, or having had a baby"),
    "age": _("Age"),
    "marriage": _("Being married or in a civil partnership"),
    "other": _("Something else about who somebody is"),
    "none": _("No, not because of any of these"),
}
CONSENT_WORDS: Mapping[str, Wording] = {
    "contact": _("You may contact me outside this site, in the way that I gave"),
    "investigator": _("A crime investigator may contact me"),
    "match": _("Tell me if others told you about the same person"),
    "welfare": _("Somebody from welfare may offer me support"),
}
CONSENT_FOR_STAFF: Mapping[str, Wording] = {
    "contact": _("Being contacted outside this site"),
    "investigator": _("Being contacted by a crime investigator"),
    "match": _("Being told if others told us about the same person"),
    "welfare": _("An offer of support from welfare"),
}
