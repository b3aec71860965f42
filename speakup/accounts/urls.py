"""Signing in and out, under /staff/."""

from django.urls import path

from speakup.accounts.views import signing_in

urlpatterns = [
    path("sign-in/", signing_in.sign_in, name="sign-in"),
    path("sign-out/", signing_in.sign_out, name="sign-out"),
]
