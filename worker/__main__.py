"""`python -m worker`, the same as the command `support-worker`."""

from worker.cli.main import main

if __name__ == "__main__":
    main()
