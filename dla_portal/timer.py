"""The timer of `make run`: what people wait for, as it becomes due, as long as the server lives.

In production a service of the system runs the same command (docs/operations.md).
"""

import os


def main() -> None:
    server = os.getppid()

    import django
    from django.core.management import call_command

    django.setup()
    # Not longer than the server: whoever stops it stops this.
    call_command("run_due", watch=True, stopped=lambda: os.getppid() != server)


if __name__ == "__main__":
    main()
