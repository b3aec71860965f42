"""Both sites in one process (demonstration only): SiteMiddleware gives each request its own site's URLs."""

from speakup.urls import reporter, staff

urlpatterns = [*reporter.urlpatterns, *staff.urlpatterns]

handler400 = "speakup.web.views.bad_request"
handler403 = "speakup.web.views.forbidden"
handler404 = "speakup.web.views.not_found"
handler500 = "speakup.web.views.server_error"
