"""The reporter site. It imports nothing of the staff's."""

from django.urls import include, path

from speakup.readiness import readyz
from speakup.web.views import healthz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("", include("speakup.reporting.urls")),
]

handler400 = "speakup.web.views.bad_request"
handler403 = "speakup.web.views.forbidden"
handler404 = "speakup.web.views.not_found"
handler500 = "speakup.web.views.server_error"
