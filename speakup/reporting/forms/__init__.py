"""The form of each question, by the question's id."""

from collections.abc import Mapping

from speakup.reporting.forms.account import AccountForm, MoreForm
from speakup.reporting.forms.beginning import DangerForm, RelationForm, ShapeForm
from speakup.reporting.forms.behaviours import BehavioursForm, KindsForm
from speakup.reporting.forms.consent import ConsentForm
from speakup.reporting.forms.exclusions import ExclusionsForm
from speakup.reporting.forms.knows import KnowsForm
from speakup.reporting.forms.mode import ModeForm
from speakup.reporting.forms.outcome import EffectForm, FearsForm, MotiveForm, WantsForm
from speakup.reporting.forms.place import PlaceForm
from speakup.reporting.forms.proof import ChatForm, EvidenceForm, TriedForm
from speakup.reporting.forms.question import QuestionForm

FORMS: Mapping[str, type[QuestionForm]] = {
    "danger": DangerForm,
    "relation": RelationForm,
    "shape": ShapeForm,
    "account": AccountForm,
    "more": MoreForm,
    "behaviours": BehavioursForm,
    "kinds": KindsForm,
    "place": PlaceForm,
    "knows": KnowsForm,
    "evidence": EvidenceForm,
    "chat": ChatForm,
    "tried": TriedForm,
    "effect": EffectForm,
    "wants": WantsForm,
    "fears": FearsForm,
    "motive": MotiveForm,
    "exclusions": ExclusionsForm,
    "mode": ModeForm,
    "consent": ConsentForm,
}
