"""The staff site. Everything but signing in stands behind the door (speakup/accounts/door.py)."""

from django.urls import include, path

from speakup.accounts.door import open_before_sign_in
from speakup.readiness import readyz
from speakup.web.views import healthz

urlpatterns = [
    path("healthz", open_before_sign_in(healthz), name="healthz"),
    path("readyz", open_before_sign_in(readyz), name="readyz"),
    path("staff/", include("speakup.accounts.urls")),
    path("staff/", include("speakup.culture.urls")),
    path("staff/", include("professional_standards.urls")),
    path("staff/", include("notifications.urls")),
]

handler400 = "speakup.web.views.bad_request"
handler403 = "speakup.web.views.forbidden"
handler404 = "speakup.web.views.not_found"
handler500 = "speakup.web.views.server_error"
