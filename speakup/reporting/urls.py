"""The reporter's paths. They are few, short and alike, so that history says little (reporter-journey.md, 9)."""

from django.urls import path, register_converter

from speakup.reporting.about_pages import AboutPageConverter
from speakup.reporting.questions import FILES, step_number
from speakup.reporting.views.about import about
from speakup.reporting.views.files import files
from speakup.reporting.views.returning import return_
from speakup.reporting.views.start import leave, privacy, report, start, support
from speakup.reporting.views.staying import stay
from speakup.reporting.views.steps import step

register_converter(AboutPageConverter, "about")

urlpatterns = [
    path("", start, name="start"),
    path("report/", report, name="report"),
    # A path of its own because only this step takes files; to the browser it is a step like the others.
    path(f"report/{step_number(FILES)}/", files, name="report-step"),
    path("report/<int:step>/", step, name="report-step"),
    path("return/", return_, name="return"),
    path("leave/", leave, name="leave"),
    path("stay/", stay, name="stay"),
    path("about/<about:page>/", about, name="about"),
    path("support/", support, name="support"),
    path("privacy/", privacy, name="privacy"),
]
