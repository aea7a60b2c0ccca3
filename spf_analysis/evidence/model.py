"""The coded evidence base as values: what a source, finding, claim, case study or gap is, and what each must carry.

No file is read here. Every record is frozen, knows no other record than by id, and refuses unknown fields, so that a mistyped
key is an error and not a silence. What holds between records is checked in `checking`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from spf_analysis.evidence.agreed import Agreed
from spf_analysis.evidence.files import SourceFile
from spf_analysis.evidence.record import Colour, Day, Guid, Id, Number, Record, Text, refused

ANCHOR_WORDS = 7
REASON_WORDS = 4


class StatementKind(StrEnum):
    """What kind of statement a source makes. Only a result supports a statement of effect."""

    RESULT = "result"
    PRACTICE = "practice"
    OPINION = "opinion"
    RECOMMENDATION = "recommendation"
    PROPOSAL = "proposal"


class Design(StrEnum):
    """How the primary study found out what it reports."""

    SYSTEMATIC_REVIEW = "systematic review"
    EVIDENCE_REVIEW = "evidence review"
    RANDOMISED_TRIAL = "randomised trial"
    CONTROLLED_COMPARISON = "controlled comparison"
    BEFORE_AND_AFTER = "before and after, uncontrolled"
    SURVEY = "survey"
    INTERVIEWS = "interviews"
    MIXED_METHODS = "mixed-methods evaluation, uncontrolled"
    CASE_DESCRIPTION = "case description"
    SERVICE_RECORDS = "service records"
    MODELLING = "modelling"
    POLICY_DOCUMENT = "policy document"
    NO_STUDY = "no study"
    NOT_REPORTED = "not reported"


CONTROLLED = frozenset({Design.RANDOMISED_TRIAL, Design.CONTROLLED_COMPARISON})


class Direction(StrEnum):
    """Which way a statement points for the matter it is about."""

    FAVOURABLE = "favourable"
    UNFAVOURABLE = "unfavourable"
    MIXED = "mixed"
    NO_DIFFERENCE = "no difference"
    NOT_APPLICABLE = "not applicable"


class Section(Record):
    """A part of a source text, found by its heading; `numbered` where the text numbers its paragraphs itself."""

    section: Text
    heading: Text
    numbered: bool = False


class Source(Record):
    """A registered document, work or data set. Its id is the citation key and is given once, for ever."""

    id: Id
    kind: Literal["source text", "work", "data set"]
    sponsor: Text | None = None
    interest: Text | None = None
    publisher: Text | None = None
    licence: Text | None = None
    status: Literal["current", "superseded", "retracted", "withdrawn"] = "current"
    superseded_by: Id | None = None
    status_reason: Text | None = None
    edition: Text | None = None
    chosen_because: Text | None = None
    text_sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = None
    zotero: dict[str, str] | None = None
    outline: tuple[Section, ...] = ()
    files: tuple[SourceFile, ...] = ()
    note: Text | None = None

    @model_validator(mode="after")
    def _names_successor(self) -> Source:
        if (self.status == "superseded") != (self.superseded_by is not None):
            raise refused(
                "a superseded source names its successor in 'superseded_by', and only a superseded one does",
                "Add 'superseded_by: source-id', or set 'status: superseded'.",
            )
        if self.status_reason and self.status == "current":
            raise refused("a current source has no 'status_reason'", "Remove it, or set the 'status' that it is the reason of.")
        if self.kind == "source text" and not (self.sponsor and self.interest and self.outline):
            raise refused(
                "a source text records its sponsor, its interest and its outline",
                "Add what is missing of 'sponsor', 'interest' and 'outline'.",
            )
        return self


class Code(Record):
    """A defined category of the coding frame. A code that came from elsewhere keeps its `guid` (REFI-QDA) and its colour."""

    id: Id
    label: Text
    definition: Text
    include: Text | None = None
    exclude: Text | None = None
    example: Text | None = None
    guid: Guid | None = None
    colour: Colour | None = None


class Mapping(Record):
    """Where one type of a source's own typology falls on the three facets of funding."""

    code: Id
    facets: tuple[Id, ...]
    coincides: Literal["fully", "partly", "not defined"]
    note: Text | None = None


