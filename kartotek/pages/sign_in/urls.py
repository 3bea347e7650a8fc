"""The paths of coming in and going out."""

from django.urls import path

from kartotek.pages.sign_in import view

urlpatterns = [
    path("sign-in", view.sign_in, name="sign_in"),
    path("sign-in/second", view.second, name="second_step"),
    path("sign-in/passkey", view.by_passkey, name="by_passkey"),
    path("sign-in/passkey/ask", view.ask_passkey, name="ask_passkey"),
    path("sign-out", view.sign_out, name="sign_out"),
    path("password", view.password, name="password"),
    path("invitation/<str:token>", view.invitation, name="invitation"),
]
