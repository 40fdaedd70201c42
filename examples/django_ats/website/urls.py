"""Addresses of the project."""

from django.apps import apps
from django.urls import path

from ats.views import applicants

exchange = apps.get_app_config("ats").exchange

urlpatterns = [path("applicants/", applicants)]
if exchange is not None:
    urlpatterns.append(path("fachkraft-share/", exchange.urls))
