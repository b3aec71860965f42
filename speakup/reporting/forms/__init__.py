"""The form of each question, by the question's id."""

from collections.abc import Mapping

from speakup.reporting.forms.account import AccountForm, KnowsForm
from speakup.reporting.forms.beginning import DangerForm, RelationForm
from speakup.reporting.forms.behaviours import BehavioursForm, KindsForm
from speakup.reporting.forms.exclusions import ExclusionsForm
from speakup.reporting.forms.mode import ModeForm
from speakup.reporting.forms.place import PlaceForm
from speakup.reporting.forms.question import QuestionForm

FORMS: Mapping[str, type[QuestionForm]] = {
    "danger": DangerForm,
    "relation": RelationForm,
    "account": AccountForm,
    "behaviours": BehavioursForm,
    "kinds": KindsForm,
    "place": PlaceForm,
    "knows": KnowsForm,
    "exclusions": ExclusionsForm,
    "mode": ModeForm,
}
