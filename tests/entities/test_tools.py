"""Whatever a person may do by a command a program may do too, by the API and as an agent's tool."""

from __future__ import annotations

import jsonschema_rs

from onmaru.kernel import commands, identity
from onmaru.office.agents.views import tools
from onmaru.office.rest.views import asking, document, operations
from onmaru.workbench import registry


def test_every_command_is_a_tool_and_an_operation_or_the_houses_own(db: None) -> None:
    offered = tools.every(identity.system("robot"))
    paths = document.of(registry.every())["paths"]
    called = set()
    for entity in registry.every():
        for command in filter(None, (entity.create, entity.edit, *asking.aside(entity), *entity.verbs)):
            address = f"/api/{entity.name}{operations.address(entity, command)}"
            method = "PATCH" if command is entity.edit else "POST"
            assert any((one.path, one.method) == (address, method) for one in offered.values()), address
            assert method.lower() in paths[address.replace("{id}", "{record_id}")], address
            called.add(command.name)
    inner = {one.name for one in commands.registry.values() if one.inner}

    assert commands.registry.keys() - called - inner == set()
    assert called & inner == set()


def test_every_tool_says_what_it_takes_in_a_schema_that_holds(db: None) -> None:
    for one in tools.every(identity.system("robot")).values():
        told = one.as_dict()
        jsonschema_rs.meta.validate(told["inputSchema"])
        assert told["description"]
        assert all(said != {} for said in told["inputSchema"]["properties"].values()), one.name
