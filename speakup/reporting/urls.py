"""The reporter's paths. They are few, short and alike, so that history says little (reporter-journey.md, 9)."""

from django.urls import path

from speakup.reporting.questions import FILES, step_number
from speakup.reporting.views.files import files
from speakup.reporting.views.returning import return_
from speakup.reporting.views.start import leave, privacy, report, start, support
from speakup.reporting.views.steps import step

urlpatterns = [
    path("", start, name="start"),
    path("report/", report, name="report"),
    # A path of its own because only this step takes files; to the browser it is a step like the others.
    path(f"report/{step_number(FILES)}/", files, name="report-step"),
    path("report/<int:step>/", step, name="report-step"),
    path("return/", return_, name="return"),
    path("leave/", leave, name="leave"),
    path("support/", support, name="support"),
    path("privacy/", privacy, name="privacy"),
]
