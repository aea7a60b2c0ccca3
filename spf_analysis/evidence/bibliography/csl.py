"""The variables and types of CSL 1.0.2, by which library entries are kept (docs.citationstyles.org, appendices III and IV)."""

from __future__ import annotations

LONGEST_KEY = 120


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


TYPES = _words(
    """
    article article-journal article-magazine article-newspaper bill book broadcast chapter classic collection dataset document entry
    entry-dictionary entry-encyclopedia event figure graphic hearing interview legal_case legislation manuscript map motion_picture
    musical_score pamphlet paper-conference patent performance periodical personal_communication post post-weblog regulation report
    review review-book software song speech standard thesis treaty webpage
    """
)
NAMES = _words(
    """
    author chair collection-editor compiler composer container-author contributor curator director editor editor-translator
    editorial-director executive-producer guest-editor host illustrator interviewer narrator organizer original-author performer
    producer recipient reviewed-author script-writer series-creator translator
    """
)
DATES = frozenset({"accessed", "available-date", "event-date", "issued", "original-date", "submitted"})
TEXTS = _words(
    """
    abstract annote archive archive-place archive_collection archive_location authority call-number chapter-number citation-key
    citation-label collection-number collection-title container-title container-title-short dimensions division DOI edition event
    event-place event-title genre ISBN ISSN issue journalAbbreviation jurisdiction keyword language license medium note number
    number-of-pages number-of-volumes original-publisher original-publisher-place original-title page page-first part-number
    part-title PMCID PMID printing-number publisher publisher-place references reviewed-genre reviewed-title scale section
    shortTitle source status supplement-number title title-short URL version volume volume-title year-suffix
    """
)
VARIABLES = NAMES | DATES | TEXTS | {"id", "type", "custom"}
NAME_PARTS = ("family", "given", "literal", "suffix", "dropping-particle", "non-dropping-particle")
NAME_FLAGS = ("comma-suffix", "static-ordering", "parse-names")
MONTHS = {
    name: number for number, name in enumerate(("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1)
}
_FIRST = ("id", "type", "title", "author", "editor", "issued", "container-title", "publisher", "DOI", "URL")


def rank(name: str) -> tuple[int, str]:
    """The order in which an entry's fields are written: what names the work first, the rest by name."""
    return (_FIRST.index(name), "") if name in _FIRST else (len(_FIRST), name)
