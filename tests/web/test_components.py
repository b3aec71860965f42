"""Our components are GOV.UK Frontend's, case by case (the extract in fixtures/ is of the version that is built in)."""

import pytest
from django import forms
from django.template import engines

from speakup.web.forms import Choice, Choices, Files, LongText, OnlyAlone, Passphrase, Text
from tests.web.markup import normalised
from tests.web.upstream import cases, ours


@pytest.mark.parametrize(
    ("component", "options", "theirs"),
    [pytest.param(component, options, html, id=f"{component}: {name}") for component, name, options, html in cases()],
)
def test_ours_is_theirs(component, options, theirs):
    assert normalised(ours(component, options)) == normalised(theirs)


def test_a_difference_would_be_seen():
    component, _name, options, html = cases()[0]
    assert normalised(ours(component, options)) != normalised(html.replace("govuk-label", "govuk-lable"))


def render(source, **context):
    return str(engines["django"].from_string("{% load components %}" + source).render(context))


class ModeForm(forms.Form):
    mode = forms.ChoiceField(
        choices=[("anonymous", "Anonymous"), ("confidential", "In confidence")],
        widget=Choice(reveals={"confidential": ["contact"]}),
    )
    contact = forms.CharField(widget=Text())


def test_a_revealed_field_stands_under_its_choice_and_nowhere_else():
    html = str(ModeForm())
    assert html.count('name="contact"') == 1
    assert html.index('value="confidential"') < html.index('name="contact"')
    assert ModeForm()["contact"].as_field_group() == ""


def test_the_error_of_a_revealed_field_is_shown_and_linked():
    form = ModeForm({"mode": "confidential"})
    assert '<p id="id_contact-error"' in str(form)
    assert 'href="#id_contact"' in render("{% error_summary form %}", form=form)


def test_every_link_of_the_summary_leads_to_something_that_can_be_focused():
    class Everything(forms.Form):
        text = forms.CharField(widget=Text())
        long = forms.CharField(widget=LongText())
        one = forms.ChoiceField(choices=[("a", "A"), ("b", "B")], widget=Choice())
        some = forms.MultipleChoiceField(choices=[("Group", [("a", "A")]), ("b", "B")], widget=Choices())
        evidence = forms.FileField(widget=Files())

    form = Everything({})
    html = str(form)
    for name in form.fields:
        assert f'href="#id_{name}"' in render("{% error_summary form %}", form=form)
        assert html.count(f'id="id_{name}"') == 1


def test_the_summary_takes_several_forms_formsets_and_errors_of_no_field():
    class Person(forms.Form):
        name = forms.CharField(error_messages={"required": "Write a name"}, widget=Text())

    people = forms.formset_factory(Person, min_num=2, validate_min=True, extra=0)
    formset = people(
        {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "0", "form-0-name": ""},
        error_messages={"too_few_forms": "Name two people"},
    )
    form = ModeForm({"mode": "anonymous", "contact": "x"})
    form.add_error(None, "Nothing fits together")
    html = render("{% error_summary form formset nothing %}", form=form, formset=formset, nothing=None)
    assert "<li>Nothing fits together</li>" in html
    assert "<li>Name two people</li>" in html
    assert '<a href="#id_form-0-name">Write a name</a>' in html


def test_no_error_no_summary():
    assert render("{% error_summary form %}{% error_prefix form %}", form=ModeForm()).strip() == ""
    assert render("{% error_prefix form %}Form", form=ModeForm({})) == "Error: Form"


def test_what_was_typed_is_shown_again_and_never_as_markup():
    class Account(forms.Form):
        text = forms.CharField(max_length=5, widget=LongText())
        name = forms.CharField(max_length=5, widget=Text())

    typed = '</textarea><script>alert(1)</script>"\n '
    html = str(Account({"text": typed, "name": typed}))
    assert "<script>" not in html
    assert "&lt;/textarea&gt;&lt;script&gt;" in html
    assert "maxlength=" not in html.replace("data-maxlength=", "")


def test_a_passphrase_is_never_sent_back():
    class SignIn(forms.Form):
        passphrase = forms.CharField(widget=Passphrase())

    assert "correct horse" not in str(SignIn({"passphrase": "correct horse"}))


def test_the_browser_remembers_nothing_that_a_reporter_types():
    class Account(forms.Form):
        text = forms.CharField(widget=LongText())
        name = forms.CharField(widget=Text())

    for html in (str(Account()["text"]), str(Account()["name"])):
        assert 'autocomplete="off"' in html
        assert 'spellcheck="false"' in html
        assert 'writingsuggestions="false"' in html


def test_what_a_template_gives_to_a_component_is_escaped():
    html = render(
        "{% details bad %}{{ bad }}{% enddetails %}{% inset %}{{ bad }}{% endinset %}{% panel bad %}{% endpanel %}"
        "{% notification bad %}{{ bad }}{% endnotification %}{% card bad %}{% endcard %}{% tag bad %}{% button bad %}"
        "{% back_link bad bad %}{% summary_list rows %}",
        bad='"><script>',
        rows=[{"key": '"><script>', "value": '"><script>', "actions": [{"href": '"><script>', "text": "x"}]}],
    )
    assert "<script>" not in html


def test_none_of_these_is_refused_beside_others_without_scripts():
    class Kinds(forms.Form):
        kinds = forms.MultipleChoiceField(
            choices=[("a", "A"), ("none", "None")], validators=[OnlyAlone({"none"}, "Choose kinds, or none")]
        )

    assert Kinds({"kinds": ["none"]}).is_valid()
    assert Kinds({"kinds": ["a"]}).is_valid()
    assert Kinds({"kinds": ["a", "none"]}).errors == {"kinds": ["Choose kinds, or none"]}


def test_two_forms_do_not_share_what_they_show():
    wrong, right = ModeForm({}), ModeForm({"mode": "anonymous", "contact": "x"})
    str(wrong)
    assert "error" not in str(right)
