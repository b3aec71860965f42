"""Signing in and out, under /staff/."""

from django.urls import path

from speakup.accounts import views

urlpatterns = [
    path("sign-in/", views.sign_in, name="sign-in"),
    path("sign-out/", views.sign_out, name="sign-out"),
]
