"""`python -m onmaru JOB`."""

from onmaru.app.cli.main import main

if __name__ == "__main__":
    main()