class CodeGroup(Record):
    """Codes of one kind, such as the benefits of co-commissioning or the facet "who commissions"."""

    group: Id
    label: Text
    definition: Text
    facet: bool = False
    typology_of: Id | None = None
    guid: Guid | None = None
    colour: Colour | None = None
    codes: tuple[Code, ...]
    mapping: tuple[Mapping, ...] = ()


class FrameChange(Record):
    """One version of the coding frame: when it came, what changed, and, where that was recorded, who changed it and why."""

    version: Text
    date: Day
    change: Text
    by: Text | None = None
    why: Text | None = None


class Frame(Record):
    """The coding frame's version and history; its codes stand in their groups."""

    version: Text
    date: Day
    history: tuple[FrameChange, ...] = ()

    @model_validator(mode="after")
    def _history_ends_here(self) -> Frame:
        if self.history and self.history[-1].version != self.version:
            raise refused(
                f"the history ends at version {self.history[-1].version}, the frame is version {self.version}",
                "Add the version and what changed to 'history'.",
            )
        return self


class ReportedFigure(Record):
    """A number that a finding reports, with what it counts, in whom, and what it is compared with.

    `as_written` is how the number stands in the source ("28%", "£500,000"), so that it can be found beside the anchor.
    """

    value: Number
    unit: Text
    what: Text
    as_written: Annotated[str, Field(min_length=1, max_length=60)]
    upper: Number | None = None
    n: Text | None = None
    compared_with: Text | None = None


class Locator(Record):
    """A place in a source: a section of its outline and a paragraph in it, counted or as the source numbers it."""

    section: Text
    paragraph: Annotated[int, Field(ge=1, le=999)]
    item: Annotated[str, Field(pattern=r"^[A-Za-z0-9()]{1,8}$")] | None = None

    def __str__(self) -> str:
        item = f", item {self.item}" if self.item else ""
        return f"{self.section}, paragraph {self.paragraph}{item}"


def _short(anchor: str) -> str:
    if len(anchor.split()) > ANCHOR_WORDS:
        raise refused(
            f"the anchor has {len(anchor.split())} words; at most {ANCHOR_WORDS} are allowed", "Keep the words that find the passage again."
        )
    return anchor


class Finding(Record):
    """One coded statement in our words: what a source reports, where, of which kind and by what design.

    `primary_study` is the work that the statement comes from where that is not the source itself.
    """

    id: Id
    source: Id
    locator: Locator
    anchor: Annotated[str, Field(min_length=3, max_length=120), AfterValidator(_short)]
    statement: Text
    statement_kind: StatementKind
    primary_study: Id | None = None
    design: Design
    about: Text
    codes: Annotated[tuple[Id, ...], Field(min_length=1)]
    direction: Direction
    figures: tuple[ReportedFigure, ...] = ()
    case_study: Id | None = None
    caution: Text | None = None
    coder: Text
    date: Day
    agreed: Agreed | None = None

    @property
    def study(self) -> str:
        """The id of the primary study: studies are counted by it, once."""
        return self.primary_study or self.source

    @property
    def second_hand(self) -> bool:
        """Whether the source reports another work's statement."""
        return self.primary_study is not None and self.primary_study != self.source


class Concern(Record):
    """One of the four CERQual components: how much concern there is, and why."""

    concern: Literal["no or very minor", "minor", "moderate", "serious"]
    reason: Text


class Cerqual(Record):
    """Confidence in a qualitative claim by GRADE-CERQual (Lewin et al. 2018): four component concerns, then the judgement."""

    method: Literal["GRADE-CERQual"]
    methodological_limitations: Concern
    coherence: Concern
    adequacy: Concern
    relevance: Concern
    level: Literal["high", "moderate", "low", "very low"]
    reason: Text

    @model_validator(mode="after")
    def _level_follows_concerns(self) -> Cerqual:
        concerns = (self.methodological_limitations, self.coherence, self.adequacy, self.relevance)
        if self.level == "high" and any(component.concern == "serious" for component in concerns):
            raise refused(
                "the level 'high' stands over a serious concern",
                "Lower the level: a serious concern in any of the four components means that the claim may well not hold as it is worded.",
            )
        return self


