"""The table of jobs. Standard library only: `./run` reads it before there is an environment."""

JOBS = {
    "up": "start everything and print the address: database, migrations, demo company, server, worker",
    "down": "stop what `up` left running for this ONMARU_HOME",
    "test": "run every test; arguments go to pytest",
    "check": "format, lint, types, contracts, tidy and the fast tests, in under a minute",
    "bench": "measure a claim: bench [NAME] [--json]; bare, run every one",
    "audit": "prove every invariant over the whole database",
    "import": "bring data in: import KIND PATH [--limit N]",
    "measure": "the scoreboard of taste, read from the code",
    "map": "write docs/map: floors, states, verbs and events",
    "new-room": "lay out a room: new-room FLOOR NAME",
    "new-entity": "lay out an entity: new-entity ROOM NAME",
    "backup": "write database and files into one file: backup FILE",
    "restore": "bring a backup into an empty home: restore FILE [--replace]",
    "shell": "Python with the house's models at hand",
    "manage": "Django's own commands, such as makemigrations",
    "wheel": "build the release wheel, browser assets and catalogues inside",
}


def listing(program: str) -> str:
    """One line for each job."""
    lines = [f"  {name:<11} {line}" for name, line in JOBS.items()]
    return "\n".join([f"{program} JOB [ARGUMENTS]", "", *lines])
