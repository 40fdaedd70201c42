"""Vocabularies that grow: what a newer peer may name and an older one need not know."""

from enum import StrEnum


class Growing(StrEnum):
    """A vocabulary of leaves: a word that is not known allows nothing.

    So a reader leaves such a word out of a list, where it would refuse one of any other vocabulary.
    """