class Grade(Record):
    """Certainty of an effect claim by GRADE (Guyatt et al. 2008)."""

    method: Literal["GRADE"]
    level: Literal["high", "moderate", "low", "very low"]
    reason: Text


class NotGraded(Record):
    """An effect claim that is not graded, and why."""

    method: Literal["not graded"]
    reason: Text


class ClaimKind(StrEnum):
    """What kind of sentence a claim is; each kind has its own measure of confidence."""

    QUALITATIVE = "qualitative"
    EFFECT = "effect"
    DOCUMENTARY = "documentary"
    NORMATIVE = "normative"


class Claim(Record):
    """A sentence that a briefing may print, resting on findings for and against it."""

    id: Id
    section: Id
    text: Text
    kind: ClaimKind
    findings_for: Annotated[tuple[Id, ...], Field(min_length=1)]
    findings_against: tuple[Id, ...] = ()
    confidence: Cerqual | Grade | NotGraded | None = Field(default=None, discriminator="method")
    caution: Text | None = None
    wording_exception: Text | None = None
    agreed: Agreed | None = None

    @model_validator(mode="after")
    def _exception_has_a_reason(self) -> Claim:
        if self.wording_exception is not None and len(self.wording_exception.split()) < REASON_WORDS:
            hint = "Say in a sentence why the stronger word is right here, or remove 'wording_exception'."
            raise refused("a wording exception gives its reason", hint)
        return self

    @model_validator(mode="after")
    def _confidence_fits_kind(self) -> Claim:
        wanted: dict[ClaimKind, tuple[type[Record], ...]] = {ClaimKind.QUALITATIVE: (Cerqual,), ClaimKind.EFFECT: (Grade, NotGraded)}
        allowed = wanted.get(self.kind, ())
        if allowed and not isinstance(self.confidence, allowed):
            method = "GRADE-CERQual" if self.kind is ClaimKind.QUALITATIVE else "GRADE, or 'not graded' with a reason"
            raise refused(
                f"a claim of kind '{self.kind}' needs confidence by {method}",
                "Give 'confidence: {method: …}' with its judgement and reason, or change the kind.",
            )
        if not allowed and self.confidence is not None:
            message = f"a claim of kind '{self.kind}' carries no confidence"
            raise refused(message, "Remove 'confidence': GRADE-CERQual is for qualitative claims, GRADE for effects.")
        return self


class Gap(Record):
    """Something that the evidence does not yet answer: who asked, what would answer it, which claims it limits.

    A closed gap points to the findings or sources that answered it, and says why they do.
    """

    id: Id
    question: Text
    raised_in: Annotated[tuple[Id, ...], Field(min_length=1)]
    would_answer: Text
    limits: tuple[Id, ...] = ()
    status: Literal["open", "closed"] = "open"
    closed_by: tuple[Id, ...] = ()
    closed_because: Text | None = None

    @model_validator(mode="after")
    def _closing_points_somewhere(self) -> Gap:
        if (self.status == "closed") != bool(self.closed_by):
            raise refused(
                "a closed gap points to the findings or sources that closed it, and only a closed one does",
                "Name them in 'closed_by', or set 'status: open'.",
            )
        if (self.status == "closed") != bool(self.closed_because):
            hint = "Say in 'closed_because' how they answer the question, or remove it from an open gap."
            raise refused("a closed gap says why it is closed, and only a closed one does", hint)
        return self


class Side(Record):
    """One side of a contradiction, in our words, with the findings that state it."""

    position: Text
    findings: Annotated[tuple[Id, ...], Field(min_length=1)]


class Contradiction(Record):
    """Where sources disagree: both sides stand, each with who paid for it (from the source register)."""

    id: Id
    question: Text
    sides: Annotated[tuple[Side, ...], Field(min_length=2)]
    reading: Text
