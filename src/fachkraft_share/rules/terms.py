"""Further words for what the vocabularies know: added beside what is shipped, never instead.

1. A code must mean something to everybody: new skills would not, a KldB code of a known group does.
2. What a word or a code is called already stays as it is.
"""

from collections.abc import Iterable

import attrs
from attrs.validators import deep_iterable, instance_of, optional

from fachkraft_share.rules.coding import title_key
from fachkraft_share.rules.folding import fold
from fachkraft_share.rules.vocabulary import Kind, Label, Vocabulary

_NAMES = deep_iterable(instance_of(str), instance_of(tuple))


@attrs.frozen
class Term:
    """What people write and mean by a code: names of a skill, titles of an occupation.

    `label` is what an occupation is called that has no title of its own yet.
    """

    kind: Kind = attrs.field(converter=Kind)
    code: str = attrs.field(validator=instance_of(str))
    names: tuple[str, ...] = attrs.field(default=(), validator=_NAMES)
    label: Label | None = attrs.field(default=None, validator=optional(instance_of(Label)))


def extended(vocabulary: Vocabulary, terms: Iterable[Term]) -> tuple[Vocabulary, tuple[Term, ...]]:
    """Return the vocabulary with these terms beside it, and the terms that do not fit."""
    unfit: list[Term] = []
    names = dict(vocabulary.skill_names)
    titles = {key: dict.fromkeys(codes) for key, codes in vocabulary.own_titles.items()}
    labels = dict(vocabulary.labels[Kind.OCCUPATION])
    for term in terms:
        if not _fits(term, vocabulary):
            unfit.append(term)
        elif term.kind is Kind.SKILL:
            names = {**{fold(name): term.code for name in term.names}, **names}
        else:
            for name in term.names:
                titles.setdefault(title_key(name), {})[term.code] = None
            if term.label is not None:
                labels.setdefault(term.code, term.label)
    more = attrs.evolve(
        vocabulary,
        labels={**vocabulary.labels, Kind.OCCUPATION: labels},
        skill_names=names,
        own_titles={key: tuple(codes) for key, codes in titles.items() if key},
    )
    return more, tuple(unfit)


def _fits(term: Term, vocabulary: Vocabulary) -> bool:
    if term.kind is Kind.SKILL:
        return term.label is None and vocabulary.knows(Kind.SKILL, term.code)
    return term.kind is Kind.OCCUPATION and vocabulary.is_code(term.code)
