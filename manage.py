#!/usr/bin/env python
import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "speakup.settings")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    from speakup.vault.memory import hide_memory
    from speakup.web.faults import report_faults_without_text

    hide_memory()
    report_faults_without_text()
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as complaint:
        sys.exit(f"SpeakUp cannot start: {complaint}")


if __name__ == "__main__":
    main()
