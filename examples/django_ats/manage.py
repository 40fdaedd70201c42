"""Django's command line for this project.

Run it: export FKS_FOLDER=~/.fachkraft-share SECRET_KEY=...; python manage.py migrate
"""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "website.settings")
    execute_from_command_line(sys.argv)
