"""The REST interface of every entity, grown from its declaration; see the README of the workbench."""
