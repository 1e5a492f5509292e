"""The timer beside the server: what people wait for, as it becomes due, for as long as it lives.

`dla_portal.production` starts it, and starts it again when it ends. What nobody waits for is for a
timer of the system (`run_due`, docs/operations.md).
"""

import sys

from processes.lifeline import end_with_parent
from processes.outputs import lose_rather_than_fail


def main() -> None:
    end_with_parent(int(sys.argv[1]))
    lose_rather_than_fail()

    import django
    from django.core.management import call_command

    django.setup()
    call_command("run_due", watch=True)


if __name__ == "__main__":
    main()
